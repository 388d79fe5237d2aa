"""The sampler's client with a real child process."""

import sys

import pytest

from studio.sampler import Sampler
from tests.studio.fake_jobs import SAMPLER


@pytest.fixture
def sampler(qapp, tmp_path):
    client = Sampler(tmp_path)
    yield client
    client.close()
    assert not client.is_alive


def test_drawings_arrive_in_batches_and_in_order(sampler, qtbot):
    batches = []
    sampler.drawn.connect(lambda first, drawings: batches.append((first, drawings)))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask(10, 0.5, 7)
    assert [(first, len(drawings)) for first, drawings in batches] == [(0, 4), (4, 4), (8, 2)]
    drawing = batches[0][1][0]
    assert drawing.strokes[0].tolist() == [[0, 0], [50, 7], [0, 200]]
    assert not sampler.is_busy


def test_only_the_newest_request_is_answered(sampler, qtbot):
    heard = []
    sampler.drawn.connect(lambda first, drawings: heard.extend(drawings))
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.done):
        sampler.ask(12, 0.5, 1)
        sampler.ask(12, 1.0, 2)
    assert len(heard) == 12
    assert {float(drawing.strokes[0][1, 0]) for drawing in heard} == {100.0}


def test_a_child_that_dies_says_why(sampler, qtbot):
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.failed) as failed:
        sampler.ask(4, 0.5, 13)
    assert failed.args == ["The checkpoint is damaged. Train it again."]
    assert not sampler.is_busy


def test_a_program_that_is_not_there_is_a_failure(sampler, qtbot):
    with qtbot.waitSignal(sampler.failed):
        sampler.start(["/no/such/program"])


def test_closing_in_the_middle_is_quick_and_silent(sampler, qtbot):
    sampler.start([sys.executable, "-c", SAMPLER])
    with qtbot.waitSignal(sampler.ready):
        sampler.ask(400, 0.5, 1)
    with qtbot.assertNotEmitted(sampler.failed, wait=50):
        sampler.close()
