import pytest

from engine.dataset.recipe import Recipe
from engine.dataset.rules import Measures, not_asked_for, shape_rules
from engine.dataset.types import SourceDrawing
from engine.strokes.types import Drawing


def source(**fields):
    return SourceDrawing("d", "p", Drawing(()), **{"decision": "accepted", "taken": "2015-03-01", **fields})


@pytest.mark.parametrize(
    ("recipe", "fields", "rule"),
    [
        ({}, {}, None),
        ({}, {"decision": "rejected"}, "decisions"),
        ({"kinds": ("drawing",)}, {"kind": "notes"}, "kinds"),
        ({"books": ("sb01",)}, {"book": "sb02"}, "books"),
        ({"books": ("sb01",)}, {"book": "sb01"}, None),
        ({"after": "2015-03-01"}, {"taken": "2015-03-01T12:00:00"}, None),
        ({"after": "2015-03-02"}, {"taken": "2015-03-01T23:59:59"}, "after"),
        ({"before": "2015-03-01"}, {}, "before"),
        ({"before": "2015-03-02"}, {"taken": "2015-03-01T23:59:59"}, None),
        ({"before": "2015-03-02"}, {"taken": None}, "undated"),
        ({"before": "2015-03-02", "undated": True}, {"taken": None}, None),
        ({"after": "2016-01-01", "books": ("x",), "kinds": ("y",)}, {"decision": ""}, None),
    ],
)
def test_who_is_asked_for(recipe, fields, rule):
    found = not_asked_for(source(**fields), Recipe(**recipe))
    assert (found.name if found else None) == rule


@pytest.mark.parametrize(
    ("recipe", "measures", "reason"),
    [
        ({}, Measures(2, 100), None),
        ({}, Measures(2, 100, finite=False), "coordinates that are not numbers"),
        ({"max_strokes": 1}, Measures(2, 100), "2 strokes, more than 1"),
        ({"min_strokes": 2}, Measures(1, 100), "1 stroke, fewer than 2"),
        ({"min_points": 101}, Measures(2, 100), "100 points, fewer than 101"),
        ({"max_points": 99}, Measures(2, 100), "100 points, more than 99"),
        ({"max_points": 0, "max_strokes": 0}, Measures(2000, 100000), None),
        ({"min_area": 500}, Measures(2, 100, area=None), None),
        ({"min_area": 500}, Measures(2, 100, area=499.6), "500 square units of its page, fewer than 500"),
        ({"min_area": 0}, Measures(2, 100, area=0.0), None),
    ],
)
def test_what_is_dropped(recipe, measures, reason):
    broken = [one.says(measures) for one in shape_rules(Recipe(**recipe)) if one.breaks(measures)]
    assert (broken[0] if broken else None) == reason


def test_titles_say_what_a_rule_leaves_out():
    titles = {one.rule.name: one.rule.title for one in shape_rules(Recipe())}
    assert titles["max_strokes"] == "more than 40 strokes"
    assert titles["min_strokes"] == "fewer than 1 stroke"
    assert titles["min_area"] == "smaller than 500 square units of their page"
