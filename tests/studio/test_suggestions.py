"""What the machine suggests, how it is taken up, and that it never decides."""

import json
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.project import decisions
from studio.curation.curation import LIKELY, UNCERTAIN
from studio.models.filters import ItemFilter
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid
from tests.studio.vectors import put_vectors


@pytest.fixture
def learnt(window, settle):
    """A window whose pages are embedded; six of cluster 0 accepted, five of cluster 1 rejected."""
    session = window.session
    put_vectors(session.project)
    session.data_changed.emit("maps")
    session.decide("pages", cluster(session, 0)[:6], "accepted")
    session.decide("pages", cluster(session, 1)[:5], "rejected")
    settle(lambda: len(session.learning.state("pages").likelihoods) == 13)
    return window


def cluster(session, number: int) -> list[str]:
    return [item.id for item in session.library.shelf("pages").items if item.cluster == number]


def decided(session) -> dict[str, str]:
    states = decisions.states(session.project.index, "pages")
    return {item_id: state.decision for item_id, state in states.items() if state.decision != "undecided"}


def test_before_there_are_five_of_each_it_says_what_is_missing(window, settle):
    session = window.session
    put_vectors(session.project)
    session.data_changed.emit("maps")
    session.decide("pages", cluster(session, 0)[:3], "accepted")
    settle(lambda: session.learning.state("pages").n_accepted == 3)
    assert session.learning.state("pages").missing == (2, 5)
    assert session.learning.state("pages").likelihoods == {}
    bar = window.workspace.desk.suggestions
    assert bar.isVisible() and not bar.accept.isVisible()


def test_likelihoods_follow_the_decisions_and_only_what_is_undecided_has_one(learnt):
    session = learnt.session
    likely = session.learning.state("pages").likelihoods
    accepted, rejected = cluster(session, 0)[6:], cluster(session, 1)[5:]
    assert min(likely[item_id] for item_id in accepted) > 0.8
    assert max(likely[item_id] for item_id in rejected) < 0.2
    assert set(likely).isdisjoint(decided(session))


def test_it_never_decides_by_itself(learnt, settle):
    before = decided(learnt.session)
    settle(lambda: not learnt.session.tasks.busy)
    assert decided(learnt.session) == before and len(before) == 11


def test_accept_all_over_is_one_gesture_that_undo_takes_back_whole(learnt, settle):
    session, bar = learnt.session, learnt.workspace.desk.suggestions
    bar.set_threshold(0.6)
    settle(bar.accept.isEnabled)
    expected = {item_id for item_id, p in session.learning.state("pages").likelihoods.items() if p >= 0.6}
    steps = session.undo.count()
    QTest.mouseClick(bar.accept, Qt.MouseButton.LeftButton)
    assert {item_id for item_id, what in decided(session).items() if what == "accepted"} >= expected
    assert session.undo.count() == steps + 1
    how = json.loads(session.project.layout.decisions.read_text("utf-8").splitlines()[-1])["how"]
    assert how == {"by": "suggestion", "over": 0.6}
    session.undo.undo()
    assert expected.isdisjoint(decided(session))


def test_what_the_filters_hide_is_not_accepted_along(learnt, settle):
    session, bar = learnt.session, learnt.workspace.desk.suggestions
    session.curation.set_filter(ItemFilter(book="sb02"))
    bar.set_threshold(0.5)
    settle(bar.accept.isEnabled)
    before = set(decided(session))
    QTest.mouseClick(bar.accept, Qt.MouseButton.LeftButton)
    new = set(decided(session)) - before
    assert new and all(item_id.startswith("sb02") for item_id in new)
    settle(lambda: not session.learning.is_learning("pages"))
    likely = session.learning.state("pages").likelihoods
    assert bar.n_over == sum(p >= 0.5 for item_id, p in likely.items() if item_id.startswith("sb02"))
    session.curation.set_filter(ItemFilter())
    assert bar.n_over == sum(p >= 0.5 for p in likely.values())


