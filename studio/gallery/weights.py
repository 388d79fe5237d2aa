"""Which saved states of a run can draw, as its folder tells; a look into headers, without torch."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.jobs.runs import BASE
from studio.models.runs import Run

_HEADER = "single_line_studio"
_LENGTH = struct.Struct("<Q")
_MOST_BYTES = 10_000_000
"""A header is a few hundred kilobytes at most; a damaged file may claim anything."""
_NAMES = {"best": "best", "last": "newest"}


@dataclass(frozen=True, slots=True)
class Weights:
    """One checkpoint.

    Attributes:
        run_id: Of the run, or `BASE`.
        title: The run, as lists call it.
        file: The checkpoint.
        label: The checkpoint, as lists call it: `best, step 1,200`.
        step: Steps it has learnt; 0 where it does not say.
        is_best: Whether it is the one that a run draws with unless another is chosen.
        valid_nll: Held-out loss when it was saved, nats a point; None before the first.
        eras: The names of the sketchbooks of each era that it was told apart.
        dataset: `NAME/vNNN` that the run learnt from; empty for the base model.
    """

    run_id: str
    title: str
    file: Path
    label: str
    step: int = 0
    is_best: bool = True
    valid_nll: float | None = None
    eras: tuple[tuple[str, ...], ...] = ()
    dataset: str = ""

    @property
    def name(self) -> str:
        """A word for it in the names of drawings: the run; with the step where it is not the best."""
        return self.run_id if self.is_best else f"{self.run_id} step {self.step}"


def title_of(run: Run) -> str:
    """What lists call a run: the artist's name for it, else what it learnt from."""
    return run.title if run.id == BASE else f"{run.id}   {run.title or run.dataset}"


def weights_of(run: Run) -> list[Weights]:
    """The checkpoints of a run, the best first, then the newest, then any others.

    Reads headers only, but reads files: for worker threads. A newest one that is the best as well is told
    once; of what cannot be read nothing is known, and who draws with it hears why.
    """
    if run.id == BASE:
        return [_weights(run, run.folder, "", is_best=True)]
    found: list[Weights] = []
    for file in sorted((run.folder / "checkpoints").glob("*.safetensors"), key=_order):
        one = _weights(run, file, _NAMES.get(file.stem, file.stem), is_best=not found)
        if not (file.stem == "last" and any(one.step and one.step == other.step for other in found)):
            found.append(one)
    return found


def read_header(file: Path) -> dict[str, Any] | None:
    """What a checkpoint says of itself besides its tensors; None for what is none of ours."""
    try:
        with file.open("rb") as stream:
            (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
            header = json.loads(stream.read(length)) if length < _MOST_BYTES else {}
        facts = json.loads(header["__metadata__"][_HEADER])
        return {**facts, "step": int(facts["step"])}
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return None


def _order(file: Path) -> tuple[int, str]:
    names = list(_NAMES)
    return (names.index(file.stem) if file.stem in names else len(names), file.name)


def _weights(run: Run, file: Path, name: str, *, is_best: bool) -> Weights:
    facts = read_header(file) or {}
    step, eras = int(facts.get("step", 0)), (facts.get("settings") or {}).get("eras") or ()
    return Weights(
        run.id,
        title_of(run),
        file,
        ", ".join([*([name] if name else []), *([f"step {step:,}"] if step else [])]),
        step,
        is_best,
        facts.get("valid_nll"),
        tuple(tuple(map(str, books)) for books in eras),
        run.dataset,
    )
