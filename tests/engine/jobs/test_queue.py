"""Runs that wait, and what the artist says about runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UserError
from engine.jobs.folder import Status, read_spec, running_lock, write_status
from engine.jobs.queue import MOST_SIDE_BY_SIDE, Queue, read_queue, write_queue
from engine.jobs.runs import (
    Notes,
    change_settings,
    create_run,
    discard_run,
    find_run,
    read_notes,
    restore_run,
    runs,
    write_notes,
)
from engine.project.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def make_runs(layout: Layout, count: int) -> list[str]:
    return [create_run(layout, "faces/v001", {"minutes": 10, "seed": 3}).name for _ in range(count)]


def test_the_queue_is_found_again(layout: Layout) -> None:
    names = make_runs(layout, 3)
    assert read_queue(layout) == Queue()
    write_queue(layout, Queue(tuple(names), 2))
    assert read_queue(layout) == Queue(("run001", "run002", "run003"), 2)
    discard_run(layout, "run002")
    assert read_queue(layout).waiting == ("run001", "run003")


@pytest.mark.parametrize("text", ["{", "[]", '{"waiting": 3}', '{"waiting": [], "side_by_side": "x"}'])
def test_a_damaged_queue_is_empty(layout: Layout, text: str) -> None:
    layout.runs.mkdir()
    (layout.runs / "queue.json").write_text(text)
    assert read_queue(layout) == Queue()


def test_no_more_side_by_side_than_sensible(layout: Layout) -> None:
    write_queue(layout, Queue((), 10_000))
    assert read_queue(layout).side_by_side == MOST_SIDE_BY_SIDE


def test_places_in_the_queue() -> None:
    queue = Queue().added("a").added("b").added("c").added("d", first=True)
    assert queue.waiting == ("d", "a", "b", "c")
    assert queue.added("a").waiting == ("d", "b", "c", "a")
    assert queue.moved("b", -1).waiting == ("d", "b", "a", "c")
    assert queue.moved("d", -1).waiting == ("d", "a", "b", "c")
    assert queue.moved("c", 5).waiting == ("d", "a", "b", "c")
    assert queue.moved("d", 1).waiting == ("a", "d", "b", "c")
    assert queue.moved("x", 1) == queue
    assert queue.without("a").waiting == ("d", "b", "c")


def test_notes_are_kept(layout: Layout) -> None:
    make_runs(layout, 1)
    folder = layout.runs / "run001"
    assert read_notes(folder) == Notes()
    write_notes(folder, Notes("Long lines", "Try with less dropout.\nEyes are good."))
    assert find_run(layout, "run001").notes == Notes("Long lines", "Try with less dropout.\nEyes are good.")
    (folder / "notes.json").write_text("[1]")
    assert read_notes(folder) == Notes()


def test_settings_of_a_run_at_rest_change_and_of_one_at_work_do_not(layout: Layout) -> None:
    make_runs(layout, 1)
    folder = layout.runs / "run001"
    change_settings(folder, minutes=20)
    assert read_spec(folder)["settings"] == {"minutes": 20, "seed": 3}
    with running_lock(folder), pytest.raises(UserError, match="training"):
        change_settings(folder, minutes=30)
    assert read_spec(folder)["settings"]["minutes"] == 20


def test_what_is_thrown_away_comes_back_and_keeps_its_number(layout: Layout) -> None:
    make_runs(layout, 2)
    (layout.runs / "run002" / "events.jsonl").write_text("{}\n")
    discard_run(layout, "run002")
    assert [run.id for run in runs(layout)] == ["run001"]
    assert make_runs(layout, 1) == ["run003"]
    restore_run(layout, "run002")
    assert [run.id for run in runs(layout)] == ["run001", "run002", "run003"]
    assert (layout.runs / "run002" / "events.jsonl").read_text() == "{}\n"


def test_what_trains_is_not_thrown_away(layout: Layout) -> None:
    make_runs(layout, 1)
    folder = layout.runs / "run001"
    with running_lock(folder):
        write_status(folder, Status("running"))
        with pytest.raises(UserError, match="training"):
            discard_run(layout, "run001")
    assert folder.is_dir()
    discard_run(layout, "run001")
    with pytest.raises(UserError):
        discard_run(layout, "run001")
