"""Tracing, mending and looking at traces from the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.engine.trace import shapes

Call = Callable[..., Any]
LINE, FILL = "sb01p001", "sb01p002"


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages: crossing lines with a ring below them, and a fill."""
    folder = tmp_path_factory.mktemp("books") / "sb01"
    folder.mkdir()
    cross = [shapes.line(100, 250, 600, 260), shapes.line(340, 60, 360, 400)]
    fill = shapes.page(shapes.wave(), shapes.line(60, 120, 600, 120))
    fill[560:860, 100:600] = 30
    cv2.imwrite(str(folder / f"{LINE}.png"), shapes.page(*cross, shapes.circle(350, 680, 120)))
    cv2.imwrite(str(folder / f"{FILL}.png"), fill)
    return folder


@pytest.fixture
def project(tmp_path: Path, scans: Path, singleline: Call) -> Path:
    root = tmp_path / "p"
    for command in (["new", root], ["import", root, scans], ["mark", root, "accept"]):
        assert singleline(*command).code == 0
    return root


def trace(singleline: Call, project: Path, *options: object) -> Any:
    answer = singleline("trace", project, "--workers", 1, "--json", *options)
    assert answer.code == 0, answer.err
    return answer.json


def mend(singleline: Call, project: Path, *words: object) -> Any:
    answer = singleline("mend", project, LINE, *words, "--json")
    assert answer.code == 0, answer.err
    return answer.json


def test_a_page_that_is_no_line_ink_is_left_alone_until_asked(project: Path, singleline: Call) -> None:
    facts = trace(singleline, project)
    assert (facts["traced"], facts["not_line_ink"], facts["failed"]) == ([LINE], [FILL], [])
    told = singleline("trace", project)
    assert f"1 left alone, they are no line ink (--anyway traces them): {FILL}." in told.out
    asked = trace(singleline, project, "--anyway")
    assert (asked["traced"], asked["not_line_ink"], asked["fresh"]) == ([FILL], [], 1)
    assert trace(singleline, project)["fresh"] == 2  # the project remembers


def test_settings_are_kept_for_all_or_for_one_page(project: Path, singleline: Call, tmp_path: Path) -> None:
    trace(singleline, project)
    assert trace(singleline, project, "--set", "ink.seed_share=0.4")["traced"] == [LINE]
    assert trace(singleline, project)["traced"] == []
    file = tmp_path / "own.json"
    file.write_text('{"join": {"gap_pens": 4}}')
    own = trace(
        singleline, project, "--page", LINE, "--settings", file, "--set", "binding.pitch_share=0.03,0.09"
    )
    assert own["traced"] == [LINE]
    chosen = json.loads((project / "tracing.json").read_text())
    assert chosen["default"] == {"ink": {"seed_share": 0.4}}
    assert chosen["pages"][LINE] == {"join": {"gap_pens": 4.0}, "binding": {"pitch_share": [0.03, 0.09]}}
    assert trace(singleline, project, "--page", LINE, "--reset", "--set", "ink.seed_share=0.4")["traced"] == [
        LINE
    ]
    assert json.loads((project / "tracing.json").read_text())["pages"] == {}  # as all the others again
    trace(singleline, project, "--reset")
    assert json.loads((project / "tracing.json").read_text())["default"] == {}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--set", "ink.seed_share=7"], "from 0 to 1"),
        (["--set", "ink.seed_share"], "sets nothing"),
        (["--set", "ink.colour=1"], "no setting ink.colour"),
        (["--set", "ink.seed_share=dark"], "cannot be 'dark'"),
        (["--settings", "/no/such/file.json"], "Cannot read"),
        (["--page", "sb99p001"], "no page sb99p001"),
    ],
)
def test_bad_settings_are_named_and_not_kept(
    project: Path, singleline: Call, options: list[str], reason: str
) -> None:
    answer = singleline("trace", project, *options)
    assert answer.code == 2
    assert reason in answer.err
    assert not (project / "tracing.json").exists()


