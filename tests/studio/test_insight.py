"""What a machine thinks of a drawing: asked, kept, laid along the line, coloured and grown with the pen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.export.frames import Animation, Look
from engine.export.recording import Recording
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke
from studio.gallery.film import make_film
from studio.gallery.insight import HairWish, Insight, Surprise
from studio.gallery.insight_film import make_hairs, make_tint
from studio.gallery.sampler import Sampler
from studio.models.samples import Sample, machine_sample
from studio.widgets.player.drawing_player import DrawingPlayer

pytest_plugins = ("tests.studio.fake_jobs",)

ZIGZAG = as_stroke([[0, 0], [60, 10], [90, 60], [150, 80], [200, 20]])
DRAWING = Drawing((ZIGZAG, as_stroke([[20, 120], [80, 150], [160, 120]]), as_stroke([[190, 150]])))
NATS = (np.array([1.0, 2, 3, 4, 5]), np.array([6.0, 7, 8]), np.array([9.0]))
SAMPLE = machine_sample("run001 · 1", DRAWING, {})


@pytest.fixture
def sampler(fake_sampler, settle):
    one = Sampler(Path("run001"))
    ready = []
    one.ready.connect(lambda: ready.append(True))
    one.start()
    settle(lambda: bool(ready))
    yield one
    one.close()


@pytest.fixture
def player(qtbot, sampler):
    shown = DrawingPlayer()
    qtbot.addWidget(shown)
    shown.resize(416, 640)
    shown.show()
    shown.set_insight(Insight(sampler))
    shown.show_sample(SAMPLE)
    yield shown
    shown.set_insight(None)


def part_of(sample: Sample, pen: str = "even"):
    return make_film(Animation([sample.picture], Look((400, 400), pen=pen))).parts[0]


# -- asking --------------------------------------------------------------------------------------------


def test_answers_are_kept_by_what_was_drawn(sampler, settle, monkeypatch):
    insight, heard, sent = Insight(sampler), [], []
    ask = sampler.ask_about
    monkeypatch.setattr(sampler, "ask_about", lambda do, **fields: (sent.append(do), ask(do, **fields))[1])
    insight.surprised.connect(lambda drawing, surprise: heard.append((drawing, surprise)))
    insight.ask_surprise(DRAWING)
    settle(lambda: bool(heard))
    assert [len(one) for one in heard[0][1].nats] == [5, 3, 1]
    again = Drawing(tuple(stroke.copy() for stroke in DRAWING.strokes))
    insight.ask_surprise(again)
    assert heard[1][0] is again and heard[1][1] is heard[0][1]
    assert sent == ["surprise"]


def test_the_newest_question_of_a_kind_wins(sampler, settle):
    insight, heard = Insight(sampler), []
    insight.haired.connect(lambda drawing, hairs: heard.append((drawing, hairs)))
    insight.ask_hairs(DRAWING, HairWish(1, 4))
    insight.ask_hairs(SAMPLE.picture, HairWish(5, 9))
    settle(lambda: bool(heard) and not insight.is_waiting("hairs"))
    assert [drawing for drawing, _ in heard] == [SAMPLE.picture]
    assert all(hair.n_points == 9 for hair in heard[0][1])


def test_a_machine_that_has_gone_says_so(sampler):
    insight, heard = Insight(sampler), []
    insight.failed.connect(lambda kind, sentence: heard.append((kind, sentence)))
    sampler.close()
    insight.ask_surprise(DRAWING)
    assert heard[0][0] == "surprise" and "again" in heard[0][1]
    assert not insight.is_waiting("surprise")


# -- along the smooth line -----------------------------------------------------------------------------


@pytest.mark.parametrize("pen", ["even", "pen"])
def test_nats_lie_where_the_points_lie(pen):
    part = part_of(SAMPLE, pen)
    tint = make_tint(part, SAMPLE, Surprise(NATS, 4.0))
    plain = part_of(Sample("", DRAWING), pen)
    for line, nats, told, few in zip(part.lines, tint.nats, NATS, DRAWING.strokes, strict=True):
        assert len(nats) == len(line)
        assert np.all(np.diff(nats) >= 0), "each move has its own, in their order"
        assert set(nats) == set(told)
        assert nats[0] == told[0] and nats[-1] == told[-1]
        if len(few) == 1:
            continue
        # Where a move changes to the next one there lies a point that the machine drew.
        changes = line[np.flatnonzero(np.diff(nats)), :2]
        points = np.concatenate(plain.lines)[:, :2]
        for change in changes:
            assert np.hypot(*(points - change).T).min() < 6.0
    assert len(tint.colours[2]) == 1


def test_a_line_drawn_by_hand_keeps_its_own_nats():
    hand = Sample("", Drawing((ZIGZAG,)), "hand")
    tint = make_tint(part_of(hand), hand, Surprise((NATS[0],), 3.0))
    assert tint.nats[0].tolist() == NATS[0].tolist()


def test_nats_go_on_across_the_place_where_the_pen_changed_hands():
    cut = Drawing((ZIGZAG[:3], ZIGZAG[2:]))
    recording = Recording((0, 1), (np.array([0, 1, 2.0]), np.array([2, 3, 4.0])), (True, False))
    both = Sample("", Drawing((ZIGZAG,)), "both", smooth=cut, recording=recording)
    tint = make_tint(part_of(both), both, Surprise((NATS[0],), 3.0))
    assert [nats.tolist() for nats in tint.nats] == [[1, 2, 3], [3, 4, 5]]


def test_hairs_begin_when_the_pen_is_there_and_where_it_is():
    part = part_of(SAMPLE)
    roots = [ZIGZAG[0], ZIGZAG[2], DRAWING.strokes[1][1]]
    hairs = [Drawing((as_stroke(root + np.array([[0, 0], [5, 9], [9, 30]])),)) for root in roots]
    grown = make_hairs(part, SAMPLE.picture, hairs)
    assert [hair.starts_s for hair in grown] == sorted(hair.starts_s for hair in grown)
    for hair in grown:
        pen = part.timeline.at(hair.starts_s).pen
        assert np.allclose(hair.line[0, :2], pen, atol=0.6)
        assert hair.share(hair.starts_s) == 0 and hair.share(hair.grown_s) == 1
    assert make_hairs(part, SAMPLE.picture, []) == ()


# -- the player ----------------------------------------------------------------------------------------


def is_seen(player: DrawingPlayer, kind: str) -> bool:
    seen = player.overlay._seen
    return seen is not None and seen.kind == kind and seen.sample is player.sample


def colours(player: DrawingPlayer) -> int:
    image = player.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[20:-20, 20:-20]
    return len(np.unique(pixels))


def point_at(canvas, x, y):
    """A move that arrives wherever the pointer was: `QTest.mouseMove` is now and then no move at all."""
    at = QPointF(x, y)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
    )
    QCoreApplication.sendEvent(canvas, move)


def test_there_is_a_choice_only_where_somebody_answers(player):
    assert player.overlay.choice.isVisible()
    player.set_insight(None)
    assert not player.overlay.choice.isVisible()
    assert not QTest.keyClick(player, Qt.Key.Key_S)
    assert player.overlay.choice.shown == "ink"


def test_surprise_colours_what_is_drawn_so_far(player, settle):
    plain = colours(player)
    QTest.keyClick(player, Qt.Key.Key_S)
    settle(lambda: is_seen(player, "surprise"))
    whole = colours(player)
    assert whole > 2 * plain
    player.playbar.seek(0.1)
    assert colours(player) < whole
    assert "nats a point" in player.overlay.choice.legend.words
    QTest.keyClick(player, Qt.Key.Key_S)
    player.playbar.seek(player.playbar.duration_s)
    assert player.overlay.choice.shown == "ink"
    assert abs(colours(player) - plain) < plain / 10, "its rims are painted in other pieces than before"


def test_pointing_at_the_line_says_its_nats_once_it_is_drawn(player, settle):
    QTest.keyClick(player, Qt.Key.Key_S)
    settle(lambda: is_seen(player, "surprise"))
    canvas = player.canvas
    without = canvas.grab().toImage()
    x, y = canvas.to_widget(canvas.film.parts[0].lines[0][-1:, :2])[0].tolist()
    point_at(canvas, x, y)
    assert canvas.grab().toImage() != without
    player.playbar.seek(0.05)
    early = canvas.grab().toImage()
    point_at(canvas, 3, 3)
    assert canvas.grab().toImage() == early, "what is not drawn yet says nothing"


def test_hairs_grow_with_the_pen_and_back(player, settle):
    QTest.keyClick(player, Qt.Key.Key_H)
    settle(lambda: is_seen(player, "hairs"))
    assert player.overlay.choice.state.endswith("hairs")
    pictures = []
    for time_s in (0.4, 2.0, player.playbar.duration_s, 0.4):
        player.playbar.seek(time_s)
        pictures.append(player.canvas.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]
    assert pictures[3] == pictures[0]


def test_other_hairs_are_asked_for(player, settle):
    QTest.keyClick(player, Qt.Key.Key_H)
    settle(lambda: is_seen(player, "hairs"))
    before = player.overlay.choice.state
    player.overlay.choice.every.setValue(1)
    settle(lambda: player.overlay.choice.state not in (before, "Growing hairs…"))
    assert int(player.overlay.choice.state.split()[0]) > int(before.split()[0])


def test_another_drawing_is_asked_about_when_it_is_shown(player, settle):
    QTest.keyClick(player, Qt.Key.Key_S)
    settle(lambda: is_seen(player, "surprise"))
    other = machine_sample("other", Drawing((ZIGZAG,)), {})
    player.show_sample(other)
    assert not is_seen(player, "surprise")
    settle(lambda: is_seen(player, "surprise"))
    player.show_sample(None)
    assert not player.overlay.choice.isVisible()


@pytest.mark.parametrize("key", ["S", "H"])
def test_what_is_seen_is_saved(player, settle, tmp_path, monkeypatch, key):
    file = tmp_path / "seen"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    QTest.keyClick(player, getattr(Qt.Key, f"Key_{key}"))
    settle(lambda: is_seen(player, "surprise" if key == "S" else "hairs"))
    player.overlay.choice.save_wanted.emit()
    settle(lambda: player.overlay.choice.state.startswith("Saved"))
    assert len(read_svg(file.with_suffix(".svg"))) > len(DRAWING.strokes)


def test_the_large_player_shows_the_same(player, settle):
    QTest.keyClick(player, Qt.Key.Key_H)
    settle(lambda: is_seen(player, "hairs"))
    large = player.open_large()
    settle(lambda: large.is_settled and large.overlay._seen is not None)
    assert large.overlay.choice.shown == "hairs"
    player.set_insight(None)
    assert large.overlay.choice.isHidden()
    large.close()
