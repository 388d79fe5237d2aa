"""Merging: what two people decided in copies of one project."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from engine.curate.history import history
from engine.curate.merge import Merge, plan_merge, read_other
from engine.errors import UserError
from engine.project import decisions
from engine.project.log import Gesture
from engine.project.project import Project, copy_project
from tests.engine.curate.shelves import (
    CUT,
    IDS,
    SWAP,
    gestures,
    put_drawing,
    quick_disk,  # noqa: F401  (used by every test here)
    shelf,
    standing,
)

A, B, C, D = IDS


def merge(into: Path, other: Path, prefer=None) -> Merge:
    with Project.open(into) as project:
        plan = plan_merge(project, read_other(project, other), prefer)
        for gesture in plan.gestures:
            project.decide(gesture)
    return plan


def decide(root: Path, *made: Gesture) -> list[Gesture]:
    with Project.open(root) as project:
        return [project.decide(gesture) for gesture in made]


def found(root: Path):
    with Project.open(root) as project:
        return standing(project)


def decision_of(root: Path, id_: str) -> str:
    return found(root).state("pages", id_).decision


def accept(*ids: str) -> Gesture:
    return Gesture("pages", {"accepted": ids})


def reject(*ids: str) -> Gesture:
    return Gesture("pages", {"rejected": ids})


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    shelf(tmp_path / "ours").close()
    return tmp_path / "ours"


@pytest.fixture
def theirs(ours: Path) -> Path:
    """A copy, after something was decided."""
    decide(ours, accept(A))
    copy_project(ours, ours.parent / "theirs")
    return ours.parent / "theirs"


def test_what_only_they_set_is_taken_over_in_one_gesture(ours: Path, theirs: Path) -> None:
    decide(ours, Gesture("pages", kinds={"cover": (D,)}))
    decide(theirs, reject(B, C), Gesture("pages", {}, {"notes": (B,)}, notes={A: "hm"}))
    decide(theirs, Gesture("pages", names={"faces": (A, B)}, mends={A: (CUT,)}))
    plan = merge(ours, theirs)
    assert (plan.common, plan.taken, plan.same, plan.conflicts, plan.not_here) == (1, 6, 0, [], [])
    (gesture,) = plan.gestures
    assert (gesture.how["by"], gesture.how["of"], gesture.how["theirs"]) == ("merge", "ours", 4)
    assert gesture.decisions == {"rejected": (B, C)}
    state = found(ours)
    assert state.state("pages", B) == decisions.State("rejected", "notes", "")
    assert state.state("pages", A) == decisions.State("accepted", "", "hm")
    assert state.state("pages", D).kind == "cover"
    assert (state.names("pages"), state.mends(A)) == ({"faces": (A, B)}, (CUT,))


def test_the_same_on_both_sides_is_no_change(ours: Path, theirs: Path) -> None:
    decide(ours, reject(B), Gesture("pages", names={"faces": (A, B)}))
    decide(theirs, reject(B), Gesture("pages", names={"faces": (B, A)}))
    plan = merge(ours, theirs)
    assert (plan.same, plan.taken, plan.conflicts) == (2, 0, [])
    assert [gesture.ids for gesture in plan.gestures] == [()]
    assert merge(ours, theirs).gestures == []
    decide(theirs, accept(B))  # they agreed with us before they changed their mind
    assert merge(ours, theirs).conflicts == []
    assert decision_of(ours, B) == "accepted"


def test_a_contradiction_is_told_and_ours_kept(ours: Path, theirs: Path) -> None:
    decide(ours, reject(B), accept(C), Gesture("pages", mends={A: (CUT,)}))
    decide(theirs, accept(B), accept(C), Gesture("pages", mends={A: (SWAP,)}), reject(D))
    plan = merge(ours, theirs)
    assert not plan.settled
    assert [(one.field, one.id, one.ours, one.theirs, one.kept) for one in plan.conflicts] == [
        ("decision", B, "rejected", "accepted", "ours"),
        ("mends", A, (CUT,), (SWAP,), "ours"),
    ]
    assert all(one.our_time < one.their_time for one in plan.conflicts)
    assert (decision_of(ours, B), decision_of(ours, D)) == ("rejected", "rejected")
    assert [one.id for one in merge(ours, theirs).conflicts] == [B, A], "it is told again: nothing settled it"


def test_who_is_right_can_be_said(ours: Path, theirs: Path) -> None:
    decide(ours, reject(B))
    decide(theirs, accept(B), accept(C))
    decide(ours, reject(C))
    plan = merge(ours, theirs, "newest")
    assert [(one.id, one.kept) for one in plan.conflicts] == [(B, "theirs"), (C, "ours")]
    assert plan.settled
    assert (decision_of(ours, B), decision_of(ours, C)) == ("accepted", "rejected")
    assert merge(ours, theirs).conflicts == [], "what was settled is not told again"
    assert merge(ours, theirs).gestures == []


def test_ours_is_right_and_stays_so(ours: Path, theirs: Path) -> None:
    decide(ours, reject(B))
    decide(theirs, accept(B))
    plan = merge(ours, theirs, "ours")
    assert [(one.id, one.kept) for one in plan.conflicts] == [(B, "ours")]
    assert merge(ours, theirs).conflicts == []
    assert merge(theirs, ours).conflicts == [], "they hear that it was settled, and keep theirs"
    decide(theirs, Gesture("pages", {"undecided": (B,)}))
    assert merge(ours, theirs, "theirs").taken == 1
    assert decision_of(ours, B) == "undecided"


def test_theirs_is_right(ours: Path, theirs: Path) -> None:
    decide(ours, reject(B))
    decide(theirs, accept(B))
    merge(ours, theirs, "theirs")
    assert decision_of(ours, B) == "accepted"


def test_a_second_merge_starts_where_the_first_ended(ours: Path, theirs: Path) -> None:
    decide(theirs, accept(B, C))
    merge(ours, theirs)
    decide(theirs, reject(B))  # they changed their mind: ours only has it from them
    decide(ours, reject(C))  # we changed ours: they did not
    plan = merge(ours, theirs)
    assert (plan.taken, plan.conflicts) == (1, [])
    assert (decision_of(ours, B), decision_of(ours, C)) == ("rejected", "rejected")
    plan = merge(theirs, ours)
    assert (plan.taken, plan.conflicts) == (1, [])
    assert found(ours) == found(theirs)


def test_what_they_took_back_is_taken_back_here(ours: Path, theirs: Path) -> None:
    (back,) = decide(theirs, accept(B))
    merge(ours, theirs)
    decide(theirs, back)
    assert merge(ours, theirs).taken == 1
    assert decision_of(ours, B) == "undecided"


def test_a_merge_is_one_step_to_take_back_and_can_be_made_again(ours: Path, theirs: Path) -> None:
    decide(theirs, accept(B), Gesture("pages", notes={C: "hm"}))
    with Project.open(ours) as project:
        before = standing(project)
        (gesture,) = plan_merge(project, read_other(project, theirs)).gestures
        project.decide(project.decide(gesture))
        assert standing(project) == before
        assert [one.sentence for one in history(project)][1:] == [
            "merged ours: accepted 1 page, wrote a note on sb01p003",
            "took back: merged ours: accepted 1 page, wrote a note on sb01p003",
        ]
    assert merge(ours, theirs).taken == 2


def test_a_project_of_its_own_is_matched_by_its_scans(tmp_path: Path, ours: Path) -> None:
    with shelf(tmp_path / "q", ["sb09p001", "sb09p002"], {"sb09p001": A}) as other:
        other.decide(Gesture("pages", {"accepted": ("sb09p001", "sb09p002")}, names={"x": ("sb09p001",)}))
    plan = merge(ours, tmp_path / "q")
    assert (plan.common, plan.not_here) == (0, [("pages", "sb09p002")])
    assert (decision_of(ours, A), found(ours).names("pages")) == ("accepted", {"x": (A,)})
    with shelf(tmp_path / "more", ["sb09p002"]) as project:
        assert plan_merge(project, read_other(project, tmp_path / "q")).taken == 1


def test_what_was_not_here_is_taken_once_it_is(tmp_path: Path, ours: Path) -> None:
    with shelf(tmp_path / "q", [A, "sb09p002"]) as other:
        other.decide(accept(A, "sb09p002"))
    merge(ours, tmp_path / "q")
    with Project.open(ours) as project, project.transaction() as index:
        index.execute("UPDATE pages SET id = 'sb09p002' WHERE id = ?", (D,))
    plan = merge(ours, tmp_path / "q")
    assert (plan.taken, plan.not_here) == (1, [])
    assert decision_of(ours, "sb09p002") == "accepted"


def test_a_log_alone_is_enough(tmp_path: Path, ours: Path, theirs: Path) -> None:
    decide(theirs, reject(B), Gesture("pages", {"accepted": ("sb09p001",)}))
    shutil.copy(theirs / "decisions.jsonl", tmp_path / "sent.jsonl")
    plan = merge(ours, tmp_path / "sent.jsonl")
    assert (plan.common, plan.taken, plan.not_here) == (1, 1, [("pages", "sb09p001")])
    assert plan.gestures[0].how["of"] == "sent.jsonl"


def test_drawings_are_matched_by_their_place(ours: Path, theirs: Path) -> None:
    for root, numbers in ((ours, (1, 2)), (theirs, (2, 1))):
        with Project.open(root) as project:
            for number, x in zip(numbers, (0, 500), strict=True):
                put_drawing(project, f"{A}/{number}", (x, 0, x + 100, 100))
    with Project.open(theirs) as project:
        put_drawing(project, f"{B}/1", (1, 2, 3, 4))
    decide(theirs, Gesture("drawings", {"accepted": (f"{A}/2", f"{B}/1")}))
    (gesture,) = merge(ours, theirs).gestures
    assert gesture.level == "drawings"
    assert gesture.decisions == {"accepted": (f"{A}/1", f"{B}/1")}
    with Project.open(ours) as project:  # untraced here: the box is what it will be found by
        row = project.index.execute("SELECT x0, y1, gone FROM drawings WHERE id = ?", (f"{B}/1",)).fetchone()
        assert tuple(row) == (1, 4, 1)


def test_lines_that_cannot_be_read_are_counted_and_the_rest_is_taken(ours: Path, theirs: Path) -> None:
    decide(theirs, reject(B))
    with (theirs / "decisions.jsonl").open("ab") as file:
        file.write(b'\r\n{"level": "books"}\n\n{"level": "pages", "decisions": {"rej')
    plan = merge(ours, theirs)
    assert (plan.unread, plan.taken) == (2, 1)


def test_a_merge_note_that_someone_damaged_is_no_meeting(ours: Path, theirs: Path) -> None:
    decide(theirs, accept(B))
    merge(ours, theirs)
    lines = (ours / "decisions.jsonl").read_text().splitlines()
    record = json.loads(lines[-1])
    for how in ({"by": "merge"}, {**record["how"], "settled": [3]}, {**record["how"], "theirs": 99}):
        damaged = json.dumps({**record, "how": how})
        (ours / "decisions.jsonl").write_text("\n".join([*lines[:-1], damaged]) + "\n")
        assert merge(ours, theirs).conflicts == []


@pytest.mark.parametrize("name", ["", "decisions.jsonl"])
def test_a_project_is_not_merged_with_itself(ours: Path, name: str) -> None:
    decide(ours, accept(A))
    with pytest.raises(UserError, match="is this project itself"):
        merge(ours, ours / name)


def test_what_is_no_other_side_says_so(tmp_path: Path, ours: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "letter.txt").write_text("dear\n")
    shelf(tmp_path / "new").close()
    for name, message in [
        ("folder", "not a Single-Line Studio project"),
        ("empty.jsonl", "holds no decisions"),
        ("letter.txt", "no decision log, or is damaged"),
        ("none.jsonl", "is not there"),
        ("new", "nothing was decided there yet"),
    ]:
        with pytest.raises(UserError, match=message) as caught:
            merge(ours, tmp_path / name)
        assert caught.value.hint
    marker = tmp_path / "new" / "project.json"
    marker.write_text(json.dumps({**json.loads(marker.read_text()), "version": 99}))
    with pytest.raises(UserError, match="newer Single-Line Studio"):
        merge(ours, tmp_path / "new")
    assert not (ours / "decisions.jsonl").exists()


histories = st.lists(gestures(), max_size=5)


def copies(folder: str, common, ours, theirs) -> tuple[Path, Path]:
    root = Path(folder)
    with shelf(root / "ours") as project:
        for id_ in IDS:
            put_drawing(project, f"{id_}/1", (0, 0, 9, 9))
    decide(root / "ours", *common)
    shutil.copytree(root / "ours", root / "theirs")
    decide(root / "ours", *ours)
    decide(root / "theirs", *theirs)
    return root / "ours", root / "theirs"


def plan_or_nothing(into: Path, other: Path, prefer=None) -> Merge | None:
    """None where the other side has not decided anything at all."""
    return merge(into, other, prefer) if (other / "decisions.jsonl").exists() else None


@settings(max_examples=20)
@given(histories, histories)
def test_merging_a_copy_changes_nothing(common, since) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = copies(folder, common, [], [])
        decide(ours, *since)
        before, lines = found(ours), (ours / "decisions.jsonl").exists()
        for other in (theirs, ours):  # one that is behind, then one that is the same
            shutil.rmtree(Path(folder) / "same", ignore_errors=True)
            shutil.copytree(other, Path(folder) / "same")
            plan = plan_or_nothing(ours, Path(folder) / "same")
            assert plan is None or (plan.gestures, plan.taken, plan.conflicts) == ([], 0, [])
        assert found(ours) == before
        assert (ours / "decisions.jsonl").exists() == lines


@settings(max_examples=20)
@given(
    histories,
    st.lists(gestures(IDS[:2], ("faces",)), min_size=1, max_size=4),
    st.lists(gestures(IDS[2:], ("cats",)), min_size=1, max_size=4),
)
def test_edits_of_different_things_come_to_the_same_either_way(common, ours, theirs) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = copies(folder, common, ours, theirs)
        shutil.copytree(one, Path(folder) / "untouched")
        plans = merge(one, other), merge(other, Path(folder) / "untouched")
        assert [plan.conflicts for plan in plans] == [[], []]
        assert found(one) == found(other)


@settings(max_examples=20)
@given(histories, histories, histories, histories, histories)
def test_two_who_prefer_one_of_them_agree_in_the_end(common, ours, theirs, later, latest) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = copies(folder, common, ours, theirs)
        for mine, their in ((later, []), ([], latest)):
            plan_or_nothing(one, other, "ours")
            plan_or_nothing(other, one, "theirs")
            if (other / "decisions.jsonl").exists() and (one / "decisions.jsonl").exists():
                assert plan_merge_only(one, other).conflicts == []
            decide(one, *mine)
            decide(other, *their)
        # Since both were the same, only one of them went on: the other follows without a question.
        plan = plan_or_nothing(one, other)
        assert plan is None or plan.conflicts == []


def plan_merge_only(into: Path, other: Path) -> Merge:
    with Project.open(into, write=False) as project:
        return plan_merge(project, read_other(project, other))
