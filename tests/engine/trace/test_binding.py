import numpy as np
import pytest

from engine.trace.binding import BindingSettings, find_binding
from tests.engine.trace.shapes import line, page

SIZE = (850, 1200)
PITCH, REACH = 55, 60


def rings(keep=lambda k: True, tilt=0.0):
    """Rings that come in from the left, two wires and a hole each, and the columns where the holes end."""
    image = np.full(SIZE[::-1], 255, np.uint8)
    for k, y in enumerate(range(40, SIZE[1] - 20, PITCH)):
        if keep(k):
            end = REACH + tilt * y
            wires = page(line(-5, y, end, y + 5), line(-5, y + 12, end, y + 17), width=6, size=SIZE)
            hole = page(line(end, y - 4, end, y + 22), width=14, size=SIZE)
            image = np.minimum(image, np.minimum(wires, hole))
    return image


def ink_of(*curves, width=5):
    return page(*curves, width=width, size=SIZE)


def found(image):
    return find_binding(image, BindingSettings())


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("tilt", [-0.02, 0.0, 0.03])
def test_all_of_the_rings_and_little_else_is_binding(side, tilt):
    image = rings(tilt=tilt)
    if side == "right":
        image = np.ascontiguousarray(image[:, ::-1])
    binding = found(image)
    assert binding.side == side
    assert binding.mask[image < 200].all()
    ends = REACH + tilt * np.arange(SIZE[1])
    assert (binding.mask.sum(axis=1) < ends + 20).all()


@pytest.mark.parametrize("paper", [255, 200, 150])
def test_on_grey_paper_too(paper):
    image = (rings().astype(float) * paper / 255).astype(np.uint8)
    binding = found(image)
    assert binding.side == "left"
    assert binding.mask.sum(axis=1).max() < REACH + 20


def test_a_line_drawn_beside_the_binding_does_not_widen_it():
    beside = line(100, 150, 95, 1000)
    binding = found(np.minimum(rings(), ink_of(beside, line(98, 700, 400, 720))))
    assert binding.side == "left"
    assert binding.mask.sum(axis=1).max() < 90


def test_a_line_that_touches_a_ring_does_not_widen_it():
    binding = found(np.minimum(rings(), ink_of(line(40, 596, 500, 596), line(40, 651, 500, 900))))
    assert binding.mask.sum(axis=1).max() < REACH + 20


def test_a_line_between_two_rings_is_kept_and_the_rings_are_not():
    y = 40 + 9 * PITCH + 35
    across = ink_of(line(10, y, 400, y))
    image = np.minimum(rings(), across)
    mask = found(image).mask
    assert not mask[across < 100].any()
    assert mask[(rings() < 200) & (across == 255)].mean() > 0.97


def test_a_spiral_with_rings_missing_is_found():
    assert found(rings(keep=lambda k: k % 5 not in (1, 2))).side == "left"


def test_what_is_no_binding_is_not_found():
    strip = np.full(SIZE[::-1], 250, np.uint8)
    strip[:, :40] = 60
    tilted = page(line(5, 0, 15, 1200), width=25, size=SIZE)
    dots = np.full(SIZE[::-1], 255, np.uint8)
    dots[20::40, 20::40] = dots[21::40, 20::40] = 120
    fence = ink_of(*(line(110, y, 130, y + 6) for y in range(40, 1160, 55)), width=14)
    for image in (strip, tilted, dots, fence, ink_of(line(60, 0, 80, 1200))):
        assert found(image).side == ""
        assert not found(image).mask.any()


@pytest.mark.parametrize("shape", [(5, 5), (199, 800), (900, 40), (400, 400)])
def test_small_pages_have_none(shape):
    rng = np.random.default_rng(1)
    binding = found(rng.integers(0, 256, shape).astype(np.uint8))
    assert binding.side == "" and binding.mask.shape == shape
