"""Print what training costs and what it reaches, beside a textbook implementation and the figures to reach.

Run from the repository:
`python -m tests.benchmarks.bench_train steps [--count 3]` for CPU-seconds a step, everything on one thread;
`python -m tests.benchmarks.bench_train parts` for the best number of drawings a micro-batch;
`python -m tests.benchmarks.bench_train equal-steps --steps 150 [--vae] [--norm-clip]` for held-out nats a
point of our layer-norm SketchRNN and the textbook's: the same first weights, drawings, order and learning
rate. The first gradients are a hundred times the later ones: clipped by value, as the paper does it, they
slow Adam down for long; `--norm-clip` lets the textbook clip as ours does, and only the networks differ.
All take `--data FILE.npz`; without it `look_minn10_train.npz` beside the repository.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from engine.dataset.npz import is_integral, read_npz
from engine.models.base import StrokeModel
from engine.models.registry import make_model
from engine.strokes.augment import Augmentation
from engine.training.data import Batch, collate, dequantise, epoch_order, measure_scale, plain_batches
from engine.training.device import use_bf16
from engine.training.objective import drawing_nats, training_loss
from engine.training.resident import ResidentDrawings
from tests.benchmarks.textbook_sketchrnn import (
    N_MAX,
    Decoder,
    Encoder,
    LayerNormLSTMCell,
    TextbookConfig,
    TextbookSketchRNN,
    textbook_nats,
    train_step,
)

DATA = Path(__file__).parents[3] / "shared" / "data" / "strokes" / "look_minn10_train.npz"
BATCH_SIZE = 100
ORIGINAL_S = (9.5, 11.0)
"""CPU-seconds a step of the original port's layer-norm autoencoder on one thread, as the issue gives them."""
AUGMENT = Augmentation(drop_points=0.1, scale=0.15, rotate_deg=0.0, shear=0.0)
"""The paper's."""
SAME_SIZES = {
    "hidden": 512,
    "mixtures": 20,
    "encoder_hidden": 256,
    "dropout": 0.0,
    "absolute_position": False,
}
_SEED = 0
Run: TypeAlias = Callable[..., Iterator[tuple[Tensor, ...]]]
"""Like `map`: over micro-batches, perhaps in threads."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One of ours.

    Attributes:
        cell: See `SketchRNNConfig`.
        latent: Width of the code; 0 for the decoder alone.
        goal: How many times cheaper than the original port its step has to be.
        aim: And should be.
    """

    cell: str
    latent: int
    goal: float
    aim: float

    @property
    def name(self) -> str:
        """For the table."""
        return f"ours, {_kind(self.latent)}, {self.cell}"

    def model(self) -> StrokeModel:
        """With fresh weights, in training."""
        torch.manual_seed(_SEED)
        config = {**SAME_SIZES, "cell": self.cell, "latent": self.latent}
        return make_model("sketchrnn", config).train()


CONTENDERS = [
    Contender(cell, latent, goal, aim)
    for latent, goal, aim in ((128, 5, 10), (0, 10, 15))
    for cell in ("layer_norm", "lstm")
]


class Sheets:
    """The drawings, a tenth of them held out, and batches of them in one order for everybody."""

    def __init__(self, file: Path) -> None:
        drawings = [rows for split in read_npz(file).splits.values() for rows in split]
        rng = np.random.default_rng(_SEED)
        if is_integral(drawings):
            drawings = [dequantise(rows, rng) for rows in drawings]
        order = rng.permutation(len(drawings))
        n_held = len(drawings) // 10
        self.held = [drawings[i] for i in order[:n_held]]
        self.train = [drawings[i] for i in order[n_held:]]
        self.scale = measure_scale(self.train)
        eras = [-1] * len(self.train)
        self._resident = ResidentDrawings(self.train, eras, integral=False, device=torch.device("cpu"))

    def batches(self) -> Iterator[Batch]:
        """Augmented batches without end."""
        for epoch in range(1_000_000):
            for number, indices in enumerate(epoch_order(self._resident.lengths, BATCH_SIZE, _SEED, epoch)):
                rng = np.random.default_rng([_SEED, epoch, number])
                chance = self._resident.chance(indices, AUGMENT, rng)
                yield self._resident.batch(indices, chance, scale=self.scale, max_points=N_MAX)


