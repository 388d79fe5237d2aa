"""A trained run, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.errors import UserError
from engine.models.base import StrokeModel
from engine.models.generate import Generated, generate
from engine.project.progress import Reporter, Silent
from engine.strokes.stroke3 import Stroke3, from_stroke3, to_stroke3, to_stroke5
from engine.strokes.types import Drawing
from engine.training.checkpoint import Checkpoint, load_checkpoint
from engine.training.device import choose_device, memory_advice
from engine.training.workers import one_thread

MIN_TEMPERATURE = 0.01
MAX_TEMPERATURE = 10.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A machine-drawn drawing.

    Attributes:
        rows: `(n, 3)` stroke-3 in the drawings' units.
        ended: Whether the model ended it by itself; otherwise `max_points` did.
    """

    rows: Stroke3
    ended: bool

    @property
    def drawing(self) -> Drawing:
        """The strokes."""
        return from_stroke3(self.rows)


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """How to draw; the fields are those of `Sampler.sample`."""

    temperature: float
    seed: int
    first: int
    max_points: int
    era: int = -1

    def __post_init__(self) -> None:
        """Refuse what draws nothing. Raises UserError."""
        if not MIN_TEMPERATURE <= self.temperature <= MAX_TEMPERATURE:
            raise UserError(
                f"A temperature of {self.temperature} draws nothing.",
                f"Choose one from {MIN_TEMPERATURE} to {MAX_TEMPERATURE}.",
            )
        if min(self.seed, self.first) < 0 or self.max_points < 1:
            raise UserError("Seeds are not negative and a drawing has a point.", "Choose other numbers.")


class Sampler:
    """Draws with the averaged weights of one checkpoint."""

    def __init__(self, model: StrokeModel, checkpoint: Checkpoint) -> None:
        self.model = model
        self.checkpoint = checkpoint

    @staticmethod
    def load(path: Path, device: str = "auto") -> Sampler:
        """Open a checkpoint. Raises UserError if it cannot be used."""
        checkpoint = load_checkpoint(path)
        return Sampler(checkpoint.model(choose_device(device)), checkpoint)

    def draw(
        self,
        n: int,
        *,
        temperature: float = 0.5,
        seed: int = 0,
        first: int = 0,
        max_points: int = 300,
        era: int = -1,
        reporter: Reporter | None = None,
    ) -> list[Drawing]:
        """Draw `n` drawings; see `sample`."""
        options = DrawOptions(temperature, seed, first, max_points, era)
        return [sample.drawing for sample in self._generate(n, None, options, reporter)]

    def sample(
        self,
        n: int,
        *,
        temperature: float = 0.5,
        seed: int = 0,
        first: int = 0,
        max_points: int = 300,
        era: int = -1,
        reporter: Reporter | None = None,
    ) -> list[Sample]:
        """Draw `n` drawings and say of each whether it ended by itself.

        Args:
            n: How many.
            temperature: Variability: near 0 the likeliest lines, 1 as the data, above 1 wilder.
            seed: The same seed gives the same drawings on the CPU; drawing `i` does not hang on `n`.
            first: Index of the first drawing, so that a grid can be drawn in pieces.
            max_points: Longest drawing.
            era: In the manner of which group of sketchbooks, for a model that was told them apart; -1 leaves
                it open.
            reporter: Asked whether to stop; drawings unfinished by then are left out.

        Raises:
            UserError: for a temperature, seed, era or number that makes no sense, or if memory runs out.
        """
        return self._generate(n, None, DrawOptions(temperature, seed, first, max_points, era), reporter)

    def complete(
        self,
        prefix: Drawing,
        n: int,
        *,
        temperature: float = 0.5,
        seed: int = 0,
        max_points: int = 300,
        era: int = -1,
        reporter: Reporter | None = None,
    ) -> list[Drawing]:
        """Continue a line in progress in `n` ways, each by the model's own moves alone.

        Args:
            prefix: Strokes in the drawings' units; the pen still rests on the last point.
            n: How many continuations.
            temperature: As for `sample`.
            seed: As for `sample`.
            max_points: Longest continuation.
            era: As for `sample`.
            reporter: As for `sample`.

        Returns:
            Whole drawings, the prefix first.
        """
        rows = to_stroke3(prefix)
        if len(rows):
            rows[-1, 2] = 0.0
        options = DrawOptions(temperature, seed, 0, max_points, era)
        samples = self._generate(n, rows, options, reporter)
        return [from_stroke3(np.concatenate([rows, sample.rows])) for sample in samples]

    def _generate(
        self,
        n: int,
        prefix: Stroke3 | None,
        options: DrawOptions,
        reporter: Reporter | None,
    ) -> list[Sample]:
        if n < 0:
            raise UserError("The number of drawings must not be negative.", "Choose another number.")
        if not -1 <= options.era < self.model.n_eras:
            raise UserError(
                f"This model knows no era {options.era}; it tells {self.model.n_eras} apart.",
                "Leave the era open, or train a model that is told the eras.",
            )
        unit = np.array([self.checkpoint.scale, self.checkpoint.scale, 1], dtype=np.float32)
        is_begun = self.checkpoint.begins_at_point
        start = None if prefix is None else torch.from_numpy(to_stroke5(prefix[int(is_begun) :] / unit)[:-1])
        with memory_advice("Drawing", "Draw fewer at a time, or shorter ones."), one_thread():
            drawn: list[Generated] = generate(
                self.model,
                n,
                seed=options.seed,
                first=options.first,
                temperature=options.temperature,
                max_points=options.max_points,
                prefix=start,
                era=options.era,
                stopped=(reporter or Silent()).stopped,
            )
        # A drawing that begins at its first point has yet to be given it.
        begun = np.zeros((int(is_begun and prefix is None), 3), dtype=np.float32)
        return [Sample(np.concatenate([begun, one.rows * unit]), one.ended) for one in drawn]
