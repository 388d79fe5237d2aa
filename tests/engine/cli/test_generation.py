"""`generate`, `compare`, `complete`, with models that have learnt nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli.completing import split
from engine.dataset.npz import read_npz
from engine.export.colours import INK, MACHINE_INK
from engine.sampling.provenance import Provenance
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke
from tests.engine.cli.machines import FIRST, HAND, make_project

Call = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Run001 is a transformer that was told eras, run002 a SketchRNN."""
    return make_project(tmp_path / "p", "transformer of eras", "sketchrnn")


def rows_of(path: Path) -> list[np.ndarray]:
    return list(read_npz(path).splits["train"])


def test_every_option_reaches_the_machine(project: Path, singleline: Call, tmp_path: Path) -> None:
    record, npz = tmp_path / "a.json", tmp_path / "a.npz"
    options = {
        "variability": 0.7, "choice": 0.4, "spread": 0.3, "pen": 0.9, "top-p": 0.8, "points": "5-30",
        "start": "20,30", "era": 1, "seed": 3,
    }  # fmt: skip
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    told = singleline(
        "generate",
        project,
        "run001",
        "-n",
        3,
        *flags,
        "--one-stroke",
        "--retry",
        "--record",
        record,
        "--npz",
        npz,
        "--json",
    ).json
    assert (told["n"], told["checkpoint"]) == (3, "best.safetensors")
    records = [Provenance.from_json(one) for one in json.loads(record.read_text())["drawings"]]
    assert [one.index for one in records] == [0, 1, 2]
    assert records[0].options == {
        "variability": 0.7, "choice": 0.4, "spread": 0.3, "pen": 0.9, "top_p": 0.8, "one_stroke": True,
        "points": [5, 30], "start": [20.0, 30.0], "era": 1, "seed": 3, "retry": True,
    }  # fmt: skip
    for rows in rows_of(npz):
        assert len(from_stroke3(rows).strokes) == 1
        assert rows[0, :2].tolist() == [20, 30]


def test_files_of_every_kind_and_the_nearest_of_ones_own(
    project: Path, singleline: Call, tmp_path: Path
) -> None:
    files = [tmp_path / f"a{suffix}" for suffix in (".gif", ".svg", ".png")]
    outs = [word for file in files for word in ("-o", file)]
    record = tmp_path / "a.json"
    options = ("--points", "-20", "--nearest", "--record", record)
    told = singleline("generate", project, "run002", "-n", 2, *outs, *options, "--json").json
    assert told["files"] == [*map(str, files), str(record)]
    with Image.open(files[0]) as image:
        assert image.n_frames > 20
    assert len(read_svg(files[1])) >= 2
    nearest = json.loads(record.read_text())["drawings"][0]["nearest"]
    assert nearest["name"].endswith("/1") and nearest["memorised"] is False


def test_the_newest_state_draws_otherwise_than_the_best(
    project: Path, singleline: Call, tmp_path: Path
) -> None:
    for name in ("best", "last"):
        file = tmp_path / f"{name}.npz"
        assert singleline("generate", project, "run002", "--checkpoint", name, "--npz", file).code == 0
    assert not np.array_equal(rows_of(tmp_path / "best.npz")[0], rows_of(tmp_path / "last.npz")[0])
    refused = singleline("generate", project, "run002", "--checkpoint", "first")
    assert refused.code == 2 and "best, last" in refused.err


def test_a_series_is_one_seed_a_row(project: Path, singleline: Call, tmp_path: Path) -> None:
    series, alone = tmp_path / "s.npz", tmp_path / "a.npz"
    options = ("-n", 2, "--points", "-15")
    told = singleline("generate", project, "run002", "--series", *options, "--npz", series, "--json").json
    assert told["n"] == 12
    singleline("generate", project, "run002", "--variability", 0.9, *options, "--npz", alone)
    drawn = rows_of(series)
    for place, rows in zip((4, 10), rows_of(alone), strict=True):
        np.testing.assert_array_equal(drawn[place], rows)
    told = singleline("generate", project, "run002", "--series", *options, "--json").json
    assert told["files"] == [str(project / "exports" / "run002-seed0-series.png")]


def test_runs_and_eras_are_compared(project: Path, singleline: Call, tmp_path: Path) -> None:
    sheet = tmp_path / "a.png"
    told = singleline("compare", project, "run001", "run002", "-n", 3, "-o", sheet, "--json").json
    assert told["runs"] == ["run001", "run002"]
    with Image.open(sheet) as image:
        assert image.width == pytest.approx(image.height * 1.4, rel=0.1)
    told = singleline("compare", project, "run001", "--era", 0, "--era", 2, "-n", 2, "--json").json
    assert Path(told["files"][0]).is_file()
    assert singleline("compare", project, "run001").code == 2
    assert singleline("compare", project, "run002", "--era", 0, "--era", 1).code == 2


def test_a_drawing_is_completed_and_again(project: Path, singleline: Call, tmp_path: Path) -> None:
    npz, png = tmp_path / "a.npz", tmp_path / "a.png"
    ways = ("-n", 2, "--variability", 0.2, "--variability", 0.9)
    told = singleline(
        "complete", project, "run001", FIRST, "--share", 0.5, *ways, "-o", npz, "-o", png, "--json"
    ).json
    assert (told["n"], told["told"]) == (4, round(0.5 * HAND[0].n_points))
    begun = np.concatenate(HAND[0].strokes)[: told["told"]]
    for rows in rows_of(npz):
        done = np.concatenate(from_stroke3(rows).strokes)
        np.testing.assert_allclose(done[: len(begun)] - done[0], begun - begun[0], atol=0.1)
    with Image.open(png) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
    for ink in (INK, MACHINE_INK):
        assert any(sum(abs(a - b) for a, b in zip(colour, rgb(ink), strict=True)) < 40 for colour in colours)
    again = singleline("complete", project, "run002", f"{npz}:2", "-n", 1, "--json").json
    assert Path(again["files"][0]) == project / "exports" / "run002-completed.png"


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def test_what_is_told_and_what_is_added_meet() -> None:
    one, other = as_stroke(np.arange(10).reshape(5, 2)), as_stroke(np.arange(6).reshape(3, 2))
    before, after = split(Drawing((one, other)), 3)
    assert [len(s) for s in before] == [3] and [len(s) for s in after] == [3, 3]
    before, after = split(Drawing((one, other)), 5)
    assert [len(s) for s in before] == [5] and [len(s) for s in after] == [3]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--points", "many"), ("--side", "a-b"), ("--start", "here"), ("--start", "4"), ("-o", "a.doc"),
        ("--gif", "a.png"), ("--top-p", "2"), ("--era", "9"), ("--variability", "0"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(project: Path, singleline: Call, wrong: tuple[str, str]) -> None:
    refused = singleline("generate", project, "run001", "-n", 1, *wrong)
    assert refused.code == 2 and refused.err.strip()
    assert not (project / "exports").exists() or not list((project / "exports").iterdir())
