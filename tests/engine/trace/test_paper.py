import numpy as np
import pytest

from engine.trace.paper import PaperSettings, read_paper
from tests.engine.trace.shapes import line, page, wave


def read(image):
    return read_paper(image, PaperSettings())


def on(colour, lines):
    """A page's lines on coloured paper."""
    return np.round(np.asarray(colour) * (lines[..., None] / 255.0)).astype(np.uint8)


def test_uneven_light_is_flattened_and_the_ink_is_not():
    lines = page(wave())
    light = 255 * (0.55 + 0.45 * np.linspace(0, 1, lines.shape[1]))
    flat = read((lines * (light / 255)).astype(np.uint8)).flat
    assert np.percentile(flat[lines > 250], 1) > 240
    assert flat[lines < 20].max() < 60


@pytest.mark.parametrize("width", [3, 12, 28])
def test_lines_stay_out_of_the_background_at_any_width(width):
    lines = page(wave(), width=width)
    assert np.median(read(lines).flat[lines < 20]) < 20


def test_a_line_off_the_sheet_stays_dark_and_a_scanner_bed_is_outside():
    lines = page(line(-40, 300, 760, 500))
    lines[:12] = 30
    paper = read(lines)
    assert paper.outside[:12].all() and not paper.outside[40:].any()
    assert paper.flat[308:313, :2].min() < 100


def test_a_large_scan_is_worked_on_at_two_megapixels_in_its_own_shape():
    paper = read(np.full((3508, 2480, 3), 240, np.uint8))
    height, width = paper.grey.shape
    assert height * width == pytest.approx(2e6, rel=0.01)
    assert paper.scale_xy == (width / 2480, height / 3508)


@pytest.mark.parametrize("colour", [(250, 245, 230), (190, 170, 140), (160, 190, 220), (120, 120, 120)])
def test_coloured_paper_is_no_paint(colour):
    assert read(on(colour, page(wave()))).tint < 0.01


def test_uneven_light_is_no_paint():
    shade = np.linspace(255, 235, 900)[:, None] * np.ones((1, 700))
    assert read(shade.astype(np.uint8)).tint < 0.05


@pytest.mark.parametrize("paint", [(235, 215, 250), (120, 90, 140), (150, 150, 150), (250, 240, 190)])
def test_a_wash_is_paint_however_thin(paint):
    image = on((250, 250, 250), page(wave()))
    image[250:700, 150:500] = np.minimum(image[250:700, 150:500], np.array(paint, np.uint8))
    assert read(image).tint > 0.2


@pytest.mark.parametrize("shape", [(8, 8), (8, 900, 3), (900, 9)])
def test_tiny_pages_are_read(shape):
    paper = read(np.full(shape, 200, np.uint8))
    assert paper.flat.shape == shape[:2] and paper.tint == 0.0
