"""A page in a project: mended, traced again with other settings, and still as the artist left it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import UserError
from engine.project import decisions
from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from engine.strokes.types import stroke_length
from engine.trace import store
from engine.trace.batch import trace_pages
from engine.trace.choices import TraceChoices, load_choices, save_choices, with_value
from engine.trace.drawings import drawings
from engine.trace.mends.apply import connect_at, cut_at, stroke_near, swap_at
from engine.trace.mends.records import Delete, Move, Reverse, SetApart, StrokeHandle, handle_of
from engine.trace.settings import TraceSettings
from engine.trace.store import (
    mend_gesture,
    mended_of,
    mends_of,
    refresh_drawings,
    trace_key_of,
    trace_keys,
    trace_of,
    trace_path,
    trace_rows,
)
from tests.engine.trace import shapes

PAGE = "sb01p001"
HAIR = shapes.line(180, 420, 190, 470)
OTHERS = TraceSettings()
for name, value in {
    "ink.seed_share": 0.4,
    "paper.working_megapixels": 0.45,  # the page has 0.63: everything is traced on another grid
    "pairing.far_pens": 6.0,
    "join.gap_pens": 5.0,
    "simplify.epsilon_px": 0.5,
}.items():
    OTHERS = with_value(OTHERS, name, value)


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One page: two lines that cross, a hair beside them, and far below a ring and a line in it."""
    folder = tmp_path_factory.mktemp("books") / "sb01"
    folder.mkdir()
    curves = [
        shapes.line(100, 250, 600, 260),
        shapes.line(340, 60, 360, 400),
        HAIR,
        shapes.circle(350, 680, 120),
        shapes.line(320, 660, 380, 700),
    ]
    cv2.imwrite(str(folder / "sb01p001.png"), shapes.page(*curves))
    return folder


@pytest.fixture
def project(tmp_path: Path, scans: Path) -> Project:
    made = Project.create(tmp_path / "p")
    import_folder(made, scans)
    made.decide(Gesture("pages", {"accepted": (PAGE,)}))
    assert trace_pages(made, workers=1).traced == [PAGE]
    yield made
    made.close()


def add(project: Project, *mends) -> None:
    """Mend as the artist does: one gesture, then the index follows."""
    project.decide(mend_gesture(PAGE, [*mends_of(project, PAGE), *mends], {"by": "test"}))
    refresh_drawings(project, PAGE)


def shown(project: Project):
    return mended_of(project, PAGE).trace


def at(project: Project, x: float, y: float) -> StrokeHandle:
    strokes = shown(project).spliced
    return handle_of(strokes[stroke_near(strokes, (x, y), 15)])


def measures(trace) -> tuple[list[float], list[int]]:
    return sorted(stroke_length(s) for s in trace.spliced), sorted(len(d) for d in trace.drawings)


def mend_everything(project: Project) -> None:
    add(project, swap_at(shown(project), (350, 255), 20))
    add(project, cut_at(shown(project), (200, 252), (1, 0), 10))
    add(project, Delete(at(project, 185, 445)))
    add(project, Reverse(at(project, 355, 350)))
    add(project, Move(at(project, 350, 680), at(project, 150, 251)))


def test_a_page_traced_again_with_other_settings_is_mended_as_it_was(project: Project) -> None:
    plain = shown(project)
    assert len(plain.spliced) == 5
    mend_everything(project)
    before = shown(project)
    assert len(before.spliced) == 5  # one more by the cut, one less by the deletion
    ids = [row.id for row in drawings(project)]
    project.decide(Gesture("drawings", {"accepted": (ids[0],), "rejected": (ids[1],)}))

    save_choices(project, TraceChoices(OTHERS))
    report = trace_pages(project, workers=1)
    assert report.traced == [PAGE]
    assert not any(np.array_equal(a, b) for a in trace_of(project, PAGE).spliced for b in plain.spliced)
    after = mended_of(project, PAGE)
    assert after.lapsed == ()
    for found, wanted in zip(measures(after.trace), measures(before), strict=True):
        assert found == pytest.approx(wanted, abs=8)
    assert stroke_near(after.trace.spliced, (185, 445), 15) is None
    found = drawings(project)
    assert [row.id for row in found] == ids
    states = decisions.states(project.index, "drawings")
    assert [states[id_].decision for id_ in ids] == ["accepted", "rejected"]
    assert sum(row.strokes for row in found) == 5
    row = trace_rows(project)[PAGE]
    assert (row.mends, row.lapsed, row.spliced, row.drawings) == (5, 0, 5, 2)


