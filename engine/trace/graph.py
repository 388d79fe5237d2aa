"""The skeleton as a graph: edges between ends and junctions, spurs pruned."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.strokes.geometry import Points, arc_lengths
from engine.trace.skeleton import PixelLinks


@dataclass(slots=True)
class Edge:
    """A stretch of line between two nodes.

    Attributes:
        ends: Node at the first and at the last point.
        points: `(n, 2)` float64.
        width: `(n,)` width of the ink at each point.
        length: Arc length.
    """

    ends: tuple[int, int]
    points: Points
    width: NDArray[np.float64]
    length: float = field(init=False)

    def __post_init__(self) -> None:
        self.length = float(arc_lengths(self.points)[-1])

    def reversed(self) -> Edge:
        """The same stretch the other way round."""
        return Edge(self.ends[::-1], self.points[::-1], self.width[::-1])


End = tuple[int, int]
"""An edge's id, and 0 for its first end or 1 for its last."""


@dataclass(slots=True)
class LineGraph:
    """Edges by id, and for each node the edge ends that meet there.

    Attributes:
        edges: By id; ids stay while edges come and go.
        arms: For each node the `(edge id, 0 | 1)` ends at it; a loop has both its ends there.
    """

    edges: dict[int, Edge]
    arms: dict[int, list[tuple[int, int]]]

    def add(self, key: int, edge: Edge) -> None:
        """Add an edge under a free id."""
        self.edges[key] = edge
        for end, node in enumerate(edge.ends):
            self.arms.setdefault(node, []).append((key, end))

    def remove(self, key: int) -> Edge:
        """Take an edge out; nodes stay."""
        edge = self.edges.pop(key)
        for end, node in enumerate(edge.ends):
            self.arms[node].remove((key, end))
        return edge

    def copy(self) -> LineGraph:
        """A graph of the same edges that can be changed without changing this one."""
        return LineGraph(dict(self.edges), {node: list(arms) for node, arms in self.arms.items()})

    def degree(self, node: int) -> int:
        """Number of edge ends at a node."""
        return len(self.arms.get(node, ()))


def build_graph(links: PixelLinks) -> LineGraph:
    """Walk the linked pixels into edges.

    Args:
        links: Skeleton pixels.

    Returns:
        The graph; closed loops without any junction get a node of their own.
    """
    graph = LineGraph({}, {})
    count = len(links.xy)
    if count == 0:
        return graph
    degree = np.bincount(links.pairs.ravel(), minlength=count)
    node_of = _cluster_junctions(links, degree)
    for key, path in enumerate(_walk(links, degree, node_of)):
        ends = (int(node_of[path[0]]), int(node_of[path[-1]]))
        index = np.array(path)
        graph.add(key, Edge(ends, links.xy[index].astype(np.float64), links.width[index].astype(np.float64)))
    return graph


def _cluster_junctions(links: PixelLinks, degree: NDArray[np.int64]) -> NDArray[np.int32]:
    """Node of every pixel: touching junction pixels share one, all others have their own."""
    inside = (degree[links.pairs] >= 3).all(axis=1)
    a, b = links.pairs[inside].T
    count = len(links.xy)
    _, node_of = connected_components(
        coo_array((np.ones(len(a)), (a, b)), shape=(count, count)), directed=False
    )
    return np.asarray(node_of, dtype=np.int32)


def _walk(links: PixelLinks, degree: NDArray[np.int64], node_of: NDArray[np.int32]) -> list[list[int]]:
    """Pixel paths between nodes, then the closed ones left over."""
    count = len(links.xy)
    both = np.concatenate([links.pairs, links.pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    start = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=count))]).tolist()
    neighbour, plain = both[:, 1].tolist(), (degree == 2).tolist()
    nodes = node_of.tolist()
    seen = [False] * count
    paths: list[list[int]] = []

    def follow(path: list[int]) -> list[int]:
        before, here = path
        while plain[here] and not seen[here]:
            seen[here] = True
            first = neighbour[start[here]]
            before, here = here, neighbour[start[here] + 1] if first == before else first
            path.append(here)
        return path

    for pixel in np.flatnonzero((degree != 2) & (degree > 0)).tolist():
        for other in neighbour[start[pixel] : start[pixel + 1]]:
            if plain[other]:
                if not seen[other]:
                    paths.append(follow([pixel, other]))
            elif pixel < other and nodes[pixel] != nodes[other]:
                paths.append([pixel, other])
    for pixel in np.flatnonzero(degree == 2).tolist():
        if not seen[pixel]:
            seen[pixel] = True
            paths.append(follow([pixel, neighbour[start[pixel]]]))
    return paths


def prune_spurs(graph: LineGraph, reach: float) -> None:
    """Remove the short side branches thinning leaves at bumps and line ends, shortest first.

    Args:
        graph: Changed in place.
        reach: A branch is a spur when it ends no farther than this from the disc of ink around its
            junction, px.
    """
    spurs = sorted((e.length, k) for k, e in graph.edges.items() if _is_spur(graph, e, reach))
    for _, key in spurs:
        edge = graph.edges.get(key)
        if edge is not None and _is_spur(graph, edge, reach):
            graph.remove(key)
            for node in edge.ends:
                if graph.degree(node) == 2:
                    merge_at(graph, node)


def _is_spur(graph: LineGraph, edge: Edge, reach: float) -> bool:
    free = [graph.degree(node) == 1 for node in edge.ends]
    if free[0] == free[1]:
        return False
    junction_width = edge.width[-1] if free[0] else edge.width[0]
    return bool(edge.length <= 0.5 * junction_width + reach)


def merge_at(graph: LineGraph, node: int) -> None:
    """Make one edge of the two that meet at a node; a loop's own node stays."""
    (first, first_end), (second, second_end) = graph.arms[node]
    if first == second:
        return
    a, b = graph.remove(first), graph.remove(second)
    a = a if first_end == 1 else a.reversed()
    b = b if second_end == 0 else b.reversed()
    points, width = np.concatenate([a.points, b.points]), np.concatenate([a.width, b.width])
    graph.add(first, Edge((a.ends[0], b.ends[1]), points, width))
    del graph.arms[node]
