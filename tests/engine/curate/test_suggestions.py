"""The probe: it learns what can be seen, knows when it cannot, and says what it lacks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.curate.features import features
from engine.curate.suggestions import (
    LEAST_EXAMPLES,
    least_certain_first,
    suggest,
    suggest_kinds,
)


def cloud(sizes=(160, 25), d=96, apart=1.0, seed=0):
    """Groups in many dimensions of which each counts little, as of embeddings, and which is whose."""
    random = np.random.default_rng(seed)
    centres = apart * random.normal(size=(len(sizes), d))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    return features((centres[groups] + random.normal(size=(len(groups), d))).astype(np.float32)), groups


def some(group, groups, n, seed=0):
    return np.random.default_rng(seed).choice(np.flatnonzero(groups == group), n, replace=False).tolist()


def test_five_of_each_are_enough_however_uneven_the_sides():
    table, groups = cloud()
    told = suggest(table, some(0, groups, 5), some(1, groups, 5))
    assert told.missing == (0, 0) and told.probability.shape == (185,)
    assert ((told.probability > 0.5) == (groups == 0)).mean() > 0.97
    more = suggest(table, some(0, groups, 150), some(1, groups, 5)).probability
    assert ((more > 0.5) == (groups == 0)).mean() > 0.97, "the few count as much as the many"


@given(st.integers(0, 8), st.integers(0, 8))
@settings(max_examples=30, deadline=None)
def test_it_says_how_many_examples_are_missing(a, r):
    table, _ = cloud((20, 20), d=8)
    told = suggest(table, range(a), range(20, 20 + r))
    assert told.missing == (max(LEAST_EXAMPLES - a, 0), max(LEAST_EXAMPLES - r, 0))
    assert (told.probability is None) == any(told.missing)


def test_the_same_examples_give_the_same_answer():
    table, groups = cloud()
    examples = some(0, groups, 9), some(1, groups, 7)
    first, second = (suggest(table, *examples).probability for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_swapping_the_sides_swaps_the_answer():
    table, groups = cloud(apart=0.3)
    a, b = some(0, groups, 12), some(1, groups, 8)
    one, other = suggest(table, a, b).probability, suggest(table, b, a).probability
    np.testing.assert_allclose(one, 1 - other, atol=0.1)  # what is held out in turn are other examples
    clear = np.abs(one - 0.5) > 0.05
    assert np.array_equal((one > 0.5)[clear], (other < 0.5)[clear])


@pytest.mark.parametrize("n", [5, 10, 20])
def test_over_95_percent_is_honest(n):
    """Sure where it can be seen; not sure, though the examples themselves are separable, where it cannot."""
    seen, blind = [], []
    for seed in range(12):
        table, groups = cloud((100, 85), seed=seed)
        chance = np.random.default_rng(seed).permutation(groups)
        for truth, counts in ((groups, seen), (chance, blind)):
            told = suggest(table, some(0, truth, n, seed), some(1, truth, n, seed)).probability
            sure = (told > 0.95) | (told < 0.05)
            counts.append((sure.sum(), ((told > 0.5) == (truth == 0))[sure].sum()))
    (sure, right), (sure_of_nothing, _) = np.sum(seen, axis=0), np.sum(blind, axis=0)
    assert sure > 0.1 * 12 * 185 and right / sure > 0.97
    assert sure_of_nothing < 0.05 * 12 * 185


def test_kinds_are_told_from_three_examples_each():
    table, groups = cloud((60, 50, 40))
    kinds = np.array(["", "", ""], dtype=object)[groups]
    for group, kind in enumerate(("notes", "cover", "figure")):
        kinds[some(group, groups, 3)] = kind
    told = suggest_kinds(table, kinds.tolist())
    right = np.array(["notes", "cover", "figure"])[groups] == np.array(told.kinds)
    assert right.mean() > 0.95 and told.missing == {}
    assert (told.probability >= 1 / 3 - 1e-6).all() and (told.probability <= 1).all()


def test_kinds_with_too_few_examples_are_named_and_not_suggested():
    table, groups = cloud((60, 50, 40))
    kinds = [""] * len(groups)
    for group, kind, n in ((0, "notes", 3), (1, "cover", 4), (2, "figure", 2)):
        for row in some(group, groups, n):
            kinds[row] = kind
    told = suggest_kinds(table, kinds)
    assert told.missing == {"figure": 1} and set(told.kinds) == {"notes", "cover"}
    alone = suggest_kinds(table, ["notes" if kind == "notes" else "" for kind in kinds])
    assert set(alone.kinds) == {""} and not alone.probability.any()
    assert suggest_kinds(table[:0], []).kinds == ()


def test_the_least_certain_come_first_in_a_stable_order():
    probability = np.array([0.9, 0.5, 0.1, 0.45, 0.55, 0.5], dtype=np.float32)
    found = least_certain_first(probability).tolist()
    assert found[:2] == [1, 5] and set(found[2:4]) == {3, 4} and set(found[4:]) == {0, 2}
    assert least_certain_first(probability, [2, 1, 0]).tolist()[0] == 1
    assert least_certain_first(probability, []).tolist() == []


def test_items_that_are_all_equal_are_an_even_guess():
    told = suggest(np.zeros((20, 34), np.float32), range(5), range(10, 15)).probability
    np.testing.assert_allclose(told, 0.5, atol=1e-3)
