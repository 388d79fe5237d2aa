"""Reports of comparisons as the engine writes them, one for each thing they can say."""

from dataclasses import replace
from pathlib import Path

from engine.training.settings import TrainSettings
from studio.models.comparisons import Comparison, read_comparison
from studio.models.era_choices import Book

SETTINGS = TrainSettings(
    model="sketchrnn/quick", model_changes={"hidden": 8, "mixtures": 2}, steps=4, batch_size=16,
    n_samples=0, max_points=40,
).to_json()  # fmt: skip
SPEC = {"books": {"old": ["sb44"], "new": ["sb45", "sb46"]}, "dataset": "drawings/v001", "settings": SETTINGS}
SHELF = [Book(f"sb{number}", 20, 24, f"20{number}-03-01", f"20{number}-09-01") for number in (10, 11, 12, 13)]


def report(more, sure, home, **changes):
    """A report in which `more` and `sure` are of the old model on new pages, then of the new on old."""
    made = {
        "models": ["old", "new"], "sets": ["old", "new"],
        "nats": [[6.5, 6.9 + more[0]], [6.5 + more[1], 6.9]],
        "dearer": [[0.0, more[0]], [more[1], 0.0]], "sure": [[[0.0, 0.0], sure[0]], [sure[1], [0.0, 0.0]]],
        "home": home, "points": [4000, 2500], "drawings": [31, 22], "pages": [28, 20],
        "learnt": {"old": 83, "new": 60}, "runs": {"old": "run001", "new": "run002"},
        "datasets": {"old": "drawings old/v001", "new": "drawings new/v001"}, "books": SPEC["books"],
    }  # fmt: skip
    return {**made, **changes}


CHANGED = report((0.21, 0.15), ([0.12, 0.30], [0.05, 0.26]), [0.18, 0.1, 0.26])
ALIKE = report((0.019, 0.014), ([-0.0002, 0.037], [-0.003, 0.042]), [0.016, -0.01, 0.04])
BETTER_READER = report(
    (-0.18, 0.21), ([-0.21, -0.15], [0.16, 0.28]), [0.016, -0.017, 0.051], learnt={"old": 83, "new": 33}
)
FEW = report((0.02, 0.01), ([-0.1, 0.2], [-0.1, 0.2]), [0.015, -0.1, 0.1], pages=[28, 1])


def comparison(found, id_="eras001", **changes):
    eras, readings, home = read_comparison(Path(id_), SPEC, found)
    state = "done" if found else "stopped"
    settings = SPEC["settings"]
    made = Comparison(id_, Path(id_), 1.0, state, "drawings/v001", settings, eras, readings, home)
    return replace(made, **changes)
