"""The players: the same picture as in a file at the same time, steps, settings, the large window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from engine.export.frames import Animation, Look, Stage
from engine.export.timeline import Pace
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke
from studio.gallery import dragging, playing
from studio.gallery.film import make_film
from studio.gallery.playing import Playing
from studio.models.samples import Sample
from studio.widgets.pen_lines import PenPosition
from studio.widgets.player.big_player import BigPlayer
from studio.widgets.player.drawing_player import DrawingPlayer
from studio.widgets.player.film_canvas import FilmCanvas
from studio.widgets.stroke_canvas import MARGIN_PX

DOT = Drawing((as_stroke([[7, 7]]),))


def curly(seed: int = 0, strokes: int = 3) -> Drawing:
    """A drawing of loops, as smooth as a hand draws them."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(strokes):
        turn = np.cumsum(rng.normal(0.15, 0.25, 90))
        steps = np.column_stack([np.cos(turn), np.sin(turn)]) * 6
        lines.append(as_stroke(steps.cumsum(axis=0) + rng.uniform(0, 120, 2)))
    return Drawing(tuple(lines)).normalised()


def sample(seed: int = 0) -> Sample:
    return Sample(f"run001 · {seed}", curly(seed))


# -- the same picture ----------------------------------------------------------------------------------


def on_screen(qtbot, animation: Animation) -> FilmCanvas:
    """A canvas that shows an animation pixel by pixel, without pens."""
    canvas = FilmCanvas(own_paper=True)
    qtbot.addWidget(canvas)
    width, height = animation.look.size_px
    canvas.resize(width + 2 * MARGIN_PX, height + 2 * MARGIN_PX)
    canvas.set_tips_visible(False)
    canvas.show_film(make_film(animation), 0.0)
    return canvas


