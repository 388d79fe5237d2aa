"""Which saved states of a run can draw, and the lists one is chosen from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.jobs.runs import BASE
from engine.models.base_model import base_model_path
from engine.training.checkpoint import Checkpoint, save_checkpoint
from studio.gallery.weights import Weights, read_header, weights_of
from studio.models.runs import Run
from studio.widgets.gallery.weights_choice import WeightsChoice


def save(file: Path, step: int, nats: float | None = 6.5, eras: tuple = ()) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    tensors = {"ema.weight": torch.zeros(3)}
    settings = {"eras": [list(books) for books in eras]}
    state = Checkpoint("transformer", {}, 5.0, False, {}, settings, tensors, step=step, valid_nll=nats)
    save_checkpoint(file, state)


@pytest.fixture
def run(tmp_path) -> Run:
    return Run("run004", tmp_path / "run004", dataset="faces/v001", has_checkpoint=True)


def test_the_best_comes_first_then_the_newest_then_others(run):
    for name, step in (("kept", 50), ("last", 1200), ("best", 900)):
        save(run.folder / "checkpoints" / f"{name}.safetensors", step, eras=(("sb01",), ("sb02", "sb03")))
    found = weights_of(run)
    assert [one.label for one in found] == ["best, step 900", "newest, step 1,200", "kept, step 50"]
    assert [one.is_best for one in found] == [True, False, False]
    assert [one.name for one in found] == ["run004", "run004 step 1200", "run004 step 50"]
    assert found[0].title == "run004   faces/v001"
    assert found[0].valid_nll == 6.5
    assert found[0].eras == (("sb01",), ("sb02", "sb03"))


def test_the_newest_is_not_told_again_where_it_is_the_best(run):
    for name in ("last", "best"):
        save(run.folder / "checkpoints" / f"{name}.safetensors", 900, nats=None)
    assert [one.file.stem for one in weights_of(run)] == ["best"]
    (run.folder / "checkpoints" / "best.safetensors").unlink()
    assert [(one.label, one.is_best) for one in weights_of(run)] == [("newest, step 900", True)]


@pytest.mark.parametrize("bytes_", [b"", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0{}", b"\x05\0\0\0\0\0\0\0[1,2]"])
def test_a_damaged_one_is_offered_with_nothing_known_of_it(run, bytes_):
    file = run.folder / "checkpoints" / "best.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes_)
    assert read_header(file) is None
    assert [(one.label, one.step) for one in weights_of(run)] == [("best", 0)]


def test_a_run_without_a_checkpoint_has_none(run):
    assert weights_of(run) == []


def test_the_base_model_is_one_file(tmp_path):
    file = tmp_path / "base.safetensors"
    save(file, 31_000, nats=None)
    (one,) = weights_of(Run(BASE, file, title="Base model", has_checkpoint=True))
    assert (one.title, one.file, one.label, one.is_best) == ("Base model", file, "step 31,000", True)


# -- the lists -----------------------------------------------------------------------------------------


def states_of(run_id: str, *steps: int) -> list[Weights]:
    return [
        Weights(run_id, f"title of {run_id}", Path(f"/{run_id}/{step}"), f"step {step}", step, not k)
        for k, step in enumerate(steps)
    ]


@pytest.fixture
def choice(qtbot):
    shown = WeightsChoice()
    qtbot.addWidget(shown)
    shown.show()
    return shown


def test_the_second_list_shows_only_where_there_is_a_choice(choice):
    assert choice.current is None
    choice.show_weights([*states_of("a", 3), *states_of("b", 5, 9)])
    assert choice.current == states_of("a", 3)[0]
    assert not choice._states.isVisible()
    assert choice.choose("b")
    assert choice._states.isVisible()
    assert choice.current.step == 5
    assert choice.choose("/b/9")
    assert choice.current.step == 9
    assert not choice.choose("c")


def test_choosing_a_run_takes_its_best(choice, qtbot):
    choice.show_weights([*states_of("a", 3, 4), *states_of("b", 5, 9)], choose="/a/4")
    choice._runs.setCurrentIndex(1)
    with qtbot.waitSignal(choice.changed) as heard:
        choice._runs.activated.emit(1)
    assert heard.args[0].step == 5
    choice._states.setCurrentIndex(1)
    with qtbot.waitSignal(choice.changed) as heard:
        choice._states.activated.emit(1)
    assert heard.args[0].step == 9


def test_what_is_chosen_stays_while_runs_learn(choice):
    choice.show_weights([*states_of("a", 3), *states_of("b", 5, 9)], choose="/b/9")
    learnt = [replace(one, step=one.step + 1) for one in states_of("b", 5, 9)]
    choice.show_weights([*states_of("c", 1), *states_of("a", 3), *learnt])
    assert (choice.current.run_id, choice.current.step) == ("b", 10)
    choice.show_weights([*states_of("a", 3), *states_of("b", 7)])
    assert (choice.current.run_id, choice.current.step) == ("b", 7)
    choice.show_weights(states_of("a", 3))
    assert choice.current.run_id == "a"
    choice.show_weights([])
    assert choice.current is None


def test_the_shipped_model_tells_its_step():
    if not base_model_path().is_file():
        pytest.skip("the program came without its model")
    facts = read_header(base_model_path())
    assert facts is not None
    assert facts["step"] > 0