def padded(batch: Batch) -> Batch:
    """The same drawings padded to the longest allowed length, as the paper does."""
    end = torch.tensor([0.0, 0, 0, 0, 1]).expand(len(batch.rows), N_MAX + 1 - batch.rows.shape[1], 5)
    return batch._replace(rows=torch.cat([batch.rows, end], 1)[:, : N_MAX + 1])


def our_step(
    model: StrokeModel,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    size: int,
    run: Run = map,
    seed: int = _SEED,
    bf16: bool = False,
) -> None:
    """One step as the trainer takes it: gradients of micro-batches, added, clipped, AdamW."""

    def gradients(task: tuple[int, Batch]) -> tuple[Tensor, ...]:
        number, part = task
        chance = torch.Generator().manual_seed(BATCH_SIZE * seed + number)
        loss = training_loss(
            drawing_nats(model, part, bf16=bf16, chance=chance), kl_weight=1.0, free_nats=25.0
        )
        return torch.autograd.grad(loss, list(model.parameters()))

    parts = list(run(gradients, enumerate(batch.parts(size))))
    for parameter, each in zip(model.parameters(), zip(*parts, strict=True), strict=True):
        parameter.grad = torch.stack(each).sum(0) / batch.n_points
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def seconds(steps: Sequence[Callable[[], object]], clock: Callable[[], float]) -> list[float]:
    """What each step takes; the first one warms up and does not count."""
    steps[0]()
    taken = []
    for step in steps:
        begun = clock()
        step()
        taken.append(clock() - begun)
    return taken


