import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.strokes.types import as_stroke
from engine.trace.codec import load_trace, save_trace
from engine.trace.settings import TraceSettings, settings_key
from engine.trace.types import Trace

strokes = st.lists(st.integers(1, 5), max_size=4).map(
    lambda counts: tuple(as_stroke(np.arange(2 * n).reshape(n, 2) + 0.25) for n in counts)
)


def same(a, b):
    return len(a) == len(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


@settings(max_examples=25, deadline=None)
@given(strokes, strokes, strokes, strokes)
def test_what_is_saved_is_loaded(tmp_path_factory, first, joined, spliced, notes):
    path = tmp_path_factory.mktemp("trace") / "p.npz"
    drawings = (tuple(range(len(spliced))),) if spliced else ()
    trace = Trace(800, 600, first, joined, spliced, notes, drawings, 4.5, "left", False, 12.5, 0.5)
    save_trace(path, trace)
    back = load_trace(path)
    for stage in ("strokes", "joined", "spliced", "annotations"):
        assert same(getattr(back, stage), getattr(trace, stage))
    assert back.drawings == drawings
    assert (back.width_px, back.pen_width_px, back.binding, back.line_ink) == (800, 4.5, "left", False)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x00" * 300])
def test_a_broken_file_is_the_users_error(tmp_path, content):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(UserError, match="broken"):
        load_trace(path)


def test_a_cut_file_is_the_users_error(tmp_path):
    path = tmp_path / "cut.npz"
    save_trace(path, Trace(8, 8, strokes=(as_stroke([[0, 0], [1, 1]]),)))
    path.write_bytes(path.read_bytes()[:-90])
    with pytest.raises(UserError):
        load_trace(path)


def test_a_file_that_hides_a_pickle_is_refused(tmp_path):
    path = tmp_path / "pickled.npz"
    np.savez(path, head=np.array([{"format": 1}], dtype=object))
    with pytest.raises(UserError):
        load_trace(path)


def test_a_missing_file_is_the_users_error(tmp_path):
    with pytest.raises(UserError, match="no trace"):
        load_trace(tmp_path / "none.npz")


def test_the_key_follows_the_settings():
    from dataclasses import replace

    usual = TraceSettings()
    other = replace(usual, join=replace(usual.join, gap_pens=3.0))
    assert settings_key(usual) == settings_key(TraceSettings())
    assert settings_key(usual) != settings_key(other)


def test_widths_and_uncertain_junctions_are_kept(tmp_path):
    line = as_stroke([[0, 0], [5, 5], [9, 0]])
    widths = (np.array([3, 4, 5], np.float32), np.array([2, 2, 2], np.float32))
    trace = Trace(80, 60, spliced=(line, line), widths=widths, uncertain=as_stroke([[4, 4]]))
    save_trace(tmp_path / "p.npz", trace)
    back = load_trace(tmp_path / "p.npz")
    assert same(back.widths, widths)
    assert same(back.uncertain, trace.uncertain)
