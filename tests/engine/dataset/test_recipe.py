import json

import pytest

from engine.dataset.recipe import Recipe, recipe_hash, unchanged_recipe
from engine.errors import UserError
from engine.strokes.augment import Augmentation


def test_a_recipe_survives_json():
    recipe = Recipe(books=("sb44",), max_strokes=3, seed=7, augment=Augmentation(mirror=True))
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert Recipe.from_json({}) == Recipe()


def test_the_hash_follows_every_change():
    recipes = [Recipe(), Recipe(seed=1), Recipe(augment=Augmentation(reverse=0.5)), unchanged_recipe()]
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
        ({"valid_fraction": 0.7, "test_fraction": 0.3}, "100%"),
        ([], "JSON object"),
    ],
)
def test_what_no_recipe_has_is_named(value, said):
    with pytest.raises(UserError, match=said):
        Recipe.from_json(value)
