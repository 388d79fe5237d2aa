import numpy as np
import pytest
from PIL import Image

from engine.export.flip import write_flip
from engine.export.frames import Look
from engine.project.progress import Asked
from engine.strokes.types import Drawing, as_stroke

LOOK = Look((120, 80))


def steps(n=5):
    return [Drawing((as_stroke([[10 * i, 0], [10 * i + 20, 50], [100, 60 - 8 * i]]),)) for i in range(n)]


def test_it_goes_there_and_back_and_stays_at_both_ends(tmp_path):
    assert write_flip(tmp_path / "a.gif", steps(), LOOK, fps=20, hold_s=0.8)
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 8 and image.size == (120, 80) and image.info["loop"] == 0
        frames, durations = [], []
        for index in range(image.n_frames):
            image.seek(index)
            durations.append(image.info["duration"])
            frames.append(np.asarray(image.convert("RGB")).copy())
    assert durations == [800, 50, 50, 50, 800, 50, 50, 50]
    for there, back in ((1, 7), (2, 6), (3, 5)):
        assert np.array_equal(frames[there], frames[back])
    assert not np.array_equal(frames[0], frames[4])
    assert all((frame < 128).any() for frame in frames)


def test_all_lie_on_one_sheet(tmp_path):
    small, large = (Drawing((as_stroke([[0, 0], [size, 0], [size, size]]),)) for size in (20, 200))
    write_flip(tmp_path / "a.gif", [small, large], LOOK)
    with Image.open(tmp_path / "a.gif") as image:
        ink = []
        for index in (0, 1):
            image.seek(index)
            ink.append((np.asarray(image.convert("L")) < 200).any(axis=0).sum())
    assert ink[1] > 5 * ink[0]


def test_stopped_it_leaves_nothing(tmp_path):
    asked = iter([False, False, True])
    assert not write_flip(tmp_path / "a.gif", steps(), LOOK, reporter=Asked(lambda: next(asked)))
    assert list(tmp_path.iterdir()) == []


def test_one_drawing_is_no_flip_book(tmp_path):
    with pytest.raises(ValueError):
        write_flip(tmp_path / "a.gif", steps(1), LOOK)
    with pytest.raises(ValueError):
        write_flip(tmp_path / "a.gif", steps(), LOOK, fps=60)
