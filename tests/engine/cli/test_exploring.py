"""`interpolate`, `vary`, `surprise`, `hairs`, with models that have learnt nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imageio_ffmpeg import count_frames_and_secs
from PIL import Image

from engine.dataset.npz import object_array
from engine.strokes.svg import read_svg, write_svg
from tests.engine.cli.machines import FIRST, HAND, SECOND, make_project
from tests.engine.sampling.quality.hand import drawings

Call = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Run001 is a transformer, run002 an autoencoder."""
    return make_project(tmp_path / "p", "transformer", "sketchrnn/vae")


def test_a_strip_and_a_flip_book_by_shape(project: Path, singleline: Call, tmp_path: Path) -> None:
    strip, flip = tmp_path / "a.png", tmp_path / "a.gif"
    told = singleline(
        "interpolate", project, "run001", FIRST, SECOND, "-n", 5, "--by-shape", "-o", strip, "--json"
    ).json
    assert (told["way"], told["n"], told["files"]) == ("shape", 5, [str(strip)])
    with Image.open(strip) as image:
        assert image.width > 4 * image.height / 1.5
    answer = singleline("interpolate", project, "base", FIRST, SECOND, "--by-shape", "-o", flip)
    assert answer.code == 0 and str(flip) in answer.out
    with Image.open(flip) as image:
        assert image.n_frames > 60
    film = tmp_path / "a.mp4"
    assert singleline("interpolate", project, "base", FIRST, SECOND, "--by-shape", "-o", film).code == 0
    assert count_frames_and_secs(str(film))[0] > 60


def test_by_code_only_with_codes(project: Path, singleline: Call) -> None:
    told = singleline("interpolate", project, "run002", FIRST, SECOND, "-n", 3, "--json").json
    assert told["way"] == "code"
    assert Path(told["files"][0]) == project / "exports" / "run002-between.png"
    assert Path(told["files"][0]).is_file()
    refused = singleline("interpolate", project, "run001", FIRST, SECOND)
    assert refused.code == 2
    assert "Transformer" in refused.err and refused.err.strip().endswith("--by-shape.")


@pytest.mark.parametrize("run", ["run001", "run002"])
def test_variations_lie_beside_the_drawing(project: Path, singleline: Call, tmp_path: Path, run: str) -> None:
    for name in ("a.png", "a.gif"):
        told = singleline(
            "vary", project, run, FIRST, "-n", 3, "--amount", 0.5, "-o", tmp_path / name, "--json"
        ).json
        assert (told["n"], told["amount"], told["files"]) == (3, 0.5, [str(tmp_path / name)])
        with Image.open(tmp_path / name) as image:
            assert image.width >= 300
    assert singleline("vary", project, run, FIRST, "--amount", 2).code == 2


def test_surprise_of_every_point_in_colours(project: Path, singleline: Call, tmp_path: Path) -> None:
    told = singleline("surprise", project, "run001", SECOND, "-o", tmp_path / "a.svg", "--json").json
    assert [len(nats) for nats in told["nats"]] == [len(stroke) for stroke in HAND[1].strokes]
    nats = np.concatenate(told["nats"])
    assert told["mean"] == pytest.approx(nats.mean(), rel=0.1)
    assert nats.min() <= told["pale"] < told["dark"] <= nats.max()
    inked = np.concatenate(read_svg(tmp_path / "a.svg"))
    assert np.allclose(np.ptp(inked, axis=0), np.ptp(np.concatenate(HAND[1].strokes), axis=0), atol=6)
    again = singleline("surprise", project, "run001", SECOND)
    assert f"{told['mean']:.3f} nats a point" in again.out


def test_hairs_all_along(project: Path, singleline: Call, tmp_path: Path) -> None:
    told = singleline(
        "hairs", project, "run002", FIRST, "--every", 4, "--points", 5, "-o", tmp_path / "a.svg", "--json"
    ).json
    places = sum(len(range(0, len(stroke) - 1, 4)) for stroke in HAND[0].strokes)
    assert told["hairs"] == places
    assert len(read_svg(tmp_path / "a.svg")) == places + len(HAND[0].strokes)


def test_drawings_of_files(project: Path, singleline: Call, tmp_path: Path) -> None:
    write_svg(tmp_path / "one.svg", HAND[0].strokes)
    rows = object_array(tuple(drawings(3, 1)))
    np.savez(tmp_path / "some.npz", train=rows[:2], valid=rows[2:])
    for name, known in (("one.svg", HAND[0]), ("some.npz:1", HAND[0]), ("some.npz:3", HAND[2])):
        told = singleline("surprise", project, "run001", tmp_path / name, "--json").json
        assert [len(nats) for nats in told["nats"]] == [len(stroke) for stroke in known.strokes]
    assert "some.npz:1" in singleline("surprise", project, "run001", tmp_path / "some.npz").err
    assert "counted from 1" in singleline("surprise", project, "run001", f"{tmp_path}/some.npz:4").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("surprise", "run001", "sb09p001/1"), "sb09p001/1"),
        (("surprise", "run009", FIRST), "run009"),
        (("surprise", "run001", FIRST, "-o", "a.png"), ".svg"),
        (("vary", "run001", FIRST, "-o", "a.svg"), ".png or .gif"),
        (("hairs", "run001", "nowhere.svg"), "nowhere.svg"),
        (("surprise", "run001", FIRST, "--era", 2), "era"),
    ],
)
def test_what_cannot_be_is_said(project: Path, singleline: Call, arguments: Any, said: str) -> None:
    command, *rest = arguments
    answer = singleline(command, project, *rest)
    assert answer.code == 2
    assert said in answer.err
    assert not list((project / "exports").glob("*.part"))
