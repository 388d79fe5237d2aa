"""All figures of a set of drawings, beside those of real ones and of cheats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.curate.embedders import Embedder
from engine.errors import UserError
from engine.sampling.quality.cheats import most_typical, shuffle_all
from engine.sampling.quality.distribution import Features, compare
from engine.sampling.quality.memory import TrainingMemory, ink_prints
from engine.sampling.quality.pictures import picture
from engine.sampling.quality.strokes import STATISTICS, Values, distances, distribution, measure
from engine.strokes.stroke3 import Stroke3

REAL, COPIES, TEN, SHUFFLED = "real", "copies", "ten", "shuffled"
CONTROLS = (REAL, COPIES, TEN, SHUFFLED)
"""Rows beside a run's own: held-out real drawings; copies of the training set; the ten most typical held-out
drawings over and over; held-out drawings with their moves in any order."""
FIGURES = ("kid", "density", "coverage", "memorised", *(f"w_{name}" for name in STATISTICS))
"""Every figure of a row, in the order of tables."""
LEAST_REAL = 40
_LEAST_HELD_OUT = 20
_MOST_EMBEDDED = 500
_MOST_MEASURED = 2000
_SUBSETS = 50
_BATCH = 16
_CLEAR = 3.0
"""Standard deviations apart that are no chance."""


class TooFewDrawings(UserError):
    """There are too few real drawings to measure sample quality against."""


@dataclass(frozen=True, slots=True)
class RealDrawings:
    """What a machine's drawings are held against.

    Attributes:
        train: What it learnt from, stroke-3.
        train_pages: The page of each.
        held_out: What it has not seen.
        held_out_pages: The page of each.
    """

    train: Sequence[Stroke3]
    train_pages: Sequence[str]
    held_out: Sequence[Stroke3]
    held_out_pages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one set of drawings.

    Attributes:
        values: Each of `FIGURES`. `kid`, `density`, `coverage`: see `distribution.Spread`; `memorised`: share
            of drawings nearer to a training drawing than one in a hundred real ones is by chance; `w_...`:
            Wasserstein distance of a statistic, in standard deviations of the real ones.
        errors: The standard deviation of each.
    """

    values: dict[str, float]
    errors: dict[str, float]

    def suspect(self, real: Row) -> tuple[str, ...]:
        """The figures that are worse than those of real drawings by more than chance.

        Density counts on either side: what lies deeper among real drawings than they do is too typical.
        """
        return tuple(name for name in FIGURES if self._excess(real, name) > _CLEAR)

    def _excess(self, real: Row, name: str) -> float:
        """How much worse a figure is, in standard deviations."""
        apart = self.values[name] - real.values[name]
        apart /= max(math.hypot(self.errors[name], real.errors[name]), 1e-12)
        return abs(apart) if name == "density" else -apart if name == "coverage" else apart


@dataclass(frozen=True, slots=True)
class _Set:
    """Drawings with all that is measured on them one by one."""

    features: Features
    measured: list[dict[str, Values]]
    memorised: NDArray[np.bool_]

    def chosen(self, indices: NDArray[np.intp]) -> _Set:
        return _Set(self.features[indices], [self.measured[i] for i in indices], self.memorised[indices])


