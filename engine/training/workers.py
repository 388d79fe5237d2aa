"""Several cores on one step: each takes whole micro-batches instead of slices of each matrix product.

An LSTM's products are too small to split: on two cores OpenMP gave 1.35x at twice the CPU time, and a step
thirty times slower as soon as anything else ran on one of them (48 -> 1590 ms). A thread a core with
micro-batches of its own gives 2x and slows down only by what the other program takes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

T = TypeVar("T")
R = TypeVar("R")


class Stopped(Exception):
    """Unwinds a half-done step or validation when someone asks to stop."""


class Workers:
    """Threads that each run torch on one core, asked to stop between their tasks.

    Attributes:
        n: How many there are.
    """

    def __init__(self, pool: ThreadPoolExecutor, n: int, stopped: Callable[[], bool]) -> None:
        self._pool, self.n, self._stopped = pool, n, stopped

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Results in the order of the tasks. Raises Stopped between two waves of tasks."""
        waiting = list(tasks)
        for start in range(0, len(waiting), self.n):
            if self._stopped():
                raise Stopped
            yield from self._pool.map(work, waiting[start : start + self.n])


@contextmanager
def workers(device: torch.device, stopped: Callable[[], bool], processes: int = 1) -> Iterator[Workers]:
    """Make a worker for each core, or one for a GPU; torch's own threading rests meanwhile.

    Args:
        device: Where the work is done.
        stopped: Asked between two waves of tasks, unless several processes must stop at the same step.
        processes: How many share the cores.
    """
    n = max(1, _usable_cores() // processes) if device.type == "cpu" else 1
    if processes > 1:
        stopped = _never
    with one_thread(), ThreadPoolExecutor(n, "train", initializer=_prepare_thread) as pool:
        yield Workers(pool, n, stopped)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread inside the block: step by step there is nothing to share out."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _prepare_thread() -> None:
    """Both settings belong to a thread, not to the process."""
    torch.set_num_threads(1)
    # LSTM gradients fade into denormals, which cost the CPU four times the time.
    torch.set_flush_denormal(True)


def _never() -> bool:
    return False


def _usable_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
