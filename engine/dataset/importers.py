"""Strokes made elsewhere: SketchRNN `.npz`, QuickDraw `.ndjson`, folders of SVGs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.dataset.npz import read_npz
from engine.dataset.types import SPLIT_NAMES, SourceDrawing, SplitName
from engine.errors import UserError
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, Stroke, as_stroke

MAX_NDJSON_BYTES = 2 * 2**30
MAX_LINE_CHARS = 4_000_000
MAX_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class ImportedDrawings:
    """Drawings read from one file or folder.

    Attributes:
        drawings: In the file's order. `.npz` keeps its own units; the others are normalised.
        splits: Parallel to `drawings`: the split the file gives each; `None` leaves it to the seed.
        names: Parallel to `drawings`: where in the source each came from.
        warnings: Sentences the user should read, among them every item left out and why.
        source: The name of the file or folder.
    """

    drawings: tuple[Drawing, ...]
    splits: tuple[SplitName | None, ...]
    names: tuple[str, ...]
    warnings: tuple[str, ...]
    source: str

    def items(self, *, normalised: bool = False) -> Iterator[SourceDrawing]:
        """The drawings as `build` takes them, each its own page; at 200 units where that is asked for."""
        for drawing, split, name in zip(self.drawings, self.splits, self.names, strict=True):
            identity = f"{self.source}/{name}"
            yield SourceDrawing(identity, identity, drawing.normalised() if normalised else drawing, split)


def import_strokes(path: Path) -> ImportedDrawings:
    """Read drawings from a `.npz`, a QuickDraw `.ndjson` (simplified or raw) or a folder of SVGs.

    Raises:
        UserError: naming the file, if it is missing, unknown, damaged, hostile or empty.
    """
    if not path.exists():
        raise UserError(f"There is no {path}.", "Check the name.")
    if path.is_dir():
        return _import_svgs(path)
    readers = {".npz": _import_npz, ".ndjson": _import_ndjson}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UserError(
            f"{path.name} is not a stroke file.", "Give a .npz, a QuickDraw .ndjson or a folder of SVGs."
        )
    return reader(path)


def _import_npz(path: Path) -> ImportedDrawings:
    """All splits of a `.npz`; one that has `train` alone is split by our own seed."""
    content = read_npz(path)
    has_own_split = bool(content.splits.get("valid") or content.splits.get("test"))
    drawings, splits, names = [], [], []
    for key, arrays in content.splits.items():
        split = key if has_own_split and key in SPLIT_NAMES else None
        for index, rows in enumerate(arrays):
            drawings.append(from_stroke3(rows))
            splits.append(split)
            names.append(f"{key}/{index}")
    return ImportedDrawings(tuple(drawings), tuple(splits), tuple(names), content.warnings, path.name)


def _import_ndjson(path: Path) -> ImportedDrawings:
    """One QuickDraw drawing a line: strokes of `[xs, ys]` (simplified) or `[xs, ys, ts]` (raw)."""
    if path.stat().st_size > MAX_NDJSON_BYTES:
        raise UserError(f"{path.name} is larger than {MAX_NDJSON_BYTES >> 30} GiB.", "Cut it into parts.")
    drawings, names, failures = [], [], []
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_CHARS), b""), start=1):
            if not line.strip():
                continue
            try:
                drawings.append(_quickdraw(line))
                names.append(f"line {number}")
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                failures.append(f"line {number}: {error}")
    return _imported(path, drawings, names, failures)


def _quickdraw(line: bytes) -> Drawing:
    """The drawing of one line. Raises ValueError, KeyError or TypeError."""
    strokes: Any = json.loads(line)["drawing"]
    return _checked(tuple(as_stroke(np.array([s[0], s[1]], dtype=np.float64).T) for s in strokes))


def _import_svgs(folder: Path) -> ImportedDrawings:
    """Every SVG under the folder, in the order of their names."""
    drawings, names, failures = [], [], []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".svg" and p.is_file()):
        name = path.relative_to(folder).as_posix()
        try:
            drawings.append(_checked(tuple(read_svg(path))))
            names.append(name)
        except UserError as error:
            failures.append(f"{name}: {error.message}")
        except ValueError as error:
            failures.append(f"{name}: {error}")
    return _imported(folder, drawings, names, failures)


def _checked(strokes: tuple[Stroke, ...]) -> Drawing:
    """Normalise strokes that can be drawn. Raises ValueError."""
    filled = tuple(s for s in strokes if len(s))
    if sum(len(s) for s in filled) < 2:
        raise ValueError("fewer than two points")
    if not all(np.isfinite(s).all() for s in filled):
        raise ValueError("coordinates that are not numbers")
    return Drawing(filled).normalised()


def _imported(path: Path, drawings: list[Drawing], names: list[str], failures: list[str]) -> ImportedDrawings:
    """Put the pieces together. Raises UserError when nothing could be read."""
    if not drawings:
        first = f" The first reason: {failures[0]}." if failures else ""
        raise UserError(
            f"No drawing could be read from {path.name}.{first}", "Choose another file or folder."
        )
    warnings = [f"Left out {failure}" for failure in failures[:MAX_WARNINGS]]
    if len(failures) > MAX_WARNINGS:
        warnings.append(f"Left out {len(failures) - MAX_WARNINGS} more.")
    return ImportedDrawings(
        tuple(drawings), (None,) * len(drawings), tuple(names), tuple(warnings), path.name
    )
