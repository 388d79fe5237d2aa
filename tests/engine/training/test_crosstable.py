"""The interval of a difference knows that drawings of one page belong together."""

import json

import numpy as np
import pytest

from engine.dataset.build import Split
from engine.errors import UserError
from engine.training import crosstable
from engine.training.crosstable import cross_table


def split_of(pages):
    """Drawings of 4 to 9 points, the longest first."""
    rows = tuple(np.ones((9 - n % 6, 3), dtype=np.float32) / 3 for n in range(len(pages)))
    return Split(rows, tuple(f"{page}/{n}" for n, page in enumerate(pages)), tuple(pages))


SETS = {"old": split_of(["a", "a", "b"]), "new": split_of(["c", "d"])}
"""24 and 17 points."""


@pytest.fixture
def surprised(monkeypatch, tmp_path):
    """Models that are surprised by what their files say: nats a point of the old set, and of the new."""

    def nats_of_each(checkpoint, rows, _device):
        each = dict(zip((24, 17), json.loads(checkpoint.read_text()), strict=True))
        return np.array([each[sum(map(len, rows))] * len(one) for one in rows])

    def write(name, *nats):
        (tmp_path / name).write_text(json.dumps(nats))
        return tmp_path / name

    monkeypatch.setattr(crosstable, "_nats_of_each", nats_of_each)
    return write


def test_rows_are_models_and_columns_sets(surprised):
    table = cross_table({"old": surprised("old", 7, 7.25), "new": surprised("new", 6.5, 6.75)}, SETS)
    assert table.nats == ((7.0, 7.25), (6.5, 6.75))
    assert table.dearer == ((0.0, 0.5), (-0.5, 0.0))
    assert table.sure[0][1] == pytest.approx((0.5, 0.5))
    assert (table.pages, table.drawings) == ((2, 2), (3, 2))
    assert table.points == (9 + 8 + 7, 9 + 8)


def test_what_is_gained_at_home_knows_neither_the_better_model_nor_the_harder_pages(surprised):
    """The new model is better by 0.5 everywhere, the new pages harder by 0.25; at home each gains 0.1."""
    models = {"old": surprised("old", 6.9, 7.25), "new": surprised("new", 6.5, 6.65)}
    assert cross_table(models, SETS).home == pytest.approx((0.1, 0.1, 0.1))


def test_pages_are_drawn_anew_not_drawings():
    nats = np.array([1.0, -1.0] * 20)
    each = crosstable._Set([], np.ones(40, dtype=np.int64), np.arange(40))
    pairs = crosstable._Set([], np.ones(40, dtype=np.int64), np.arange(40) // 2)
    low, high = crosstable._interval(nats, each)
    assert low < -0.1 < 0.1 < high
    assert crosstable._interval(nats, pairs) == (0.0, 0.0)


def test_a_set_without_a_page_is_refused(surprised):
    with pytest.raises(UserError, match="No page of new"):
        cross_table({"old": surprised("old", 7, 7)}, {"old": split_of(["a"]), "new": Split()})
