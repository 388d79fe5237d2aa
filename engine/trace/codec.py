"""Traces as files: plain arrays in an `.npz`, nothing pickled."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.project.atomic import replacing
from engine.strokes.types import Stroke, as_stroke
from engine.trace.types import Trace

_FORMAT = 2
_READABLE = (1, 2)
"""Format 1 knew neither widths nor uncertain junctions."""
_STAGES = ("strokes", "joined", "spliced", "annotations")
_VALUES = ("width_px", "height_px", "pen_width_px", "binding", "line_ink", "invented_px", "coverage")


def save_trace(path: Path, trace: Trace) -> None:
    """Write a trace in one step.

    Args:
        path: The `.npz` file to make or replace.
        trace: What to write.

    Raises:
        UserError: if the disk refuses.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for stage in _STAGES:
        strokes: tuple[Stroke, ...] = getattr(trace, stage)
        arrays[stage] = np.concatenate(strokes) if strokes else np.zeros((0, 2), np.float32)
        arrays[f"{stage}_counts"] = np.array([len(s) for s in strokes], dtype=np.int32)
    arrays["drawings"] = np.array([k for d in trace.drawings for k in d], dtype=np.int32)
    arrays["drawings_counts"] = np.array([len(d) for d in trace.drawings], dtype=np.int32)
    arrays["widths"] = np.concatenate(trace.widths) if trace.widths else np.zeros(0, np.float32)
    arrays["uncertain"] = trace.uncertain
    head = {"format": _FORMAT, **{name: getattr(trace, name) for name in _VALUES}}
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    with replacing(path) as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def load_trace(path: Path) -> Trace:
    """Read what `save_trace` wrote.

    Args:
        path: The `.npz` file.

    Returns:
        The trace.

    Raises:
        UserError: if the file is absent, broken, or no trace.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return _decode(file)
    except FileNotFoundError as error:
        raise UserError(f"There is no trace at {path}.", "Trace the page again.") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(
            f"The trace {path} is broken: {error}.", "Delete the file and trace the page again."
        ) from error


def _decode(file: Any) -> Trace:
    head = json.loads(bytes(file["head"]).decode())
    if head.pop("format") not in _READABLE:
        raise ValueError("it was written by another version of this program")
    stages: dict[str, Any] = {stage: tuple(as_stroke(s) for s in _split(file, stage)) for stage in _STAGES}
    drawings = tuple(tuple(int(k) for k in d) for d in _split(file, "drawings"))
    count = len(stages["spliced"])
    if any(not 0 <= k < count for d in drawings for k in d):
        raise ValueError("a drawing names a stroke that is not there")
    if "widths" in file:
        stages["widths"] = _widths(file["widths"], [len(s) for s in stages["spliced"]])
        stages["uncertain"] = as_stroke(file["uncertain"])
    return Trace(**{name: head[name] for name in _VALUES}, **stages, drawings=drawings)


def _widths(widths: NDArray[np.float32], counts: list[int]) -> tuple[NDArray[np.float32], ...]:
    """Widths stroke by stroke; none where none were kept."""
    if not len(widths):
        return ()
    if len(widths) != sum(counts):
        raise ValueError("there is not one width a point")
    return tuple(np.split(widths.astype(np.float32), np.cumsum(counts)[:-1]))


def _split(file: Any, name: str) -> list[NDArray[Any]]:
    """The pieces of a concatenated array."""
    rows, counts = file[name], file[f"{name}_counts"]
    if counts.sum() != len(rows) or (counts < 0).any():
        raise ValueError(f"the pieces of {name} do not add up")
    return np.split(rows, np.cumsum(counts)[:-1]) if len(counts) else []
