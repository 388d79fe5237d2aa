"""Old books against new ones, on drawings whose hands are plainly different."""

import numpy as np
import pytest

from engine.dataset.npz import read_npz
from engine.dataset.recipe import Recipe
from engine.dataset.store import load_dataset
from engine.dataset.versions import dataset_folder, make_dataset
from engine.errors import UserError
from engine.jobs.eras import (
    Eras,
    comparisons,
    create_comparison,
    made_datasets,
    read_report,
    rejoin,
    samples_file,
)
from engine.jobs.folder import read_status
from engine.jobs.runner import run_job
from engine.jobs.runs import runs
from engine.project.log import Gesture
from engine.project.project import Project
from engine.strokes.types import Drawing, as_stroke
from engine.training.settings import TrainSettings
from tests.engine.export.mapped import mapped_project, shelf
from tests.engine.training.conftest import Listener

SETTINGS = TrainSettings(
    model="sketchrnn/quick", model_changes={"hidden": 16, "mixtures": 3}, steps=60, batch_size=16,
    n_samples=0, max_points=60,
).to_json()  # fmt: skip
BOOKS = {"old": ["sb01"], "new": ["sb02"]}


def hand(number):
    """Round lines in the first book, zigzags in the second."""
    t = np.linspace(0, 1, 40)
    phase = number / 7
    y = np.sin(9 * t + phase) * 60 if number < 20 else np.where(np.arange(40) % 2, 90.0, -90.0) + phase
    return Drawing((as_stroke(np.column_stack([200 * t, y + 100])),)).normalised()


@pytest.fixture
def layout(tmp_path):
    with mapped_project(tmp_path / "project", shelf(40), hand, pictures=False) as project:
        ids = tuple(sheet.id for sheet in shelf(40))
        project.decide(Gesture("pages", {"accepted": ids}, {}, {"by": "key"}))
        make_dataset(project, "lines", Recipe(valid_fraction=0.3))
        return project.layout


def test_each_eras_model_knows_its_own_hand_better(layout):
    folder = create_comparison(layout, Eras("lines", BOOKS, SETTINGS))
    assert run_job(folder).state == "done"
    report = read_report(folder)
    assert report["models"] == report["sets"] == ["old", "new"]
    (own_old, old_on_new), (new_on_old, own_new) = report["nats"]
    assert own_old < new_on_old - 0.1
    assert own_new < old_on_new - 0.1
    assert report["dearer"][0][0] == report["dearer"][1][1] == 0
    assert report["sure"][0][1][0] > 0
    assert report["home"][1] > 0.1
    assert report["books"] == BOOKS
    for era, pages in zip(BOOKS, report["pages"], strict=True):
        made = load_dataset(dataset_folder(layout, report["datasets"][era])).dataset
        assert (len(made.test), len(made.train)) == (pages, report["learnt"][era])
    assert [run.notes.title for run in runs(layout)] == ["old books", "new books"]
    for era in BOOKS:
        assert len(read_npz(samples_file(folder, era)).splits["train"]) == 16
    assert comparisons(layout) == [folder]
    assert made_datasets(layout) == set(report["datasets"].values()) == {"lines old/v001", "lines new/v001"}


def test_a_stopped_comparison_goes_on_with_what_it_has(layout):
    folder = create_comparison(layout, Eras("lines", BOOKS, SETTINGS))
    assert run_job(folder, listener=Listener(patience=30)).state == "stopped"
    assert read_report(folder) is None
    made = [run.id for run in runs(layout)]
    assert run_job(folder).state == "done"
    assert [run.id for run in runs(layout)] == made
    assert [read_status(run.folder).state for run in runs(layout)] == ["done", "done"]


def test_nothing_is_trained_where_no_page_is_held_out(layout):
    folder = create_comparison(layout, Eras("lines", BOOKS, SETTINGS, hold_out=0.0))
    status = run_job(folder)
    assert (status.state, status.error) == ("failed", "No page of sb01 is held out.")
    assert not runs(layout)


def test_it_works_beside_a_window_that_has_the_project_open(layout):
    folder = create_comparison(layout, Eras("lines", BOOKS, SETTINGS, hold_out=0.0), "of yesterday")
    with Project.open(layout.root) as project:
        assert "open for writing elsewhere" in run_job(folder).error
        rejoin(folder, project.session)
        assert "is held out" in run_job(folder).error


def test_what_other_datasets_add_belongs_to_no_era(layout):
    with Project.open(layout.root) as project:
        make_dataset(project, "more", Recipe(include=("lines/v001",)))
    folder = create_comparison(layout, Eras("more", BOOKS, SETTINGS))
    assert run_job(folder, listener=Listener(patience=1)).state == "stopped"
    old = load_dataset(dataset_folder(layout, "more old")).dataset
    assert {page[:4] for _, split in old.splits() for page in split.pages} == {"sb01"}


@pytest.mark.parametrize(
    ("books", "reason"),
    [
        ({"old": ["sb01"], "new": []}, "two eras"),
        ({"old": ["sb01"]}, "two eras"),
        ({"old": ["sb01"], "new": ["sb02", "sb01"]}, "sb01 stands in two eras"),
    ],
)
def test_what_cannot_be_compared_is_refused(layout, books, reason):
    with pytest.raises(UserError, match=reason):
        create_comparison(layout, Eras("lines", books, SETTINGS))
    assert not comparisons(layout)
