"""Which points of the map become pictures: where there is room, central ones first, calm as the map moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

LEAST_PX, MOST_PX = 64, 150
FEW = 240
"""More points in view than this are dots."""
_CALM = 1.5
"""Pictures that are there stay until so many times `FEW` are in view: no flicker at the border."""
_SHARE = 1.25
"""Side of a picture, in distances between a point and its nearest neighbour."""
_TWIN_PX, _DOT_PX = 4.0, 5.0
_SAMPLE = 500


class MapPictures:
    """Chooses the points that are shown as pictures.

    A picture overlaps no other and hides no other point, but for a twin at the very same place. Its size
    depends on the scale alone, and a picture that stood there before goes first: while the map is moved,
    pictures come in and leave at the border, and none jumps to a neighbour.
    """

    def __init__(self) -> None:
        self._xy: NDArray[np.float64] = np.zeros((0, 2))
        self._class_of: NDArray[np.intp] = np.zeros(0, np.intp)
        self._away: NDArray[np.float64] | None = None
        self._spacing: float | None = None
        self._placed: NDArray[np.intp] = np.zeros(0, np.intp)

    def set_points(self, xy: NDArray[np.float64], *, same: bool) -> None:
        """Know the points: `(n, 2)`, y up.

        Args:
            xy: Where they are.
            same: Whether they are those of before, in the same order: then pictures keep their right to stay.
        """
        self._xy, self._away, self._spacing = xy, None, None
        if not same:
            self._placed = np.zeros(0, np.intp)
            self._class_of = np.zeros(len(xy), np.intp)

    def set_classes(self, class_of: NDArray[np.intp]) -> None:
        """Know which class each point is of: `(n,)`; those nearest its middle go first."""
        self._class_of, self._away = class_of, None

    def side_px(self, px_per_unit: float) -> float:
        """How large pictures are at this scale."""
        if self._spacing is None:
            self._spacing = _usual_distance(self._xy)
        return float(np.clip(round(_SHARE * self._spacing * px_per_unit), LEAST_PX, MOST_PX))

    def place(self, pixels: NDArray[np.float64], rows: NDArray[np.intp], side_px: float) -> NDArray[np.intp]:
        """Choose pictures.

        Args:
            pixels: `(m, 2)` where the points in view, and a little around it, are on the screen.
            rows: `(m,)` which points these are.
            side_px: Side of a picture.

        Returns:
            The rows that become pictures.
        """
        apart = np.abs(pixels[:, None] - pixels[None]).max(axis=2)
        hides = (apart > _TWIN_PX) & (apart <= side_px / 2 + _DOT_PX)
        has_room = ~hides.any(axis=1)
        is_new = ~np.isin(rows, self._placed)
        chosen: list[int] = []
        for at in np.lexsort((rows, self._from_middle()[rows], is_new)).tolist():
            if has_room[at]:
                chosen.append(at)
                has_room &= apart[at] >= side_px
        self._placed = rows[chosen]
        return self._placed

    def are_few(self, count: int) -> bool:
        """Whether so many points in view may become pictures."""
        if count > FEW * (_CALM if len(self._placed) else 1):
            self._placed = np.zeros(0, np.intp)
        return 0 < count <= FEW * (_CALM if len(self._placed) else 1)

    def _from_middle(self) -> NDArray[np.float64]:
        """`(n,)` distance of each point from the mean of its class."""
        if self._away is None:
            count = np.maximum(np.bincount(self._class_of), 1)
            middle = np.column_stack(
                [np.bincount(self._class_of, weights=axis) / count for axis in self._xy.T]
            )
            self._away = np.hypot(*(self._xy - middle[self._class_of]).T)
        return self._away


def _usual_distance(xy: NDArray[np.float64]) -> float:
    """The median distance of a point from its nearest neighbour that is no twin."""
    if len(xy) < 2:
        return float("inf")
    tree = cKDTree(xy, balanced_tree=False, compact_nodes=False)
    sample = xy[:: max(1, len(xy) // _SAMPLE)]
    nearest = tree.query(sample, k=2)[0][:, 1]
    apart = nearest[nearest > 0]
    return float(np.median(apart)) if len(apart) else float("inf")
