"""Generated pages with exact truth, rendered once and kept in the temporary folder."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.strokes.types import Stroke
from tests.benchmarks.lines import SHARED

TOOLS = SHARED / "tools"
SMALL, LARGE = (1600, 2200), (2480, 3508)
"""Widths and heights of a page, px: the generator's own, and A4 at 300 dpi."""
Score = Callable[[dict[str, Any], Sequence[Stroke]], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Made:
    """One generated page.

    Attributes:
        name: Kind, seed and number.
        scan: The picture.
        truth: What the generator drew: see `render_scans.py`.
    """

    name: str
    scan: Path
    truth: dict[str, Any]


def made_pages(kind: str, count: int, seed: int, size: tuple[int, int] = SMALL) -> list[Made]:
    """Pages of a kind and seed; rendered where they are not there from an earlier run.

    Args:
        kind: "scan" or "clean".
        count: How many.
        seed: Of the generator.
        size: Width and height, px.

    Returns:
        The pages, by number.
    """
    folder = Path(tempfile.gettempdir()) / "singleline-benchmark" / f"{kind}-{seed}-{size[0]}x{size[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        if not (folder / f"page_{number:03d}.json").exists():
            _render(folder, kind, number, seed, size)
    truths = [json.loads((folder / f"page_{n:03d}.json").read_text()) for n in range(count)]
    return [Made(f"{kind}-{seed}-{n:03d}", folder / t["file"], t) for n, t in enumerate(truths)]


def _render(folder: Path, kind: str, number: int, seed: int, size: tuple[int, int]) -> None:
    """Render one page beside the others and move it in, truth last: another run may want it too."""
    data = SHARED / "data" / "strokes"
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        command = [sys.executable, str(TOOLS / "render_scans.py"), "--out", beside, "--kind", kind]
        command += ["--start", str(number), "--n", "1", "--seed", str(seed)]
        command += ["--width", str(size[0]), "--height", str(size[1])]
        command += ["--look", str(data / "look_fragments.npz"), "--sheep", str(data / "aaron_sheep.npz")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for path in sorted(Path(beside).iterdir(), key=lambda p: p.suffix == ".json"):
            path.replace(folder / path.name)


def load_score() -> Score:
    """The scoring function of ../shared/tools, which is no part of this repository."""
    spec = importlib.util.spec_from_file_location("score_trace", TOOLS / "score_trace.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Score = module.score
    return function
