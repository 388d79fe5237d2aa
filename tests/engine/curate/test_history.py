"""History: the log as sentences, what stood after each, and the way back."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from engine.curate.history import describe, entries, gestures_back_to, history, state_after
from engine.curate.replay import Standing, differences, gestures_of, standings
from engine.errors import UserError
from engine.project import decisions, log
from engine.project.log import Gesture
from engine.project.project import Project
from tests.engine.curate.shelves import (
    CUT,
    SWAP,
    gestures,
    quick_disk,  # noqa: F401  (used by every test here)
    standing,
)


@pytest.fixture
def project(tmp_path: Path):
    with Project.create(tmp_path / "p") as made:
        yield made


def told(project: Project) -> list[str]:
    return [one.sentence for one in history(project)]


def accept(*ids: str, **how: object) -> Gesture:
    return Gesture("pages", {"accepted": ids}, how=how)


SENTENCES = [
    (accept("a", "b", by="lasso"), "accept 2 pages", "accepted 2 pages by lasso"),
    (accept("a", by="map", selected={"by": "lasso"}), "accept 1 page", "accepted 1 page by lasso"),
    (Gesture("drawings", {"undecided": ("a/1",)}), "clear 1 drawing", "cleared 1 drawing"),
    (
        Gesture("pages", {"accepted": ("a",), "rejected": ("b", "c")}, {"notes": ("b",)}),
        "accept 1 page, reject 2 pages, call 1 page notes",
        "accepted 1 page, rejected 2 pages, called 1 page notes",
    ),
    (Gesture("pages", kinds={"": ("a",)}), "take the kind from 1 page", "took the kind from 1 page"),
    (
        Gesture("pages", kinds={"x": ("a",), "y": ("b",), "z": ("c",)}),
        "give 3 pages their kinds",
        "gave 3 pages their kinds",
    ),
    (Gesture("pages", notes={"a": "hm"}), "write a note on a", "wrote a note on a"),
    (
        Gesture("pages", notes={"a": "hm", "b": "ha", "c": ""}),
        "write notes on 2 pages, take the note from 1 page",
        "wrote notes on 2 pages, took the note from 1 page",
    ),
    (Gesture("pages", names={"faces": ("a",)}), "name a cluster faces", "named a cluster faces"),
    (Gesture("pages", names={"faces": ()}), "give up the name faces", "gave up the name faces"),
    (Gesture("pages", mends={"a": (CUT, SWAP)}), "swap a crossing on a", "swapped a crossing on a"),
    (Gesture("pages", mends={"a": ()}), "take back all mends on a", "took back all mends on a"),
    (
        accept("a", by="merge", of="shelf b"),
        "merge shelf b: accept 1 page",
        "merged shelf b: accepted 1 page",
    ),
    (accept("a", by="history", back_to=3), "go back to entry 3", "went back to entry 3"),
    (accept("a", by="history", back_to=0), "go back to the beginning", "went back to the beginning"),
    (Gesture("pages"), "nothing", "nothing"),
]


@pytest.mark.parametrize(("gesture", "now", "then"), SENTENCES)
def test_a_gesture_is_told_in_words_before_and_after(gesture: Gesture, now: str, then: str) -> None:
    assert describe(gesture) == now
    assert entries([gesture])[0].sentence == then


def test_mends_are_told_by_what_changed_in_the_list(project: Project) -> None:
    for ops in [(CUT,), (CUT, SWAP), (CUT,), (SWAP,)]:
        project.decide(Gesture("pages", mends={"a": ops}))
    assert told(project) == [
        "cut a line on a",
        "swapped a crossing on a",
        "took back mends on a",
        "changed the mends of a",
    ]


def test_an_undo_names_what_it_took_back(project: Project) -> None:
    first = project.decide(accept("a", by="lasso"))
    second = project.decide(accept("a", "b", by="lasso"))
    project.decide(second)
    project.decide(first)
    found = history(project)
    assert [one.sentence for one in found[2:]] == [
        "took back: accepted 2 pages by lasso",
        "took back: accepted 1 page by lasso",
    ]
    assert [one.takes_back for one in found] == [None, None, 2, 1]
    assert [one.taken_back_by for one in found] == [4, 3, None, None]
    assert [one.number for one in found] == [1, 2, 3, 4]


def test_a_gesture_done_again_stands_beside_the_one_taken_back(project: Project) -> None:
    back = project.decide(accept("a"))
    project.decide(back)
    project.decide(accept("a"))
    assert [one.taken_back_by for one in history(project)] == [2, None, None]


def test_an_undo_can_be_taken_back(project: Project) -> None:
    back = project.decide(accept("a"))
    again = project.decide(back)
    project.decide(again)
    found = history(project)
    assert [one.taken_back_by for one in found] == [None, 3, None]
    assert found[2].sentence == "took back: took back: accepted 1 page"


def test_going_back_takes_back_what_lies_between_and_can_be_taken_back(project: Project) -> None:
    project.decide(accept("a"))
    back = project.decide(accept("b"))
    project.decide(back)
    project.decide(accept("c"))
    (gesture,) = gestures_back_to(project, 2)
    assert gesture.decisions == {"accepted": ("b",), "undecided": ("c",)}
    undo = project.decide(gesture)
    assert [one.taken_back_by for one in history(project)] == [None, None, 5, 5, None]
    project.decide(undo)
    assert [one.taken_back_by for one in history(project)] == [None, 3, None, None, 6, None]
    assert state_after(project, 6) == state_after(project, 4)


def test_going_back_holds_both_levels_all_fields_and_leaves_the_log(project: Project) -> None:
    project.decide(Gesture("drawings", {"rejected": ("a/1",)}))
    project.decide(Gesture("pages", {"accepted": ("a",)}, {"notes": ("a",)}, notes={"a": "hm"}))
    project.decide(Gesture("pages", names={"faces": ("a",)}, mends={"a": (CUT,)}))
    lines = project.layout.decisions.read_bytes()
    pages, drawings = gestures_back_to(project, 0)
    assert project.layout.decisions.read_bytes() == lines
    assert (pages.decisions, pages.kinds) == ({"undecided": ("a",)}, {"": ("a",)})
    assert (pages.notes, pages.names, pages.mends) == ({"a": ""}, {"faces": ()}, {"a": ()})
    assert drawings.decisions == {"undecided": ("a/1",)}
    assert pages.how == drawings.how == {"by": "history", "back_to": 0}
    for gesture in (pages, drawings):
        project.decide(gesture)
    assert standing(project) == Standing()
    assert project.layout.decisions.read_bytes().startswith(lines)
    assert gestures_back_to(project, 0) == []


def test_names_come_back_in_their_order(project: Project) -> None:
    for name in ("a", "b", "c"):
        project.decide(Gesture("pages", names={name: (name,)}))
    project.decide(Gesture("pages", names={"a": ("a", "b"), "c": ()}))
    for number, order in ((3, ["a", "b", "c"]), (4, ["b", "a"])):
        for gesture in gestures_back_to(project, number):
            project.decide(gesture)
        assert list(decisions.names(project.index, "pages")) == order
        assert list(state_after(project, len(history(project))).names("pages")) == order


@pytest.mark.parametrize("number", [-1, 2])
def test_an_entry_that_is_not_there_is_named(project: Project, number: int) -> None:
    project.decide(accept("a"))
    for ask in (gestures_back_to, state_after):
        with pytest.raises(UserError, match=f"no entry {number}"):
            ask(project, number)


def test_a_log_that_others_wrote_badly_is_told_all_the_same(project: Project) -> None:
    bad = [
        '{"level": "pages", "how": "lasso", "decisions": {"accepted": ["a"]}}',
        '{"level": "pages", "how": {"by": "undo", "of": {"by": "who"}}, "decisions": {"accepted": ["a"]}}',
        '{"level": "pages", "how": {"by": "history", "back_to": "x"}, "decisions": {"accepted": ["a"]}}',
        '{"level": "pages", "how": {"by": ["x"]}, "mends": {"a": [{"x": 1}]}}',
        "no line at all",
    ]
    project.layout.decisions.write_text("\n".join(bad))
    assert told(project) == [
        "accepted 1 page",
        "took back: accepted 1 page",
        "went back to entry x",
        "changed the mends of a",
    ]


def test_history_is_light_enough_for_the_window() -> None:
    script = (
        "import sys, engine.curate.history; print(sorted({'numpy', 'scipy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@st.composite
def deeds(draw):
    """A life with a project: gestures, the last one taken back or done again, going back to anywhere."""
    return draw(
        st.lists(
            st.one_of(gestures(), st.just("undo"), st.tuples(st.just("back"), st.integers(0, 30))),
            max_size=12,
        )
    )


def live(project: Project, deeds) -> None:
    """Undo as a window has it: a stack, from which what was undone is gone."""
    stack: list[Gesture] = []
    for deed in deeds:
        if deed == "undo":
            if stack:
                project.decide(stack.pop())
        elif isinstance(deed, Gesture):
            stack.append(project.decide(deed))
        else:
            count = len(list(log.read(project.layout.decisions)))
            stack += [project.decide(one) for one in gestures_back_to(project, deed[1] % (count + 1))]


@settings(max_examples=60)
@given(deeds())
def test_replaying_the_log_gives_what_the_index_has(deeds) -> None:
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p") as project:
        live(project, deeds)
        made = list(log.read(project.layout.decisions))
        assert standings(made, [len(made)])[len(made)] == standing(project)
        # What counts is what stands: the rest of the log might as well not be there.
        counted = [
            one.gesture
            for one in entries(made)
            if one.taken_back_by is None and one.takes_back is None and one.gesture.how.get("by") != "history"
        ]
        assert standings(counted, [len(counted)])[len(counted)] == standing(project)


@settings(max_examples=60)
@given(deeds(), st.integers(0, 30))
def test_going_back_leads_exactly_there_and_back_again(deeds, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p") as project:
        live(project, deeds)
        number %= len(history(project)) + 1
        wanted, before = state_after(project, number), standing(project)
        undo = [project.decide(gesture) for gesture in gestures_back_to(project, number)]
        assert len(undo) <= 2
        assert standing(project) == wanted
        assert {level: list(wanted.names(level)) for level in ("pages", "drawings")} == {
            level: list(standing(project).names(level)) for level in ("pages", "drawings")
        }
        for gesture in reversed(undo):
            project.decide(gesture)
        assert standing(project) == before


@given(st.lists(gestures(), max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_the_differences_of_two_standings_lead_from_one_to_the_other(made, one: int, other: int) -> None:
    one, other = min(one, len(made)), min(other, len(made))
    found = standings(made, {one, other})
    now = found[one].copy()
    for gesture in gestures_of(differences(found[one], found[other]), {}):
        now.apply(replace(gesture))
    assert now == found[other]
