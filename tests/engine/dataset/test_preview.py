import numpy as np
import pytest

from engine.dataset import stock
from engine.dataset.assembly import FRAGMENTS
from engine.dataset.likeness import Abandoned
from engine.dataset.preview import Previewer
from engine.dataset.recipe import Recipe
from engine.dataset.store import load_dataset
from engine.dataset.versions import make_dataset
from engine.errors import UserError
from engine.project.log import Gesture
from engine.project.progress import Silent
from engine.project.project import Project
from engine.strokes.augment import Augmentation
from tests.engine.dataset.shapes import copy_of, scribble, shelf


class After(Silent):
    """A reporter that is stopped when it is asked for the nth time."""

    def __init__(self, questions):
        self.left = questions

    def stopped(self):
        self.left -= 1
        return self.left < 0


@pytest.fixture
def folder(tmp_path):
    pages = {f"sb{1 + k // 8:02d}p{k:03d}": [scribble(k), scribble(100 + k, 3)] for k in range(16)}
    pages["sb01p000-color"] = [copy_of(scribble(0), drop_points=0.0)]
    return shelf(tmp_path, pages)


@pytest.fixture
def project(folder):
    with Project.open(folder) as opened:
        yield opened


@pytest.fixture
def previewer(folder):
    with Project.open(folder, write=False) as opened:
        yield Previewer(opened)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(max_strokes=2, seed=3),
        Recipe(books=("sb01",), rdp_epsilon_units=0.4, point_budget=80),
        Recipe(min_points=30, valid_fraction=0.4),
        Recipe(assemble=FRAGMENTS),
    ],
)
def test_a_preview_says_what_the_dataset_will_be(project, previewer, recipe):
    told = previewer.preview(recipe, "x", Silent())
    made = make_dataset(project, "x", recipe)
    counts = made.manifest["counts"]
    assert {name: told[name] for name in counts} == {name: part["drawings"] for name, part in counts.items()}
    assert told["points"] == sum(part["points"] for part in counts.values()) == sum(told["lengths"])
    assert told["kept"] == len(told["strokes"]) == len(told["lengths"])
    shape = [rule for rule in told["rules"] if rule["stage"] == "shape"]
    assert sum(rule["count"] for rule in shape) == len(made.manifest["dropped"])
    choice = {rule["title"]: rule["count"] for rule in told["rules"] if rule["stage"] == "choice"}
    assert choice == made.manifest["not_asked_for"]
    assert told["base"] is None
    again = previewer.preview(recipe, "x", Silent())["base"]
    assert again == {"id": "x/v001", "added": 0, "removed": 0, "changed": 0}


def test_rules_show_what_they_drop(previewer):
    told = previewer.preview(Recipe(max_strokes=2), "", Silent())
    (rule,) = told["rules"]
    assert (rule["rule"], rule["title"], rule["count"]) == ("max_strokes", "more than 2 strokes", 16)
    assert len(rule["examples"]) == 8
    assert all(id_.endswith("/2") for id_ in rule["examples"])
    assert (told["pages"], told["candidates"], told["kept"]) == (17, 33, 17)
    assert len(told["examples"]) == 12
    assert told["base"] is None


def test_the_difference_is_from_the_newest_version(project, previewer):
    make_dataset(project, "x", Recipe(max_strokes=2))
    make_dataset(project, "x", Recipe(books=("sb01",)))
    told = previewer.preview(Recipe(books=("sb01",), point_budget=20, max_strokes=2), "x", Silent())
    assert told["base"] == {"id": "x/v002", "added": 0, "removed": 8, "changed": 9}
    newest = load_dataset(make_dataset(project, "x").folder)
    assert previewer.preview(Recipe(), "x", Silent())["base"]["id"] == f"x/v{newest.manifest['version']:03d}"


def test_decisions_made_meanwhile_are_noticed_and_nothing_else_is_made_again(project, previewer, monkeypatch):
    before = previewer.preview(Recipe(), "", Silent())
    project.decide(Gesture("drawings", {"rejected": ("sb01p003/1",)}))
    monkeypatch.setattr(stock, "simplify_rdp", lambda *_: pytest.fail("simplified again"))
    monkeypatch.setattr(stock, "prints", lambda *_: pytest.fail("compared again"))
    told = previewer.preview(Recipe(), "", Silent())
    assert told["kept"] == before["kept"] - 1
    assert [rule["title"] for rule in told["rules"]] == ["rejected drawings"]


def test_a_page_traced_again_is_prepared_again(project, previewer):
    from engine.trace.drawings import replace

    before = previewer.preview(Recipe(), "", Silent())
    project.decide(Gesture("pages", {"rejected": ("sb01p001",)}))
    assert previewer.preview(Recipe(), "", Silent())["kept"] == before["kept"] - 2
    project.decide(Gesture("pages", {"accepted": ("sb01p001",)}))
    with project.transaction() as index:
        replace(index, "sb01p001", [scribble(7777)])
    after = previewer.preview(Recipe(), "", Silent())
    assert after["kept"] == before["kept"] - 1
    fresh = Previewer(project).preview(Recipe(), "", Silent())
    assert after["lengths"] == fresh["lengths"]


def test_of_two_drawings_with_one_id_each_recipe_shows_its_own(project, previewer):
    make_dataset(project, "coarse", Recipe(rdp_epsilon_units=6.0))
    project.decide(Gesture("drawings", {"rejected": ("sb01p001/1",)}))
    lengths = []
    for recipe in (Recipe(), Recipe(include=("coarse/v001",)), Recipe(decisions=("undecided", "rejected"))):
        for _ in range(2):  # there, and back again
            (shown,) = previewer.drawings(["sb01p001/1"], recipe, Silent())
        lengths.append(shown.n_points)
    own, coarse, again = lengths
    assert own == again > coarse > 1


@pytest.mark.parametrize("recipe", [Recipe(), Recipe(assemble=FRAGMENTS)])
def test_work_is_given_up_for_a_newer_question_and_goes_on_where_it_was(previewer, recipe):
    given_up = 0
    while True:
        try:
            told = previewer.preview(recipe, "", After(2))
            break
        except Abandoned:
            given_up += 1
            assert given_up < 50, "every attempt must get further"
    assert given_up > 0
    assert told["kept"] > 16


def test_drawings_are_shown_as_the_recipe_prepares_them(project, previewer):
    recipe = Recipe(point_budget=30)
    shown = previewer.drawings(["sb01p001/2", "nobody", "sb01p002/1"], recipe, Silent())
    assert [len(one.strokes) for one in shown] == [3, 0, 1]
    assert 10 < shown[2].n_points <= 30
    pieces = previewer.drawings(["sb01p001/1.1"], Recipe(assemble=FRAGMENTS), Silent())
    assert pieces[0].n_points > 10
    dropped = previewer.drawings(["sb01p001/2"], Recipe(max_strokes=1), Silent())
    assert len(dropped[0].strokes) == 3, "what a rule drops can be looked at"


def test_augmented_copies_differ_and_come_back_with_their_seed(previewer):
    def copies(seed, **options):
        chosen = Augmentation(**options)
        return previewer.augmented("sb01p001/1", chosen, Recipe(), (8, seed), Silent())

    one, same, other = copies(1), copies(1), copies(2)
    assert len(one) == 8
    for a, b in zip(one, same, strict=True):
        assert np.array_equal(a.strokes[0], b.strokes[0])
    assert len({round(float(c.strokes[0][0, 0]), 3) for c in [*one, *other]}) > 12
    with pytest.raises(UserError, match="no drawing nobody"):
        previewer.augmented("nobody", Augmentation(), Recipe(), (8, 0), Silent())
