"""The client of the recipes' child, with a real child process."""

import pytest

from engine.dataset.recipe import Recipe
from engine.strokes.types import Drawing
from studio.datasets.recipes import Recipes, as_picture
from tests.studio.traced import hand_made_trace, put_trace

pytest_plugins = ("tests.studio.fake_recipes",)


@pytest.fixture
def recipes(qapp, tmp_path, fake_recipes):
    client = Recipes(tmp_path)
    yield client
    client.close()
    assert not client._process.is_alive


def recipe(**values):
    return Recipe(**values).to_json()


def test_nothing_runs_before_the_first_question(recipes, qtbot):
    assert not recipes._process.is_alive and not recipes.is_busy
    with qtbot.waitSignal(recipes.previewed) as heard:
        recipes.preview(recipe(max_strokes=10), "faces")
        assert recipes.is_busy and recipes.is_counting
    preview = heard.args[0]
    assert (preview.pages, preview.candidates, preview.kept, preview.points) == (20, 40, 10, 1000)
    assert (preview.train, preview.valid, preview.test) == (8, 1, 1)
    assert (preview.rules[0].title, preview.rules[0].count) == ("more than 10 strokes", 30)
    assert preview.strokes.tolist() == list(range(1, 11))
    assert preview.base is not None and preview.base.id == "faces/v001" and preview.base.added == 2
    assert not recipes.is_busy


def test_under_a_moving_slider_numbers_come_and_the_newest_at_last(recipes, qtbot):
    heard = []
    recipes.previewed.connect(lambda preview: heard.append(preview.kept))
    for limit in (30, 25, 20, 15, 10):
        recipes.preview(recipe(max_strokes=limit), "")
    qtbot.waitUntil(lambda: not recipes.is_busy)
    assert heard == [30, 10]  # what was in hand, and the newest of the others


def test_what_takes_long_gives_way_to_newer_numbers(recipes, qtbot):
    heard = []
    recipes.previewed.connect(lambda preview: heard.append(preview.kept))
    recipes._patience.setInterval(20)
    recipes.preview(recipe(seed=15, max_strokes=30), "")
    recipes.preview(recipe(max_strokes=10), "")
    qtbot.waitUntil(lambda: not recipes.is_busy)
    assert heard == [10]


def test_what_takes_long_does_not_give_way_to_pictures(recipes, qtbot):
    order = []
    recipes.previewed.connect(lambda _preview: order.append("numbers"))
    recipes.augmented.connect(lambda id_, copies: order.append((id_, len(copies))))
    recipes._patience.setInterval(20)
    recipes.preview(recipe(seed=15), "")
    qtbot.waitUntil(lambda: not recipes._patience.isActive())
    recipes.augment("a/1", recipe(), 8, 3)
    qtbot.waitUntil(lambda: not recipes.is_busy)
    assert order == ["numbers", ("a/1", 8)]


def test_pictures_go_before_numbers(recipes, qtbot):
    order = []
    recipes.previewed.connect(lambda _preview: order.append("numbers"))
    recipes.pictured.connect(lambda pictures: order.append(sorted(pictures)))
    recipes.preview(recipe(), "")
    recipes.preview(recipe(), "")
    recipes.picture(["a/1", "b/1"], recipe())
    qtbot.waitUntil(lambda: not recipes.is_busy)
    assert order == ["numbers", ["a/1", "b/1"], "numbers"]


def test_a_refusal_is_a_sentence_with_advice_and_the_child_lives_on(recipes, qtbot):
    with qtbot.waitSignal(recipes.failed) as failed:
        recipes.preview(recipe(seed=14), "")
    assert failed.args == ["No page is accepted. Accept some."]
    assert recipes._process.is_alive and not recipes.is_counting
    with qtbot.waitSignal(recipes.previewed):
        recipes.preview(recipe(), "")


def test_a_child_that_dies_says_why_and_the_next_question_starts_another(recipes, qtbot):
    with qtbot.waitSignal(recipes.failed) as failed:
        recipes.preview(recipe(seed=13), "")
    assert failed.args == ["The index is damaged. Open the project again."]
    with qtbot.waitSignal(recipes.previewed):
        recipes.preview(recipe(), "")


def test_closing_in_the_middle_is_silent(recipes, qtbot):
    with qtbot.waitSignal(recipes.previewed):
        recipes.preview(recipe(), "")
    recipes.preview(recipe(seed=15), "")
    with qtbot.assertNotEmitted(recipes.failed, wait=50):
        recipes.close()
    assert not recipes.is_busy


def test_the_engines_own_child_counts_and_draws(session, qtbot):
    for number in range(1, 7):
        put_trace(session.project, f"sb01p{number:03d}", hand_made_trace())
    client = Recipes(session.project.layout.root)
    with qtbot.waitSignal(client.previewed, timeout=30_000) as heard:
        client.preview(recipe(min_points=2, max_strokes=2), "faces")
    preview = heard.args[0]
    assert (preview.pages, preview.candidates, preview.kept) == (6, 12, 6)
    assert [(rule.title, rule.count) for rule in preview.rules] == [("more than 2 strokes", 6)]
    assert preview.train + preview.valid + preview.test == 6 and preview.base is None
    with qtbot.waitSignal(client.pictured, timeout=30_000) as heard:
        client.picture(preview.ids(), recipe(min_points=2))
    assert len(heard.args[0]) == 12 and all(drawing.strokes for drawing in heard.args[0].values())
    with qtbot.waitSignal(client.augmented, timeout=30_000) as heard:
        client.augment(preview.examples[0], recipe(min_points=2), 8, 1)
    assert len(heard.args[1]) == 8
    client.close()


def test_a_picture_has_no_more_points_than_can_be_seen():
    line = [[x / 10, 0.0] for x in range(2001)]
    drawing = as_picture([line, [], [[3.0, 4.0]]])
    assert isinstance(drawing, Drawing) and len(drawing.strokes) == 2
    assert 200 <= len(drawing.strokes[0]) <= 202
    assert drawing.strokes[0][0].tolist() == [0, 0] and drawing.strokes[0][-1].tolist() == [200, 0]
    assert len(drawing.strokes[1]) == 1
