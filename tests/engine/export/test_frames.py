"""A picture depends on its time alone, and the last one is the drawing."""

from __future__ import annotations

import numpy as np
import pytest

from engine.export.colours import INK, MACHINE_INK, PAPER, ink_ramp, rgb
from engine.export.frames import Animation, Look, Stage, fit_cell
from engine.export.grid import grid_shape
from engine.strokes.raster import draw_strokes
from tests.engine.export.drawings import DOT, EMPTY, curly

LOOK = Look(size_px=(90, 70), line_px=2.0)


def test_the_last_picture_is_the_drawing_drawn_at_once():
    drawing = curly(1)
    animation = Animation([drawing], LOOK)
    stage = Stage(animation)
    for t_s in animation.drawing_times_s():
        coverage = stage.coverage(t_s)
    cell = fit_cell(drawing.strokes, LOOK.size_px, LOOK, 0, 0)
    whole = 255 - draw_strokes([cell.to_pixels(s) for s in drawing.strokes], LOOK.size_px, 2.0)
    # Another painter, whose lines are a quarter of a pixel wider.
    assert np.abs(coverage.astype(int) - whole.astype(int)).mean() < 0.3 * whole.mean()


@pytest.mark.parametrize("times", [[3.9, 0.4, 2.2], [0.0, 0.4, 2.2], [2.21, 2.2], [5.5, 2.2]])
def test_the_way_there_does_not_matter(times):
    animation = Animation([curly(1), curly(2), DOT], LOOK)
    stage, straight = Stage(animation), Stage(animation).frame(times[-1])
    for t_s in times:
        frame = stage.frame(t_s)
    np.testing.assert_array_equal(frame, straight)


def test_the_pen_tip_moves_between_points():
    animation = Animation([curly(1)], LOOK)
    stage = Stage(animation)
    ink = [int(stage.coverage(t).astype(int).sum()) for t in np.linspace(0, 4, 60)]
    assert ink[0] > 0 and len(set(ink)) > 50


def test_drawings_stay_in_their_cells_and_take_the_inks_in_turn():
    look = Look(size_px=(200, 100), inks=(INK, MACHINE_INK))
    frame = Stage(Animation([curly(1), curly(2)], look)).frame(4.0)
    left, right = frame[:, :100], frame[:, 100:]
    assert (left == rgb(INK)).all(axis=2).any() and not (left == rgb(MACHINE_INK)).all(axis=2).any()
    assert (right == rgb(MACHINE_INK)).all(axis=2).any()
    assert (frame[:3] == rgb(PAPER)).all() and (frame[:, -3:] == rgb(PAPER)).all()


@pytest.mark.parametrize("drawings", [[], [EMPTY], [DOT], [EMPTY, DOT, curly(0)] * 4])
def test_nothing_and_next_to_nothing_can_be_shown(drawings):
    frame = Stage(Animation(drawings, Look(size_px=(40, 30)))).frame(1.0)
    assert frame.shape == (30, 40, 3)
    assert (frame != rgb(PAPER)).any() == any(d.n_points for d in drawings)


def test_grids_fill_the_picture_and_hold_everyone():
    assert grid_shape(36, 1.0) == (6, 6)
    assert grid_shape(2, 2.0) == (2, 1)
    for count in range(40):
        for aspect in (0.3, 1.0, 3.0):
            columns, rows = grid_shape(count, aspect)
            assert columns * rows >= count and (columns * (rows - 1) < count or rows == 1)


def test_colours():
    ramp = ink_ramp("#FFFFFF", "#000000", 3)
    assert ramp.tolist() == [[255] * 3, [128] * 3, [0] * 3]
    with pytest.raises(ValueError, match="#RRGGBB"):
        rgb("red")
