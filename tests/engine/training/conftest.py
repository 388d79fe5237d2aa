import pytest

from engine.dataset.build import build
from engine.dataset.recipe import Recipe
from engine.dataset.store import save_dataset
from engine.training.settings import TrainSettings
from tests.engine.dataset.test_build import items

SMALL = {"hidden": 16, "mixtures": 3, "dropout": 0.2}


class Listener:
    """Keeps what is said, and stops once it has been asked `patience` times."""

    def __init__(self, patience=10**9):
        self.events, self.bars, self.patience = [], [], patience

    def progress(self, done, total, message=""):
        self.bars.append((done, total))

    def event(self, name, **fields):
        self.events.append((name, fields))

    def stopped(self):
        self.patience -= 1
        return self.patience < 0

    def paused(self):
        return False

    def all(self, name):
        return [fields for event, fields in self.events if event == name]


@pytest.fixture
def dataset(tmp_path):
    recipe = Recipe(point_budget=30)
    save_dataset(tmp_path / "dataset", build(items(14), recipe), recipe, name="waves")
    return tmp_path / "dataset"


@pytest.fixture
def settings():
    return TrainSettings(
        model="sketchrnn/quick",
        model_changes=SMALL,
        steps=12,
        batch_size=8,
        micro_batch=3,
        valid_every=5,
        n_samples=2,
        max_points=40,
    )
