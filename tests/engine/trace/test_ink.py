import numpy as np
import pytest

from engine.trace.ink import InkSettings, find_ink
from tests.engine.trace.shapes import SIZE, circle, line, page, wave


def ink_of(flat):
    return find_ink(flat, np.zeros(flat.shape, dtype=bool), InkSettings())


@pytest.mark.parametrize("width", [2.5, 6, 14, 30])
def test_pen_width_and_mask_are_those_of_the_line(width):
    drawn = page(wave(), width=width)
    ink = ink_of(drawn)
    assert ink.pen_width == pytest.approx(width, rel=0.2)
    assert ink.mask[drawn < 60].mean() > 0.995
    beyond = ink.mask & (page(wave(), width=1.2 * width) == 255)
    assert beyond.sum() < 0.003 * ink.mask.sum()  # a fat pen's sharp corners are rounded


@pytest.mark.parametrize("darkness", [0.25, 0.5, 1.0])
def test_a_pale_pen_is_ink_as_a_black_one_is(darkness):
    drawn = page(wave())
    pale = (255 - darkness * (255 - drawn.astype(float))).astype(np.uint8)
    assert (ink_of(pale).mask != ink_of(drawn).mask).mean() < 0.005


def test_thin_writing_beside_a_fat_marker_is_kept():
    number = [line(600, 830, 600, 862), line(612, 830, 630, 830), line(630, 830, 616, 862)]
    written = page(*number, width=3)
    mask = ink_of(np.minimum(page(wave(), width=32), written)).mask
    assert mask[written < 100].mean() > 0.95


def test_near_parallel_lines_are_not_bridged():
    gap = page(line(100, 300, 600, 300), line(100, 309, 600, 309), width=5)
    assert not ink_of(gap).mask[304:306, 120:580].any()


def test_specks_and_grain_are_dirt():
    rng = np.random.default_rng(5)
    flat = page(wave())
    at = rng.integers(20, 680, (60, 2))
    flat[at[:, 1], at[:, 0]] = 90
    grain = np.where(flat < 128, rng.normal(30, 40, flat.shape), 255).clip(0, 255).astype(np.uint8)
    mask = ink_of(grain).mask
    near = page(wave(), width=12) < 255
    assert not mask[~near].any()
    assert mask[page(wave(), width=3) < 60].mean() > 0.99


def test_the_edge_of_the_sheet_is_no_line_and_a_line_off_the_sheet_is():
    flat = page(line(0, 450, 400, 500), wave())
    flat[-4:, 100:400] = 120
    mask = ink_of(flat).mask
    assert not mask[-6:].any()
    assert mask[448:453, :3].any()


def test_fills_are_solid_and_lines_are_not():
    flat = page(wave())
    assert ink_of(flat).solid_share == 0
    flat[500:640, 300:500] = 0
    assert ink_of(flat).solid_share > 0.1


def test_what_is_excluded_is_no_ink_and_an_empty_page_has_none():
    flat = page(circle())
    assert not find_ink(flat, np.ones(flat.shape, dtype=bool), InkSettings()).mask.any()
    empty = ink_of(np.full(SIZE[::-1], 255, np.uint8))
    assert empty.pen_width == 0 and not empty.mask.any()
