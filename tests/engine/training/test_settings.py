import json

import pytest

from engine.dataset.build import Split
from engine.errors import UserError
from engine.training.settings import TrainSettings


def test_settings_survive_json():
    settings = TrainSettings(steps=5, model_changes={"width": 8})
    assert TrainSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": 5},
        {"minutes": 0},
        {"batch_size": -1},
        {"seed": -1},
        {"learning_rate": -0.1},
        {"max_points": 0},
        {"precision": "fp8"},
        {"device": "tpu"},
        {"minutes": "long"},
        {"batch_size": 2.5},
        {"model_changes": ["hidden"]},
    ],
)
def test_what_cannot_be_run_is_refused(wrong):
    with pytest.raises(UserError):
        TrainSettings.from_json(wrong)


def test_what_is_left_open_is_what_suits_the_model():
    left, chosen = TrainSettings(model="sketchrnn/quick"), TrainSettings(learning_rate=0.5, batch_size=7)
    assert (left.settled().learning_rate, left.settled().batch_size) == (1e-2, 32)
    assert (chosen.settled().learning_rate, chosen.settled().batch_size) == (0.5, 7)
    assert left.settled().settled() == left.settled()


def test_eras_are_groups_of_sketchbooks():
    settings = TrainSettings.from_json({"eras": [["1", "2"], ["44"]]})
    assert settings.eras == (("1", "2"), ("44",))
    split = Split(rows=(None,) * 4, books=("44", "2", "", "9"))
    assert settings.eras_of(split) == [1, 0, -1, -1]
    assert TrainSettings().eras_of(split) == [-1] * 4
