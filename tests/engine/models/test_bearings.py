import numpy as np
import pytest
import torch

from engine.models.bearings import N_BEARINGS, N_TRACK, take_bearings
from engine.strokes.stroke3 import to_stroke5


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    drawings = [np.column_stack([rng.normal(0, 1, (60, 2)), rng.random(60) < 0.2]) for _ in range(4)]
    return torch.tensor(np.stack([to_stroke5(d) for d in drawings]))


def told(rows):
    """Starts, boxes and counts of one drawing `(T, 5)`, one row after the other, as anyone would."""
    points = rows[:, :2].double().cumsum(0).numpy()
    strokes, seen = [[0]], []
    for t in range(len(points)):
        if t == 1 or (t > 1 and rows[t - 1, 3] > 0.5):
            strokes.append([])
        if t:
            strokes[-1].append(t)
        stroke, before = points[strokes[-1]], points[strokes[-2]] if len(strokes) > 1 else np.zeros((1, 2))
        sheet = points[1 : t + 1] if t else points[:1]
        here = points[t]
        seen.append(
            np.concatenate(
                [
                    *(here, here - stroke[0], here - before[0]),
                    *(here - box.min(0) for box in (stroke, before, sheet)),
                    *(box.max(0) - here for box in (stroke, before, sheet)),
                    [len(stroke), len(strokes)],
                ]
            )
        )
    return np.array(seen)


def as_told(bearings):
    """The same, read from the bearings of one drawing."""
    b = bearings.double().numpy()
    position, start, before = b[:, 4:6], b[:, 0:2], b[:, 2:4]
    low, high = [b[:, i : i + 2] for i in (12, 16, 20)], [b[:, i : i + 2] for i in (14, 18, 22)]
    counts = np.expm1(b[:, 24:26] / 0.3)
    return np.concatenate([np.concatenate([position, start, before, *low, *high], 1) / 0.05, counts], 1)


def test_bearings_are_what_one_would_add_up_by_hand(rows):
    seen = take_bearings(torch.zeros(len(rows), N_TRACK), rows)
    assert seen.bearings.shape == (*rows.shape[:2], N_BEARINGS)
    for index in range(len(rows)):
        np.testing.assert_allclose(as_told(seen.bearings[index]), told(rows[index]), atol=2e-4)


@pytest.mark.parametrize("cuts", [[1, 2, 3], [7, 30], list(range(1, 62))])
def test_the_pen_is_followed_in_pieces_as_in_one_go(rows, cuts):
    whole = take_bearings(torch.zeros(len(rows), N_TRACK), rows)
    track, pieces = torch.zeros(len(rows), N_TRACK), []
    for piece in torch.tensor_split(rows, cuts, dim=1):
        seen = take_bearings(track, piece)
        track = seen.track
        pieces.append(seen)
    torch.testing.assert_close(
        torch.cat([p.bearings for p in pieces], 1), whole.bearings, atol=1e-5, rtol=1e-4
    )
    torch.testing.assert_close(
        torch.cat([p.position for p in pieces], 1), whole.position, atol=1e-5, rtol=1e-4
    )
    for part in range(2):
        joined = torch.cat([p.frame[part] for p in pieces], 1)
        torch.testing.assert_close(joined, whole.frame[part], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(track, whole.track, atol=1e-4, rtol=1e-4)


def test_recent_moves_are_seen_along_the_last_one():
    square = torch.tensor([[0, 0, 1, 0, 0], [2, 0, 1, 0, 0], [0, 2, 1, 0, 0], [-2.0, 0, 1, 0, 0]])
    turned = square.clone()
    turned[:, :2] = square[:, :2] @ torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    one, other = (
        take_bearings(torch.zeros(1, N_TRACK), rows[None]).bearings[0, -1] for rows in (square, turned)
    )
    recent = one[30:]
    torch.testing.assert_close(
        recent[:5], torch.tensor([0.0, -2, 0, -1, 0]), atol=1e-5, rtol=0
    )  # one left turn ago
    torch.testing.assert_close(other[30:], recent, atol=1e-5, rtol=0)
