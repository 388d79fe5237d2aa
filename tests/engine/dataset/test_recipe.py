import json

import pytest

from engine.dataset.assembly import FRAGMENTS, NO_ASSEMBLY
from engine.dataset.recipe import Recipe, recipe_hash, unchanged_recipe
from engine.errors import UserError
from engine.strokes.augment import Augmentation
from engine.strokes.join import JoinSettings


def test_a_recipe_survives_json():
    recipe = Recipe(
        books=("sb44",),
        after="2015-03-01",
        include=("old/v001",),
        assemble=FRAGMENTS,
        max_strokes=3,
        seed=7,
        augment=Augmentation(mirror=True),
    )
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert Recipe.from_json({}) == Recipe()


def test_the_hash_follows_every_change():
    recipes = [
        Recipe(),
        Recipe(seed=1),
        Recipe(assemble=FRAGMENTS),
        Recipe(augment=Augmentation(reverse=0.5)),
        unchanged_recipe(),
    ]
    assert len({recipe_hash(r) for r in recipes}) == len(recipes)
    assert recipe_hash(Recipe()) == recipe_hash(Recipe.from_json(Recipe().to_json()))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"max_stroke": 3}, "max_stroke"),
        ({"augment": {"rotation": 3}}, "rotation"),
        ({"max_strokes": "3"}, "max_strokes"),
        ({"max_strokes": True}, "max_strokes"),
        ({"books": "sb44"}, "books"),
        ({"min_points": -1}, "min_points"),
        ({"min_area": -1}, "min_area"),
        ({"after": "March"}, "after"),
        ({"before": 2015}, "before"),
        ({"assemble": {"joint": {}}}, "joint"),
        ({"assemble": {"join": {"gap": 3}}}, "gap"),
        ({"assemble": {"join": {"gap_pens": "3"}}}, "gap_pens"),
        ({"assemble": {"pen_units": None}}, "pen_units"),
        ({"assemble": {"pen_units": 0.0}}, "pen_units"),
        ({"valid_fraction": 0.7, "test_fraction": 0.3}, "100%"),
        ([], "JSON object"),
    ],
)
def test_what_no_recipe_has_is_named(value, said):
    with pytest.raises(UserError, match=said):
        Recipe.from_json(value)


def test_steps_of_assembly_are_off_unless_they_are_asked_for_and_know_their_defaults():
    assert Recipe.from_json({}).assemble == NO_ASSEMBLY
    steps = Recipe.from_json({"assemble": {"join": {"gap_pens": 9}, "splice": None}}).assemble
    assert steps.join == JoinSettings(touch_pens=4.0, gap_pens=9.0, invented_share=0.15)
    assert steps.splice is steps.separate is None


def test_a_recipe_from_before_there_was_assembly_still_loads():
    old = {
        "decisions": ["accepted", "undecided"], "kinds": [], "books": [], "min_strokes": 1,
        "max_strokes": 40, "min_points": 8, "max_points": 1000, "rdp_epsilon_units": 1.0,
        "point_budget": 250, "valid_fraction": 0.1, "test_fraction": 0.05, "seed": 0,
        "augment": {"drop_points": 0.2, "scale": 0.25, "rotate_deg": 12.0, "shear": 0.15,
                    "mirror": False, "reverse": 0.0},
    }  # fmt: skip
    assert Recipe.from_json(old) == Recipe()
