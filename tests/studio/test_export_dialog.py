"""The export dialogue: what is chosen is what is previewed, estimated, written, and remembered."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.errors import UserError
from engine.export.formats import FORMATS
from engine.export.timeline import Pace
from engine.strokes.svg import read_svg
from studio import theme
from studio.gallery import exporting
from studio.gallery.exporting import ExportChoice
from studio.models.samples import Sample
from studio.widgets.export.export_dialog import ExportDialog
from studio.widgets.question_dialog import QuestionDialog
from tests.studio.test_drawing_player import curly

SMALL = ExportChoice(size_px=(96, 96), size_all_px=(160, 120), fps=10, pace=Pace(draw_s=1.0, hold_s=0.5))


def samples(count: int = 3) -> list[Sample]:
    return [Sample(f"run001 · {k}", curly(k)) for k in range(count)]


@pytest.fixture
def make(qtbot, settle, tmp_path):
    """Make dialogues, small and quick."""
    made = []

    def open_one(drawings=None, choice: ExportChoice = SMALL, current: int = 1) -> ExportDialog:
        exporting.remember(choice)
        given = samples() if drawings is None else drawings
        shown = ExportDialog(given, "faces", tmp_path / "exports", current=current)
        qtbot.addWidget(shown)
        made.append(shown)
        shown.show()
        settle(lambda: shown.is_settled)
        return shown

    yield open_one
    for shown in made:
        shown.preview.let_go()
        shown.reject()


@pytest.fixture
def dialog(make):
    return make()


def choose(dialog: ExportDialog, key: str, settle) -> None:
    dialog.formats.setCurrentRow(list(FORMATS).index(key))
    settle(lambda: dialog.is_settled)


def write(dialog: ExportDialog, settle) -> Path:
    with_path = []
    dialog.written.connect(with_path.append)
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.is_settled)
    (path,) = with_path
    return path


@pytest.mark.parametrize("key", list(FORMATS))
def test_every_format_is_explained_previewed_estimated_and_written(make, settle, key):
    dialog = make(choice=replace(SMALL, key=key))
    assert exporting.MEANINGS[key]
    film = dialog.preview.canvas.film
    assert not film.is_blank
    assert (dialog.preview.playbar.duration_s > 0) == FORMATS[key].moves
    if not FORMATS[key].moves:
        assert dialog.preview.canvas.time_s == film.duration_s
    assert dialog.preview.size_words.startswith("about "), dialog.message.text()
    path = write(dialog, settle)
    assert path.suffix == FORMATS[key].suffix
    assert path.stat().st_size > 40
    assert dialog.show_file.isVisible()


def test_a_gif_is_what_was_chosen(dialog, settle):
    dialog.form.width_px.setValue(120)
    dialog.form.ink.set_value("#2f4bd8")
    dialog.form.paper.set_value("#ffffff")
    dialog.form.paper.chosen.emit()
    settle(lambda: dialog.is_settled)
    film = dialog.preview.canvas.film
    assert (film.size_px, film.paper.lower(), film.parts[0].inks[0].lower()) == (
        (120, 96),
        "#ffffff",
        "#2f4bd8",
    )
    with Image.open(write(dialog, settle)) as image:
        assert image.size == (120, 96)
        assert sum(_durations(image)) == 1500
        image.seek(image.n_frames - 1)
        last = np.asarray(image.convert("RGB")).reshape(-1, 3)
    assert (last == 255).all(axis=1).mean() > 0.5
    assert (np.abs(last.astype(int) - [0x2F, 0x4B, 0xD8]).sum(axis=1) < 12).any()


def _durations(image: Image.Image) -> list[int]:
    durations = []
    for index in range(image.n_frames):
        image.seek(index)
        durations.append(image.info["duration"])
    return durations


def test_one_or_all_of_the_grid(dialog, settle):
    assert len(dialog.preview.canvas.film.parts) == 1
    QTest.mouseClick(dialog.all, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.is_settled)
    film = dialog.preview.canvas.film
    assert (len(film.parts), film.size_px) == (3, (160, 120))
    assert dialog.preview.facts.startswith("3 drawings")
    assert dialog.path.name == "faces-all.gif"
    QTest.mouseClick(dialog.one, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.is_settled)
    assert dialog.preview.canvas.film.size_px == (96, 96)


def test_the_chosen_drawing_is_meant_by_this_drawing(make, settle):
    drawings = [*samples(), Sample("")]
    dialog = make(drawings, replace(SMALL, key="svg"), current=2)
    strokes, expected = read_svg(write(dialog, settle)), drawings[2].picture.strokes
    assert [len(stroke) for stroke in strokes] == [len(stroke) for stroke in expected]
    assert dialog.all.text() == "All 3", "places without a line are left out"


def test_a_single_drawing_without_a_name_can_be_given(make):
    dialog = make([curly()])
    assert not dialog.all.isVisible()
    assert dialog.form.ink._usual == theme.LIGHT.ink, "a drawing of the sketchbooks is the hand's"


def test_the_estimate_is_near(dialog, settle):
    words = dialog.preview.size_words
    size = write(dialog, settle).stat().st_size
    kilobytes = float(words.removeprefix("about ").removesuffix(" KB"))
    assert kilobytes * 1000 == pytest.approx(size, rel=0.35, abs=1000)


def test_of_many_changes_the_newest_is_shown(dialog, settle, monkeypatch):
    for width in range(100, 200, 10):
        dialog.form.width_px.setValue(width)
    settle(lambda: dialog.is_settled)
    assert dialog.preview.canvas.film.size_px == (190, 96)
    assert dialog.preview.facts.startswith("190 × 96 px")


def test_rows_without_use_are_hidden(dialog, settle):
    form = dialog.form
    assert form.fps.isVisible()
    assert not form.sheet.isVisible()
    choose(dialog, "plotter-svg", settle)
    assert not form.fps.isVisible()
    assert not form.pace.isVisible()
    assert form.sheet.isVisible()
    assert form.margin_mm.isVisible()
    choose(dialog, "svg", settle)
    assert form.pace.pen.isVisible()
    assert not form.pace.by.isVisible()


def test_a_sheet_is_shown_in_its_proportions_with_its_margins(make, settle):
    dialog = make(choice=replace(SMALL, key="plotter-svg", sheet="A5", margin_mm=30.0, turn="portrait"))
    film = dialog.preview.canvas.film
    assert film.size_px[0] / film.size_px[1] == pytest.approx(148 / 210, rel=0.01)
    points = np.concatenate([line[:, :2] for line in film.parts[0].lines])
    mm = points / film.size_px[0] * 148
    assert mm.min() > 29.5
    assert mm[:, 0].max() < 148 - 29.5
    assert min(abs(mm[:, 0].min() - 30), abs(mm[:, 1].min() - 30)) < 0.5
    assert dialog.preview.facts.startswith("148 × 210 mm")


def test_what_cannot_be_made_is_said_and_cannot_be_written(make, settle):
    dialog = make(choice=replace(SMALL, key="gcode"))
    dialog.form.margin_mm.setValue(150.0)
    assert "margin" in dialog.message.text()
    assert not dialog.write.isEnabled()
    settle(lambda: dialog.is_settled)
    assert dialog.preview.canvas.film is None
    dialog.form.margin_mm.setValue(10.0)
    settle(lambda: dialog.is_settled)
    assert dialog.write.isEnabled()
    assert not dialog.message.text()


def test_nothing_drawn_is_nothing_to_export(make):
    dialog = make([Sample("")])
    assert not dialog.write.isEnabled()
    assert "no line" in dialog.message.text()


def test_a_gif_cannot_be_faster_than_browsers_show_it(make, settle):
    dialog = make(choice=replace(SMALL, key="mp4", fps=60))
    choose(dialog, "gif", settle)
    assert dialog.form.fps.value() == 50
    assert dialog.choice.fps == 50
    assert dialog.preview.size_words.startswith("about ")


# -- where to --------------------------------------------------------------------------------------------


def test_a_name_that_is_free_is_proposed(make, tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "faces.gif").write_bytes(b"mine")
    assert make().path == folder / "faces-2.gif"


def test_a_second_file_of_the_same_name_is_asked_about(dialog, settle):
    first = write(dialog, settle)
    before = first.read_bytes()
    dialog.form.fps.setValue(5)
    settle(lambda: dialog.is_settled)
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    question = dialog.findChild(QuestionDialog)
    assert question is not None
    assert first.name in question.windowTitle()
    assert first.read_bytes() == before
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert first.read_bytes() == before
    dialog._on_question_answered("replace")
    settle(lambda: dialog.is_settled)
    assert first.read_bytes() != before


def test_the_desktop_asks_and_is_not_asked_again(dialog, settle, tmp_path, monkeypatch):
    mine = tmp_path / "mine.gif"
    mine.write_bytes(b"mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(mine), ""))
    QTest.mouseClick(dialog.elsewhere, Qt.MouseButton.LeftButton)
    assert write(dialog, settle) == mine
    assert mine.read_bytes()[:3] == b"GIF"


def test_a_suffix_that_was_left_out_is_added_and_asked_about(dialog, tmp_path, monkeypatch):
    (tmp_path / "mine.gif").write_bytes(b"mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "mine"), ""))
    QTest.mouseClick(dialog.elsewhere, Qt.MouseButton.LeftButton)
    assert dialog.path == tmp_path / "mine.gif"
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    assert dialog.findChild(QuestionDialog) is not None
    assert (tmp_path / "mine.gif").read_bytes() == b"mine"


# -- writing ---------------------------------------------------------------------------------------------


def long_one(make) -> ExportDialog:
    choice = replace(SMALL, size_px=(700, 700), fps=50, pace=Pace(draw_s=60.0))
    return make(choice=choice)


def test_progress_is_shown_and_stop_leaves_nothing(make, settle):
    dialog = long_one(make)
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.progress.value() > 0)
    assert dialog.progress.isVisible()
    assert not dialog.form.isEnabled()
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.is_settled)
    assert "Nothing was written" in dialog.message.text()
    assert list(dialog.path.parent.iterdir()) == []
    assert dialog.form.isEnabled()


def test_leaving_while_it_writes_stops_first(make, settle):
    dialog = long_one(make)
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.progress.value() > 0)
    dialog.close()
    assert dialog.isVisible()
    settle(lambda: not dialog.isVisible())
    assert list(dialog.path.parent.iterdir()) == []


def test_a_disk_that_refuses_is_said(dialog, settle, monkeypatch):
    def refuse(self):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(exporting.WriteDrawings, "__call__", refuse)
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    settle(lambda: dialog.is_settled)
    assert "disk is full" in dialog.message.text()
    assert dialog.write.isEnabled()


def test_choices_are_remembered_once_something_is_written(make, settle, tmp_path):
    dialog = make()
    choose(dialog, "png", settle)
    dialog.form.height_px.setValue(200)
    dialog.form.paper.set_value("#fffff0")
    dialog.form.paper.chosen.emit()
    settle(lambda: dialog.is_settled)
    assert exporting.recall() == SMALL
    write(dialog, settle)
    assert exporting.recall() == replace(SMALL, key="png", size_px=(96, 200), paper="#fffff0")


def test_choices_that_cannot_be_read_are_as_usual():
    good = json.loads(json.dumps(asdict(SMALL)))
    assert ExportChoice.from_json(good) == SMALL
    for bad in ({"size_px": 4}, {"size_px": [1]}, {"pace": {"draw_s": -1}}, {"pace": 3}):
        assert ExportChoice.from_json({**good, **bad}) == ExportChoice()
    assert ExportChoice.from_json({**good, "from_the_future": 1}) == SMALL


def test_a_colour_is_chosen_and_given_back(dialog, settle, monkeypatch):
    ink = dialog.form.ink
    monkeypatch.setattr("studio.widgets.colour_button.QColorDialog.getColor", lambda *a: QColor("#123456"))
    QTest.mouseClick(ink.button, Qt.MouseButton.LeftButton)
    assert dialog.choice.ink == "#123456"
    QTest.mouseClick(ink.back, Qt.MouseButton.LeftButton)
    assert dialog.choice.ink == ""
