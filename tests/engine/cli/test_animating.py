"""`animate`: drawings of every origin become files; what cannot be is refused before anything is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.dataset.npz import object_array
from engine.dataset.recipe import Recipe
from engine.dataset.versions import make_dataset
from engine.project.log import Gesture
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.svg import read_svg, write_svg
from engine.strokes.types import Drawing
from engine.trace.drawings import replace
from tests.engine.curate.shelves import IDS, shelf
from tests.engine.sampling.quality.hand import drawings

Call = Callable[..., Any]
HAND = [from_stroke3(rows).normalised() for rows in drawings(4, 1)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A page with two drawings, one with one; one drawing of a machine is kept."""
    with shelf(tmp_path / "p") as opened:
        with opened.transaction() as index:
            replace(index, IDS[0], [HAND[0], Drawing(tuple(s + 300 for s in HAND[1].strokes))])
            replace(index, IDS[1], HAND[2:3])
        opened.decide(Gesture("pages", {"accepted": tuple(IDS[:2])}))
        make_dataset(opened, "mine", Recipe())
        kept = opened.layout.exports / "kept" / "wild cat.json"
        kept.parent.mkdir(parents=True)
        strokes = [stroke.tolist() for stroke in HAND[3].strokes]
        kept.write_text(json.dumps({"name": "wild cat", "made_by": "machine", "strokes": strokes}))
    return tmp_path / "p"


def files(tmp_path: Path) -> tuple[Path, Path]:
    write_svg(tmp_path / "a.svg", HAND[0].strokes)
    np.savez(tmp_path / "a.npz", train=object_array(tuple(to_stroke3(one) for one in HAND)))
    return tmp_path / "a.svg", tmp_path / "a.npz"


def test_every_origin_plays(project: Path, singleline: Call, tmp_path: Path) -> None:
    svg, npz = files(tmp_path)
    counts = {
        f"{IDS[0]}/1": 1, IDS[0]: 2, "wild cat": 1, "kept": 1, "mine": 3, "mine/v001": 3, str(svg): 1,
        str(npz): 4, f"{npz}:2": 1, str(project / "exports" / "kept" / "wild cat.json"): 1,
    }  # fmt: skip
    out = tmp_path / "out.gif"
    for what, count in counts.items():
        told = singleline(
            "animate", project, what, "-o", out, "--seconds", 0.3, "--hold", 0.2, "--size", 90, "--json"
        ).json
        assert len(told["drawings"]) == count, what
        with Image.open(out) as image:
            assert image.size == (90, 90) and image.n_frames > 3
        assert told["files"] == [{"file": str(out), "bytes": out.stat().st_size}]


def test_options_reach_the_file(project: Path, singleline: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.gif"
    answer = singleline(
        "animate", project, IDS[0], IDS[1], "-o", out, "--size", "120x80", "--seconds", 1, "--hold", 0.5,
        "--fps", 10, "--ink", "tomato", "--ink", "#0000FF", "--paper", "black", "--pen", "pen",
        "--show-lifts", "--soft", "--pace", "points", "--skip-lifts", "-n", 2,
    )  # fmt: skip
    assert answer.code == 0 and "2 drawings" in answer.out and str(out) in answer.out
    with Image.open(out) as image:
        total = 0
        for index in range(image.n_frames):
            image.seek(index)
            total += image.info["duration"]
        pixels = np.asarray(image.convert("RGB"))
    assert total == 1500 and pixels.shape == (80, 120, 3)
    colours = {tuple(colour) for colour in pixels.reshape(-1, 3).tolist()}
    assert {(0, 0, 0), (255, 99, 71), (0, 0, 255)} <= colours


def test_many_files_at_once_and_one_for_each_drawing(project: Path, singleline: Call, tmp_path: Path) -> None:
    names = ["a.svg", "a.png", "a.npz", "a.hpgl", "a.gcode"]
    outs = [part for name in names for part in ("-o", tmp_path / "all" / name)]
    told = singleline("animate", project, "mine", *outs, "--json").json
    assert [Path(one["file"]).name for one in told["files"]] == names
    assert len(read_svg(tmp_path / "all" / "a.svg")) >= 3
    told = singleline(
        "animate", project, "mine", "-o", tmp_path / "one.svg", "--format", "plotter-svg", "--each", "--json"
    ).json
    assert [Path(one["file"]).name for one in told["files"]] == [f"one-00{n}.svg" for n in (1, 2, 3)]
    assert (
        'width="210mm"' in (tmp_path / "one-001.svg").read_text()
        or 'width="297mm"' in (tmp_path / "one-001.svg").read_text()
    )


def test_an_estimate_writes_nothing(project: Path, singleline: Call, tmp_path: Path) -> None:
    answer = singleline("animate", project, "mine", "-o", tmp_path / "a.gif", "--estimate")
    assert answer.code == 0 and "about" in answer.out and not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody", "-o", "a.gif"], "nobody"),
        ([IDS[0], "-o", "a.txt"], "a.txt"),
        ([IDS[0], "-o", "a.gif", "--format", "dxf"], "dxf"),
        ([IDS[0], "-o", "a.gif", "--size", "big"], "big"),
        ([IDS[0], "-o", "a.gif", "--size", "99999"], "99999"),
        ([IDS[0], "-o", "a.gif", "--ink", "nocolour"], "nocolour"),
        ([IDS[0], "-o", "a.gif", "--paper", "#12345678"], "#12345678"),
        ([IDS[0], "-o", "a.gif", "--fps", "90"], "1 to 50"),
        ([IDS[0], "-o", "a.hpgl", "--sheet", "A99"], "A99"),
        ([IDS[0], "-o", "a.hpgl", "--margin", "200"], "margin"),
        (["gone.npz", "-o", "a.gif"], "gone.npz"),
        (["gone.svg", "-o", "a.gif"], "gone.svg"),
        (["gone.json", "-o", "a.gif"], "gone.json"),
        ([IDS[0]], "-o"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    project: Path,
    singleline: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    in_place = [tmp_path / one if one.startswith(("a.", "gone.")) else one for one in arguments]
    answer = singleline("animate", project, *in_place)
    assert answer.code == 2 and answer.err.count("\n") == 1
    assert says in answer.err
    assert not list(tmp_path.glob("a.*"))


def test_a_damaged_kept_file_is_named(project: Path, singleline: Call, tmp_path: Path) -> None:
    for text in ("no json", "[]", '{"strokes": [[1, 2, 3]]}', '{"strokes": [[[1, NaN]]]}'):
        (tmp_path / "odd.json").write_text(text)
        answer = singleline("animate", project, tmp_path / "odd.json", "-o", tmp_path / "a.gif")
        assert answer.code == 2 and "odd.json" in answer.err
