"""Print how quickly machines draw and files are made, beside peers and the figures to reach.

Run from the repository, alone on the machine:
`python -m tests.benchmarks.bench_generate fan` for futures of a line, through the child the window asks;
`... start` for a model that is chosen, until its first drawing;
`... batch` for points a second of 1,000 drawings, and of a plain loop that draws one after another;
`... grid` for 64 drawings through the child, as the gallery asks for them;
`... exports` for files; `... window` for canvas and gallery as they are on the screen; `... all` for all.
A Standard model is one of that size that has learnt nothing but to keep the pen down; drawings are cut at 150
points.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.models.base_model import base_model_path
from engine.models.registry import make_model, resolve
from engine.sampling.options import Options
from engine.sampling.sampler import Sampler
from engine.training.checkpoint import Checkpoint, save_checkpoint
from tests.benchmarks.textbook_sketchrnn import LayerNormLSTMCell

REPEATS = 15
DRAWINGS = 1000
MOST_POINTS = 150
_SCALE = 12.0
_STARTS, _SPARE_LOADS_S = 5, 15.0
_HIDDEN, _MIXTURES = 512, 20
_DOWN_LOGIT = 20.0
_FAN_AIMS_MS = {8: 100.0, 64: 250.0}


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    parts: dict[str, Callable[[], None]] = {
        "start": print_starts, "fan": print_fans, "batch": print_batches, "grid": print_grids,
        "exports": print_exports, "window": print_window,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=[*parts, "all"])
    chosen = parser.parse_args(arguments).what
    for name, part in parts.items():
        if chosen in (name, "all"):
            part()
            print(flush=True)


def print_starts() -> None:
    """Seconds until a model that is chosen has drawn: by a new child, and by one with torch loaded."""
    print(f"From a choice of the base model to its first drawing, s, median and worst of {_STARTS}")
    for name, is_spare in (("a new child", False), ("a spare one", True)):
        times = [_start(base_model_path(), is_spare) for _ in range(_STARTS)]
        print(f"  {name:28} {np.median(times):6.2f} {max(times):6.2f}", flush=True)


def _start(weights: Path, is_spare: bool) -> float:
    begun = time.perf_counter()
    with Child(None if is_spare else weights) as child:
        if is_spare:
            time.sleep(_SPARE_LOADS_S)
            begun = time.perf_counter()
            child.say(do="load", weights=str(weights))
        child.say(do="draw", n=1, options={"max_points": 20})
        next(event for event in child.heard() if event["event"] == "done")
        return time.perf_counter() - begun


def print_fans() -> None:
    """Milliseconds from a question to the first points of a fan, and to the whole of it."""
    print(f"Fans of 40 points, ms, median and worst of {REPEATS}            first 12 points    whole   aim")
    for name, weights in _weights("sketchrnn/standard", "transformer/standard"):
        with Child(weights) as child:
            for n, aim in _FAN_AIMS_MS.items():
                soon, whole = np.array([_fan(child, n, step) for step in range(REPEATS + 3)][3:]).T * 1000
                soon_ms, whole_ms = (f"{np.median(one):6.0f} {one.max():6.0f}" for one in (soon, whole))
                print(f"  {name:28} {n:3} futures of a line of 90 points {soon_ms} {whole_ms} {aim:5.0f}")


def _fan(child: Child, n: int, step: int) -> tuple[float, float]:
    """A line grows by a point, as under a pen."""
    t = np.linspace(0, 5, 90) + 0.01 * step
    line = np.stack([100 + 60 * np.cos(t), 100 + 80 * np.sin(t) * np.cos(0.4 * t)], axis=1)
    begun, soon = time.perf_counter(), 0.0
    child.say(do="fan", prefix=[line.round(2).tolist()], n=n, points=40, options={"seed": step})
    for event in child.heard():
        if event["event"] == "answer":
            return soon, time.perf_counter() - begun
        soon = soon or time.perf_counter() - begun
    raise AssertionError("the child ended")


def print_batches() -> None:
    """Points a second, on one thread."""
    print(f"{DRAWINGS:,} drawings in a batch                     parameters   points/s   of CPU   aim")
    for name, weights in _weights("sketchrnn/standard", "sketchrnn/layer-norm", "transformer/standard"):
        sampler = Sampler.load(weights)
        options = Options(seed=1, max_points=MOST_POINTS)
        sampler.sample(8, Options(max_points=10))
        wall, cpu = time.perf_counter(), time.process_time()
        points = sum(len(one.rows) for one in sampler.sample(DRAWINGS, options))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        aim = 20_000 if "sketchrnn" in name else 6_000
        per_s = f"{points / wall:10,.0f} {points / cpu:8,.0f} {aim:7,}"
        print(f"  {name:36} {sampler.model.n_parameters:12,} {per_s}", flush=True)
    print(f"  {'one after another, textbook cell':36} {'':12} {one_by_one():10,.0f}")


def one_by_one(drawings: int = 3, points: int = 150) -> float:
    """Points a second of the loop that everybody writes first: one drawing, one point at a time."""
    torch.manual_seed(0)
    cell, head = LayerNormLSTMCell(5, _HIDDEN, 0.1).eval(), torch.nn.Linear(_HIDDEN, 6 * _MIXTURES + 3)
    rng, begun = np.random.default_rng(0), time.perf_counter()
    with torch.inference_mode():
        for _ in range(drawings):
            row, h, c = torch.zeros(1, 5), torch.zeros(1, _HIDDEN), torch.zeros(1, _HIDDEN)
            for _ in range(points):
                h, c = cell(row, h, c)
                row = _next_row(head(h)[0].numpy().astype(np.float64), rng)
    return drawings * points / (time.perf_counter() - begun)


def _next_row(params: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
    weights, pen = (np.exp(part - part.max()) for part in (params[:_MIXTURES], params[-3:]))
    k, state = (rng.choice(len(part), p=part / part.sum()) for part in (weights, pen))
    mu, sigma = params[_MIXTURES + 2 * k :][:2], np.exp(params[3 * _MIXTURES + 2 * k :][:2])
    rho = np.tanh(params[5 * _MIXTURES + k])
    between = rho * sigma[0] * sigma[1]
    move = rng.multivariate_normal(mu, [[sigma[0] ** 2, between], [between, sigma[1] ** 2]])
    return torch.tensor([[*move, *np.eye(3)[state]]], dtype=torch.float32)


def print_grids() -> None:
    """Seconds until the first 8 and all of 64 are there."""
    print(f"A grid of 64, s, median and worst of {REPEATS // 3}     the first 8 (aim .6)     all (aim 3)")
    for name, weights in _weights("sketchrnn/standard"):
        with Child(weights) as child:
            times = np.array([_grid(child, seed) for seed in range(REPEATS // 3)])
        first, whole = (f"{np.median(one):8.2f} {one.max():5.2f}" for one in times.T)
        print(f"  {name:36}  {first}         {whole}", flush=True)


def _grid(child: Child, seed: int) -> tuple[float, float]:
    begun, first = time.perf_counter(), 0.0
    child.say(do="draw", n=64, options={"seed": seed, "max_points": MOST_POINTS}, coarse=True)
    for event in child.heard():
        if event["event"] == "done":
            return first, time.perf_counter() - begun
        if event["event"] == "drawings":
            first = first or time.perf_counter() - begun
    raise AssertionError("the child ended")


def print_exports() -> None:
    """Seconds and KB of files; Pillow with the same pictures beside it."""
    from tests.benchmarks.exports import measure_exports

    found = measure_exports()
    print(f"GIF, 30 pictures a second ({found['drawings']} drawings):  s   KB  (aim)  Pillow alone: s   KB")
    for name, title, aim in (
        ("one", "one drawing, 512 px", "1.5 s, 400 KB"),
        ("many", "36 drawings", "10 s"),
    ):
        own, peer = (f"{found[f'{who}{name}_s']:8} {found[f'{who}{name}_kb']:8}" for who in ("", "peer_"))
        print(f"  {title:30} {own}   ({aim})  {peer}")
    print(
        "  "
        + ", ".join(
            f"{key} {found[f'{key}_s']} s, {found[f'{key}_kb']} KB" for key in ("apng", "mp4", "webm")
        )
    )


def print_window() -> None:
    """Canvas and gallery, each in a program of its own: Qt allows one application a process."""
    for module in ("window_canvas", "window_gallery"):
        subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{module}"], check=True, stderr=subprocess.DEVNULL
        )


class Child:
    """The sampler's process, asked as the window asks it."""

    def __init__(self, weights: Path | None) -> None:
        """Start it; without weights it waits for them."""
        self._is_spare = weights is None
        command = [
            sys.executable,
            "-m",
            "engine.jobs",
            "sample",
            *([] if weights is None else [str(weights)]),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Child:
        if not self._is_spare:
            next(self.heard())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def say(self, **request: Any) -> None:
        """Ask."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"request": 1, **request}) + "\n")
        self._process.stdin.flush()

    def heard(self) -> Iterator[dict[str, Any]]:
        """What it says, as it says it."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            if event["event"] == "failed":
                raise AssertionError(event["message"])
            yield event


def _weights(*names: str) -> Iterator[tuple[str, Path]]:
    """The base model, then models of these names that have learnt nothing."""
    yield "base model (transformer)", base_model_path()
    for name in names:
        family, config = resolve(name, {})
        torch.manual_seed(0)
        model = make_model(family, config)
        head: torch.nn.Linear = model.head
        head.bias.data[0] += _DOWN_LOGIT
        tensors = {f"ema.{key}": value for key, value in model.state_dict().items()}
        checkpoint = Checkpoint(family, config, _SCALE, False, {}, {}, tensors, step=0)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "run" / "checkpoints" / "best.safetensors"
            path.parent.mkdir(parents=True)
            save_checkpoint(path, checkpoint)
            yield name, path


if __name__ == "__main__":
    main()
