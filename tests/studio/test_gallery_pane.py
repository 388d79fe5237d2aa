"""The gallery, with a child process that draws triangles."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from engine.errors import UserError
from engine.jobs.runs import create_run
from engine.project.layout import Layout
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing
from studio.gallery import kept
from studio.gallery.kept_commands import KeepCommand
from studio.models.samples import Sample, SamplesModel
from studio.panes import gallery
from studio.panes.gallery import GalleryPane
from studio.widgets import sample_grid
from studio.widgets.export.export_dialog import ExportDialog
from studio.widgets.player.big_player import BigPlayer

pytest_plugins = ("tests.studio.fake_jobs",)
TRIANGLE = Drawing((np.array([[0, 0], [100, 40], [0, 200]], dtype=np.float32),))


@pytest.fixture
def run(session):
    """A run that can draw."""
    folder = create_run(session.project.layout, "faces/v001", {})
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "best.safetensors").write_bytes(b"")
    return folder


@pytest.fixture
def empty_pane(qtbot, session, settle, fake_sampler):
    shown = GalleryPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(session)
    shown.show()
    shown.activate()
    settle(shown.is_settled)
    yield shown
    shown.close_project()
    shown.shutdown()


@pytest.fixture
def pane(run, empty_pane, settle):
    settle(lambda: empty_pane.is_settled() and all(s.is_drawn for s in empty_pane._model.samples))
    return empty_pane


def first_corner(pane) -> list[float]:
    return pane._model.samples[0].drawing.strokes[0][1].tolist()


def redrawn(pane, settle, act) -> None:
    done = []
    pane._machine.finished.connect(lambda: done.append(True))
    act()
    settle(lambda: bool(done) and pane.is_settled())


def test_without_a_run_it_shows_the_way(empty_pane, qtbot):
    with qtbot.waitSignal(empty_pane.wanted) as wanted:
        QTest.mouseClick(empty_pane._empty._button, Qt.MouseButton.LeftButton)
    assert wanted.args == ["Training"]
    assert not empty_pane.side._foot.isVisible()


def test_without_a_run_the_base_model_draws(base_model, empty_pane, settle):
    base_model.touch()
    empty_pane.refresh()
    settle(lambda: empty_pane.is_settled() and bool(empty_pane._model.samples))
    settle(lambda: all(sample.is_drawn for sample in empty_pane._model.samples))
    assert empty_pane._machine.sampler.weights == base_model
    assert empty_pane._model.samples[2].origin["index"] == 2
    assert empty_pane._model.samples[2].name == "base · 0.50 · seed 0 · 3"
    assert "never seen yours" in empty_pane.head.text()


def test_the_base_model_stands_last_among_runs(base_model, pane, settle):
    base_model.touch()
    pane.refresh()
    runs = pane.bar.weights._runs
    settle(lambda: [runs.itemText(k) for k in range(runs.count())] == ["run001   faces/v001", "Base model"])
    assert pane.bar.run_id == "run001"
    runs.setCurrentIndex(1)
    runs.activated.emit(1)
    settle(lambda: pane.is_settled() and pane._model.samples[0].name.startswith("base"))
    assert pane._machine.sampler.weights == base_model


def test_a_run_fills_the_grid_and_the_first_lies_on_the_table(pane):
    assert len(pane._model.samples) == 16
    assert pane.side.player.sample is pane._model.samples[0]
    origin = pane._model.samples[3].origin
    assert (origin["run"], origin["seed"], origin["index"]) == ("run001", 0, 3)


def test_cards_that_do_not_fit_into_a_frame_come_in_the_next(pane, settle, monkeypatch):
    monkeypatch.setattr(sample_grid, "_FRAME_S", 1e-9)
    delegate, waiting = pane.grid._delegate, []
    pane.grid._next_frame.timeout.disconnect()
    pane.grid._next_frame.timeout.connect(lambda: waiting.append(len(delegate.late)))
    pane.grid._next_frame.timeout.connect(pane.grid._on_next_frame_timeout)
    delegate.forget()
    pane.grid.viewport().update()
    settle(lambda: len(delegate._cards) == 16)
    assert waiting == list(range(15, 0, -1)), "one card a frame"


def test_slider_and_dice_draw_anew(pane, settle):
    before = first_corner(pane)
    redrawn(pane, settle, lambda: QTest.keyClick(pane.bar._slider, Qt.Key.Key_PageUp))
    assert pane.bar.manner.variability == pytest.approx(0.6)
    assert first_corner(pane)[0] == pytest.approx(before[0] * 1.2, rel=0.01)
    seed = pane.bar.seed
    redrawn(pane, settle, lambda: QTest.keyClick(pane.grid, Qt.Key.Key_D))
    assert pane.bar.seed != seed


def test_more_and_fewer_at_once(pane, settle):
    redrawn(pane, settle, lambda: pane.bar._count.setCurrentIndex(3))
    assert len(pane._model.samples) == 36
    assert all(sample.is_drawn for sample in pane._model.samples)


def test_a_click_plays_the_drawing_and_space_holds_it(pane, qtbot):
    rect = pane.grid.visualRect(pane._model.index(5))
    QTest.mouseClick(pane.grid.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    bar = pane.side.player.playbar
    assert pane.side.player.sample is pane._model.samples[5]
    assert bar.is_playing
    QTest.keyClick(pane.grid, Qt.Key.Key_Space)
    assert not bar.is_playing
    bar.seek(2.0)
    pen = pane.side.player.canvas.pen
    assert pen.line == 0
    assert 0 < pen.point < 2


def test_a_sampler_that_dies_says_why(pane, settle):
    pane.bar._seed.setValue(13)
    settle(lambda: "damaged" in pane.head.text())


def test_kept_drawings_lie_in_the_project_and_undo_takes_them_back(pane, session, settle):
    QTest.keyClick(pane.grid, Qt.Key.Key_K)
    folder = kept.kept_folder(session.project.layout)
    (file,) = folder.glob("*.json")
    assert json.loads(file.read_text())["origin"]["run"] == "run001"
    strokes = read_svg(file.with_suffix(".svg"))
    assert np.allclose(strokes[0], pane._model.samples[0].picture.strokes[0], atol=0.01)
    assert pane._model.samples[0].is_kept
    assert pane.count_text() == "1 kept"
    pane.bar.set_source("kept")
    settle(pane.is_settled)
    assert [sample.is_kept for sample in pane._model.samples] == [True]
    session.undo.undo()
    assert list(folder.glob("*")) == []
    session.undo.redo()
    assert file.exists()


def test_a_full_disk_keeps_nothing_and_says_so(pane, session, monkeypatch):
    def refuse(layout, sample):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(kept, "keep", refuse)
    QTest.keyClick(pane.grid, Qt.Key.Key_K)
    assert "disk is full" in pane.head.text()
    assert not pane._model.samples[0].is_kept


def test_a_damaged_kept_file_is_left_alone_and_named(tmp_path):
    layout = Layout(tmp_path)
    kept.keep(layout, Sample("one", TRIANGLE))
    damaged = kept.kept_folder(layout) / "two.json"
    damaged.write_text('{"name": "two"')
    now = kept.ReadKept(layout)()
    assert [sample.name for sample in now.samples] == ["one"]
    assert now.damaged == ("two.json: it is cut off, or no JSON",)
    assert damaged.exists()


def test_two_of_one_name_lie_side_by_side(tmp_path):
    layout, other = Layout(tmp_path), Drawing((TRIANGLE.strokes[0] + 1,))
    stems = [kept.keep(layout, Sample(name, one)) for name, one in (("Hat", TRIANGLE), ("hat", other))]
    assert len({stem.casefold() for stem in stems}) == 2
    assert {sample.name for sample in kept.ReadKept(layout)().samples} == {"Hat", "hat"}


def test_thrown_away_is_in_the_trash_until_it_comes_back(tmp_path, qapp):
    layout, told = Layout(tmp_path), []
    command = KeepCommand(layout, Sample("one", TRIANGLE), lambda *fact: told.append(fact), pytest.fail)
    command.redo()
    (file,) = kept.kept_folder(layout).glob("*.json")
    text = file.read_text()
    command.undo()
    assert kept.ReadKept(layout)().samples == ()
    assert [path.read_text() for path in kept.thrown_folder(layout).glob("*.json")] == [text]
    command.redo()
    assert file.read_text() == text
    assert [word for word, _ in told] == ["kept", "thrown away", "kept"]


def test_another_name_goes_with_its_files(tmp_path):
    layout = Layout(tmp_path)
    stem = kept.rename(layout, kept.keep(layout, Sample("one", TRIANGLE)), "The hat")
    assert stem == "The-hat"
    assert {path.name for path in kept.kept_folder(layout).iterdir()} == {"The-hat.json", "The-hat.svg"}
    (sample,) = kept.ReadKept(layout)().samples
    assert (sample.name, sample.file) == ("The hat", "The-hat")


def test_a_kept_drawing_can_be_named_and_the_name_taken_back(pane, session, monkeypatch):
    monkeypatch.setattr(gallery.QInputDialog, "getText", lambda *_, **__: ("The hat", True))
    before = pane._model.samples[0].name
    QTest.keyClick(pane.grid, Qt.Key.Key_F2)
    assert pane._model.samples[0].name == before, "only what is kept has a name of its own"
    QTest.keyClick(pane.grid, Qt.Key.Key_K)
    QTest.keyClick(pane.grid, Qt.Key.Key_F2)
    assert (pane._model.samples[0].name, pane._model.samples[0].file) == ("The hat", "The-hat")
    session.undo.undo()
    assert pane._model.samples[0].name == before
    assert pane._model.samples[0].is_kept


def test_the_same_drawing_is_known_as_kept_when_it_is_drawn_again(pane, settle):
    QTest.keyClick(pane.grid, Qt.Key.Key_K)
    redrawn(pane, settle, lambda: pane.bar._seed.setValue(5))
    assert not pane._model.samples[0].is_kept
    redrawn(pane, settle, lambda: pane.bar._seed.setValue(0))
    assert [row for row, sample in enumerate(pane._model.samples) if sample.is_kept] == [0]


def test_cards_grow_while_the_table_keeps_what_lies_on_it(pane, settle):
    seen, lying = [], pane.side.player.sample
    pane._machine.sampler.grown.connect(
        lambda first, _: seen.append(
            (pane._model.samples[first].is_growing, pane.side.player.sample is lying)
        )
    )
    redrawn(pane, settle, lambda: pane.bar._seed.setValue(4))
    assert seen[0] == (True, True)
    assert all(growing for growing, _ in seen)
    assert not any(sample.is_growing for sample in pane._model.samples)


def test_the_export_button_offers_this_drawing_and_all(pane):
    pane.grid.choose(3)
    QTest.mouseClick(pane.side._export, Qt.MouseButton.LeftButton)
    (dialog,) = pane.findChildren(ExportDialog)
    assert dialog._current == [pane._model.samples[3]]
    assert len(dialog._samples) == 16
    dialog.close()


def test_enter_shows_the_drawing_large_among_the_others(pane, monkeypatch):
    shown = []
    monkeypatch.setattr(BigPlayer, "show_samples", lambda _, samples, start: shown.append((samples, start)))
    pane.grid.choose(2)
    pane.grid.activated.emit(pane._model.index(2))
    assert shown == [(list(pane._model.samples), 2)]


def test_a_card_can_be_carried_out_of_the_window(pane, monkeypatch):
    carried = []
    monkeypatch.setattr("studio.gallery.dragging.drag_out", lambda _, samples: carried.append(samples))
    start = pane.grid.visualRect(pane._model.index(2)).center()
    viewport = pane.grid.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in (5, 20, 40):
        QTest.mouseMove(viewport, start + QPoint(step, step))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 40))
    assert carried == [[pane._model.samples[2]]]


def test_cards_change_without_a_reset_while_their_number_stays(qapp, qtbot):
    model = SamplesModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([Sample("")] * 4)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.put(2, [Sample("c", TRIANGLE), Sample("d", TRIANGLE), Sample("e", TRIANGLE)])
    assert [sample.name for sample in model.samples] == ["", "", "c", "d"]
    assert tester.model() is model


def test_the_wheel_over_the_paper_comes_closer(pane):
    canvas = pane.side.player.canvas
    before = canvas.transform().m11()
    canvas.zoom(2.0)
    assert canvas.transform().m11() == pytest.approx(2 * before)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert canvas.transform().m11() == pytest.approx(before)


def test_what_is_kept_elsewhere_is_counted_at_once(pane, session, settle):
    kept.keep(session.project.layout, Sample("from the canvas", TRIANGLE, "both"))
    assert pane.count_text() == ""
    session.data_changed.emit("samples")
    settle(lambda: pane.count_text() == "1 kept")


def test_a_card_that_has_the_focus_alone_is_chosen_when_all_are_drawn(pane, settle):
    """Qt gives the first card the focus as soon as the list has it, and chooses none."""

    def roll() -> None:
        pane.bar.roll()
        focus = pane.grid.selectionModel()
        focus.setCurrentIndex(pane._model.index(2), QItemSelectionModel.SelectionFlag.Clear)

    redrawn(pane, settle, roll)
    assert [index.row() for index in pane.grid.selectedIndexes()] == [2]
    assert pane.side.sample is pane._model.samples[2]
