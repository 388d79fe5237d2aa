"""A child that answers about recipes like the engine's, from the recipe's numbers alone."""

import sys

import pytest

from studio.datasets.recipes import RecipesProcess

RECIPES = """
import json, sys, time
def say(**record):
    print(json.dumps(record), flush=True)
say(event="ready")
for line in sys.stdin:
    ask = json.loads(line)
    recipe, what, number = ask["recipe"], ask["what"], ask["request"]
    if recipe["seed"] == 13:
        print("The index is damaged. Open the project again.", file=sys.stderr)
        sys.exit(1)
    if recipe["seed"] == 14:
        say(event="failed", request=number, message="No page is accepted.", hint="Accept some.")
        continue
    if recipe["seed"] == 15:
        time.sleep(0.3)
    limit = recipe["max_strokes"] or 40
    if what == "preview":
        out = [f"sb01p{n:03d}/1" for n in range(limit + 1, 41)]
        ids = [f"sb01p{n:03d}/1" for n in range(1, limit + 1)]
        rule = {"rule": "max_strokes", "title": f"more than {limit} strokes", "count": len(out),
                "examples": out[:8]}
        short = {"rule": "min_points", "title": "fewer than 8 points", "count": 0, "examples": []}
        base = {"id": ask["name"] + "/v001", "added": 2, "removed": 0, "changed": 1}
        say(event="preview", request=number, pages=20, candidates=40, kept=limit, points=100 * limit,
            train=limit - 2, valid=1, test=1, rules=[rule, short], strokes=list(range(1, limit + 1)),
            lengths=[100] * limit, examples=ids[:12], base=base if ask["name"] == "faces" else None)
    elif what == "drawings":
        say(event="drawings", request=number, what=what,
            drawings=[[[[0, 0], [50, k], [0, 200]]] for k, _ in enumerate(ask["ids"])])
    else:
        say(event="drawings", request=number, what=what,
            drawings=[[[[0, 0], [ask["seed"] + k + 1, 200 * ask["augment"]["scale"]], [0, 200]]]
                      for k in range(ask["n"])])
"""
"""Forty drawings, the n-th of n strokes; seeds 13, 14 and 15 kill it, make it refuse, make it slow."""


@pytest.fixture
def fake_recipes(monkeypatch):
    """Recipes are answered by `RECIPES`."""
    init = RecipesProcess.__init__

    def make(process, project, parent=None, command=None):
        init(process, project, parent, command or [sys.executable, "-c", RECIPES])

    monkeypatch.setattr(RecipesProcess, "__init__", make)
