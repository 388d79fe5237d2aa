"""Drawings in the index: decisions outlive tracing again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.project import decisions
from engine.project.log import Gesture
from engine.project.project import Project
from engine.strokes.types import Drawing, as_stroke
from engine.trace.drawings import drawing, drawings, match_boxes, replace


def box(x: float, y: float, side: float = 100.0) -> Drawing:
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    return Drawing((as_stroke(corners * side + (x, y)),))


def put(project: Project, *found: Drawing) -> list[str]:
    with project.transaction() as index:
        replace(index, "sb01p001", found)
    return [row.id for row in drawings(project)]


def test_a_drawing_found_again_keeps_its_id_and_decision(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        assert put(project, box(0, 0), box(500, 0)) == ["sb01p001/1", "sb01p001/2"]
        project.decide(Gesture("drawings", {"rejected": ("sb01p001/2",)}))
        put(project, box(505, 4), box(900, 900))  # moved a little; another one gone, a new one found
        found = {row.box_px[0]: row.id for row in drawings(project)}
        assert found == {505.0: "sb01p001/2", 900.0: "sb01p001/3"}
        assert decisions.states(project.index, "drawings")["sb01p001/2"].decision == "rejected"
        assert drawing(project, "sb01p001/1") is None


def test_a_drawing_that_comes_back_gets_its_own_id_back(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        put(project, box(0, 0), box(500, 0))
        put(project, box(500, 0))
        assert put(project, box(500, 0), box(1, 1)) == ["sb01p001/1", "sb01p001/2"]


def test_drawings_are_kept_normalised(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        put(project, box(40, 70, 50))
        row = drawings(project)[0]
        assert row.box_px == (40.0, 70.0, 90.0, 120.0)
        assert row.drawing.strokes[0].max() == 200.0
        assert row.length_units == 800.0


def test_matching_is_best_over_all_pairs() -> None:
    old = np.array([[0, 0, 10, 10], [4, 0, 14, 10]], float)
    new = np.array([[4, 0, 14, 10], [-3, 0, 7, 10], [50, 50, 60, 60]], float)
    assert match_boxes(new, old) == [1, 0, None]
    assert match_boxes(new, np.zeros((0, 4))) == [None, None, None]
