"""Where a sample comes from: enough to draw it again, and to say what it is nearest to."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from engine.errors import UserError
from engine.sampling.options import Options
from engine.sampling.real_drawings import Nearest
from engine.training.checkpoint import Checkpoint

Way = Literal["drawn", "continued", "reconstructed", "between", "varied"]
"""How a sample was made: from nothing, or from other drawings."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A checkpoint.

    Attributes:
        file: Its file's name.
        step: Steps it was trained for.
        hash: Sixteen hexadecimal digits of the weights that draw.
    """

    file: str
    step: int
    hash: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """The dataset that a run learnt from.

    Attributes:
        name: Empty for a model from elsewhere.
        version: Counts up within a name.
        hash: Of its drawings.
    """

    name: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """The nearest training drawing.

    Attributes:
        name: Its id.
        distance: 0 the same, 1 nothing in common.
        memorised: Whether that is too near to be chance.
    """

    name: str
    distance: float
    memorised: bool


@dataclass(frozen=True, slots=True)
class Provenance:
    """Carried by every sample that is kept or exported.

    Attributes:
        run: The run's id; `base` for the model that comes along.
        checkpoint: Its weights.
        dataset: What it learnt from.
        seed: Of all chance.
        index: The sample's among those of the seed.
        options: How it was drawn, as `Options.to_json` writes them.
        way: How it was made.
        made_from: Names of the drawings it was made from, where it was.
        nearest: The nearest training drawing; None before it was looked for, or where there is none.
        program: Name and version of the program.
    """

    run: str
    checkpoint: Weights
    dataset: Learnt
    seed: int
    index: int
    options: Mapping[str, Any]
    way: Way = "drawn"
    made_from: tuple[str, ...] = ()
    nearest: Likeness | None = None
    program: str = ""

    def with_nearest(self, nearest: Nearest) -> Provenance:
        """The same once the nearest training drawing is known."""
        return replace(self, nearest=Likeness(nearest.name, nearest.distance, nearest.is_memorised))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "made_from": list(self.made_from)}

    @staticmethod
    def from_json(value: Any) -> Provenance:
        """Read it back; what later versions add is passed over. Raises UserError if something is missing."""
        try:
            nearest = value.get("nearest")
            return Provenance(
                run=str(value["run"]),
                checkpoint=_weights(value["checkpoint"]),
                dataset=_learnt(value["dataset"]),
                seed=int(value["seed"]),
                index=int(value["index"]),
                options=Options.from_json(value["options"]).to_json(),
                way=_way(value.get("way", "drawn")),
                made_from=tuple(str(name) for name in value.get("made_from", ())),
                nearest=None if nearest is None else _likeness(nearest),
                program=str(value.get("program", "")),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                f"This is no record of where a sample comes from ({error}).", "Draw it again and keep that."
            ) from error


class Origin:
    """What all samples of one checkpoint have in common; its weights are hashed once."""

    def __init__(self, checkpoint: Checkpoint, file: str, run: str) -> None:
        """Describe.

        Args:
            checkpoint: Loaded.
            file: Its file's name.
            run: The run's id, or `base`.
        """
        learnt = checkpoint.dataset
        self._run = run
        self._weights = Weights(file, checkpoint.step, weights_hash(checkpoint))
        self._dataset = Learnt(
            str(learnt.get("name", "")), int(learnt.get("version", 0)), str(learnt.get("data_hash", ""))
        )

    def of(
        self, index: int, options: Options, way: Way = "drawn", made_from: tuple[str, ...] = ()
    ) -> Provenance:
        """The provenance of one sample."""
        return Provenance(
            self._run,
            self._weights,
            self._dataset,
            options.seed,
            index,
            options.to_json(),
            way,
            made_from,
            program=program(),
        )


def weights_hash(checkpoint: Checkpoint) -> str:
    """Sixteen hexadecimal digits of the averaged weights: names, shapes, numbers."""
    digest = hashlib.sha256()
    for name, value in sorted(checkpoint.part("ema").items()):
        array = value.detach().cpu().float().contiguous().numpy()
        digest.update(f"{name} {array.shape}\n".encode())
        digest.update(array.astype("<f4", copy=False).tobytes())
    return digest.hexdigest()[:16]


def program() -> str:
    """Name and version of this program."""
    try:
        return f"Single-Line Studio {importlib.metadata.version('singleline-studio')}"
    except importlib.metadata.PackageNotFoundError:
        return "Single-Line Studio"


def _weights(value: Mapping[str, Any]) -> Weights:
    return Weights(str(value["file"]), int(value["step"]), str(value["hash"]))


def _learnt(value: Mapping[str, Any]) -> Learnt:
    return Learnt(str(value["name"]), int(value["version"]), str(value["hash"]))


def _likeness(value: Mapping[str, Any]) -> Likeness:
    return Likeness(str(value["name"]), float(value["distance"]), bool(value["memorised"]))


def _way(value: Any) -> Way:
    found = next((way for way in get_args(Way) if way == value), None)
    if found is None:
        raise ValueError(f"nothing is made by way of {value!r}")
    return found  # type: ignore[no-any-return]
