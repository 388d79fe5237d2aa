"""Bodies from bones: the outline of a jointed limb, followed down one side and up the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.sample.pen import Points

Joint = tuple[float, float]


def reach(start: Joint, lengths: Sequence[float], angles_deg: Sequence[float]) -> list[Joint]:
    """Joints of a limb.

    Args:
        start: Where it is attached.
        lengths: Of each bone.
        angles_deg: Direction of each bone, clockwise on the page, 0 to the right, 90 down.

    Returns:
        One joint more than there are bones.
    """
    joints = [start]
    for length, angle in zip(lengths, angles_deg, strict=True):
        x, y = joints[-1]
        joints.append(
            (x + length * float(np.cos(np.deg2rad(angle))), y + length * float(np.sin(np.deg2rad(angle))))
        )
    return joints


def side(joints: Sequence[Joint], widths: Sequence[float], which: float) -> Points:
    """One side of a limb, with a point in the flesh between joints.

    Args:
        joints: From the attachment to the end.
        widths: Half width at each joint.
        which: 1 for the side to the right of someone looking along the limb on the page, -1 for the left.

    Returns:
        `(2 * len(joints) - 1, 2)`.
    """
    bones = np.asarray(joints, dtype=np.float64)
    normals = _normals(bones)
    half = np.asarray(widths, dtype=np.float64)[:, None]
    at_joints = bones + which * half * normals
    along = np.diff(bones, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
    flesh = (bones[:-1] + bones[1:]) / 2 + which * across * (half[:-1] * 0.62 + half[1:] * 0.46)
    mixed = np.empty((2 * len(bones) - 1, 2))
    mixed[0::2], mixed[1::2] = at_joints, flesh
    return mixed


def _normals(bones: Points) -> NDArray[np.float64]:
    """Unit normals at the joints: the mean of the bones that meet there."""
    along = np.diff(bones, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
    both = np.vstack([across[:1], across[:-1] + across[1:], across[-1:]])
    length = np.maximum(np.hypot(both[:, 0], both[:, 1])[:, None], 0.35)
    return np.asarray(both / length)
