"""Pairs of the greatest worth: which ends go together, when every choice takes another away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import networkx as nx

_LARGEST_EXACT = 250
"""Things matched exactly at once; of more, the most worthy pairs are taken first."""

Node = TypeVar("Node", int, tuple[int, int])


def best_pairs(options: Iterable[tuple[Node, Node, float]]) -> list[tuple[Node, Node]]:
    """Choose pairs so that nothing is in two of them and their summed worth is the greatest.

    Args:
        options: Two things, which can be sorted, and what it is worth to pair them, above 0.

    Returns:
        The pairs; what depends on the order of the options is only the order within a pair.
    """
    import networkx as nx  # here, as it takes most of a second to come in

    graph = nx.Graph()
    graph.add_weighted_edges_from(sorted(options))
    chosen: list[tuple[Node, Node]] = []
    for part in nx.connected_components(graph):
        group = graph.subgraph(sorted(part))
        exact = len(group) <= _LARGEST_EXACT
        chosen += nx.max_weight_matching(group) if exact else _most_worthy_first(group)
    return sorted((min(pair), max(pair)) for pair in chosen)


def _most_worthy_first(graph: nx.Graph) -> list[tuple[Node, Node]]:
    free = set(graph.nodes)
    chosen = []
    for a, b, _ in sorted(graph.edges(data="weight"), key=lambda edge: -edge[2]):
        if a in free and b in free:
            chosen.append((a, b))
            free -= {a, b}
    return chosen
