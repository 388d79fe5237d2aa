import math
from dataclasses import replace

from engine.dataset.store import load_dataset
from engine.training.probe import probe


def test_a_probe_tells_what_a_run_would_cost_and_writes_nothing(tmp_path, dataset, settings):
    before = sorted(tmp_path.rglob("*"))
    stored = load_dataset(dataset)
    found = probe(stored, replace(settings, micro_batch=0), None, lambda: False)
    assert found is not None
    assert 0 < found.step_s < 60
    assert found.parameters > 1000
    assert found.memory_mb > 50
    assert (found.steps_per_epoch, found.device) == (
        math.ceil(len(load_dataset(dataset).dataset.train) / 8),
        "cpu",
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_a_probe_gives_way(dataset, settings):
    assert probe(load_dataset(dataset), settings, None, lambda: True) is None