def picture(canvas: FilmCanvas, size: tuple[int, int]) -> np.ndarray:
    """`(height, width)` ink of what the canvas shows, 0..1."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    grey = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(float).mean(axis=2)
    sheet = ink(grey[MARGIN_PX : MARGIN_PX + size[1], MARGIN_PX : MARGIN_PX + size[0]])
    sheet[[0, -1]] = sheet[:, [0, -1]] = 0  # on the screen a sheet has an edge
    return sheet


def written_at(stage: Stage, time_s: float) -> np.ndarray:
    """`(height, width)` ink of what a file shows, 0..1."""
    return ink(stage.frame(time_s).astype(float).mean(axis=2))


def ink(grey: np.ndarray) -> np.ndarray:
    paper, black = Look().paper, Look().inks[0]
    levels = [np.mean([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for colour in (paper, black)]
    return np.clip((levels[0] - grey) / (levels[0] - levels[1]), 0, 1)


def unlike(one: np.ndarray, other: np.ndarray) -> float:
    """Share of the ink that only one of two pictures has: 0 the same, 1 nothing in common."""
    both = np.maximum(one, other).sum()
    # A line's rim is a shade lighter or darker with another painter, and where Qt's pieces meet it is painted
    # twice: only what is clearly else counts.
    return float((np.abs(one - other) * (np.abs(one - other) > 0.55)).sum() / max(both, 1.0))


ANIMATIONS = {
    "one": Animation([curly()], Look((420, 420))),
    "pen": Animation([curly(1)], Look((420, 420), pen="pen"), Pace(easing="soft")),
    "points, travel": Animation(
        [curly(2)], Look((420, 300), shows_travel=True, line_px=4), Pace(by="points")
    ),
    "skip": Animation([curly(3)], Look((300, 420), line_px=6, pen="pen"), Pace(lifts="skip")),
    "grid": Animation([curly(k) for k in range(7)] + [DOT], Look((560, 420), line_px=2)),
}


@pytest.mark.parametrize("animation", ANIMATIONS.values(), ids=ANIMATIONS.keys())
def test_player_and_exporter_show_the_same_picture_at_the_same_time(qtbot, animation):
    canvas, stage = on_screen(qtbot, animation), Stage(animation)
    size, end = animation.look.size_px, animation.pace.draw_s
    for time_s in (0.31, 0.9, 1.3, 2.02, 2.8, 3.55, end, end + 1.0):
        canvas.set_time(time_s)
        seen, written = picture(canvas, size), written_at(stage, time_s)
        assert np.abs(seen - written).sum() < 0.15 * written.sum(), f"at {time_s} s"
        assert unlike(seen, written) < 0.02, f"at {time_s} s"
        if time_s < end:
            a_tenth = unlike(written_at(Stage(animation), time_s - 0.1), written)
            assert unlike(seen, written) < 0.2 * a_tenth, f"at {time_s} s a tenth of a second would pass"


def test_played_back_it_shows_what_it_showed(qtbot):
    animation = ANIMATIONS["points, travel"]
    canvas = on_screen(qtbot, animation)
    canvas.set_time(1.0)
    before = picture(canvas, animation.look.size_px)
    for time_s in (1.4, 2.2, 3.9, 1.0):
        canvas.set_time(time_s)
        after = picture(canvas, animation.look.size_px)
    assert np.abs(before - after).max() < 0.05


def test_a_crowded_film_is_painted_in_turns_and_becomes_whole(qtbot):
    animation = ANIMATIONS["grid"]
    canvas = on_screen(qtbot, animation)
    canvas.set_time(4.0)
    whole = picture(canvas, animation.look.size_px)
    canvas.frame_s = 0.0
    canvas.set_time(0.4)
    frames = 0
    while frames == 0 or not canvas.is_whole:
        early = picture(canvas, animation.look.size_px)
        frames += 1
    assert frames == len(animation.drawings) - 1, "one drawing a frame; the dot is done at once"
    assert unlike(early, whole) > 0.5
    assert unlike(early, written_at(Stage(animation), 0.4)) < 0.02


# -- the player beside the grid ------------------------------------------------------------------------


@pytest.fixture
def player(qtbot):
    shown = DrawingPlayer()
    qtbot.addWidget(shown)
    shown.resize(416, 560)
    shown.show()
    shown.show_sample(sample())
    return shown


def test_steps_go_from_point_to_point_and_from_stroke_to_stroke(player):
    bar = player.playbar
    bar.seek(0.0)
    QTest.keyClick(player, Qt.Key.Key_Period)
    QTest.keyClick(player, Qt.Key.Key_Period)
    assert player.canvas.pen == PenPosition(0, 2.0)
    QTest.keyClick(player, Qt.Key.Key_Comma)
    assert player.canvas.pen == PenPosition(0, 1.0)
    QTest.keyClick(player, Qt.Key.Key_BracketRight)
    assert player.canvas.pen.line == 1
    QTest.keyClick(player, Qt.Key.Key_Greater)
    assert player.canvas.pen.line == 2
    QTest.keyClick(player, Qt.Key.Key_BracketLeft)
    assert player.canvas.pen.line == 1
    QTest.keyClick(player, Qt.Key.Key_Semicolon)
    assert bar.time_s == 0.0
    QTest.keyClick(player, Qt.Key.Key_Comma)
    assert bar.time_s == 0.0


def test_a_step_holds_the_pen(player, qtbot):
    player.show_sample(sample(), play=True)
    QTest.keyClick(player, Qt.Key.Key_Period)
    assert not player.playbar.is_playing


def test_every_stop_is_met_once_on_the_way(player):
    bar, points = player.playbar, player.sample.picture.n_points
    bar.seek(0.0)
    times = []
    bar.moved.connect(times.append)
    for _ in range(points + 5):
        bar.step_points(1)
    reached = sorted(set(times))
    assert len(reached) == points - 1
    assert reached[-1] == pytest.approx(4.0)


def test_another_pace_keeps_the_place_and_is_remembered(player, qtbot):
    player.playbar.seek(2.75)
    player.panel.form.by.set_value("points")
    player.panel.form.draw_s.setValue(9.5)
    assert player.playbar.duration_s == 11.0
    assert player.playbar.time_s == pytest.approx(5.5)
    assert player.canvas.time_s == pytest.approx(5.5)
    player.playbar._speed.setCurrentIndex(4)
    player.playbar._speed.activated.emit(4)
    QTest.mouseClick(player.playbar._loop, Qt.MouseButton.LeftButton)
    other = DrawingPlayer()
    qtbot.addWidget(other)
    other.show_sample(sample(1))
    assert other.playbar.duration_s == 11.0
    assert (other.playbar.speed, other.playbar.is_looping) == (4.0, True)
    assert playing.recall().pace == Pace("points", draw_s=9.5)


def test_damaged_settings_play_as_usual():
    for values in ({"speed": 3}, {"pace": {"by": "mood"}}, {"pace": 4}, {"pen": "brush"}, {"other": 1}):
        assert Playing.from_json(values) == Playing()


def test_the_pen_may_be_hidden_and_the_line_may_be_a_pen_s(player):
    player.playbar.seek(2.0)
    with_tip = player.canvas.grab().toImage()
    player.panel.tip.setChecked(False)
    without = player.canvas.grab().toImage()
    player.panel.form.pen.set_value("pen")
    player.panel.form.changed.emit()
    pen = player.canvas.grab().toImage()
    assert with_tip != without != pen
    assert np.ptp(player.canvas.film.parts[0].lines[0][:, 2]) > 1


def test_nothing_on_the_table_is_no_film(player):
    player.show_sample(None)
    assert player.canvas.film is None
    assert not player.playbar.isVisible()
    player.canvas.grab()
    assert not QTest.keyClick(player, Qt.Key.Key_F)


def test_a_drawing_pulled_off_the_sheet_is_dragged_out(player, monkeypatch):
    dragged = []
    monkeypatch.setattr(dragging, "drag_out", lambda source, samples: dragged.append(samples))
    pull(player.canvas, QPoint(200, 200), QPoint(260, 230))
    assert dragged == [[player.sample]]
    player.canvas.zoom(2.0)
    pull(player.canvas, QPoint(200, 200), QPoint(260, 230))
    assert len(dragged) == 1, "a sheet that is looked at closely is moved instead"


def pull(canvas, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def test_what_is_dragged_out_are_svg_files_that_open(qapp):
    one, two = sample(1), replace(sample(2), name=sample(1).name)
    mime = dragging.mime_of([one, two])
    files = [Path(url.toLocalFile()) for url in mime.urls()]
    assert len({file.name for file in files}) == 2
    for file, drawn in zip(files, (one, two), strict=True):
        strokes = read_svg(file)
        assert all(np.allclose(a, b, atol=0.01) for a, b in zip(strokes, drawn.picture.strokes, strict=True))
    assert bytes(mime.data(dragging.SVG)) == files[0].read_bytes()
    card = dragging.picture_of([one, two]).toImage()
    assert card.pixelColor(card.width() - 2, 2).alpha() == 0, "two cards, fanned out"


# -- the large player ----------------------------------------------------------------------------------


@pytest.fixture
def big(player, settle):
    samples = [sample(0), Sample(""), sample(1), sample(2)]
    player.show_sample(samples[2])
    player.company = lambda: samples
    QTest.keyClick(player, Qt.Key.Key_F)
    large = next(w for w in QApplication.topLevelWidgets() if isinstance(w, BigPlayer) and w.isVisible())
    settle(lambda: large.is_settled)
    yield large
    if isValid(large):
        large.close()


def test_it_begins_with_the_chosen_drawing_and_leaves_out_empty_places(big):
    assert big.sample.name == "run001 · 1"
    assert big.playbar.is_playing
    assert big._place.text() == "2 of 3"


def test_arrows_go_around(big, settle):
    names = []
    for _ in range(3):
        QTest.keyClick(big, Qt.Key.Key_Right)
        settle(lambda: big.is_settled)
        names.append(big.sample.name)
    assert names == ["run001 · 2", "run001 · 0", "run001 · 1"]
    QTest.keyClick(big, Qt.Key.Key_Left)
    assert big.sample.name == "run001 · 0"


def test_all_draw_themselves_at_once_and_one_is_picked(big, settle):
    QTest.keyClick(big, Qt.Key.Key_G)
    settle(lambda: big.is_settled)
    assert big.sample is None
    assert len(big.canvas.film.parts) == 3
    big.playbar.pause()
    big.playbar.seek(1.0)
    assert all(big.canvas._moments), "every pen is on its way"
    left, top, width, height = big.canvas.film.parts[2].box_px
    at = big.canvas.transform().map(QPointF(left + width / 2, top + height / 2)).toPoint()
    QTest.mouseDClick(big.canvas, Qt.MouseButton.LeftButton, pos=at)
    settle(lambda: big.is_settled)
    assert big.sample.name == "run001 · 2"


def test_the_paper_fills_the_window_and_the_place_stays(big, settle):
    big.playbar.pause()
    big.playbar.seek(2.0)
    big.resize(900, 700)
    settle(lambda: big.is_settled and big.canvas.film.size_px[0] == 900 - 2 * MARGIN_PX)
    assert big.canvas.time_s == 2.0
    assert not big.playbar.is_playing


def test_escape_closes_and_nothing_runs_on(big, player):
    QTest.keyClick(big, Qt.Key.Key_Escape)
    assert not big.isVisible()
    assert not big.playbar.is_playing


def test_what_is_set_up_there_holds_here(big, player):
    big.panel.form.draw_s.setValue(10.0)
    assert player.playbar.duration_s == 11.5
