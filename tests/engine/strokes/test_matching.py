import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.strokes.matching import best_pairs


def test_the_most_worthy_pair_is_left_out_where_two_others_are_worth_more():
    assert best_pairs([(1, 2, 5.0), (2, 3, 6.0), (3, 4, 5.0)]) == [(1, 2), (3, 4)]


@given(st.integers(0, 10_000))
def test_nothing_is_in_two_pairs_and_the_order_of_the_options_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    options = [(int(a), int(a + b), float(w)) for a, b, w in zip(
        rng.integers(0, 30, 60), rng.integers(1, 9, 60), rng.uniform(0.1, 3, 60), strict=True
    )]  # fmt: skip
    pairs = best_pairs(options)
    used = [one for pair in pairs for one in pair]
    assert len(used) == len(set(used))
    assert best_pairs(reversed(options)) == pairs


def test_very_many_things_are_paired_too():
    pairs = best_pairs((k, k + 1, 1.0 + k % 2) for k in range(400))
    assert len(pairs) >= 199
