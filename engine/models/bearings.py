"""Where the pen is, seen from what has been drawn: inputs that a model would else have to add up by itself.

Moves alone hide what a drawing hand sees at a glance: where this line began, how far it and the line before
reached, how much of the sheet is used. None of it has anything to learn, so none of it needs a gradient.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.heading import Frame, headings, turn_back

_N_LAGS = 3
N_BEARINGS = 30 + 5 * _N_LAGS
N_TRACK = 21 + 3 * (_N_LAGS + 1)
# A sheet of 200 units at the usual scale is some 30 normalised units wide: brings positions near 1.
_POSITION_SCALE = 0.05
_COUNT_SCALE = 0.3
_SHORT_MOVE = 0.05
_LEAST_MOVE = 1e-6
_USUAL_LOG_LENGTH = -0.7
_LOG_SCALES = (-3.0, 1.5)


class Track(NamedTuple):
    """What is kept of the rows so far, each `(B, ..., width)`; a box is its lowest x, y and highest, negated.

    Attributes:
        position: Of the pen, 2.
        start: Where the stroke began, 2.
        box: Of the stroke, 4.
        start_before: Where the stroke before began, 2.
        box_before: Of the stroke before, 4.
        sheet: Box of all points, 4.
        counts: Rows taken, points of the stroke, strokes, 3.
        recent: The last rows, moves and lifts, oldest first.
    """

    position: Tensor
    start: Tensor
    box: Tensor
    start_before: Tensor
    box_before: Tensor
    sheet: Tensor
    counts: Tensor
    recent: Tensor


class Seen(NamedTuple):
    """What `take_bearings` gives.

    Attributes:
        bearings: `(B, T, N_BEARINGS)`, near 1 in size.
        frame: Of the last move, for the next.
        position: `(B, T, 2)` of the pen.
        track: `(B, N_TRACK)` after the last row.
    """

    bearings: Tensor
    frame: Frame
    position: Tensor
    track: Tensor


_WIDTHS = (2, 2, 4, 2, 4, 4, 3, 3 * (_N_LAGS + 1))


def take_bearings(track: Tensor, rows: Tensor) -> Seen:
    """Follow the pen.

    Args:
        track: `(B, N_TRACK)` of the rows before; zeros before the first.
        rows: `(B, T, 5)` stroke-5; the first row of a drawing is the start token.

    Returns:
        What to show the network, and what to go on from.
    """
    before = Track(*torch.split(track, list(_WIDTHS), dim=-1))
    after = _follow(before, rows) if rows.shape[1] > 1 else _follow_one(before, rows)
    here = _as_box(after.position)
    moves = after.recent.reshape(*rows.shape[:2], _N_LAGS + 1, 3).flip(-2)
    length = moves[..., :2].norm(dim=-1)
    frame = _frame(moves[..., 0, :2], length, after.counts[..., 1])
    pen = after.position
    ways = torch.stack([pen - after.start, pen - after.start_before, pen], dim=-2) * _POSITION_SCALE
    seen = turn_back(torch.cat([ways, moves[..., 1:, :2]], dim=-2), frame.heading.unsqueeze(-2))
    ways_seen, moves_seen = seen[..., :3, :], seen[..., 3:, :]
    boxes = torch.cat([here - after.box, here - after.box_before, here - after.sheet], dim=-1)
    unit = moves_seen / (length[..., 1:, None] + _LEAST_MOVE)
    last = length[..., :1]
    features = [
        ways.flatten(-2),
        ways_seen.flatten(-2),
        boxes * _POSITION_SCALE,
        torch.log1p(after.counts[..., 1:]) * _COUNT_SCALE,
        # The last move as length and direction, and those before it as seen along it.
        torch.log(last + _SHORT_MOVE),
        last,
        frame.heading,
        torch.cat([moves_seen, unit, moves[..., 1:, 2:]], dim=-1).flatten(-2),
    ]
    return Seen(torch.cat(features, dim=-1), frame, after.position, torch.cat(after, dim=-1)[:, -1])


def _frame(moves: Tensor, length: Tensor, points: Tensor) -> Frame:
    """Along the last move, as long as the last two of its stroke; a way to a new stroke says nothing."""
    log_length = torch.log(length[..., :2] + _SHORT_MOVE)
    one, two = log_length[..., 0], log_length.mean(-1)
    log_scale = torch.where(points <= 1, _USUAL_LOG_LENGTH, torch.where(points == 2, one, two))
    return Frame(headings(moves), log_scale.clamp(*_LOG_SCALES))


def _follow(before: Track, rows: Tensor) -> Track:
    """The track after each of the rows, `(B, T, width)` each."""
    rows = rows.float()
    place = torch.arange(1, rows.shape[1] + 1, device=rows.device)[:, None]
    position = before.position.unsqueeze(1) + rows[..., :2].cumsum(1)
    taken = before.counts[:, None, :1] + place
    # The start token is a stroke of its own: the first real point begins another, and the sheet.
    is_first = taken <= 2
    recent = before.recent.reshape(len(rows), _N_LAGS + 1, 3)
    window = torch.cat([recent, rows[..., [0, 1, 3]]], dim=1)
    is_new = (window[:, _N_LAGS:-1, 2:] > 0.5) | is_first
    # Row by row the place where its stroke began; place 0 is what was known before these rows.
    begun = torch.where(is_new, place, 0).cummax(1).values
    start = _at(torch.cat([before.start.unsqueeze(1), position], dim=1), begun)
    box = _running_box(before.box, position, is_new)
    points = place - begun + torch.where(begun == 0, before.counts[:, None, 1:2], 1.0)
    strokes = before.counts[:, None, 2:] + is_new.cumsum(1)
    return Track(
        position,
        start,
        box,
        _at(_just_before(before.start_before, before.start, start), begun),
        _at(_just_before(before.box_before, before.box, box), begun),
        _running_box(before.sheet, position, is_first),
        torch.cat([taken, points, strokes], dim=-1),
        window.unfold(1, _N_LAGS + 1, 1)[:, 1:].transpose(-1, -2).flatten(-2),
    )


def _follow_one(before: Track, rows: Tensor) -> Track:
    """What `_follow` says of a single row each, `(B, 1, 5)`, in a third of the time.

    A drawing in progress comes this way at each of its points.
    """
    row = rows[:, 0].float()
    move = row[:, :2]
    position = before.position + move
    here = _as_box(position)
    taken = before.counts[:, :1] + 1
    is_first = taken <= 2
    is_new = (before.recent[:, -1:] > 0.5) | is_first
    points, strokes = torch.where(is_new, 1.0, before.counts[:, 1:2] + 1), before.counts[:, 2:] + is_new
    after = Track(
        position,
        torch.where(is_new, position, before.start),
        torch.where(is_new, here, torch.minimum(before.box, here)),
        torch.where(is_new, before.start, before.start_before),
        torch.where(is_new, before.box, before.box_before),
        torch.where(is_first, here, torch.minimum(before.sheet, here)),
        torch.cat([taken, points, strokes], dim=-1),
        torch.cat([before.recent[:, 3:], move, row[:, 3:4]], dim=-1),
    )
    return Track(*(part.unsqueeze(1) for part in after))


def _as_box(points: Tensor) -> Tensor:
    """The box of a single point: a minimum over boxes is the box of all their points."""
    return torch.cat([points, -points], dim=-1)


def _running_box(before: Tensor, points: Tensor, is_new: Tensor) -> Tensor:
    """Box of the points since the last new one, `(B, T, 4)`; by doubling reach (Hillis & Steele 1986)."""
    boxes = torch.cat([before.unsqueeze(1), _as_box(points)], dim=1)
    is_cut = F.pad(is_new, (0, 0, 1, 0))
    reach = 1
    while reach < boxes.shape[1]:
        joined = torch.minimum(boxes[:, reach:], boxes[:, :-reach])
        boxes = torch.cat([boxes[:, :reach], torch.where(is_cut[:, reach:], boxes[:, reach:], joined)], dim=1)
        is_cut = torch.cat([is_cut[:, :reach], is_cut[:, reach:] | is_cut[:, :-reach]], dim=1)
        reach *= 2
    return boxes[:, 1:]


def _just_before(earlier: Tensor, before: Tensor, values: Tensor) -> Tensor:
    """What held just before each place, of a value that held `before` at place 0 and `earlier` until then."""
    return torch.cat([earlier.unsqueeze(1), before.unsqueeze(1), values[:, :-1]], dim=1)


def _at(values: Tensor, place: Tensor) -> Tensor:
    """Pick rows `(B, T, 1)` of `(B, T + 1, width)`."""
    return values.gather(1, place.expand(-1, -1, values.shape[-1]))