def steps(sheets: Sheets, count: int) -> None:
    """CPU-seconds a step of everybody, one thread."""
    _prepare_thread()
    drawn = sheets.batches()
    batches = [next(drawn) for _ in range(count)]
    points = np.mean([batch.n_points for batch in batches]) / BATCH_SIZE
    print(f"batch {BATCH_SIZE}, {points:.0f} points a drawing, mean of {count} steps, one thread")
    bf16 = use_bf16("auto", torch.device("cpu"))
    print(f"ours in {'bf16, as the trainer chooses here' if bf16 else 'fp32'}; the textbook in fp32")
    textbook = {latent: textbook_seconds(latent, batches[0]) for latent in (128, 0)}
    for latent, taken in textbook.items():
        print(f"{f'textbook, {_kind(latent)}, layer_norm':34} {taken:7.2f} s")
    low, high = ORIGINAL_S
    print(f"{'':34} {'CPU-s':>7}   textbook's   times the original's   goal    aim")
    for contender in CONTENDERS:
        taken = float(
            np.mean(seconds(work_of(contender, batches, BATCH_SIZE // 2, bf16=bf16), time.process_time))
        )
        ratio, verdict = textbook[contender.latent] / taken, _verdict(low / taken, contender)
        print(
            f"{contender.name:34} {taken:7.3f}   {ratio:7.1f} x    {low / taken:6.1f} to"
            f" {high / taken:4.1f} x     {contender.goal:4.0f} x {contender.aim:4.0f} x  {verdict}"
        )


def textbook_seconds(latent: int, batch: Batch) -> float:
    """CPU-seconds of the textbook's step; it costs the same for every batch."""
    model = TextbookSketchRNN(TextbookConfig(latent=latent))
    optimizer = torch.optim.Adam(model.parameters(), lr=model.config.learning_rate)
    long = padded(batch)
    return seconds([partial(train_step, model, optimizer, long.rows, long.lengths)], time.process_time)[0]


def work_of(
    contender: Contender, batches: Sequence[Batch], size: int, run: Run = map, bf16: bool = False
) -> list[Callable[[], None]]:
    """One of ours and its steps to take."""
    model = contender.model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    return [partial(our_step, model, optimizer, batch, size, run, bf16=bf16) for batch in batches]


def parts(sheets: Sheets, count: int) -> None:
    """Wall-clock seconds a step for several sizes of a micro-batch, two workers."""
    torch.set_num_threads(1)
    drawn = sheets.batches()
    batches = [next(drawn) for _ in range(count)]
    sizes = (10, 17, 25, 34, 50)
    print(f"wall-clock (CPU) seconds a step, two workers, micro-batches of: {sizes}")
    with ThreadPoolExecutor(2, initializer=_prepare_thread) as pool:
        for contender in CONTENDERS:
            figures = []
            for size in sizes:
                work = work_of(contender, batches, size, pool.map)
                cpu = time.process_time()
                wall = float(np.mean(seconds(work, time.perf_counter)))
                figures.append(f"{wall:.2f} ({(time.process_time() - cpu) / (count + 1):.2f})")
            print(f"{contender.name:34}", "   ".join(figures))


def equal_steps(sheets: Sheets, n_steps: int, config: TextbookConfig) -> None:
    """Held-out nats a point after the same steps from the same weights."""
    _prepare_thread()
    torch.manual_seed(_SEED)
    textbook = TextbookSketchRNN(config)
    ours = Contender("layer_norm", config.latent, 0, 0).model()
    copy_weights(textbook, ours)
    theirs = torch.optim.Adam(textbook.parameters(), lr=config.learning_rate)
    optimizer = torch.optim.AdamW(ours.parameters(), lr=config.learning_rate, weight_decay=0.0)
    drawn = sheets.batches()
    for step in range(n_steps + 1):
        if step % max(1, n_steps // 5) == 0 or step == n_steps:
            print(
                f"step {step:5}: textbook {_told(measure_textbook(textbook, sheets))}"
                f"   ours {_told(measure_ours(ours, sheets))}",
                flush=True,
            )
        if step == n_steps:
            break
        batch = next(drawn)
        # Ours divides by the real points, the textbook by the longest allowed length: Adam does not mind.
        our_step(ours, optimizer, batch, BATCH_SIZE // 2, seed=step)
        long = padded(batch)
        train_step(textbook, theirs, long.rows, long.lengths)


@torch.no_grad()
def measure_textbook(model: TextbookSketchRNN, sheets: Sheets) -> tuple[float, float]:
    """Held-out nats a point of moves and pen states, in the file's units."""
    model.eval()
    batch = padded(collate(sheets.held, sheets.scale, N_MAX))
    outputs, _ = model(batch.rows, batch.lengths)
    xy, pen = textbook_nats(outputs, batch.targets, batch.lengths, model.config.mixtures)
    return _a_point(xy, pen, sheets)


@torch.no_grad()
def measure_ours(model: StrokeModel, sheets: Sheets) -> tuple[float, float]:
    """The same of ours, by the trainer's own definition."""
    batches = plain_batches(sheets.held, scale=sheets.scale, integral=False)
    nats = [drawing_nats(model, batch) for batch in batches]
    return _a_point(torch.cat([n.xy for n in nats]), torch.cat([n.pen for n in nats]), sheets)


@torch.no_grad()
def copy_weights(textbook: TextbookSketchRNN, ours: nn.Module) -> None:
    """Give ours the textbook's weights: mixtures' coordinates side by side, one gain for all gates."""
    encoder, decoder = textbook.encoder, textbook.decoder
    _copy_cell(decoder.cell, ours.get_submodule("lstm"))
    _copy_head(decoder, ours.get_submodule("head"), textbook.config.mixtures)
    if encoder is None:
        return
    _copy_encoder(encoder, ours)
    h, c = (part.chunk(2) for part in (decoder.opening.weight, decoder.opening.bias))
    opening = ours.get_submodule("opening")
    opening.weight.copy_(torch.cat([h[1], h[0]]))
    opening.bias.copy_(torch.cat([c[1], c[0]]))


def _copy_encoder(encoder: Encoder, ours: nn.Module) -> None:
    _copy_cell(encoder.forward_cell, ours.get_submodule("encoder_forward"))
    _copy_cell(encoder.backward_cell, ours.get_submodule("encoder_backward"))
    for theirs, name in ((encoder.mu, "code.mean"), (encoder.presig, "code.log_variance")):
        ours.get_submodule(name).load_state_dict(theirs.state_dict())


def _copy_cell(cell: LayerNormLSTMCell, ours: nn.Module) -> None:
    """The gates i, g, f, o become i, f, g, o, and the forget gate's one becomes a bias."""

    def ordered(tensor: Tensor) -> Tensor:
        i, g, f, o = tensor.chunk(4, -1)
        return torch.cat([i, f, g, o], -1).t() if tensor.dim() > 1 else torch.cat([i, f, g, o])

    ours.weight_ih_l0.copy_(ordered(cell.w_x))
    ours.weight_hh_l0.copy_(ordered(cell.w_h))
    norm = ours.get_submodule("norms.0")
    norm.gain.copy_(torch.cat([cell.norms[gate].weight for gate in "ifgo"]))
    norm.bias.copy_(torch.cat([cell.norms[gate].bias + (gate == "f") for gate in "ifgo"]))
    norm.cell_gain.copy_(cell.norms["c"].weight)
    norm.cell_bias.copy_(cell.norms["c"].bias)


def _copy_head(decoder: Decoder, head: nn.Module, mixtures: int) -> None:
    m = torch.arange(mixtures)
    pairs = [torch.stack([3 + a * mixtures + m, 3 + (a + 1) * mixtures + m], 1).flatten() for a in (1, 3)]
    order = torch.cat([torch.arange(3), 3 + m, *pairs, 3 + 5 * mixtures + m])
    head.weight.copy_(decoder.output.weight[order])
    head.bias.copy_(decoder.output.bias[order])


def _a_point(xy: Tensor, pen: Tensor, sheets: Sheets) -> tuple[float, float]:
    points = sum(len(rows) for rows in sheets.held)
    return float(xy.sum()) / points + 2 * math.log(sheets.scale), float(pen.sum()) / points


def _told(nats: tuple[float, float]) -> str:
    return f"{sum(nats):.4f} (xy {nats[0]:.4f}, pen {nats[1]:.4f})"


def _kind(latent: int) -> str:
    return "autoencoder" if latent else "decoder only"


def _verdict(ratio: float, contender: Contender) -> str:
    return "aim" if ratio >= contender.aim else "ok" if ratio >= contender.goal else "SHORT"


def _prepare_thread() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["steps", "parts", "equal-steps"])
    parser.add_argument("--data", type=Path, default=DATA, metavar="FILE.npz")
    parser.add_argument("--count", type=int, default=3, help="steps to take the mean of")
    parser.add_argument("--steps", type=int, default=150, help="steps to train for, in equal-steps")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="of both, in equal-steps")
    parser.add_argument("--vae", action="store_true", help="autoencoders in equal-steps")
    parser.add_argument("--norm-clip", action="store_true", help="clip the textbook's gradients as ours")
    asked = parser.parse_args()
    if not asked.data.exists():
        sys.exit(f"nothing to measure with: {asked.data} is not there")
    sheets = Sheets(asked.data)
    if asked.what == "steps":
        steps(sheets, asked.count)
    elif asked.what == "parts":
        parts(sheets, asked.count)
    else:
        config = TextbookConfig(latent=128 if asked.vae else 0, learning_rate=asked.learning_rate)
        equal_steps(sheets, asked.steps, replace(config, clip_by_norm=asked.norm_clip))


if __name__ == "__main__":
    main()