def test_undoing_every_mend_gives_the_trace_back(project: Project) -> None:
    plain = [(row.id, row.strokes, row.box_px) for row in drawings(project)]
    back = []
    for mend in (swap_at(shown(project), (350, 255), 20), Delete(at(project, 185, 445))):
        back.append(project.decide(mend_gesture(PAGE, [*mends_of(project, PAGE), mend], {})))
        refresh_drawings(project, PAGE)
    assert trace_rows(project)[PAGE].mends == 2
    for gesture in reversed(back):
        project.decide(gesture)
        refresh_drawings(project, PAGE)
    assert mends_of(project, PAGE) == ()
    assert [(row.id, row.strokes, row.box_px) for row in drawings(project)] == plain
    assert trace_rows(project)[PAGE].mends == 0


def test_a_lost_index_is_made_again_with_mends_and_decisions(project: Project) -> None:
    mend_everything(project)
    before, rejected = measures(shown(project)), drawings(project)[1]
    project.decide(Gesture("drawings", {"rejected": (rejected.id,)}))
    source = project.index.execute("SELECT path FROM sources").fetchone()["path"]
    root = project.layout.root
    project.close()
    (root / "index.sqlite").unlink()
    with Project.open(root) as again:
        import_folder(again, Path(source))
        assert trace_pages(again, workers=1).traced == [PAGE]
        assert measures(mended_of(again, PAGE).trace) == before
        found = {row.id: row for row in drawings(again)}
        assert len(found) == 2
        assert found[rejected.id].box_px == rejected.box_px  # the decision is about the same drawing
        assert decisions.states(again.index, "drawings")[rejected.id].decision == "rejected"
        assert trace_rows(again)[PAGE].mends == 5


def test_a_mend_that_finds_nothing_is_counted_and_changes_nothing(project: Project) -> None:
    lone = handle_of(np.asarray(shapes.line(500, 100, 600, 120), np.float32))
    before = measures(shown(project))
    add(project, SetApart(lone))
    row = trace_rows(project)[PAGE]
    assert (row.mends, row.lapsed) == (1, 1)
    assert measures(shown(project)) == before


def test_ends_are_connected_again_after_a_cut(project: Project) -> None:
    before = measures(shown(project))
    add(project, cut_at(shown(project), (200, 252), (1, 0), 10))
    assert len(shown(project).spliced) == 6
    add(project, connect_at(shown(project), (200, 252), (200, 252), 10))
    assert measures(shown(project))[0] == pytest.approx(before[0], abs=0.1)


def test_a_mend_made_while_the_drawings_are_refreshed_is_not_lost(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = next(k for k, s in enumerate(shown(project).spliced) if s[:, 1].min() > 500 and len(s) > 60)
    later = [mend_gesture(PAGE, [Delete(handle_of(shown(project).spliced[ring]))], {})]
    apply_mends, counts = store.apply_mends, []

    def slow(trace, mends):
        assert not project.index.in_transaction
        counts.append(len(mends))
        result = apply_mends(trace, mends)
        if later:
            project.decide(later.pop())
        return result

    monkeypatch.setattr(store, "apply_mends", slow)
    refresh_drawings(project, PAGE)
    assert counts == [0, 1]
    assert trace_rows(project, [PAGE, "unknown"]).keys() == {PAGE}
    assert trace_rows(project)[PAGE].mends == 1
    assert trace_rows(project)[PAGE].spliced == 4


def test_a_page_without_a_trace_may_have_mends(project: Project) -> None:
    add(project, Delete(at(project, 185, 445)))
    trace_path(project.layout, PAGE).unlink()
    assert mended_of(project, PAGE) is None
    refresh_drawings(project, PAGE)
    assert len(mends_of(project, PAGE)) == 1


def test_mends_that_cannot_be_read_are_named(project: Project) -> None:
    project.decide(Gesture("pages", mends={PAGE: ({"do": "explode"},)}))
    with pytest.raises(UserError, match=f"mends of {PAGE} cannot be read"):
        mends_of(project, PAGE)


def test_the_key_of_a_page_hangs_on_its_own_settings(project: Project) -> None:
    from engine.scans.pages import pages

    (page,) = pages(project)
    usual, own = TraceChoices(), TraceChoices(pages={PAGE: OTHERS})
    all_choices = (usual, own, replace(usual, default=OTHERS), replace(usual, anyway=frozenset({PAGE})))
    keys = {trace_key_of(choices, page) for choices in all_choices}
    assert keys == {trace_keys(choices, [(page.id, page.sha256)])[PAGE] for choices in all_choices}
    assert len(keys) == 3  # its own settings are as good as everyone's
    save_choices(project, own)
    assert trace_pages(project, workers=1).traced == [PAGE]
    assert trace_pages(project, workers=1).fresh == [PAGE]
    assert load_choices(project).of("another") == TraceSettings()
