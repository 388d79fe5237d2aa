"""The page that most needs a look comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.trace.ranking import doubt, reasons, worst_first
from engine.trace.store import TraceRow

GOOD = TraceRow("good", "key", "", True, 4, 3, 1, 1, 1.0, 0.0, pen_width_px=5.0)


def test_failed_pages_come_first_then_washes_then_doubtful_ones():
    rows = [
        replace(GOOD, page="a good"),
        replace(GOOD, page="b many", spliced=9),
        replace(GOOD, page="c invented", invented_px=400),
        replace(GOOD, page="d uncertain", uncertain=60),
        replace(GOOD, page="e lapsed", lapsed=2),
        replace(GOOD, page="f uncovered", coverage=0.9),
        replace(GOOD, page="g wash", line_ink=False, strokes=0, spliced=0, drawings=0),
        replace(GOOD, page="h failed", error="no scan"),
    ]
    order = [row.page[0] for row in worst_first(rows)]
    assert order[:2] == ["h", "g"]
    assert order[2:5] == ["f", "c", "e"]
    assert order[-1] == "a"


@pytest.mark.parametrize(
    "change", [{"coverage": 0.97}, {"lapsed": 1}, {"uncertain": 1}, {"invented_px": 200.0}]
)
def test_each_doubt_counts_and_has_its_words(change):
    row = replace(GOOD, **change)
    assert doubt(row) > doubt(GOOD) == 0
    assert len(reasons(row)) == 1


def test_what_is_invented_counts_by_the_width_of_the_pen():
    thin, fat = (replace(GOOD, invented_px=300.0, pen_width_px=pen) for pen in (3.0, 12.0))
    assert doubt(thin) > doubt(fat) > 0
    assert doubt(replace(thin, pen_width_px=0.0)) > 0  # a trace from before the pen was kept


def test_a_good_page_needs_no_words_and_a_failed_one_its_reason():
    assert reasons(GOOD) == []
    assert reasons(replace(GOOD, error="the scan is gone")) == ["the scan is gone"]
    assert reasons(replace(GOOD, line_ink=False, strokes=0)) == ["not line ink"]
