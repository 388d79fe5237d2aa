"""Versions of datasets as a table, and the phrases in it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from engine.dataset.assembly import FRAGMENTS
from engine.dataset.difference import recipe_difference
from engine.dataset.recipe import Recipe
from studio.datasets import recipe_parameters
from studio.models.datasets import COLUMNS, VERSION_ROLE, DatasetsModel, Version


def version(number, **facts):
    return Version(f"faces/v{number:03d}", Path("faces"), made="2026-01-02T03:04:05+00:00", **facts)


def shown(model, row):
    return [model.index(row, column).data() for column in range(len(COLUMNS))]


def test_the_model_is_sound_whatever_happens(qapp):
    model = DatasetsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([version(2), version(1)])
    model.show([version(2, runs=("run001",)), version(1)])
    model.show([version(3), version(2), version(1)])
    model.show([])
    tester.deleteLater()


def test_a_row_tells_what_a_version_holds(qapp):
    model = DatasetsModel()
    change = {"before": "faces/v001", "added": 12, "removed": 3, "recipe_changes": ("joining on",)}
    one = version(2, title="winter", train=1000, valid=20, test=3, points=50_000, runs=("a", "b"), **change)
    model.show([one])
    row = shown(model, 0)
    assert row[:4] == ["faces/v002", "winter", "1,023", "50,000"]
    assert row[5:] == ["+12  −3   joining on", "2"]
    assert model.index(0, 0).data(VERSION_ROLE) == one
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Dataset"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "the first"),
        ({"source": "sheep.npz"}, "from sheep.npz"),
        ({"before": "faces/v001"}, "the same"),
        ({"before": "faces/v001", "changed": 4}, "~4"),
    ],
)
def test_differences_are_short(facts, words):
    assert version(2, **facts).difference == words


def test_a_damaged_version_says_so_in_its_row(qapp):
    model = DatasetsModel()
    model.show([version(1, problem="Its manifest is damaged.")])
    assert shown(model, 0)[2:6] == ["", "", "2026-01-02", "Its manifest is damaged."]


def test_rows_that_stay_are_said_to_have_changed_and_no_others(qapp, qtbot):
    model = DatasetsModel()
    model.show([version(2), version(1)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.show([version(2), version(1, runs=("run001",))])
    assert (changed.args[0].row(), changed.args[1].row()) == (1, 1)


def test_every_difference_of_recipes_has_a_phrase():
    before = Recipe()
    after = Recipe(
        decisions=("accepted",), books=("sb44",), after="2015-03-01", include=("a/v001",), assemble=FRAGMENTS,
        max_strokes=0, rdp_epsilon_units=2.0, valid_fraction=0.2, seed=4,
    )  # fmt: skip
    assert recipe_parameters.changes(recipe_difference(before, after)) == [
        "decisions", "books", "from", "datasets added", "join on", "splice on", "separate on",
        "strokes, at most 40 → no limit", "simplify 1.0 units → 2.0 units", "to steer by 10 % → 20 %",
        "seed of the split",
    ]  # fmt: skip
    assert "join off" in recipe_parameters.changes(recipe_difference(after, before))


def test_every_number_of_the_recipe_can_be_set_and_is_read_back():
    recipe = Recipe(assemble=FRAGMENTS).to_json()
    groups = (recipe_parameters.RULES, recipe_parameters.LINES, recipe_parameters.ASSEMBLY)
    for parameter in (
        p for group in (*groups, recipe_parameters.SHARES, recipe_parameters.STRAYS) for p in group
    ):
        for notch in (0, 1, parameter.notches):
            value = parameter.value_of(notch)
            recipe = recipe_parameters.with_value(recipe, parameter.path, value)
            assert parameter.notch_of(recipe_parameters.read(recipe, parameter.path)) == notch, parameter.path
            assert parameter.text_of(value)
    Recipe.from_json(recipe)
