"""The rules of a recipe: which drawings are asked for, and which of them are dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.dataset.recipe import Recipe
from engine.dataset.types import SourceDrawing


@dataclass(frozen=True, slots=True)
class Measures:
    """What the rules ask of a drawing.

    Attributes:
        strokes: Number of strokes.
        points: Number of points, after simplification.
        area: Of its box on the page it was separated from, square units; None where it was not separated.
        finite: Whether all coordinates are numbers.
    """

    strokes: int
    points: int
    area: float | None = None
    finite: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to leave drawings out.

    Attributes:
        name: The recipe's key, or what else it is about.
        title: What it leaves out, for people: `more than 40 strokes`.
    """

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """A rule about how a drawing looks.

    Attributes:
        rule: Its name and title.
        breaks: Whether a drawing breaks it.
        says: Why, of one drawing: `52 strokes, more than 40`.
    """

    rule: Rule
    breaks: Callable[[Measures], bool]
    says: Callable[[Measures], str]


def not_asked_for(source: SourceDrawing, recipe: Recipe) -> Rule | None:
    """The first rule by which a recipe does not ask for a drawing; None where it does.

    Only the project's own drawings, which carry a decision, are chosen by decision, kind, book and date.
    """
    if not source.decision:
        return None
    if source.decision not in recipe.decisions:
        return Rule("decisions", f"{source.decision} drawings")
    if recipe.kinds and source.kind not in recipe.kinds:
        return Rule("kinds", "pages of another kind")
    if recipe.books and source.book not in recipe.books:
        return Rule("books", "other sketchbooks")
    return _out_of_time(source, recipe)


def _out_of_time(source: SourceDrawing, recipe: Recipe) -> Rule | None:
    if not (recipe.after or recipe.before):
        return None
    if not source.taken:
        return None if recipe.undated else Rule("undated", "pages without a date")
    day = source.taken[:10]
    if recipe.after and day < recipe.after:
        return Rule("after", f"pages from before {recipe.after}")
    if recipe.before and day >= recipe.before:
        return Rule("before", f"pages from {recipe.before} on")
    return None


def shape_rules(recipe: Recipe) -> tuple[ShapeRule, ...]:
    """The rules about how a drawing looks; the first that one breaks is the reason it is dropped."""
    return (
        ShapeRule(
            Rule("finite", "coordinates that are not numbers"),
            lambda m: not m.finite,
            lambda _: "coordinates that are not numbers",
        ),
        *_area_rule(recipe.min_area),
        *_count_rules("stroke", lambda m: m.strokes, recipe.min_strokes, recipe.max_strokes),
        *_count_rules("point", lambda m: m.points, recipe.min_points, recipe.max_points),
    )


def _area_rule(least: float) -> Iterator[ShapeRule]:
    if least > 0:
        yield ShapeRule(
            Rule("min_area", f"smaller than {least:g} square units of their page"),
            lambda m: m.area is not None and m.area < least,
            lambda m: f"{m.area or 0:.0f} square units of its page, fewer than {least:g}",
        )


def _count_rules(noun: str, count: Callable[[Measures], int], least: int, most: int) -> Iterator[ShapeRule]:
    if least > 0:
        yield ShapeRule(
            Rule(f"min_{noun}s", f"fewer than {_counted(least, noun)}"),
            lambda m: count(m) < least,
            lambda m: f"{_counted(count(m), noun)}, fewer than {least}",
        )
    if most > 0:
        yield ShapeRule(
            Rule(f"max_{noun}s", f"more than {_counted(most, noun)}"),
            lambda m: count(m) > most,
            lambda m: f"{_counted(count(m), noun)}, more than {most}",
        )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
