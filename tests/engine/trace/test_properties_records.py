"""What a trace says about its page: widths, annotations, drawings, and that it says the same every time."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.strokes.types import stroke_length
from engine.trace.pipeline import Tracer, trace_image
from engine.trace.settings import TraceSettings
from engine.trace.types import Trace
from tests.engine.trace import shapes


def assert_equal(one: Trace, other: Trace):
    for field in fields(Trace):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, tuple) and a and isinstance(a[0], np.ndarray):
            assert len(a) == len(b), field.name
            for x, y in zip(a, b, strict=True):
                np.testing.assert_array_equal(x, y, err_msg=field.name)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b, field.name


def as_set(strokes):
    """Strokes without their order and direction."""
    return {min(s.tobytes(), s[::-1].tobytes()) for s in strokes}


@pytest.fixture(scope="module")
def scene():
    """Binding, page number, a gap in a line, crossings: every step has something to do."""
    image, _ = shapes.scene()
    more = [shapes.line(300, 900, 450, 930), shapes.line(480, 936, 640, 965), shapes.circle(500, 800, 90)]
    return np.minimum(image, shapes.page(*more, size=(850, 1200)))


@pytest.fixture(scope="module")
def plain(scene):
    return trace_image(scene)


def test_the_same_page_gives_the_same_trace(scene, plain):
    assert_equal(plain, trace_image(scene.copy()))
    colour = np.repeat(scene[..., None], 3, axis=2)
    assert len(trace_image(colour).spliced) == len(plain.spliced)


def varied():
    """Every number in the settings, changed a little; one at a time."""
    base = TraceSettings()
    for section in fields(TraceSettings):
        part = getattr(base, section.name)
        assert is_dataclass(part), "settings nest one section a step"
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            other = type(value)(value * 0.8) if value * 0.8 != value else type(value)(1)
            changed = replace(base, **{section.name: replace(part, **{field.name: other})})
            yield pytest.param(changed, id=f"{section.name}.{field.name}")


@pytest.fixture(scope="module")
def tracer(scene):
    """One tracer for all the changes, as in the window."""
    return Tracer(scene)


@pytest.mark.parametrize("changed", list(varied()))
def test_tracing_again_with_a_changed_setting_is_tracing_afresh(changed, scene, tracer, plain):
    assert_equal(tracer.trace(), plain)
    assert_equal(tracer.trace(changed), trace_image(scene, changed))
    assert_equal(tracer.trace(), plain)


def test_tracing_again_with_the_annotations_is_tracing_afresh(scene, tracer, plain):
    kept = trace_image(scene, annotations="keep")
    assert_equal(tracer.trace(annotations="keep"), kept)
    assert_equal(tracer.trace(), plain)


def test_annotations_are_set_apart_and_not_changed(scene, plain):
    kept = trace_image(scene, annotations="keep")
    assert plain.annotations and not kept.annotations
    assert as_set(plain.strokes) | as_set(plain.annotations) == as_set(kept.strokes)
    assert not as_set(plain.strokes) & as_set(plain.annotations)


@pytest.mark.parametrize("width", [3.0, 5.0, 8.0, 13.0])
def test_every_point_knows_how_wide_the_ink_is(width):
    trace = trace_image(shapes.page(shapes.wave(), shapes.circle(560, 160, 90), width=width))
    assert [w.shape for w in trace.widths] == [(len(s),) for s in trace.spliced]
    assert all(w.dtype == np.float32 for w in trace.widths)
    found = np.concatenate(trace.widths)
    assert np.median(found) == pytest.approx(width, abs=0.3 + 0.05 * width)
    assert np.percentile(found, 5) > 0.7 * width and found.max() < 1.7 * width


def test_two_pens_on_a_page_keep_their_widths():
    thin, fat = shapes.line(100, 200, 600, 230), shapes.line(100, 600, 600, 630)
    trace = trace_image(np.minimum(shapes.page(thin, width=4), shapes.page(fat, width=8)))
    found = {
        round(float(s[0, 1]), -2): np.median(w) for s, w in zip(trace.spliced, trace.widths, strict=True)
    }
    assert found == {200.0: pytest.approx(4, abs=0.6), 600.0: pytest.approx(8, abs=0.8)}


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(60, 640), st.integers(60, 840), st.integers(8, 50)), min_size=1, max_size=9
    )
)
def test_a_stroke_is_in_one_drawing_at_most_and_only_debris_in_none(rings):
    trace = trace_image(shapes.page(*[shapes.circle(*r) for r in rings], width=4), annotations="keep")
    used = [k for members in trace.drawings for k in members]
    assert len(used) == len(set(used))
    left = set(range(len(trace.spliced))) - set(used)
    assert sum(stroke_length(trace.spliced[k]) for k in left) <= 0.05 * sum(map(stroke_length, trace.spliced))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_page_of_one_tone_has_no_line(value):
    for shape in ((900, 700), (900, 700, 3)):
        trace = trace_image(np.full(shape, value, np.uint8))
        assert trace.strokes == trace.spliced == trace.annotations == trace.drawings == trace.widths == ()
        assert len(trace.uncertain) == 0 and trace.coverage == 1.0 and trace.invented_px == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (1, 40), (40, 1, 3), (0, 5), (7, 7), (8, 8), (9, 300)])
@pytest.mark.parametrize("value", [0, 255])
def test_the_smallest_pictures_are_no_trouble(shape, value):
    trace = trace_image(np.full(shape, value, np.uint8))
    assert trace.spliced == ()
    assert (trace.height_px, trace.width_px) == shape[:2]


def test_how_the_picture_lies_in_memory_does_not_matter():
    image = shapes.page(shapes.wave())
    frozen = image.copy()
    frozen.setflags(write=False)
    for other in (np.asfortranarray(image), np.repeat(image, 2, axis=1)[:, ::2], frozen):
        assert_equal(trace_image(other), trace_image(image))
    assert (frozen == image).all(), "the picture itself is never written to"


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint16, bool])
def test_a_picture_of_another_type_is_a_clear_error(dtype):
    with pytest.raises((ValueError, TypeError), match="uint8"):
        trace_image(shapes.page(shapes.wave()).astype(dtype))
