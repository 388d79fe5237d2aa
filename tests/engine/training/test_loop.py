import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.dataset.build import build
from engine.dataset.npz import read_npz
from engine.dataset.recipe import Recipe
from engine.dataset.store import save_dataset
from engine.errors import OutOfMemory, UserError
from engine.training import loop
from engine.training.checkpoint import BEST, LAST, load_checkpoint
from engine.training.loop import train
from engine.training.start import settled
from tests.engine.dataset.test_build import items
from tests.engine.training.conftest import Listener


def weights(run):
    return load_checkpoint(run / "checkpoints" / LAST).tensors


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_stopped_run_goes_on_bit_for_bit(tmp_path, dataset, settings, precision):
    settings = replace(settings, precision=precision)
    whole = train(tmp_path / "whole", dataset, settings, Listener())
    broken = train(tmp_path / "broken", dataset, settings, Listener(patience=11))
    assert broken.stopped
    assert 0 < broken.steps < whole.steps == 12
    resumed = train(tmp_path / "broken", dataset, settings, Listener(), resume=True)
    assert not resumed.stopped
    assert_same(weights(tmp_path / "whole"), weights(tmp_path / "broken"))
    assert resumed.best_nll == whole.best_nll


def test_the_seed_reproduces_and_another_does_not(tmp_path, dataset, settings):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(tmp_path / name, dataset, replace(settings, seed=seed, steps=3), Listener())
    assert_same(weights(tmp_path / "a"), weights(tmp_path / "b"))
    assert not torch.equal(
        weights(tmp_path / "a")["model.head.weight"], weights(tmp_path / "c")["model.head.weight"]
    )


def test_micro_batches_change_memory_and_not_the_result(tmp_path, dataset, settings):
    calm = replace(
        settings, steps=3, precision="fp32", model_changes={**settings.model_changes, "dropout": 0.0}
    )
    train(tmp_path / "one", dataset, replace(calm, micro_batch=8), Listener())
    train(tmp_path / "many", dataset, replace(calm, micro_batch=2), Listener())
    one, many = weights(tmp_path / "one"), weights(tmp_path / "many")
    torch.testing.assert_close(one["model.head.weight"], many["model.head.weight"], atol=2e-5, rtol=1e-3)


def test_a_stop_in_the_middle_of_a_step_saves_the_step_before(tmp_path, dataset, settings):
    listener = Listener(patience=0)
    result = train(tmp_path / "run", dataset, settings, listener)
    assert (result.stopped, result.steps) == (True, 0)
    assert load_checkpoint(tmp_path / "run" / "checkpoints" / LAST).step == 0


def test_everything_is_said(tmp_path, dataset, settings, monkeypatch):
    monkeypatch.setattr(loop, "_REPORT_EVERY_S", 0.0)
    listener = Listener()
    result = train(tmp_path / "run", dataset, settings, listener)
    metrics = listener.all("metrics")
    fields = {
        "step",
        "epoch",
        "train_nll",
        "valid_nll",
        "valid_xy",
        "valid_pen",
        "code_nats",
        "information_gain",
    }
    fields |= {"steps_per_s", "points_per_s", "memory_mb", "lr", "elapsed_s"}
    assert all(set(m) == fields for m in metrics)
    validations = [m for m in metrics if m["valid_nll"] is not None]
    assert [m["step"] for m in validations] == [5, 10, 12]
    assert validations[-1]["valid_nll"] == result.valid_nll
    assert all(m["valid_xy"] + m["valid_pen"] == pytest.approx(m["valid_nll"]) for m in validations)
    assert result.best_nll == min(m["valid_nll"] for m in validations)
    assert listener.bars[-1] == (12, 12)
    saved = {e["file"] for e in listener.all("checkpoint_saved")}
    assert saved == {f"checkpoints/{LAST}", f"checkpoints/{BEST}"}
    samples = listener.all("samples_drawn")
    assert [s["step"] for s in samples] == [5, 10, 12]
    assert (tmp_path / "run" / samples[-1]["file"]).exists()


def test_it_learns(tmp_path, dataset, settings):
    quick = replace(settings, steps=150, valid_every=50, learning_rate=1e-2, micro_batch=0, n_samples=4)
    listener = Listener()
    train(tmp_path / "run", dataset, quick, listener)
    losses = [m["valid_nll"] for m in listener.all("metrics") if m["valid_nll"] is not None]
    assert losses[-1] < losses[0] - 0.3
    drawn = read_npz(tmp_path / "run" / listener.all("samples_drawn")[-1]["file"]).splits["train"]
    extent = np.ptp(np.cumsum(drawn[0][:, :2], axis=0), axis=0).max()
    assert len(drawn) == 4
    assert extent > 10  # in the drawings' units, not in normalised ones


def test_minutes_end_a_run(tmp_path, dataset, settings):
    began = time.monotonic()
    result = train(tmp_path / "run", dataset, replace(settings, steps=0, minutes=1 / 60), Listener())
    assert result.steps > 0
    assert 1 <= result.elapsed_s <= time.monotonic() - began


def test_patience_ends_a_run_early(tmp_path, dataset, settings):
    stuck = replace(settings, learning_rate=1e-12, patience=2, valid_every=2, steps=40, weight_decay=0.0)
    # The averaged weights stand still, so no validation after the first is better.
    assert train(tmp_path / "run", dataset, stuck, Listener()).steps < 40


