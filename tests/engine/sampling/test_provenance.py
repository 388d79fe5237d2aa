import json

import pytest

from engine.errors import UserError
from engine.sampling.options import Options
from engine.sampling.provenance import Origin, Provenance, program, weights_hash
from engine.sampling.real_drawings import Nearest
from engine.strokes.types import Drawing
from engine.training.checkpoint import load_checkpoint, save_checkpoint
from tests.engine.sampling.machines import make_checkpoint

OPTIONS = Options(0.7, seed=11, points=(20, 90), start=(3.0, 4.0))


def test_a_record_says_where_a_sample_comes_from_and_survives_json():
    origin = Origin(make_checkpoint("transformer"), "best.safetensors", "run003")
    one = origin.of(5, OPTIONS, "between", ("sb01p001/1", "sb01p002/1"))
    told = one.to_json()
    assert (told["run"], told["seed"], told["index"], told["way"]) == ("run003", 11, 5, "between")
    assert told["checkpoint"] == {
        "file": "best.safetensors", "step": 40, "hash": weights_hash(make_checkpoint("transformer"))
    }  # fmt: skip
    assert told["dataset"] == {"name": "waves", "version": 2, "hash": "0123456789abcdef"}
    assert told["nearest"] is None
    assert told["program"] == program() != ""
    assert Options.from_json(told["options"]) == OPTIONS
    known = one.with_nearest(Nearest("sb02p001/1", "sb02p001", 0.031, True, Drawing(())))
    again = json.loads(json.dumps(known.to_json()))
    assert again["nearest"] == {"name": "sb02p001/1", "distance": 0.031, "memorised": True}
    back = Provenance.from_json(again)
    assert back.to_json() == again
    assert back.nearest == known.nearest and back.made_from == known.made_from


def test_weights_are_told_apart_and_known_again(tmp_path):
    one, other = make_checkpoint("sketchrnn", 0), make_checkpoint("sketchrnn", 1)
    assert weights_hash(one) != weights_hash(other)
    save_checkpoint(tmp_path / "it.safetensors", one)
    assert weights_hash(load_checkpoint(tmp_path / "it.safetensors")) == weights_hash(one)
    one.tensors["optimizer.0.step"] = one.tensors["ema.head.bias"]
    one.step += 1
    assert weights_hash(one) == weights_hash(make_checkpoint("sketchrnn", 0))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"run": "run001"},
        {"way": "stolen"},
        {"checkpoint": 3},
        {"seed": "x"},
        {"options": {"zoom": 1}},
    ],
)
def test_what_is_no_record_is_refused(wrong):
    whole = Origin(make_checkpoint("sketchrnn"), "best.safetensors", "run001").of(0, Options()).to_json()
    value = {**whole, **wrong} if isinstance(wrong, dict) and wrong and "run" not in wrong else wrong
    with pytest.raises(UserError):
        Provenance.from_json(value)


def test_what_later_versions_add_is_passed_over():
    whole = Origin(make_checkpoint("sketchrnn"), "best.safetensors", "run001").of(0, Options()).to_json()
    assert Provenance.from_json({**whole, "mood": "calm"}).to_json() == whole
