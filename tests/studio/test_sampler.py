"""The sampler's client with a real child process."""

import sys

import numpy as np
import pytest

from engine.strokes.types import Drawing, as_stroke
from studio.gallery import sampler as sampler_module
from studio.gallery.sampler import Sampler
from studio.gallery.spare import Spare
from tests.studio.fake_jobs import SAMPLER


@pytest.fixture
def sampler(qapp, tmp_path):
    client = Sampler(tmp_path)
    yield client
    client.close()
    assert not client.is_alive


def test_drawings_arrive_in_batches_and_in_order(sampler, qtbot):
    batches = []
    sampler.drawn.connect(lambda first, drawings, facts: batches.append((first, drawings)))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask(10, {"variability": 0.5, "seed": 7})
    assert [(first, len(drawings)) for first, drawings in batches] == [(0, 4), (4, 4), (8, 2)]
    drawing = batches[0][1][0]
    assert drawing.strokes[0].tolist() == [[0, 0], [50, 7], [0, 200]]
    assert not sampler.is_busy


def test_only_the_newest_request_is_answered(sampler, qtbot):
    heard = []
    sampler.drawn.connect(lambda first, drawings, facts: heard.extend(drawings))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask(12, {"variability": 0.5, "seed": 1})
        sampler.ask(12, {"variability": 1.0, "seed": 2})
    assert len(heard) == 12
    assert {float(drawing.strokes[0][1, 0]) for drawing in heard} == {100.0}


def test_a_child_that_dies_says_why(sampler, qtbot):
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.failed) as failed:
        sampler.ask(4, {"variability": 0.5, "seed": 13})
    assert failed.args == ["The checkpoint is damaged. Train it again."]
    assert not sampler.is_busy


def test_a_program_that_is_not_there_is_a_failure(sampler, qtbot):
    with qtbot.waitSignal(sampler.failed):
        sampler.start(["/no/such/program"])


def test_closing_in_the_middle_is_quick_and_silent(sampler, qtbot):
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.ready):
        sampler.ask(400, {"variability": 0.5, "seed": 1})
    with qtbot.assertNotEmitted(sampler.failed, wait=50):
        sampler.close()


LINE = Drawing((as_stroke(np.array([[10, 20], [30, 40]], dtype=np.float32)),))


def test_a_grid_is_seen_growing(sampler, qtbot):
    grown = []
    sampler.grown.connect(lambda first, drawings: grown.append((first, drawings[0].n_points)))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask(8, {"seed": 1})
    assert grown == [(0, 2), (4, 2)]
    assert sampler.facts["step"] == 7


def test_kinds_of_requests_do_not_supersede_each_other(sampler, qtbot):
    answers = []
    sampler.answered.connect(lambda do, answer: answers.append((do, answer)))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask_about("fan", prefix=LINE, n=3, points=5, options={})
        sampler.ask_about("finish", prefix=LINE, options={})
        sampler.ask(4, {"seed": 1})
    (fan, futures), (finish, whole) = answers
    assert (fan, finish) == ("fan", "finish")
    assert len(futures["futures"]) == 3
    assert futures["futures"][0].strokes[0][0].tolist() == [30, 40]
    assert whole["drawing"].strokes[0].tolist() == [[10, 20], [30, 40], [40, 40], [50, 50]]
    assert not sampler.is_busy


def test_of_one_kind_the_newest_wins(sampler, qtbot):
    answers = []
    sampler.answered.connect(lambda do, answer: answers.append(len(answer["futures"])))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask_about("fan", prefix=LINE, n=2, points=5)
        sampler.ask_about("fan", prefix=LINE, n=4, points=5)
        sampler.ask(1, {})
    assert answers == [4]


def test_what_cannot_be_answered_is_said_and_over(sampler, qtbot):
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.failed) as failed:
        sampler.ask_about("fly")
    assert failed.args == ["A model cannot fly."]
    assert not sampler.is_busy


def test_a_fan_is_seen_unfolding(sampler, qtbot):
    seen = []
    sampler.unfolding.connect(lambda begun: seen.append([one.n_points for one in begun["futures"]]))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.answered) as answered:
        sampler.ask_about("fan", prefix=LINE, n=3, points=5)
    assert seen == [[2, 2, 2]]
    assert [one.n_points for one in answered.args[1]["futures"]] == [5, 5, 5]


# -- the spare child -----------------------------------------------------------------------------------

WAITING = "import sys; print('a library says something', file=sys.stderr); told = sys.stdin.readline()\n"
"""A child without a model: it waits for one, then it is `SAMPLER`."""


@pytest.fixture
def spare(qapp, monkeypatch):
    made = Spare()
    made.command = [sys.executable, "-c", WAITING + SAMPLER]
    made._soon.setInterval(5)
    monkeypatch.setattr(sampler_module, "the_spare", lambda: made)
    yield made
    made.end()
    assert not made.is_there


def test_a_spare_child_is_given_the_model_and_another_made_ready(spare, sampler, qtbot):
    spare.prepare()
    qtbot.waitUntil(lambda: spare.is_there and spare._process.processId() > 0)
    child = spare._process.processId()
    with qtbot.waitSignal(sampler.ready):
        sampler.start()
    assert sampler._process.processId() == child
    with qtbot.waitSignal(sampler.done):
        sampler.ask(4, {"variability": 0.5, "seed": 7})
    qtbot.waitUntil(lambda: spare.is_there)
    assert spare._process.processId() != child
    spare.prepare()
    assert not spare._soon.isActive(), "one is enough"


def test_a_spare_child_that_died_is_not_used(spare, sampler, qtbot):
    spare.command = [sys.executable, "-c", ""]
    spare.prepare()
    qtbot.waitUntil(lambda: spare._process is not None and not spare.is_there)
    assert spare.take() is None
    spare.command = ["/no/such/program"]
    spare.prepare()
    qtbot.waitUntil(lambda: spare._process is not None)
    assert spare.take() is None


def test_a_sampler_closed_while_its_spare_child_loads_is_silent(spare, sampler, qtbot):
    spare.prepare()
    qtbot.waitUntil(lambda: spare.is_there)
    heard = []
    sampler.failed.connect(heard.append)
    sampler.start()
    sampler.close()
    assert not sampler.is_alive and heard == []