class Judge:
    """What real drawings and cheats get; then any number of runs, measured in the same way."""

    def __init__(
        self, real: RealDrawings, embedder: Embedder, go_on: Callable[[int], bool], seed: int = 0
    ) -> None:
        """Take the drawings; `prepare` does the work.

        Args:
            real: At least `LEAST_REAL` of them. Where hardly any are held out, one half of the training set
                stands for the held-out ones against the other.
            embedder: Gives the features.
            go_on: Hears how many drawings more are measured; False ends the work.
            seed: Of subsets and cheats.

        Raises:
            TooFewDrawings: if there are too few drawings.
        """
        train = [pair for pair in zip(real.train, real.train_pages, strict=True) if len(pair[0])]
        held = [pair for pair in zip(real.held_out, real.held_out_pages, strict=True) if len(pair[0])]
        if len(train) + len(held) < LEAST_REAL:
            raise TooFewDrawings(
                f"Sample quality needs {LEAST_REAL} real drawings; there are {len(train) + len(held)}.",
                "Leave out --quality, or use a larger dataset.",
            )
        self._embedder, self._go_on, self._seed = embedder, go_on, seed
        rng = np.random.default_rng(seed)
        self._train = [train[i] for i in rng.permutation(len(train))]
        self._is_halved = len(held) < _LEAST_HELD_OUT
        half = len(train) // 2 if self._is_halved else 0
        reference = self._train[half:]
        held = self._train[:half] if self._is_halved else [held[i] for i in rng.permutation(len(held))]
        self._reference = [rows for rows, _ in reference[:_MOST_EMBEDDED]]
        self._held = held[:_MOST_EMBEDDED]
        self.rows: dict[str, Row] = {}

    def n_measured(self) -> int:
        """How many drawings `prepare` measures."""
        return len(self._reference) + 2 * len(self._held)

    def prepare(self, n_drawn: int) -> bool:
        """Measure real drawings and cheats.

        Args:
            n_drawn: As many drawings will be judged, so that all rows are measured on subsets of one size.

        Returns:
            False where it was ended.
        """
        if not self._learn():
            return False
        held = [rows for rows, _ in self._held]
        copies = self._set(self._reference)
        real = copies and self._set(held, [page for _, page in self._held])
        shuffled = real and self._set(shuffle_all(held, np.random.default_rng(self._seed)))
        if copies is None or real is None or shuffled is None:
            return False
        self._features = copies.features
        # Half of the smallest set: the spread over halves is the error of the whole (delete-half jackknife).
        self._size = min(len(self._reference), len(held), n_drawn) // 2
        ten = real.chosen(np.resize(most_typical(copies.features, real.features), len(held)))
        sets = {REAL: real, COPIES: copies, TEN: ten, SHUFFLED: shuffled}
        for name, one in sets.items():
            self.rows[name] = self._row(one)
            if not self._go_on(0):
                return False
        return True

    def judge(self, drawings: Sequence[Stroke3]) -> Row | None:
        """Measure a machine's drawings, stroke-3 in the dataset's units; None where it was ended."""
        drawn = self._set(drawings)
        return None if drawn is None else self._row(drawn)

    def facts(self, row: Row) -> dict[str, Any]:
        """A run's row beside all others, flat and JSON-ready; keys as in `engine.jobs.evaluation`."""
        real = self.rows[REAL]
        facts: dict[str, Any] = {}
        for name, one in {"": row, **self.rows}.items():
            prefix = f"{name}_" if name else ""
            for figure in FIGURES:
                facts[f"{prefix}{figure}"] = one.values[figure]
                facts[f"{prefix}{figure}_sd"] = one.errors[figure]
            if one is not real:
                facts[f"{prefix}suspect"] = list(one.suspect(real))
        real_from = "half of train" if self._is_halved else "held-out pages"
        return {**facts, "real_drawings": len(self._held), "real_from": real_from}

    def _learn(self) -> bool:
        """Go through the training set; False where that was ended."""
        prints, measured = [], []
        for start in range(0, len(self._train), _BATCH):
            batch = [rows for rows, _ in self._train[start : start + _BATCH]]
            prints.append(ink_prints(batch))
            measured += [measure(rows) for rows in batch] if start < _MOST_MEASURED else []
            if not self._go_on(0):
                return False
        pages = [page for _, page in self._train]
        self._memory = TrainingMemory(np.concatenate(prints), pages, self._seed)
        self._real_values = {name: distribution(measured, name) for name in STATISTICS}
        return True

    def _set(self, drawings: Sequence[Stroke3], pages: Sequence[str] | None = None) -> _Set | None:
        features, measured = [], []
        for start in range(0, len(drawings), _BATCH):
            batch = drawings[start : start + _BATCH]
            features.append(self._embedder.embed([picture(rows) for rows in batch]))
            measured += [measure(rows) for rows in batch]
            if not self._go_on(len(batch)):
                return None
        return _Set(np.concatenate(features), measured, self._memory.is_memorised(drawings, pages))

    def _row(self, drawn: _Set) -> Row:
        """Means and standard deviations over random subsets of drawings and of real ones."""
        rng = np.random.default_rng(self._seed)
        found: list[list[float]] = []
        for _ in range(_SUBSETS):
            real = rng.permutation(len(self._features))[: self._size]
            part = drawn.chosen(rng.permutation(len(drawn.memorised))[: self._size])
            spread = compare(self._features[real], part.features)
            apart = distances(part.measured, self._real_values)
            found.append([*spread, float(part.memorised.mean()), *apart.values()])
        means, errors = np.mean(found, axis=0), np.std(found, axis=0, ddof=1)
        values = dict(zip(FIGURES, means.tolist(), strict=True))
        spreads = dict(zip(FIGURES, errors.tolist(), strict=True))
        # A share needs no subsets: its mean and its error are known.
        values["memorised"], spreads["memorised"] = _share(drawn.memorised)
        return Row(values, spreads)


def _share(memorised: NDArray[np.bool_]) -> tuple[float, float]:
    """The share and its standard deviation; one more of each keeps that above 0 where it is none or all."""
    n = len(memorised) + 2
    share = (float(memorised.sum()) + 1) / n
    return float(memorised.mean()), math.sqrt(share * (1 - share) / n)
