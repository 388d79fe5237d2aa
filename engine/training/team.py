"""Several processes on one step: each takes its share of the micro-batches, one sum makes them agree.

Every process builds the whole batch from the same chance and takes every n-th micro-batch of it, so the
result does not hang on how many there are. Gradients are summed over points before they are divided: one
all-reduce of one buffer, where DistributedDataParallel would average means of unequal parts.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

from engine.errors import UserError

_JOIN_S = 20.0


class Team:
    """The processes of one training; alone, nothing is exchanged.

    Attributes:
        rank: This process's number; 0 leads: it alone validates, saves and speaks.
        size: How many there are.
    """

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size

    @property
    def leads(self) -> bool:
        """Whether this process speaks for all."""
        return self.rank == 0

    def share(self, n: int) -> range:
        """Which of `n` pieces of work are this process's."""
        return range(self.rank, n, self.size)

    def add_up(self, tensors: Sequence[Tensor]) -> None:
        """Replace each tensor by its sum over all processes, in one exchange."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        dist.all_reduce(flat)
        for tensor, part in zip(tensors, torch.split(flat, [t.numel() for t in tensors]), strict=True):
            tensor.copy_(part.reshape(tensor.shape))

    def told(self, *values: float) -> tuple[float, ...]:
        """The leader's values, so that all do the same next."""
        if self.size == 1:
            return values
        device = "cuda" if dist.get_backend() == "nccl" else "cpu"
        tensor = torch.tensor(values, dtype=torch.float64, device=device)
        dist.broadcast(tensor, src=0)
        return tuple(tensor.tolist())


@contextmanager
def team(device: torch.device, processes: int, run_folder: Path) -> Iterator[Team]:
    """Join the processes that share this training.

    Args:
        device: Where this process computes.
        processes: How many on this machine; 0 takes one a GPU. Under `torchrun`, whose variables are then
            in the environment, its number counts.
        run_folder: What followers are told to work on.

    Raises:
        UserError: when they do not come together.
    """
    if "WORLD_SIZE" in os.environ:
        with _joined(device, int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])) as joined:
            yield joined
        return
    size = processes or (torch.cuda.device_count() if device.type == "cuda" else 1)
    if size <= 1:
        yield Team()
        return
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), "WORLD_SIZE": str(size)}
    followers = [_follower(run_folder, {**meeting, "RANK": str(rank)}) for rank in range(1, size)]
    os.environ.update({**meeting, "RANK": "0", "LOCAL_RANK": "0"})
    try:
        with _joined(device, 0, size) as joined:
            yield joined
    finally:
        for name in (*meeting, "RANK", "LOCAL_RANK"):
            os.environ.pop(name, None)
        _see_off(followers)


def is_follower() -> bool:
    """Whether this process only helps another one to train."""
    return int(os.environ.get("RANK", "0")) > 0


@contextmanager
def _joined(device: torch.device, rank: int, size: int) -> Iterator[Team]:
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
    try:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo", rank=rank, world_size=size)
    except (RuntimeError, ValueError) as error:
        raise UserError(
            f"The {size} processes of this training did not come together ({error}).",
            "Train with one process, or start them all with torchrun.",
        ) from error
    try:
        yield Team(rank, size)
    finally:
        dist.destroy_process_group()


def _follower(run_folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Another process on this machine that works on the same run."""
    return subprocess.Popen(
        [sys.executable, "-m", "engine.jobs", "follow", str(run_folder)],
        env={**os.environ, **environment, "LOCAL_RANK": environment["RANK"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _see_off(followers: list[subprocess.Popen[bytes]]) -> None:
    for process in followers:
        try:
            process.wait(_JOIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
