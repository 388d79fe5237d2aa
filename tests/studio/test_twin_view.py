"""Two machines side by side, with child processes that draw triangles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.jobs.runs import create_run
from engine.strokes.types import Drawing, as_stroke
from studio.gallery import kept
from studio.gallery.manner import Manner
from studio.gallery.playing import Playing
from studio.gallery.twins import films_of
from studio.gallery.weights import Weights
from studio.models.runs import RunsReader
from studio.models.samples import Sample
from studio.widgets.gallery.twin_view import Pair, TwinView, first_pair

pytest_plugins = ("tests.studio.fake_jobs",)


def add_run(session) -> None:
    folder = create_run(session.project.layout, "faces/v001", {})
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "best.safetensors").write_bytes(b"")


@pytest.fixture
def empty(qtbot, session, fake_sampler):
    shown = TwinView()
    qtbot.addWidget(shown)
    shown.resize(1200, 800)
    shown.open_session(session)
    shown.show()
    yield shown
    shown.close_session()


def show_runs(view, session) -> None:
    view.show_runs(RunsReader(session.project.layout.runs).read())


@pytest.fixture
def view(empty, session, settle):
    add_run(session)
    add_run(session)
    show_runs(empty, session)
    empty.activate()
    settle(lambda: empty.is_settled() and is_whole(empty))
    return empty


def is_whole(view) -> bool:
    return all(side.twin.figures is not None and not side.twin.is_busy for side in (view.left, view.right))


def corners(side) -> list[list[float]]:
    return [sample.drawing.strokes[0][1].tolist() for sample in side.twin.model.samples]


def weights(name: str, *, best: bool = True, eras: tuple = ()) -> Weights:
    return Weights(name, name, Path(f"/{name}/{best}"), "", is_best=best, eras=eras)


def test_whom_to_compare_first():
    a, b, newest = weights("a"), weights("b"), weights("a", best=False)
    assert first_pair([a, newest, b]) == Pair((str(b.file), str(a.file)))
    assert first_pair([a, newest]) == Pair((str(newest.file), str(a.file)))
    assert first_pair([a]) is None
    assert first_pair([]) is None
    eras = weights("a", eras=(("sb01",), ("sb02",)))
    assert first_pair([eras, b]) == Pair((str(eras.file), str(eras.file)), (0, 1))


def test_one_machine_alone_shows_the_way(empty, session, settle):
    add_run(session)
    show_runs(empty, session)
    empty.activate()
    settle(empty.is_settled)
    assert empty._sheets.currentWidget() is empty._empty
    assert empty.left.twin._sampler is None


def test_nothing_is_warm_before_it_is_looked_at(empty, session, settle):
    add_run(session)
    add_run(session)
    show_runs(empty, session)
    settle(empty.is_settled)
    assert empty.left.twin._sampler is None
    assert empty.left.choice.current.run_id == "run001"
    assert empty.right.choice.current.run_id == "run002"


def test_both_draw_the_same_seeds_at_the_same_places(view):
    assert len(corners(view.left)) == 9
    assert corners(view.left) == corners(view.right)
    left, right = (side.twin.model.samples[3].origin for side in (view.left, view.right))
    assert (left["run"], right["run"]) == ("run001", "run002")
    assert left["seed"] == right["seed"]
    assert left["index"] == right["index"] == 3
    assert "provenance" in left


def test_the_dice_and_the_slider_are_thrown_for_both(view, settle):
    before = corners(view.left)
    QTest.keyClick(view.left.grid, Qt.Key.Key_D)
    settle(lambda: view.is_settled() and is_whole(view) and corners(view.left) != before)
    assert corners(view.left) == corners(view.right)
    before = corners(view.left)
    view.bar._slider.setValue(90)
    settle(lambda: view.is_settled() and is_whole(view) and corners(view.left) != before)
    assert corners(view.left) == corners(view.right)


def test_choosing_one_chooses_its_twin_and_plays_both(view):
    view.left.grid.choose(4)
    assert view.right.grid.currentIndex().row() == 4
    assert [one.origin["run"] for one in view.player.samples] == ["run001", "run002"]
    assert view.player.playbar.is_playing
    view.right.grid.setFocus()
    QTest.keyClick(view.right.grid, Qt.Key.Key_Right)
    assert view.left.grid.currentIndex().row() == 5
    view.player.playbar.seek(1.0)
    assert view.player.left.canvas.time_s == view.player.right.canvas.time_s == 1.0


def test_keep_continue_and_export_go_through_the_view(view, qtbot):
    view.right.grid.choose(2)
    with qtbot.waitSignal(view.keep_wanted) as heard:
        QTest.keyClick(view.right.grid, Qt.Key.Key_K)
    assert heard.args[0].origin["run"] == "run002"
    with qtbot.waitSignal(view.keep_wanted) as heard:
        QTest.mouseClick(view.player.left._keep, Qt.MouseButton.LeftButton)
    assert heard.args[0].origin["run"] == "run001"
    with qtbot.waitSignal(view.continue_wanted) as heard:
        QTest.mouseClick(view.player.left._go_on, Qt.MouseButton.LeftButton)
    assert heard.args[0].origin["run"] == "run001"
    with qtbot.waitSignal(view.export_wanted) as heard:
        QTest.mouseClick(view.player.export, Qt.MouseButton.LeftButton)
    assert [one.origin["run"] for one in heard.args[0]] == ["run001", "run002"]


def test_what_is_kept_is_marked(view, session, settle):
    kept.keep(session.project.layout, view.left.twin.model.samples[1])
    session.undo.indexChanged.emit(1)
    settle(view.is_settled)
    assert view.left.twin.model.samples[1].is_kept
    assert not view.left.twin.model.samples[2].is_kept


def test_the_samplers_end_when_one_looks_away_and_what_is_drawn_stays(view, settle):
    drawn = list(view.left.twin.model.samples)
    view.leave()
    assert view.left.twin._sampler is view.right.twin._sampler is None
    view.activate()
    settle(view.is_settled)
    assert view.left.twin._sampler is None
    assert [a is b for a, b in zip(drawn, view.left.twin.model.samples, strict=True)] == [True] * 9
    view.bar.roll()
    settle(lambda: view.is_settled() and is_whole(view))
    assert corners(view.left) != [one.drawing.strokes[0][1].tolist() for one in drawn]


def test_figures_say_what_the_drawings_are_like(view):
    assert view.left.twin.figures.surprise == pytest.approx(sum(5 - 0.1 * (k % 5) for k in range(9)) / 9)
    assert view.left.twin.figures.copies == 3
    assert "1.0 strokes" in view.left._figures.text()
    assert "surprise 4.8" in view.left._figures.text()


def test_a_machine_that_dies_says_why_and_the_other_goes_on(view, settle):
    heard = []
    view.said.connect(heard.append)
    view.bar._seed.setValue(13)
    settle(lambda: len(heard) == 2)
    assert "damaged" in heard[0]
    assert "damaged" in view.left._figures.text()
    view.bar._seed.setValue(14)
    settle(lambda: view.is_settled() and is_whole(view))
    assert corners(view.left) == corners(view.right)


def test_eras_of_one_model_are_drawn_each_in_its_own(view, settle):
    told = weights("run001", eras=(("sb01",), ("sb02",)))
    told = replace(told, file=view.left.choice.current.file)
    for side, era in ((view.left, 0), (view.right, 1)):
        side.show_weights([told], "run001", era)
        assert side._eras.isVisible()
        side.changed.emit()
    settle(lambda: view.is_settled() and is_whole(view))
    assert [s.twin._asked.manner.era for s in (view.left, view.right)] == [0, 1]
    assert view.right.twin.model.samples[0].name.startswith("run001 · era 2")


def test_the_same_pen_speed_on_both_sheets():
    short = Sample("a", Drawing((as_stroke([[0, 0], [100, 0]]),)))
    long = Sample("b", Drawing((as_stroke([[0, 0], [200, 0]]),)))
    left, right = films_of([short, long], Playing(), "#000000")
    assert left.duration_s == pytest.approx(right.duration_s)
    assert left.drawn_s == pytest.approx(right.drawn_s / 2)
    assert films_of([None, long], Playing(), "#000000")[0] is None
    assert Manner().is_usual
