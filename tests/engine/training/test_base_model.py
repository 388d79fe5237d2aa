import numpy as np
import pytest
import torch

from engine.models.base_model import base_model_path
from engine.sample.practice import practice_drawings
from engine.sampling.options import Options
from engine.sampling.sampler import Sampler
from engine.strokes.types import bounding_box
from engine.training.base_model import make_base_model
from engine.training.checkpoint import BEST, load_checkpoint
from engine.training.loop import train
from engine.training.settings import TrainSettings
from tests.engine.training.conftest import Listener

SMALL = {"width": 16, "layers": 1, "heads": 1, "mixtures": 3, "turned": 2, "pointers": 2}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    work = tmp_path_factory.mktemp("base")
    settings = TrainSettings(
        model="transformer/quick", model_changes=SMALL, steps=4, batch_size=4, n_samples=0, device="cpu"
    )
    make_base_model(work / "base.safetensors", n_drawings=120, settings=settings, work=work / "work")
    return work


def test_the_maker_s_file_is_small_and_draws(made):
    best = load_checkpoint(made / "work" / "run" / "checkpoints" / BEST)
    shipped = load_checkpoint(made / "base.safetensors")
    assert {name.split(".")[0] for name in shipped.tensors} == {"ema", "order0"}
    for name, value in shipped.part("ema").items():
        assert value.dtype == torch.float16
        torch.testing.assert_close(value.float(), best.part("ema")[name], atol=1e-3, rtol=1e-3)
    sampler = Sampler.load(made / "base.safetensors", "cpu")
    assert all(parameter.dtype == torch.float32 for parameter in sampler.model.parameters())
    assert len(sampler.sample(3, Options(max_points=20))) == 3


def test_a_run_starts_from_it_with_or_without_eras(made, dataset, settings, tmp_path):
    for eras in ((), (("a",), ("b",))):
        plan = TrainSettings(steps=1, start_from="base", eras=eras, batch_size=4, n_samples=0, device="cpu")
        heard = Listener()
        train(tmp_path / f"run{len(eras)}", dataset, plan, heard, start=made / "base.safetensors")
        assert heard.all("run_started")[0]["started_from"] == "base"


def test_practice_is_reproducible_varied_and_of_the_size_of_real_drawings():
    drawings = list(practice_drawings(40, seed=3))
    again = list(practice_drawings(12, seed=3))
    for one, other in zip(drawings, again, strict=False):
        assert len(one.strokes) == len(other.strokes)
        assert all(np.array_equal(a, b) for a, b in zip(one.strokes, other.strokes, strict=True))
    n_strokes = [len(d.strokes) for d in drawings]
    assert n_strokes.count(1) >= 10
    assert max(n_strokes) > 15
    for drawing in drawings:
        x0, y0, x1, y1 = bounding_box(drawing.strokes)
        assert (x0, y0) == pytest.approx((0, 0), abs=2.5)
        assert max(x1, y1) == pytest.approx(200, abs=2.5)
        assert all(len(stroke) > 1 for stroke in drawing.strokes)


@pytest.mark.skipif(not base_model_path().exists(), reason="no base model is shipped")
def test_the_model_that_comes_along_draws_and_ends():
    assert base_model_path().stat().st_size < 6 * 2**20
    samples = Sampler.load(base_model_path(), "cpu").sample(6, Options(max_points=400))
    assert sum(sample.ended for sample in samples) >= 4
    assert all(len(sample.rows) > 20 for sample in samples if sample.ended)