def test_a_run_is_not_resumed_on_other_data(tmp_path, dataset, settings):
    train(tmp_path / "run", dataset, replace(settings, steps=1), Listener())
    save_dataset(tmp_path / "other", build(items(9), Recipe()), Recipe(), name="other")
    with pytest.raises(UserError, match="was trained on waves version 1, not on other"):
        train(tmp_path / "run", tmp_path / "other", settings, Listener(), resume=True)


def test_a_dataset_too_small_to_validate_still_trains(tmp_path, settings):
    save_dataset(tmp_path / "d", build(items(1), Recipe()), Recipe(), name="tiny")
    result = train(tmp_path / "run", tmp_path / "d", replace(settings, steps=2), Listener())
    assert result.valid_nll is None
    assert (tmp_path / "run" / "checkpoints" / BEST).exists()


def test_a_gradient_that_overflows_leaves_the_weights_alone(tmp_path, dataset, settings, monkeypatch):
    real = loop.Trainer._gradients

    def overflow(run, task):
        part = real(run, task)
        return part._replace(gradients=tuple(g * float("inf") for g in part.gradients))

    monkeypatch.setattr(loop.Trainer, "_gradients", overflow)
    listener = Listener()
    train(tmp_path / "run", dataset, replace(settings, steps=2), listener)
    assert len(listener.all("step_skipped")) == 2
    assert all(torch.isfinite(t).all() for t in weights(tmp_path / "run").values())


def test_too_little_memory_ends_in_advice(tmp_path, dataset, settings, monkeypatch):
    def burst(*_):
        raise RuntimeError(
            "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: 9 bytes"
        )

    monkeypatch.setattr(loop.Trainer, "_gradients", burst)
    listener = Listener()
    for micro_batch, advice in ((6, "Resume with micro_batch 3 "), (1, "Choose a smaller model")):
        with pytest.raises(OutOfMemory, match=rf"training did not fit into memory\. {advice}"):
            train(tmp_path / "run", dataset, replace(settings, micro_batch=micro_batch), listener)
    assert [said["micro_batch"] for said in listener.all("run_started")] == [6, 1]


def test_the_machines_own_choice_of_micro_batch_is_said(tmp_path, dataset, settings, monkeypatch):
    listener, sizes = Listener(), set()
    whole = loop.Trainer._gradients

    def measured(run, task):
        sizes.add(len(task[1].rows))
        return whole(run, task)

    monkeypatch.setattr(loop.Trainer, "_gradients", measured)
    train(tmp_path / "run", dataset, replace(settings, micro_batch=0, steps=2), listener)
    (said,) = listener.all("run_started")
    assert said["micro_batch"] == max(sizes)


class Pausing(Listener):
    """Pauses at the third question, for as many questions as it is told."""

    def __init__(self, pauses):
        super().__init__()
        self.asked, self.pauses = 0, pauses

    def paused(self):
        self.asked += 1
        return 3 <= self.asked < 3 + self.pauses


def test_a_pause_saves_waits_and_changes_nothing(tmp_path, dataset, settings, monkeypatch):
    monkeypatch.setattr(loop, "_PAUSED_S", 0.05)
    listener = Pausing(20)
    paused = train(tmp_path / "paused", dataset, settings, listener)
    train(tmp_path / "plain", dataset, settings, Listener())
    assert_same(weights(tmp_path / "paused"), weights(tmp_path / "plain"))
    names = [name for name, _ in listener.events]
    at = names.index("paused")
    assert names[at - 1 : at + 2] == ["checkpoint_saved", "paused", "resumed"]
    assert paused.steps == 12


def test_a_run_takes_the_pace_of_the_model_it_starts_from(tmp_path, dataset, settings):
    train(tmp_path / "first", dataset, replace(settings, steps=1), Listener())
    asked = replace(settings, model="transformer/standard", start_from="run001")
    found = settled(asked, tmp_path / "first" / "checkpoints" / LAST)
    assert found == replace(asked, model=settings.model).settled()
    assert found.learning_rate != asked.settled().learning_rate
    assert settled(asked, None) == asked.settled()


def test_a_run_starts_from_the_weights_of_another(tmp_path, dataset, settings):
    train(tmp_path / "first", dataset, settings, Listener())
    first = load_checkpoint(tmp_path / "first" / "checkpoints" / BEST)
    other = replace(settings, seed=5, steps=1, start_from="run001", learning_rate=1e-9, model_changes={})
    listener = Listener()
    train(tmp_path / "second", dataset, other, listener, start=tmp_path / "first" / "checkpoints" / BEST)
    second = load_checkpoint(tmp_path / "second" / "checkpoints" / LAST)
    torch.testing.assert_close(second.part("model"), first.part("ema"), atol=1e-6, rtol=1e-6)
    assert (second.config, second.scale) == (first.config, first.scale)
    assert listener.all("run_started")[0]["started_from"] == "run001"
    assert second.step == 1


def test_weights_of_another_size_are_no_start(tmp_path, dataset, settings):
    train(tmp_path / "first", dataset, replace(settings, steps=1), Listener())
    larger = replace(settings, model_changes={"hidden": 32}, start_from="run001")
    with pytest.raises(UserError, match="do not fit"):
        train(tmp_path / "b", dataset, larger, Listener(), start=tmp_path / "first" / "checkpoints" / LAST)
