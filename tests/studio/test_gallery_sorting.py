"""The gallery's orders, series, likeness to real drawings, and the words for where a drawing comes from."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from engine.jobs.runs import create_run
from engine.strokes.types import Drawing
from studio.gallery import kept
from studio.gallery.manner import Manner
from studio.gallery.order import SERIES, SORTS, Order
from studio.gallery.weights import Weights
from studio.gallery.words import likeness_words, ordinal, origin_words
from studio.models.samples import Measure, Sample, SamplesModel
from studio.panes.gallery import GalleryPane
from studio.widgets.gallery.view import GalleryView

pytest_plugins = ("tests.studio.fake_jobs",)
ORIGIN = {
    "run": "run003",
    "checkpoint": {"file": "best.safetensors", "step": 812, "hash": "0"},
    "dataset": {"name": "drawings", "version": 2, "hash": "0"},
    "seed": 7,
    "index": 2,
    "options": {"variability": 0.5, "top_p": 0.9, "seed": 7},
    "way": "drawn",
    "nearest": None,
}


def line(length: float) -> Drawing:
    return Drawing((np.array([[0, 0], [length, 0]], dtype=np.float32),))


@pytest.fixture
def pane(qtbot, session, settle, fake_sampler):
    folder = create_run(session.project.layout, "faces/v001", {})
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "best.safetensors").write_bytes(b"")
    (folder / "checkpoints" / "last.safetensors").write_bytes(b"")
    shown = GalleryPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(session)
    shown.show()
    shown.activate()
    settle(lambda: shown.is_settled() and is_whole(shown))
    yield shown
    shown.close_project()
    shown.shutdown()


def is_whole(pane) -> bool:
    samples = pane._model.samples
    return bool(samples) and all(one.is_drawn and not one.is_growing for one in samples)


def again(pane, settle, act) -> None:
    done = []
    pane._machine.finished.connect(lambda: done.append(True))
    act()
    settle(lambda: bool(done) and pane.is_settled())


# -- the model -----------------------------------------------------------------------------------------


def test_arranged_cards_keep_their_numbers_and_the_focus(qapp, qtbot):
    model = SamplesModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([Sample(name, line(size)) for name, size in (("a", 30), ("b", 10), ("c", 20))])
    held = QPersistentModelIndex(model.index(0))
    model.arrange(SORTS[4].key)
    assert [one.name for one in model.samples] == ["b", "c", "a"]
    assert model.sample_at(held).name == "a"
    model.put(1, [Sample("B", line(99))])
    assert [one.name for one in model.samples] == ["B", "c", "a"], "number 1 lies where it lies"
    model.replace_row(1, Sample("C", line(1)))
    assert [one.name for one in model.numbered] == ["a", "B", "C"]
    model.arrange(SORTS[3].key)
    assert [one.name for one in model.samples] == ["B", "a", "C"]
    assert model.sample_at(held).name == "a"
    model.arrange(None)
    assert [one.name for one in model.samples] == ["a", "B", "C"]
    assert tester.model() is model


@pytest.mark.parametrize("sort", [one for one in SORTS if one.needs], ids=lambda one: one.title)
def test_what_was_not_measured_comes_last_in_every_order(qapp, sort):
    model = SamplesModel()
    some = [Sample("none", line(1)), *(Sample(str(k), line(1), measure=Measure(k, k / 10)) for k in (2, 1))]
    model.show(some)
    model.arrange(sort.key)
    least_first = sort.title.startswith("Least s") or sort.title.startswith("Most like")
    assert [one.name for one in model.samples] == [*("12" if least_first else "21"), "none"]


def test_a_series_asks_column_by_column_and_lays_out_by_row():
    order = Order(4, Manner(seed=3), SERIES)
    assert order.count == 24
    assert [part.variability for part in order.parts] == list(SERIES)
    assert {part.seed for part in order.parts} == {3}
    assert sorted(order.place(p, k) for p in range(6) for k in range(4)) == list(range(24))
    assert [order.place(part, 1) for part in range(6)] == list(range(6, 12))


# -- words ---------------------------------------------------------------------------------------------


def test_where_a_drawing_comes_from_in_words():
    assert origin_words(ORIGIN) == (
        "run003, best of step 812 · drawings/v002 · seed 7, 3rd · variability 0.50, top-p 0.9"
    )
    near = {"name": "sb44p012/1", "distance": 0.01, "memorised": True}
    assert origin_words({**ORIGIN, "nearest": near}).endswith("nearly a copy of sb44p012/1")
    far = {**near, "distance": 0.6, "memorised": False}
    assert "not near any of yours" in origin_words({**ORIGIN, "nearest": far})
    old = {"run": "base", "seed": 4, "temperature": 0.3, "index": 0}
    assert origin_words(old) == "Base model · seed 4, 1st · variability 0.30"
    assert origin_words({"drawing": "sb01p001/1"}) == "Drawn by hand"


def test_what_came_from_the_canvas_says_whose_it_is():
    assert origin_words({"way": "drawn", "on": "canvas"}) == "Drawn on the canvas"
    other = {**ORIGIN, "run": "run009"}
    both = {
        "on": "canvas",
        "machine_share": 0.2102,
        "machines": [ORIGIN, other],
        "begun_from": {"name": "cat"},
    }
    words = origin_words(both)
    assert words.startswith("Drawn on the canvas · begun from cat · 21 % by run")
    assert " and run009" in words and words.count("variability") == 1
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 21, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "111th"]
    )
    assert likeness_words(0.0) != likeness_words(0.5)


# -- the pane ------------------------------------------------------------------------------------------


def test_once_measured_the_cards_can_lie_by_likeness(pane, settle):
    settle(lambda: pane._model.samples[0].measure is not None)
    titles = [pane.head._sorts.itemText(k) for k in range(pane.head._sorts.count())]
    assert titles == [one.title for one in SORTS]
    pane.grid.choose(6)
    chosen = pane.grid.current_sample
    pane.head.set_sort("Most like yours")
    distances = [one.measure.distance for one in pane._model.samples]
    assert distances == sorted(distances)
    assert len(set(distances)) > 1
    assert pane.grid.current_sample is chosen
    assert pane.side.sample is chosen


def test_a_redraw_keeps_cards_where_they_are_until_it_is_whole(pane, settle):
    settle(lambda: pane._model.samples[0].measure is not None)
    pane.head.set_sort("Most surprising")
    numbers, seen = list(pane._model._numbers), []
    pane._machine.came.connect(lambda *_: seen.append(list(pane._model._numbers)))
    again(pane, settle, lambda: pane.bar._slider.setValue(80))
    assert seen
    assert all(one == numbers for one in seen)
    settle(lambda: all(one.measure is not None for one in pane._model.samples))
    surprises = [one.measure.surprise for one in pane._model.samples]
    assert surprises == sorted(surprises, reverse=True)
    assert pane.head.sort.title == "Most surprising"


def test_a_copy_is_marked_on_its_card(pane, settle):
    settle(lambda: pane._model.samples[0].measure is not None)
    model = pane._model
    tips = [model.data(model.index(row), Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert tips == ["Nearly a copy of sb01p003/1", None]
    pane.grid.choose(5)
    shown = pane.grid.viewport().grab().toImage()
    copy, other = (pane.grid.visualRect(model.index(row)) for row in (0, 1))
    strip = [
        [
            shown.pixelColor(rect.left() + x, rect.bottom() - y).name()
            for x in range(12, 40)
            for y in range(8, 28)
        ]
        for rect in (copy, other)
    ]
    assert len(set(strip[0])) > len(set(strip[1])), "a mark in the corner of its sheet"


def test_the_nearest_real_drawing_lies_beside_the_chosen_one(pane, settle):
    pane.grid.choose(3)
    settle(pane.side.nearest.isVisible)
    assert pane.side.nearest.sample.name == "sb01p003 · 1"
    assert pane.side.nearest.words == "Quite like sb01p003/1"
    pane.bar.set_source("sketchbook")
    settle(pane.is_settled)
    assert not pane.side.nearest.isVisible()


def test_what_is_kept_says_whole_where_it_comes_from(pane, session, settle):
    settle(lambda: pane._model.samples[0].measure is not None)
    QTest.keyClick(pane.grid, Qt.Key.Key_K)
    (file,) = kept.kept_folder(session.project.layout).glob("*.json")
    origin = json.loads(file.read_text())["origin"]
    assert origin["checkpoint"]["step"] == 7
    assert origin["nearest"] == {"name": "sb01p003/1", "distance": 0.01, "memorised": True}
    pane.bar.set_source("kept")
    settle(lambda: pane.is_settled() and bool(pane._model.samples))
    assert pane._model.samples[0].measure.is_memorised
    assert "nearly a copy" in pane.side._origin.text()


def test_a_series_has_its_variabilities_over_its_columns(pane, settle):
    again(pane, settle, pane.bar.set_series)
    model, grid = pane._model, pane.grid
    assert len(model.samples) == 24
    shown = [one.origin["options"].get("variability", 0.5) for one in model.samples]
    assert shown == list(SERIES) * 4
    assert [one.origin["index"] for one in model.samples] == [k for k in range(4) for _ in SERIES]
    tops = {grid.visualRect(model.index(row)).top() for row in range(6)}
    assert len(tops) == 1
    assert grid.visualRect(model.index(6)).top() > tops.pop()
    assert grid._heads.texts == tuple(f"{one:.1f}" for one in SERIES)
    assert not pane.head._sorts.isVisible()
    again(pane, settle, lambda: pane.bar.set_series(on=False))
    assert not grid._heads.isVisible()
    assert pane.head._sorts.isVisible()


def test_another_state_of_the_run_draws(pane, settle):
    states = pane.bar.weights._states
    assert states.count() == 2
    states.setCurrentIndex(1)
    again(pane, settle, lambda: states.activated.emit(1))
    weights: Weights = pane._machine.weights
    assert weights.file.name == "last.safetensors"
    assert pane._machine.sampler.weights == weights.file


def test_c_takes_the_drawing_to_the_canvas(pane, qtbot, session):
    pane.grid.choose(2)
    with qtbot.waitSignal(session.continuing) as taken:
        QTest.keyClick(pane.grid, Qt.Key.Key_C)
    assert taken.args == [pane._model.samples[2]]


def test_only_the_view_in_sight_has_a_machine(pane, settle, monkeypatch):
    told = []

    class Other(GalleryView):
        def activate(self):
            told.append("in sight")

        def leave(self):
            told.append("gone")

    other = Other()
    pane._rooms.insertWidget(1, other)
    pane.views.insert(0, other)
    pane.bar.set_view(1)
    assert pane._machine.sampler is None
    assert told == ["in sight"]
    pane.bar.set_view(0)
    assert told == ["in sight", "gone"]
    settle(lambda: pane.is_settled() and is_whole(pane))
    assert pane._machine.sampler is not None
    pane.views.remove(other)


def test_a_view_that_wants_something_kept_gets_it_once(pane, session):
    sample = Sample("between", line(120), origin=ORIGIN)
    pane.views[0].keep_wanted.emit(sample)
    pane.views[0].keep_wanted.emit(sample)
    assert len(list(kept.kept_folder(session.project.layout).glob("*.json"))) == 1
    assert pane.count_text() == "1 kept"