def test_settings_that_are_no_json_are_named(project: Path, singleline: Call, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text("seed_share = 0.4")
    answer = singleline("trace", project, "--settings", tmp_path / "own.json")
    assert (answer.code, "is no JSON" in answer.err) == (2, True)


def test_one_image_is_traced_with_settings(scans: Path, singleline: Call, tmp_path: Path) -> None:
    counts = []
    for options in ([], ["--set", "simplify.epsilon_px=8"]):
        out = tmp_path / "out.json"
        assert singleline("trace-image", scans / f"{LINE}.png", "-o", out, *options).code == 0
        counts.append(sum(len(stroke) for stroke in json.loads(out.read_text())["strokes"]))
    assert counts[1] < counts[0] / 2


def test_traces_are_listed_the_worst_first(project: Path, singleline: Call, tmp_path: Path) -> None:
    assert "No page is traced yet" in singleline("traces", project).out
    trace(singleline, project)
    mend(singleline, project, "delete", 350, 560)
    listed = singleline("traces", project, "--csv", tmp_path / "t.csv", "--json").json["pages"]
    assert [one["page"] for one in listed] == [FILL, LINE]
    assert listed[0]["reasons"] == "not line ink"
    assert {"spliced", "coverage", "invented_px", "uncertain", "mends", "lapsed", "error", "doubt"} <= set(
        listed[1]
    )
    assert listed[1]["mends"] == 1
    with (tmp_path / "t.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["page"] for row in rows] == [FILL, LINE]
    said = singleline("traces", project).out.splitlines()
    assert said[0].startswith("page")
    assert said[1].split()[0] == FILL
    assert "100.0%" in said[2] or "99." in said[2]


def test_a_page_is_mended_by_pointing_at_it(project: Path, singleline: Call) -> None:
    trace(singleline, project)
    plain = mend(singleline, project, "--list")
    assert (plain["strokes"], plain["mends"]) == (3, [])
    assert mend(singleline, project, "swap", 352, 252)["strokes"] == 3
    assert mend(singleline, project, "cut", 200, 252)["strokes"] == 4
    assert mend(singleline, project, "connect", 200, 252, 200, 252)["strokes"] == 3
    assert mend(singleline, project, "reverse", 150, 252)["strokes"] == 3
    assert mend(singleline, project, "start", 350, 560)["strokes"] == 3
    assert mend(singleline, project, "move", 350, 560, 150, 252)["drawings"] == 1
    assert mend(singleline, project, "move", 350, 560)["drawings"] == 2
    assert mend(singleline, project, "set-apart", 350, 560)["annotations"] == 1
    assert mend(singleline, project, "take-back", 350, 560)["annotations"] == 0
    last = mend(singleline, project, "delete", 350, 560)
    assert last["strokes"] == 2
    words = [one["do"] for one in last["mends"]]
    assert words == [
        "swap",
        "cut",
        "connect",
        "reverse",
        "start",
        "move",
        "move",
        "set-apart",
        "take-back",
        "delete",
    ]
    assert not any(one["lapsed"] for one in last["mends"])
    assert len(singleline("mend", project, LINE, "--list").out.splitlines()) == 11

    trace(singleline, project, "--set", "ink.seed_share=0.4")
    again = mend(singleline, project, "--list")
    assert (again["strokes"], again["drawings"]) == (last["strokes"], last["drawings"])
    assert not any(one["lapsed"] for one in again["mends"])

    for _ in words:
        back = mend(singleline, project, "--undo")
    assert (back["strokes"], back["mends"]) == (3, [])


def test_a_cut_follows_the_direction_it_is_given(project: Path, singleline: Call) -> None:
    trace(singleline, project)
    lengths = []
    for words in (["cut", 350, 255, 380, 255], ["cut", 350, 255, 351, 285]):
        (made,) = mend(singleline, project, *words)["mends"]
        lengths.append(abs(made["along"][0]))
        mend(singleline, project, "--undo")
    assert lengths[0] > 0.9
    assert lengths[1] < 0.3


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "not clear what to do"),
        (["--list", "--undo"], "not clear what to do"),
        (["explode", 1, 2], "no action explode"),
        (["swap", 1], "needs 1 place"),
        (["connect", 1, 2], "needs 2 place"),
        (["swap", 30, 30], "no crossing within 40 px of 30, 30"),
        (["delete", 30, 30], "no stroke within"),
        (["take-back", 350, 560], "no annotation within"),
        (["connect", 350, 560, 30, 30], "no pair of stroke ends"),
        (["cut", 30, 30], "no stroke within"),
        (["--undo"], "has no mends"),
    ],
)
def test_what_cannot_be_mended_says_why(
    project: Path, singleline: Call, words: list[object], reason: str
) -> None:
    trace(singleline, project)
    answer = singleline("mend", project, LINE, *words)
    assert answer.code == 2
    assert reason in answer.err
    assert singleline("mend", project, LINE, "--list", "--json").json["mends"] == []


def test_a_page_without_a_trace_is_not_mended(project: Path, singleline: Call) -> None:
    answer = singleline("mend", project, LINE, "swap", 1, 2)
    assert (answer.code, "is not traced" in answer.err) == (2, True)
