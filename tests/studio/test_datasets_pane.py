"""Datasets in the window: a recipe written with the mouse, numbers that follow, versions that stay."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from engine.dataset.npz import object_array
from engine.dataset.recipe import Recipe, fragments_recipe
from engine.dataset.shelf import given_title
from engine.dataset.versions import make_dataset
from engine.project.project import Project
from studio.models.items import Item
from studio.models.library import Shelf
from studio.panes.datasets import DatasetsPane
from tests.studio.traced import hand_made_trace, put_trace

pytest_plugins = ("tests.studio.fake_recipes",)


@pytest.fixture
def pane(qtbot, session, settle, fake_recipes):
    shown = DatasetsPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(session)
    shown.restore_view({})
    shown.show()
    shown.refresh()
    settle(shown.is_settled)
    yield shown
    shown.close_project()
    shown.shutdown()


@pytest.fixture
def drawn(pane, session, settle):
    """The pane with drawings in three books to choose from, and numbers of the default recipe."""
    put_drawings(session)
    settle(lambda: pane.sheet.preview is not None and pane.is_settled())
    return pane


@pytest.fixture
def versions(drawn, session, settle):
    """Three versions: two of real drawings with different rules, one of another name."""
    for number in range(1, 7):
        put_trace(session.project, f"sb01p{number:03d}", hand_made_trace())
    loose = Recipe(min_points=2, valid_fraction=0.2)
    make_dataset(session.project, "faces", loose)
    make_dataset(session.project, "faces", Recipe(min_points=2, valid_fraction=0.2, max_strokes=2))
    make_dataset(session.project, "hands", loose)
    drawn.refresh()
    settle(lambda: len(drawn.shelf.versions) == 3 and drawn.is_settled())
    click(drawn.bar.tabs.button(1))
    settle(drawn.is_settled)
    return drawn


def put_drawings(session):
    pages = [Item(f"p{n}", "pages", f"sb0{n}", n, decision="accepted") for n in (1, 2, 3)]
    pages.append(Item("q", "pages", "sb09", 9))
    cut = [("p1/1", "sb01", "accepted", "drawing"), ("p1/2", "sb01", "rejected", "drawing")]
    cut += [("p2/1", "sb02", "undecided", "notes"), ("p3/1", "sb03", "undecided", "")]
    cut += [("q/1", "sb09", "accepted", "")]
    drawings = [Item(i, "drawings", book, 1, decision=d, kind=kind) for i, book, d, kind in cut]
    session.library.put({"pages": Shelf.of(pages), "drawings": Shelf.of(drawings)})


def click(widget, pos=None):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pos or QPoint())


def drag(slider, share):
    """Pull a slider's handle to a share of its way."""
    span = slider.width() - 14
    here = round(7 + span * slider.value() / slider.maximum())
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(here, slider.height() // 2))
    for step in range(1, 6):
        at = round(here + (7 + span * share - here) * step / 5)
        QTest.mouseMove(slider, QPoint(at, slider.height() // 2))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(at, slider.height() // 2))


def number(pane, title):
    return dict(pane.sheet.funnel.figures())[title]


# -- empty ---------------------------------------------------------------------------------------------


def test_without_drawings_it_shows_the_way_and_counts_nothing(pane, qtbot):
    assert pane._empty.isVisible() and pane._elsewhere.isVisible()
    assert not pane._recipes._process.is_alive
    with qtbot.waitSignal(pane.wanted) as wanted:
        click(pane._empty._button)
    assert wanted.args == ["Tracing"]


# -- the recipe ----------------------------------------------------------------------------------------


def test_only_drawings_of_accepted_pages_are_there_to_choose_from(drawn):
    choices = drawn.form._choices
    assert choices.decisions == {"accepted": 1, "rejected": 1, "undecided": 2}
    assert choices.books == {"sb01": 2, "sb02": 1, "sb03": 1}
    assert choices.kinds == {"": 1, "drawing": 2, "notes": 1}


def test_numbers_pictures_and_copies_come_by_themselves(drawn):
    assert [number(drawn, title) for title in ("pages", "drawings", "kept", "points")] == [
        "20", "40", "40", "4,000",
    ]  # fmt: skip
    assert len(drawn.sheet.kept.ids) == 12
    assert all(sample.is_drawn for sample in drawn.sheet.kept._model.samples)
    assert len(drawn.sheet.copies.ids) == 9 and drawn.sheet.copies.ids[0] == "sb01p001/1"
    assert drawn.sheet._none_left_out.isVisible()


def test_a_slider_pulled_changes_numbers_and_shows_what_the_rule_leaves_out(drawn, settle, qtbot):
    slider = drawn.form.rows["max_strokes"].slider
    drag(slider, 0.1)
    limit = drawn.form.recipe["max_strokes"]
    assert isinstance(limit, int) and 5 <= limit <= 11
    settle(lambda: drawn.sheet.preview.kept == limit and drawn.is_settled())
    (row,) = drawn.sheet.rules
    assert row.isVisible() and row._count.text() == str(40 - limit)
    assert row._title.text() == f"more than {limit} strokes"
    assert all(sample.is_drawn for sample in row.strip._model.samples)
    with qtbot.waitSignal(drawn.loupe_wanted) as wanted:
        click(row.strip.viewport(), QPoint(30, 30))
    assert wanted.args == [f"sb01p{limit + 1:03d}/1"]
    assert drawn.neighbour(wanted.args[0], 1) == f"sb01p{limit + 2:03d}/1"


def test_old_numbers_stay_until_new_ones_are_there(drawn, settle):
    drawn.form.seed.setValue(15)
    settle(lambda: drawn._recipes.is_counting)
    assert number(drawn, "kept") == "40" and drawn.bar._counting.text() == "counting…"
    settle(drawn.is_settled)
    assert drawn.bar._counting.text() == ""


def test_copies_alone_follow_the_sliders_of_straying(drawn, settle, monkeypatch):
    asked = []
    monkeypatch.setattr(drawn._recipes, "preview", lambda *a: asked.append(a))
    before = drawn.sheet.copies._model.samples[1].drawing
    drag(drawn.form.rows["augment.scale"].slider, 0.9)
    settle(lambda: drawn.sheet.copies._model.samples[1].drawing is not before)
    assert drawn.form.recipe["augment"]["scale"] > 0.4
    assert not asked


def test_another_drawing_and_other_chances(drawn, settle):
    strip = drawn.sheet.kept
    cell = strip.gridSize().width()
    click(strip.viewport(), QPoint(cell + cell // 2, cell // 2))
    settle(lambda: drawn.sheet.copies.ids[0] == "sb01p002/1")
    before = drawn.sheet.copies._model.samples[1].drawing
    click(drawn.sheet.dice)
    settle(lambda: drawn.is_settled() and drawn.sheet.copies._model.samples[1].drawing is not before)
    assert drawn.sheet.copies.ids[0] == "sb01p002/1"


def test_arrows_choose_and_space_looks_closely(drawn, settle, qtbot):
    drawn.activate()
    drawn.sheet.kept.setFocus()
    QTest.keyClick(drawn.sheet.kept, Qt.Key.Key_Right)
    settle(lambda: drawn.sheet.copies.ids[0] == "sb01p002/1")
    with qtbot.waitSignal(drawn.loupe_wanted) as wanted:
        QTest.keyClick(drawn.sheet.kept, Qt.Key.Key_Space)
    assert wanted.args == ["sb01p002/1"]


def test_ticks_limit_books_and_none_at_all_is_refused(drawn, settle):
    books = drawn.form.books
    click(books.fold, QPoint(8, 8))
    click(books._ticks["sb02"], QPoint(8, 8))
    assert drawn.form.recipe["books"] == ["sb01", "sb03"]
    click(books._ticks["sb02"], QPoint(8, 8))
    assert drawn.form.recipe["books"] == []
    click(books.all, QPoint(8, 8))
    settle(drawn.form._problem.isVisible)
    assert drawn.form._problem.text() == "Tick at least one sketchbook."
    assert not drawn.form.make.isEnabled()
    click(books.all, QPoint(8, 8))
    settle(drawn.form.make.isEnabled)


def test_reset_goes_back_to_the_defaults(drawn, settle):
    drag(drawn.form.rows["max_strokes"].slider, 0.1)
    drawn.form.mirror.setChecked(True)
    click(drawn.form.reset)
    assert drawn.form.recipe == Recipe().to_json()
    settle(lambda: drawn.is_settled() and drawn.sheet.preview.kept == 40)


def test_every_recipe_the_form_makes_is_one_the_engine_reads(drawn):
    for row in drawn.form.rows.values():
        for value in (row.slider.minimum(), row.slider.maximum()):
            row.slider.setValue(value)
            Recipe.from_json(drawn.form.recipe)
    assert drawn.form.recipe["max_strokes"] == 0  # the last notch is no limit
    assert drawn.form.rows["max_strokes"]._figure.text() == "no limit"


def test_a_refusal_stands_above_the_old_numbers(drawn, settle):
    drawn.form.seed.setValue(14)
    settle(drawn.sheet._problem.isVisible)
    assert drawn.sheet._problem.text() == "No page is accepted. Accept some."
    assert number(drawn, "kept") == "40"
    drawn.form.seed.setValue(0)
    settle(lambda: not drawn.sheet._problem.isVisible())


def test_what_was_set_is_there_the_next_evening(drawn, session, settle, qtbot):
    drag(drawn.form.rows["max_strokes"].slider, 0.1)
    drawn.form.name.setEditText("faces")
    view = json.loads(json.dumps(drawn.view_state()))
    other = DatasetsPane()
    qtbot.addWidget(other)
    other.open_project(session)
    other.restore_view(view)
    assert other.form.recipe == drawn.form.recipe and other.form.dataset_name == "faces"
    other.restore_view({"recipe": {"no": "such"}, "tab": "x", "seed": []})
    other.close_project()
    other.shutdown()


def test_nobody_looks_nobody_counts(drawn, session, settle):
    drawn.hide()
    session.library.put({"pages": Shelf(), "drawings": Shelf()})
    put_drawings(session)
    drawn.form.seed.setValue(3)
    assert not drawn._soon.isActive() and not drawn._recipes.is_busy
    before = drawn.sheet.preview
    drawn.show()
    settle(lambda: drawn.is_settled() and drawn.sheet.preview is not before)


# -- versions ------------------------------------------------------------------------------------------


def test_versions_tell_what_is_another_in_each(versions):
    newest, second, first = versions.shelf.versions
    assert [one.id for one in versions.shelf.versions] == ["hands/v001", "faces/v002", "faces/v001"]
    assert (first.drawings, first.left_out, first.before) == (12, 0, "")
    assert (second.drawings, second.left_out, second.before) == (6, 6, "faces/v001")
    assert (second.added, second.removed, second.changed) == (0, 6, 0)
    assert second.recipe_changes == ("strokes, at most 40 → 2",)
    assert second.difference == "−6   strokes, at most 40 → 2"
    assert newest.difference == "the first"
    assert versions.count_text() == "3 versions"


def test_a_version_clicked_shows_its_drawings(versions, settle):
    table = versions.versions.table
    click(table.viewport(), table.visualRect(table.model().index(2, 0)).center())
    settle(versions.is_settled)
    assert versions.versions.version.id == "faces/v001"
    assert len(versions.versions._samples.samples) == 12
    assert "12 drawings" in versions.versions._facts.text()


def test_train_on_it_leads_to_training_with_it_chosen(versions, session, qtbot):
    versions.versions.choose("faces/v001")
    with qtbot.waitSignal(versions.wanted) as wanted:
        click(versions.versions.train)
    assert wanted.args == ["Training"] and session.dataset_in_view == "faces/v001"


def test_a_version_is_given_another_title_in_its_row_and_that_is_taken_back(versions, session, settle):
    table = versions.versions.table
    versions.versions.choose("faces/v002")
    place = table.visualRect(table.model().index(1, 0)).center()
    click(table.viewport(), place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    editor = table.findChild(QLineEdit)
    QTest.keyClicks(editor, "few strokes")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(lambda: versions.versions.version.title == "few strokes")
    assert versions.versions._title.text() == "faces/v002 — few strokes"
    assert given_title(versions.versions.version.folder) == "few strokes"
    session.undo.undo()
    settle(lambda: versions.versions.version.title == "")


def test_a_recipe_is_used_again(versions):
    versions.form.name.setEditText("hands")
    versions.versions.choose("faces/v002")
    click(versions.versions.again)
    assert versions.form.recipe["max_strokes"] == 2 and versions.form.dataset_name == "faces"
    assert versions.sheet.isVisible()
    assert versions.form._becomes.text() == "becomes faces/v003"


def test_another_dataset_is_added_and_stays_added_when_a_newer_one_comes(versions, session, settle):
    assert list(versions.form._choices.datasets) == ["hands/v001", "faces/v002"]
    click(versions.form.include.fold, QPoint(8, 8))
    click(versions.form.include._ticks["hands/v001"], QPoint(8, 8))
    assert versions.form.recipe["include"] == ["hands/v001"]
    make_dataset(session.project, "hands", Recipe(min_points=2))
    versions.refresh()
    settle(lambda: len(versions.shelf.versions) == 4)
    assert list(versions.form._choices.datasets) == ["hands/v002", "hands/v001", "faces/v002"]
    assert versions.form.include.chosen == ("hands/v001",)


def test_export_copies_the_drawings_to_where_they_are_wanted(versions, tmp_path, monkeypatch, session, qtbot):
    out = tmp_path / "mine.npz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    versions.versions.choose("faces/v001")
    with qtbot.waitSignal(session.said) as said:
        click(versions.versions.export)
    assert str(out) in said.args[0]
    assert out.read_bytes() == (versions.versions.version.folder / "data.npz").read_bytes()


def test_runs_that_learnt_from_it_are_named_and_damage_is_said(versions, session, settle):
    from engine.jobs.runs import create_run

    create_run(session.project.layout, "faces/v001", {})
    broken = session.project.layout.datasets / "faces" / "v007"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    versions.refresh()
    settle(lambda: len(versions.shelf.versions) == 4)
    by_id = {one.id: one for one in versions.shelf.versions}
    assert by_id["faces/v001"].runs == ("run001",)
    assert "damaged" in by_id["faces/v007"].problem
    versions.versions.choose("faces/v007")
    assert versions.versions._problem.isVisible() and not versions.versions.train.isEnabled()


def test_make_version_asks_for_what_the_form_says(drawn, session, monkeypatch):
    asked = []
    monkeypatch.setattr(session, "start_job", lambda kind, *a, **spec: asked.append((kind, spec)))
    drawn.form.name.setEditText("faces")
    drag(drawn.form.rows["max_strokes"].slider, 0.1)
    QTest.keyClicks(drawn.form.title, "for the winter")
    recipe = drawn.form.recipe
    click(drawn.form.make)
    assert asked == [("dataset", {"name": "faces", "title": "for the winter", "recipe": recipe})]


def test_a_name_must_be_given(drawn, settle):
    drawn.form.name.setEditText("  ")
    settle(lambda: not drawn.form.make.isEnabled())
    assert drawn.form._becomes.text() == "Give it a name."


def test_a_name_that_cannot_be_one_is_refused_while_it_is_written(drawn, settle):
    QTest.keyClicks(drawn.form.name.lineEdit(), "/new")
    assert "cannot be a dataset's name" in drawn.form._problem.text() and drawn.form._problem.isVisible()
    assert not drawn.form.make.isEnabled() and not drawn.form._becomes.text()
    for _ in range(4):
        QTest.keyClick(drawn.form.name.lineEdit(), Qt.Key.Key_Backspace)
    assert not drawn.form._problem.isVisible() and drawn.form.make.isEnabled()


def test_the_version_made_is_the_one_looked_at_and_offered_to_training(versions, session, settle, qtbot):
    drag(versions.form.rows["min_points"].slider, 0.01)
    versions.form.name.setEditText("lines")
    with qtbot.waitSignal(session.jobs.finished, timeout=30_000) as done:
        click(versions.form.make)
        assert versions.form._becomes.text() == "Making it…" and not versions.form.make.isEnabled()
    assert done.args[0].outcome == "done", done.args[0].message
    versions.refresh()
    settle(lambda: len(versions.shelf.versions) == 4 and versions.is_settled())
    assert versions.versions.version.id == session.dataset_in_view == "lines/v001"
    assert versions.versions.isVisible()


@pytest.mark.parametrize("way", ["", "recipe", "pieces"])
def test_strokes_from_elsewhere_come_in_as_they_are_or_by_a_recipe(
    drawn, session, monkeypatch, tmp_path, way
):
    asked = []
    monkeypatch.setattr(session, "start_job", lambda kind, *a, **spec: asked.append((kind, spec)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "sheep.npz"), ""))
    assert drawn.bar.way == ""
    drawn.bar.choose_way(way)
    drawn.bar._file.trigger()
    ((kind, spec),) = asked
    assert (kind, spec["name"], spec["file"]) == ("import-strokes", "sheep", str(tmp_path / "sheep.npz"))
    recipes = {"": None, "recipe": drawn.form.recipe, "pieces": fragments_recipe().to_json()}
    assert spec["recipe"] == recipes[way]
    assert [action.isChecked() for action in drawn.bar._ways.actions()].count(True) == 1


def test_strokes_come_in_and_what_should_be_known_of_them_is_said(drawn, session, settle, qtbot, tmp_path):
    rows = np.zeros((20, 3), np.int16)
    rows[:, 0], rows[-1, 2] = 10, 1
    file = tmp_path / "sheep.npz"
    steps = np.array([1, 1, 0], np.int16)
    np.savez(file, train=object_array([rows + n * steps for n in range(20)]))
    with qtbot.waitSignal(session.jobs.finished, timeout=30_000) as done:
        drawn.import_strokes(file)
    assert done.args[0].outcome == "done", done.args[0].message
    drawn.refresh()
    settle(lambda: bool(drawn.shelf.versions) and drawn.is_settled())
    assert drawn.versions.version.id == "sheep/v001" and drawn.versions.isVisible()
    assert drawn.versions.version.difference == "from sheep.npz"
    assert drawn.versions._note.isVisible() and "whole number" in drawn.versions._note.text()


def test_an_import_that_fails_says_why(drawn, session, qtbot, tmp_path):
    with qtbot.waitSignal(session.said, timeout=30_000) as said:
        drawn.import_strokes(tmp_path / "gone.npz")
    assert "gone.npz" in said.args[0]
    assert drawn.sheet._problem.isVisible() and drawn.form.make.isEnabled()


# -- in the window -------------------------------------------------------------------------------------


def test_what_is_left_out_is_looked_at_closely_and_decided_there(
    open_window, project_folder, settle, fake_recipes
):
    with Project.open(project_folder) as project:
        for number in range(1, 7):
            put_trace(project, f"sb01p{number:03d}", hand_made_trace())
    window = open_window()
    assert window.open_project(project_folder)
    window.workspace.show_pane_named("Datasets")
    pane = window.workspace.pane
    settle(lambda: pane.sheet.preview is not None and window.workspace.is_settled())
    pane.form.rows["max_strokes"].slider.setValue(1)
    settle(lambda: bool(pane.sheet.rules) and window.workspace.is_settled())
    click(pane.sheet.rules[0].strip.viewport(), QPoint(30, 30))
    loupe = window.workspace.loupe
    assert loupe.isVisible() and loupe.item.id == "sb01p003/1"
    QTest.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.item.id == "sb01p004/1"
    QTest.keyClick(loupe, Qt.Key.Key_X)
    assert window.session.library.find("sb01p004/1").decision == "rejected"
    QTest.keyClick(loupe, Qt.Key.Key_Space)
    settle(lambda: not loupe.isVisible() and pane.form._choices.decisions["rejected"] == 1)
