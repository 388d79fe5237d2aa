"""The client of the search by text with a real child process."""

import pytest

from studio.curation.text_search import TextSearch
from tests.studio.fake_jobs import SEARCH


@pytest.fixture
def search(qapp, tmp_path):
    client = TextSearch(tmp_path, command=SEARCH)
    yield client
    client.close()
    assert not client.is_alive


def ask(search, qtbot, text, level="pages", count=2):
    with qtbot.waitSignal(search.found) as found:
        search.find(level, text, count)
        assert search.is_busy
    return found.args


def test_the_first_question_starts_the_child_and_the_next_finds_it_there(search, qtbot):
    assert not search.is_alive
    assert ask(search, qtbot, "sheep") == ["sheep", [("pages/sheep/0", 0.3), ("pages/sheep/1", 0.29)]]
    child = search._process.processId()
    assert ask(search, qtbot, "hat", "drawings", 1) == ["hat", [("drawings/hat/0", 0.3)]]
    assert search._process.processId() == child
    assert not search.is_busy


def test_only_the_newest_question_is_answered(search, qtbot):
    heard = []
    search.found.connect(lambda text, items: heard.append((text, items[0][0])))
    with qtbot.waitSignal(search.found):
        search.find("pages", "slow", 1)
        search.find("pages", "hat", 1)
    assert heard == [("hat", "pages/hat/0")]


def test_a_question_let_go_of_is_not_answered(search, qtbot):
    ask(search, qtbot, "sheep")
    with qtbot.assertNotEmitted(search.found, wait=100):
        search.find("pages", "hat")
        search.forget()
        assert not search.is_busy
    assert ask(search, qtbot, "next")[0] == "next"


def test_a_refusal_is_a_sentence_and_the_child_lives_on(search, qtbot):
    with qtbot.waitSignal(search.failed) as failed:
        search.find("pages", "refuse")
    assert failed.args == ["The pages cannot be searched by text."]
    assert search.is_alive and not search.is_busy
    assert ask(search, qtbot, "sheep")[0] == "sheep"


def test_a_refusal_of_an_older_question_says_nothing(search, qtbot):
    with qtbot.assertNotEmitted(search.failed), qtbot.waitSignal(search.found):
        search.find("pages", "refuse")
        search.find("pages", "hat")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("die", "The weights are damaged. Copy them again."), ("vanish", "a library says something in between")],
)
def test_a_child_that_ends_says_why_and_the_next_question_starts_another(search, qtbot, text, reason):
    with qtbot.waitSignal(search.failed) as failed:
        search.find("pages", text)
    assert failed.args == [reason]
    assert not search.is_busy and not search.is_alive
    assert ask(search, qtbot, "sheep")[0] == "sheep"


def test_a_program_that_is_not_there_is_a_failure(qapp, qtbot, tmp_path):
    search = TextSearch(tmp_path, command=["/no/such/program"])
    with qtbot.waitSignal(search.failed):
        search.find("pages", "sheep")
    assert not search.is_busy


def test_closing_in_the_middle_is_quick_and_silent(search, qtbot):
    ask(search, qtbot, "sheep")
    search.find("pages", "slow")
    with qtbot.assertNotEmitted(search.failed, wait=50):
        search.close()


def test_the_engines_own_child_answers_and_refuses(qapp, qtbot, project_folder):
    search = TextSearch(project_folder)
    with qtbot.waitSignal(search.failed, timeout=30_000) as failed:
        search.find("pages", "two sheep")
    assert "open_clip" in failed.args[0], failed.args[0]
    assert search.is_alive
    search.close()
