"""Print how well models predict held-out drawings after equal minutes of training on this machine.

Run from the repository, alone on the machine:
`python -m tests.benchmarks.bench_learning [--minutes 20] [--models sketchrnn/layer-norm transformer/quick]`
trains each with the studio's own trainer on `look_minn10_train.npz` (another with `--data FILE.npz`), a tenth
of it held out by a seed, and tells of each the held-out nats a point, dequantised, in the file's units: at
the end, at shares of the time, and when it reached what the first one reached at its end. A model named
`MODEL@base` starts from the weights that come along.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.dataset.npz import read_npz
from engine.dataset.recipe import unchanged_recipe
from engine.dataset.store import save_dataset
from engine.dataset.types import Dataset, Split
from engine.jobs.training import start_weights
from engine.project.layout import Layout
from engine.project.progress import Silent
from engine.training.loop import train
from engine.training.settings import TrainSettings

DATA = Path(__file__).parents[3] / "shared" / "data" / "strokes" / "look_minn10_train.npz"
MODELS = ("sketchrnn/layer-norm", "transformer/quick", "transformer/quick@base")
SHARES = (0.1, 0.2, 0.5)


class Curve(Silent):
    """Keeps every validation: minutes and held-out nats a point."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.points: list[tuple[float, float]] = []
        self.facts: dict[str, Any] = {}

    def event(self, name: str, **fields: Any) -> None:
        """Hear how the run goes."""
        if name == "run_started":
            self.facts = fields
        if name == "metrics":
            self.facts.update(steps=fields["step"], memory_mb=fields["memory_mb"])
            if fields["valid_nll"] is not None:
                self.points.append((fields["elapsed_s"] / 60, fields["valid_nll"]))
                print(
                    f"  {self.name} {self.points[-1][0]:6.2f} min {self.points[-1][1]:.4f}", file=sys.stderr
                )

    def best_until(self, minutes: float = math.inf) -> float:
        """The lowest held-out loss so far."""
        return min((nats for at, nats in self.points if at <= minutes), default=math.nan)

    def reached(self, nats: float) -> float:
        """Minutes until it was as good."""
        return next((at for at, found in self.points if found <= nats), math.inf)


def split_file(file: Path, seed: int) -> Dataset:
    """All drawings of a file, a tenth of them held out."""
    rows = [one for part in read_npz(file).splits.values() for one in part if len(one) > 1]
    order = np.random.default_rng(seed).permutation(len(rows))
    held = set(order[: len(rows) // 10].tolist())

    def part(chosen: Sequence[int]) -> Split:
        names = tuple(f"{file.name}/{i}" for i in chosen)
        return Split(tuple(rows[i] for i in chosen), names, names, ("",) * len(names))

    kept = [i for i in range(len(rows)) if i not in held]
    return Dataset(part(kept), part(sorted(held)), Split())


def learn(name: str, dataset: Path, minutes: float, folder: Path, seed: int) -> Curve:
    """Train one model with its preset's own settings."""
    model, _, start = name.partition("@")
    settings = TrainSettings(model=model, minutes=minutes, start_from=start, seed=seed, n_samples=0)
    curve = Curve(name)
    train(
        folder / name.replace("/", "-"), dataset, settings, curve, start=start_weights(Layout(folder), start)
    )
    return curve


def main() -> None:
    """Train one after the other, then tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DATA, metavar="FILE.npz")
    parser.add_argument("--minutes", type=float, default=20.0, help="for each model")
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if not asked.data.exists():
        sys.exit(f"nothing to learn from: {asked.data} is not there")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_dataset(folder / "data", split_file(asked.data, asked.seed), unchanged_recipe(), name="bench")
        curves = [learn(name, folder / "data", asked.minutes, folder, asked.seed) for name in asked.models]
    tell(curves, asked.minutes)


def tell(curves: Sequence[Curve], minutes: float) -> None:
    """The table."""
    goal = curves[0].best_until()
    head = "".join(f"{share * minutes:9.1f} min" for share in SHARES)
    print(f"{'held-out nats a point':28}{head}   at the end   as good as the first   numbers   steps    MB")
    for curve in curves:
        at = "".join(f"{curve.best_until(share * minutes):13.4f}" for share in SHARES)
        after = curve.reached(goal)
        print(
            f"{curve.name:28}{at}{curve.best_until():13.4f}   {after:7.1f} min ({after / minutes:4.0%})"
            f"{curve.facts['parameters']:13,}{curve.facts['steps']:8}{curve.facts['memory_mb']:6}"
        )


if __name__ == "__main__":
    main()
