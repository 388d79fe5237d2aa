import json

import pytest

from engine.errors import UserError
from engine.training.settings import TrainSettings


def test_settings_survive_json():
    settings = TrainSettings(steps=5, model_changes={"hidden": 8})
    assert TrainSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": 5},
        {"minutes": 0},
        {"batch_size": 0},
        {"seed": -1},
        {"learning_rate": 0},
        {"precision": "fp8"},
        {"device": "tpu"},
    ],
)
def test_what_cannot_be_run_is_refused(wrong):
    with pytest.raises(UserError):
        TrainSettings.from_json(wrong)
