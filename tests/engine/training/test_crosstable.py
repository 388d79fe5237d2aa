"""The interval of a difference knows that drawings of one page belong together."""

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


@pytest.fixture
def surprised(monkeypatch, tmp_path):
    """Models that are surprised by what their files say: nats a point, by the page's last digit."""

    def nats_of_each(checkpoint, rows, _device):
        return np.array([float(checkpoint.read_text()) * len(one) for one in rows])

    def write(name, nats):
        (tmp_path / name).write_text(str(nats))
        return tmp_path / name

    monkeypatch.setattr(crosstable, "_nats_of_each", nats_of_each)
    return write


def test_rows_are_models_and_columns_sets(surprised):
    sets = {"old": split_of(["a", "a", "b"]), "new": split_of(["c", "d"])}
    table = cross_table({"old": surprised("old", 7.0), "new": surprised("new", 6.5)}, sets)
    assert table.nats == ((7.0, 7.0), (6.5, 6.5))
    assert table.dearer == ((0.0, 0.5), (-0.5, 0.0))
    assert table.sure[0][1] == pytest.approx((0.5, 0.5))
    assert (table.pages, table.drawings) == ((2, 2), (3, 2))
    assert table.points == (9 + 8 + 7, 9 + 8)


def test_pages_are_drawn_anew_not_drawings():
    nats = np.array([1.0, -1.0] * 20)
    each = crosstable._Set([], np.ones(40, dtype=np.int64), np.arange(40))
    pairs = crosstable._Set([], np.ones(40, dtype=np.int64), np.arange(40) // 2)
    low, high = crosstable._interval(nats, each)
    assert low < -0.1 < 0.1 < high
    assert crosstable._interval(nats, pairs) == (0.0, 0.0)


def test_a_set_without_a_page_is_refused(surprised):
    with pytest.raises(UserError, match="No page of new"):
        cross_table({"old": surprised("old", 7.0)}, {"new": Split()})
