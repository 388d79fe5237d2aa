"""Tracing many pages: resumed, stopped, and not held up by one bad scan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import pytest

from engine.errors import UserError
from engine.project.log import Gesture
from engine.project.progress import Silent
from engine.project.project import Project
from engine.sample.sketchbook import make_sketchbook
from engine.scans.catalogue import import_folder
from engine.scans.pages import pages
from engine.trace.batch import trace_pages
from engine.trace.choices import TraceChoices, save_choices, with_value
from engine.trace.drawings import drawings
from engine.trace.settings import TraceSettings
from engine.trace.store import trace_of, trace_path, trace_rows
from tests.engine.trace import shapes


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    make_sketchbook(folder, pages=8)
    return folder / "sb01"


@pytest.fixture
def project(tmp_path: Path, book: Path) -> Project:
    made = Project.create(tmp_path / "p")
    import_folder(made, book)
    chosen = [page.id for page in pages(made) if page.page is not None][:3]
    made.decide(Gesture("pages", {"accepted": tuple(chosen)}))
    yield made
    made.close()


def test_nothing_accepted_says_what_to_do(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as empty, pytest.raises(UserError, match="No page is accepted"):
        trace_pages(empty)


def test_done_pages_are_not_done_again(project: Project) -> None:
    first = trace_pages(project, workers=1)
    assert (len(first.traced), first.failed) == (3, [])
    assert len(trace_pages(project, workers=1).fresh) == 3
    trace_path(project.layout, first.traced[0]).unlink()
    assert trace_pages(project, workers=1).traced == first.traced[:1]
    trace = trace_of(project, first.traced[1])
    assert trace is not None
    assert trace_rows(project)[first.traced[1]].spliced == len(trace.spliced)


def test_workers_find_what_one_process_finds(project: Project) -> None:
    trace_pages(project, workers=1)
    alone = trace_rows(project)
    for row in alone:
        trace_path(project.layout, row).unlink()
    assert len(trace_pages(project, workers=2).traced) == 3
    assert trace_rows(project) == alone


def test_a_scan_that_vanished_or_changed_is_listed_and_the_rest_goes_on(project: Project) -> None:
    first, second, third = [page for page in pages(project) if page.page is not None][:3]
    kept = first.path.read_bytes(), second.path.read_bytes()
    try:
        first.path.unlink()
        second.path.write_bytes(kept[1] + b"more")
        report = trace_pages(project, workers=1)
    finally:
        first.path.write_bytes(kept[0])
        second.path.write_bytes(kept[1])
    assert report.traced == [third.id]
    assert [id_ for id_, _ in report.failed] == [first.id, second.id]
    assert "import its folder again" in report.failed[1][1]
    assert trace_rows(project)[first.id].error
    assert len(trace_pages(project, workers=1).traced) == 2


def test_a_stop_keeps_what_is_done(project: Project) -> None:
    class StopAfterOne(Silent):
        done = 0

        def progress(self, done: int, total: int, message: str = "") -> None:
            self.done = done

        def stopped(self) -> bool:
            return self.done >= 1

    report = trace_pages(project, workers=1, reporter=StopAfterOne())
    assert report.stopped
    assert len(report.traced) == 1
    assert len(trace_pages(project, workers=1).traced) == 2


def test_an_unknown_page_is_refused(project: Project) -> None:
    with pytest.raises(UserError, match="no page sb99p001"):
        trace_pages(project, page_ids=["sb99p001"])


class Heard(Silent):
    """Keeps every event."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def event(self, name: str, **fields: Any) -> None:
        self.events.append((name, fields))


@pytest.fixture
def mixed(tmp_path: Path) -> Project:
    """Two pages, a line and a fill."""
    folder = tmp_path / "sb02"
    folder.mkdir()
    line = shapes.page(shapes.wave())
    fill = shapes.page(shapes.wave(), shapes.line(60, 120, 600, 120))
    fill[560:860, 100:600] = 30
    cv2.imwrite(str(folder / "sb02p001.png"), line)
    cv2.imwrite(str(folder / "sb02p002.png"), fill)
    made = Project.create(tmp_path / "p")
    import_folder(made, folder)
    made.decide(Gesture("pages", {"accepted": ("sb02p001", "sb02p002")}))
    yield made
    made.close()


def test_a_page_that_is_no_line_ink_says_so_and_is_traced_when_asked(mixed: Project) -> None:
    heard = Heard()
    report = trace_pages(mixed, workers=1, reporter=heard)
    assert (report.traced, report.not_line_ink, report.failed) == (["sb02p001"], ["sb02p002"], [])
    assert [(name, fields["item"]) for name, fields in heard.events] == [
        ("page_traced", "sb02p001"),
        ("not_line_ink", "sb02p002"),
    ]
    assert {"strokes", "coverage", "invented_px", "uncertain", "mends", "lapsed"} <= set(heard.events[0][1])
    json.dumps(heard.events)
    row = trace_rows(mixed)["sb02p002"]
    assert (row.line_ink, row.strokes, row.drawings, row.error) == (False, 0, 0, "")
    assert {one.page for one in drawings(mixed)} == {"sb02p001"}

    again = trace_pages(mixed, workers=1)
    assert (again.traced, again.fresh, again.not_line_ink) == ([], ["sb02p001"], ["sb02p002"])

    save_choices(mixed, TraceChoices(anyway=frozenset({"sb02p002"})))
    asked = trace_pages(mixed, workers=1)
    assert (asked.traced, asked.not_line_ink) == (["sb02p002"], [])
    row = trace_rows(mixed)["sb02p002"]
    assert not row.line_ink
    assert row.strokes > 0
    assert trace_pages(mixed, workers=1).fresh == ["sb02p001", "sb02p002"]

    save_choices(mixed, TraceChoices())
    assert trace_pages(mixed, workers=1).not_line_ink == ["sb02p002"]
    assert {one.page for one in drawings(mixed)} == {"sb02p001"}


def test_one_page_with_settings_of_its_own_leaves_the_others_alone(mixed: Project) -> None:
    trace_pages(mixed, workers=1)
    own = with_value(TraceSettings(), "graph.solid_share", 1.0)
    save_choices(mixed, TraceChoices(pages={"sb02p002": with_value(own, "graph.tint_share", 1.0)}))
    report = trace_pages(mixed, workers=1)
    assert (report.traced, report.fresh) == (["sb02p002"], ["sb02p001"])
    assert trace_rows(mixed)["sb02p002"].line_ink
