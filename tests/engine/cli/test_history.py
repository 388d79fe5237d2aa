"""History, merging, and decisions out and in, from the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from engine.project.log import Gesture
from engine.project.project import Project
from tests.engine.trace import shapes

Call = Callable[..., Any]
A, B, C = (f"sb01p00{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books") / "sb01"
    folder.mkdir()
    for number, id_ in enumerate((A, B, C)):
        lines = shapes.line(100, 250 + number, 600, 260), shapes.line(340, 60, 360, 400)
        cv2.imwrite(str(folder / f"{id_}.png"), shapes.page(*lines))
    return folder


@pytest.fixture
def project(tmp_path: Path, scans: Path, singleline: Call) -> Path:
    for command in (["new", tmp_path / "p"], ["import", tmp_path / "p", scans]):
        assert singleline(*command).code == 0
    return tmp_path / "p"


def decide(root: Path, *made: Gesture) -> None:
    with Project.open(root) as project:
        for gesture in made:
            project.decide(gesture)


def decision_of(singleline: Call, root: Path) -> list[str]:
    file = root.parent / "now.json"
    assert singleline("export-decisions", root, "-o", file).code == 0
    return [item["decision"] for item in json.loads(file.read_text())["items"]]


def test_history_is_listed_and_gone_back_through(project: Path, singleline: Call) -> None:
    assert "Nothing was decided yet." in singleline("history", project).out
    decide(project, Gesture("pages", {"accepted": (A, B)}, how={"by": "lasso"}))
    decide(project, Gesture("pages", kinds={"notes": (C,)}), Gesture("drawings", {"rejected": (f"{A}/1",)}))
    told = singleline("history", project)
    assert [line.split("  ")[-1] for line in told.out.splitlines()] == [
        "accepted 2 pages by lasso",
        "called 1 page notes",
        "rejected 1 drawing",
    ]
    assert "(2 earlier entries: --last 0 lists all)" in singleline("history", project, "--last", 1).out
    listed = singleline("history", project, "--level", "pages", "--json").json["entries"]
    assert [(one["number"], one["how"]) for one in listed] == [(1, {"by": "lasso"}), (2, {})]
    tried = singleline("history", project, "--back-to", 0, "--dry-run")
    assert tried.out.strip() == (
        "To go back to the beginning: clear 2 pages, take the kind from 1 page; clear 1 drawing."
    )
    assert singleline("history", project, "--json").json["count"] == 3
    assert "Went back to entry 1" in singleline("history", project, "--back-to", 1).out
    assert decision_of(singleline, project) == ["accepted", "accepted", "undecided"]
    found = singleline("history", project, "--json").json
    assert [one["taken_back_by"] for one in found["entries"]] == [None, 4, 5, None, None]
    assert "as it was" in singleline("history", project, "--back-to", 1).out
    assert singleline("history", project, "--json").json["count"] == 5


def test_going_back_lets_drawings_follow_the_mends(project: Path, singleline: Call) -> None:
    for command in (["mark", project, "accept"], ["trace", project, "--workers", 1]):
        assert singleline(*command).code == 0
    before = singleline("mend", project, A, "--list", "--json").json
    assert singleline("mend", project, A, "swap", 350, 255).code == 0
    assert singleline("mend", project, A, "--list", "--json").json["mends"] != []
    assert "take back all mends on" in singleline("history", project, "--back-to", 1).out
    after = singleline("mend", project, A, "--list", "--json").json
    assert (after["mends"], after["strokes"]) == ([], before["strokes"])
    rows = {row["page"]: row["mends"] for row in singleline("traces", project, "--json").json["pages"]}
    assert rows[A] == 0


def test_an_entry_that_is_not_there_is_bad_use(project: Path, singleline: Call) -> None:
    answer = singleline("history", project, "--back-to", 7)
    assert (answer.code, "no entry 7" in answer.err) == (2, True)
    assert singleline("history", project, "--dry-run").code == 2


def test_decisions_go_to_a_new_project_of_the_same_scans(
    project: Path, scans: Path, tmp_path: Path, singleline: Call
) -> None:
    decide(project, Gesture("pages", {"accepted": (A,)}, {"notes": (B,)}, notes={C: "=1+1\nand more"}))
    table = tmp_path / "t.csv"
    assert singleline("export-decisions", project, "-o", table).code == 0
    for command in (["new", tmp_path / "q"], ["import", tmp_path / "q", scans]):
        assert singleline(*command).code == 0
    tried = singleline("import-decisions", tmp_path / "q", table, "--dry-run")
    assert tried.out.splitlines()[-1] == "3 pages would change, 0 were so already."
    assert not (tmp_path / "q" / "decisions.jsonl").exists()
    facts = singleline("import-decisions", tmp_path / "q", table, "--json").json
    assert (facts["changed"], facts["already"], facts["unknown"]) == (3, 0, [])
    assert facts["values"] == {"accepted": 1, "kinds": 1, "notes": 1, "names": 0, "mends": 0}
    assert (
        singleline("history", tmp_path / "q")
        .out.strip()
        .endswith(f"imported t.csv: accepted 1 page, called 1 page notes, wrote a note on {C}")
    )
    assert singleline("import-decisions", tmp_path / "q", table, "--json").json["already"] == 3
    for root in (project, tmp_path / "q"):
        singleline("export-decisions", root, "-o", root / "out.csv")
    assert (project / "out.csv").read_bytes() == (tmp_path / "q" / "out.csv").read_bytes()


def test_what_fits_nothing_is_listed_and_the_rest_is_done(
    project: Path, tmp_path: Path, singleline: Call
) -> None:
    (tmp_path / "t.csv").write_text(f"id;decision\n{A};accepted\nsb09p001;rejected\n")
    answer = singleline("import-decisions", project, tmp_path / "t.csv")
    assert answer.code == 1
    assert "line 3, sb09p001: no page has this id" in answer.err
    assert decision_of(singleline, project) == ["accepted", "undecided", "undecided"]
    (tmp_path / "t.csv").write_text(f"id;decision\n{B};accepted\n{C};perhaps\n")
    answer = singleline("import-decisions", project, tmp_path / "t.csv")
    assert (answer.code, "line 3 has the decision 'perhaps'" in answer.err) == (2, True)
    assert decision_of(singleline, project) == ["accepted", "undecided", "undecided"]


def test_folders_of_labels_go_out_and_come_in(project: Path, tmp_path: Path, singleline: Call) -> None:
    decide(project, Gesture("pages", kinds={"drawing": (A, B), "notes": (C,)}))
    facts = singleline("export-folders", project, "-o", tmp_path / "out", "--json").json
    assert (facts["folders"], facts["failed"]) == ({"drawing": 2, "notes": 1}, [])
    answer = singleline("import-decisions", project, tmp_path / "out", "--accept", "drawing", "--json")
    assert answer.json["values"]["accepted"] == 2
    assert decision_of(singleline, project) == ["accepted", "accepted", "rejected"]
    for wrong in (["--accept", "faces"], ["--level", "drawings"]):
        assert singleline("import-decisions", project, tmp_path / "out", *wrong).code == 2
    table = tmp_path / "now.json"
    assert singleline("import-decisions", project, table, "--accept", "drawing").code == 2


def test_merging_reports_conflicts_by_its_exit_code(project: Path, tmp_path: Path, singleline: Call) -> None:
    decide(project, Gesture("pages", {"accepted": (A,)}))
    other = tmp_path / "other"
    shutil.copytree(project, other)
    decide(project, Gesture("pages", {"rejected": (B,)}))
    decide(other, Gesture("pages", {"accepted": (B, C, "sb09p001")}))
    tried = singleline("merge", project, other, "--dry-run")
    assert tried.code == 1
    assert f"{B}: decision: ours rejected" in tried.out
    assert "sb09p001: none of the pages here" in tried.err
    assert decision_of(singleline, project) == ["accepted", "rejected", "undecided"]
    answer = singleline("merge", project, other, "--json")
    assert (answer.code, answer.json["taken"], answer.json["settled"]) == (1, 1, False)
    assert [(one["id"], one["kept"]) for one in answer.json["conflicts"]] == [(B, "ours")]
    assert decision_of(singleline, project) == ["accepted", "rejected", "accepted"]
    settled = singleline("merge", project, other, "--prefer", "newest")
    assert (settled.code, "-> theirs" in settled.out) == (0, True)
    assert decision_of(singleline, project) == ["accepted", "accepted", "accepted"]
    assert singleline("merge", project, other).code == 0
    itself = singleline("merge", project, project)
    assert (itself.code, "is this project itself" in itself.err) == (2, True)
