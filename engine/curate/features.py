"""Features: one table a collection, by which clusters, maps, suggestions and likeness compare its items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.curate.clusters import standardise
from engine.curate.looks import Looks

_LOOK_COLUMNS = 2
_LOOK_WEIGHT = 0.5
"""Of paper and paint beside the embedding, whose mean square length is 1. From a quarter to the whole, the
figures on the 185 scans hardly differ; without, the `-color` and `-light` scans of one page stay mixed."""


def features(vectors: NDArray[np.float32], looks: Looks | None = None) -> NDArray[np.float32]:
    """The table of a collection; make it once, all of `curate` takes it.

    Args:
        vectors: `(n, d)` embeddings of one model.
        looks: Of the same items; None where there are none, as for rendered drawings.

    Returns:
        `(n, m)` float32: first two columns of paper and paint (zeros without looks), then the principal
        components of the embeddings, which together have mean square length 1.
    """
    if looks is None:
        paint = np.zeros((len(vectors), _LOOK_COLUMNS), dtype=np.float32)
    else:
        paint = _LOOK_WEIGHT * looks.paper_and_paint()
        paint -= paint.mean(axis=0) if len(paint) else 0.0
    return np.hstack([paint, standardise(vectors)]).astype(np.float32)


def whitened(table: NDArray[np.float32], degree: float) -> NDArray[np.float64]:
    """Make the small components of a table count more.

    Args:
        table: Of `features`.
        degree: 0 leaves them as they are, 1 gives every component the same spread. Paper and paint
            stay as they are: they have scales of their own.

    Returns:
        `(n, m)` float64; the components together still have mean square length 1.
    """
    result = table.astype(np.float64)
    components = result[:, _LOOK_COLUMNS:]
    spread = components.std(axis=0)
    if not components.size or spread.max() < 1e-9:
        return result
    components /= np.maximum(spread, 1e-3 * spread.max()) ** degree
    components /= np.sqrt(np.mean(np.sum(components**2, axis=1)))
    return result
