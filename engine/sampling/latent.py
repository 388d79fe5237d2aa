"""What an autoencoder does with codes: draw a drawing again, and go from one to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.errors import UserError
from engine.models.registry import FAMILIES
from engine.project.progress import Asked
from engine.sampling.options import AS_USUAL, Options
from engine.sampling.reading import codes
from engine.sampling.sampler import Sampler
from engine.strokes.types import Drawing

_PARALLEL = 1e-4
"""Codes whose directions differ by less, or are opposite to as much, have no arc between them."""


def reconstruct(
    sampler: Sampler,
    drawings: Sequence[Drawing],
    options: Options = AS_USUAL,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Drawing]:
    """Draw each drawing again from its code.

    Args:
        sampler: Of an autoencoder.
        drawings: In the units that the model learnt from.
        options: How.
        stopped: Asked at every point; drawings unfinished by then are left out.

    Raises:
        UserError: for a model without codes, or if memory runs out.
    """
    check_has_codes(sampler)
    told = codes(sampler, drawings, options.era)
    made = sampler.sample(len(drawings), options, code=told, reporter=Asked(stopped))
    return [one.drawing for one in made]


def interpolate(
    sampler: Sampler,
    first: Drawing,
    second: Drawing,
    n: int,
    options: Options = AS_USUAL,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Drawing]:
    """Steps from one drawing to another by their codes, on the arc between them.

    All steps have the same chance, so only the code sets them apart. Both ends are drawn too: they are what
    the machine remembers of the two drawings, not the drawings themselves.

    Args:
        sampler: Of an autoencoder.
        first: In the units that the model learnt from.
        second: Likewise.
        n: How many drawings, the ends among them; of one alone it is the first.
        options: How.
        stopped: Asked at every point; drawings unfinished by then are left out.

    Raises:
        UserError: for a model without codes, for fewer than one drawing, or if memory runs out.
    """
    check_has_codes(sampler)
    if n < 1:
        raise UserError(f"A way of {n} drawings leads nowhere.", "Ask for two or more.")
    start, end = codes(sampler, [first, second], options.era)
    told = slerp(start, end, torch.linspace(0, 1, n, device=start.device))
    made = sampler.sample(n, options, code=told, same_chance=True, reporter=Asked(stopped))
    return [one.drawing for one in made]


def slerp(start: Tensor, end: Tensor, shares: Tensor) -> Tensor:
    """Codes on the arc between two, which keeps to the lengths that codes have (Shoemake 1985).

    Args:
        start: `(c,)`.
        end: `(c,)`.
        shares: `(n,)` of the way, 0 to 1.

    Returns:
        `(n, c)`; on the straight line where there is no one arc.
    """
    rest, share = 1 - shares[:, None], shares[:, None]
    cosine = torch.nn.functional.cosine_similarity(start, end, dim=0).clamp(-1, 1)
    if 1 - cosine.abs() < _PARALLEL:
        return rest * start + share * end
    angle = torch.arccos(cosine)
    return (torch.sin(rest * angle) * start + torch.sin(share * angle) * end) / torch.sin(angle)


def check_has_codes(sampler: Sampler) -> None:
    """Raise UserError unless the model reads drawings into codes."""
    if sampler.model.is_autoencoder:
        return
    family = FAMILIES[sampler.checkpoint.family].title
    raise UserError(
        f"This {family} has no code of a drawing, so it can neither draw one again nor go between two.",
        "Use a run of sketchformer or of sketchrnn/vae, or go between drawings by shape alone.",
    )