def test_least_certain_first_and_the_likeliest_first(learnt):
    session = learnt.session
    likely = session.learning.state("pages").likelihoods
    session.curation.set_order(UNCERTAIN)
    shown = [item.id for item in session.curation.shown]
    doubts = [abs(likely[item_id] - 0.5) for item_id in shown[:13]]
    assert doubts == sorted(doubts) and set(shown[13:]) == set(decided(session))
    session.curation.set_order(LIKELY)
    assert session.curation.shown[0].id == max(likely, key=likely.get)


def test_with_auto_advance_the_next_least_certain_has_the_focus(learnt, settle):
    learnt.workspace.show_pane_named("Sketchbooks")
    grid = learnt.workspace.pane.findChild(ThumbnailGrid)
    session = learnt.session
    QTest.keyClick(grid, Qt.Key.Key_A)
    assert session.curation.auto_advance
    session.curation.set_order(UNCERTAIN)
    first = session.curation.shown[0].id
    session.selection.set((first,), first)
    QTest.keyClick(grid, Qt.Key.Key_P)
    settle(lambda: not session.learning.is_learning("pages"))
    assert decided(session)[first] == "accepted"
    assert session.selection.current != first
    assert session.selection.current in session.learning.state("pages").likelihoods


def test_the_badge_says_how_likely(learnt):
    curation = learnt.session.curation
    item_id, likelihood = next(iter(curation.likelihoods.items()))
    assert curation.badge(item_id) == f"{round(100 * likelihood)} %"
    assert curation.badge(next(iter(decided(learnt.session)))) == ""


def test_kinds_are_suggested_from_the_kinds_given(learnt, settle):
    session = learnt.session
    session.name_kind("pages", cluster(session, 2)[:4], "notes")
    settle(lambda: bool(session.learning.state("pages").kinds))
    kinds = session.learning.state("pages").kinds
    rest = cluster(session, 2)[4:]
    assert all(kinds[item_id][0] == "notes" for item_id in rest)
    session.selection.set(rest[:1], rest[0])
    inspector = learnt.workspace.inspector
    QTest.mouseClick(inspector._take_kind, Qt.MouseButton.LeftButton)
    assert session.library.find(rest[0]).kind == "notes"


def test_more_like_this_sorts_by_likeness(learnt, settle):
    session = learnt.session
    learnt.workspace.show_pane_named("Map")
    one = cluster(session, 2)[0]
    session.selection.set((one,), one)
    QTest.keyClick(learnt.workspace.pane._scatter, Qt.Key.Key_M)
    settle(lambda: session.curation.ranking is not None)
    assert learnt.workspace.pane.TITLE == "Sketchbooks"
    first = [item.id for item in session.curation.shown[:8]]
    assert first[0] == one and set(first) == set(cluster(session, 2))
    learnt.workspace.desk.bar._chip.click()
    assert session.curation.ranking is None and session.curation.shown[0].id == "sb01p001"


def test_the_map_follows_a_filter_by_suggestion_when_more_is_learnt(learnt, settle):
    learnt.workspace.show_pane_named("Map")
    session, scatter = learnt.session, learnt.workspace.pane._scatter
    session.curation.set_filter(ItemFilter().with_ranges({"suggestion": (0.5, 1.0)}))
    session.decide("pages", cluster(session, 2)[:5], "accepted")
    settle(lambda: not session.learning.is_learning("pages"))
    seen = {item.id for item, is_shown in zip(scatter._items, scatter._shown, strict=True) if is_shown}
    assert seen == {item.id for item in session.curation.shown} >= set(cluster(session, 2)[5:])


def test_nothing_learns_before_anything_is_embedded(window):
    window.session.decide("pages", ["sb01p001"], "accepted")
    assert not window.session.learning.is_busy
    assert not window.session.learning._learner.is_alive


def test_a_learner_that_breaks_says_so_and_is_not_asked_for_ever(window, settle, monkeypatch):
    session = window.session
    put_vectors(session.project)
    failing = [sys.executable, "-c", "import sys; sys.exit('no memory for it')"]
    launch = session.learning._learner.launch
    monkeypatch.setattr(session.learning._learner, "launch", lambda _command: launch(failing))
    said = []
    session.learning.failed.connect(said.append)
    for number in range(1, 6):
        session.decide("pages", [f"sb01p{number:03d}"], "accepted")
        settle(lambda: not session.learning.is_busy)
    assert said == ["no memory for it"] * 3
    assert len(decided(session)) == 5
