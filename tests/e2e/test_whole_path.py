"""The whole path on a small sample sketchbook, command by command, as an artist would walk it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.project.progress import Silent
from engine.sample.sketchbook import make_sketchbook

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(*arguments: object, code: int = 0) -> Any:
    """One command in a process of its own; the last JSON object it printed."""
    command = [
        sys.executable,
        "-c",
        "from engine.cli.main import main; main()",
        *map(str, arguments),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "sketchbooks"
    make_sketchbook(folder, pages=16, reporter=Silent())
    return folder


def test_from_scans_to_a_drawing_that_draws_itself(tmp_path: Path, scans: Path) -> None:
    project = tmp_path / "shelf"
    run("new", project)
    books = sorted(path for path in scans.iterdir() if path.name.startswith("sb"))
    added = run("import", project, *books)["added"]
    assert len(added) == 16

    run("embed", project)
    clusters = run("cluster", project, "--k", 4)["clusters"]
    assert sum(one["count"] for one in clusters) == 16
    marked = run("mark", project, "accept", "--labels", scans / "labels.csv")
    assert marked["unknown"] == []
    assert 4 <= marked["marked"] < 16

    traced = run("trace", project, "--workers", 1)
    assert len(traced["traced"]) == marked["marked"]
    assert traced["strokes"] >= traced["joined"] >= traced["spliced"] > 0
    assert traced["drawings"] >= marked["marked"]
    assert run("trace", project)["fresh"] == marked["marked"]

    run("embed", project, "--level", "drawings")
    run("cluster", project, "--level", "drawings", "--k", 2)
    dataset = run("dataset", project, "lines")
    assert dataset["dataset"] == "lines/v001"
    assert dataset["counts"]["train"]["drawings"] > 0

    trained = run("train", project, "lines", "--steps", 4)
    assert trained["run"] == "run001"
    assert trained["step"] == 4
    resumed = run("train", project, "--resume", "run001", "--steps", 6)
    assert (resumed["run"], resumed["step"]) == ("run001", 6)
    measured = run("evaluate", project, "run001")
    assert np.isclose(measured["nats_per_point"], measured["xy"] + measured["pen"])

    out = tmp_path / "out"
    files = ["--gif", out / "a.gif", "--svg", out / "svg", "--sheet", out / "a.png", "--npz", out / "a.npz"]
    run("generate", project, "run001", "-n", 4, "--temperature", 0.4, "--seed", 3, *files)
    with Image.open(out / "a.gif") as gif:
        assert gif.n_frames > 3
    assert Image.open(out / "a.png").size[0] > 100
    assert len(list((out / "svg").glob("*.svg"))) == 4
    with np.load(out / "a.npz", allow_pickle=True, encoding="latin1") as arrays:
        assert [rows.shape[1] for rows in arrays["train"]] == [3, 3, 3, 3]
    first = (out / "a.png").read_bytes()
    run("generate", project, "run001", "-n", 4, "--temperature", 0.4, "--seed", 3, "--sheet", out / "b.png")
    assert (out / "b.png").read_bytes() == first

    status = run("status", project)
    assert len(status["pages"]) == 16
    assert len(status["drawings"]) == traced["drawings"]
    assert [one["id"] for one in status["datasets"]] == ["lines/v001"]
    assert [one["id"] for one in status["runs"]] == ["run001"]
    export_and_check(project, tmp_path, status)


def export_and_check(project: Path, folder: Path, status: dict[str, Any]) -> None:
    run("export", project, "items", "-o", folder / "items.csv")
    with (folder / "items.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ["id", "book", "page", "variant", "label", "file", "kind", "decision", "cluster", "x", "y"]
    assert list(rows[0]) == columns
    assert [row["id"] for row in rows] == [page["id"] for page in status["pages"]]
    run("export", project, "embeddings", "-o", folder / "e.npz", "--level", "drawings")
    with np.load(folder / "e.npz") as arrays:
        assert arrays["vectors"].shape == (len(status["drawings"]), 1280)
    run("export", project, "drawings", "-o", folder / "d.npz")
    with np.load(folder / "d.npz", allow_pickle=True) as arrays:
        assert len(arrays["drawings"]) == len(status["drawings"])
        assert arrays["drawings"][0].shape[1] == 3


def test_trace_image_needs_no_project(tmp_path: Path, scans: Path) -> None:
    scan = next(path for path in sorted(scans.glob("sb*/art/*.jpg")))
    before = scan.read_bytes()
    as_svg = run("trace-image", scan, "-o", tmp_path / "a.svg")
    as_json = run(
        "trace-image", scan, "-o", tmp_path / "a.json", "--stage", "strokes", "--annotations", "keep"
    )
    strokes = json.loads((tmp_path / "a.json").read_text())["strokes"]
    assert len(strokes) == as_json["strokes"]
    assert all(len(point) == 2 for stroke in strokes for point in stroke)
    assert (tmp_path / "a.svg").read_text().count("<path") == as_svg["spliced"]
    run("trace-image", scan, "-o", tmp_path / "a.pdf", code=2)
    assert scan.read_bytes() == before


def test_the_scans_are_never_written_to(tmp_path: Path, scans: Path) -> None:
    """The whole path above ran on these folders; they can be read-only from the start."""
    locked = tmp_path / "locked"
    locked.mkdir()
    source = next(iter(sorted(scans.glob("sb*/art/*.jpg"))))
    (locked / source.name).write_bytes(source.read_bytes())
    (locked / source.name).chmod(0o444)
    locked.chmod(0o555)
    try:
        run("new", tmp_path / "p")
        assert len(run("import", tmp_path / "p", locked)["added"]) == 1
        run("mark", tmp_path / "p", "accept")
        assert len(run("trace", tmp_path / "p", "--workers", 1)["traced"]) == 1
        assert [path.name for path in locked.iterdir()] == [source.name]
    finally:
        locked.chmod(0o755)
