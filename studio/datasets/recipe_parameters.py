"""The numbers of a recipe that artists set: the form is made from this table, and so are differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.tracing.trace_parameters import Parameter


@dataclass(frozen=True, slots=True)
class Count(Parameter):
    """A whole number."""

    def text_of(self, value: float) -> str:
        """The number with its unit."""
        return f"{value:,.0f}{'' if self.unit == '°' else ' '}{self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Limit(Parameter):
    """A whole number; the slider's last notch is no limit at all, which recipes write as 0.

    Attributes:
        free: What is said where there is no limit.
    """

    free: str = "no limit"

    @property
    def notches(self) -> int:
        """One more than there are numbers."""
        return round((self.high - self.low) / self.step) + 1

    def notch_of(self, value: float) -> int:
        """The notch nearest to a value."""
        last = self.notches
        return min(max(round((value - self.low) / self.step), 0), last - 1) if value else last

    def value_of(self, notch: int) -> float:
        """The value at a notch, 0 for no limit."""
        return round(self.low + notch * self.step, 6) if notch < self.notches else 0.0

    def text_of(self, value: float) -> str:
        """The number, or that there is none."""
        return f"{value:,.0f} {self.unit}".rstrip() if value else self.free


RULES = (
    Count(
        "min_strokes", "Strokes, at least",
        "Drawings of fewer strokes stay out: a single dash is no drawing.", 0, 20, 1,
    ),
    Limit(
        "max_strokes", "Strokes, at most",
        "Drawings of more strokes stay out: shading, or several drawings in one.", 1, 80, 1,
    ),
    Count(
        "min_points", "Points, at least",
        "Drawings of fewer points, once simplified, stay out: too little to learn from.", 0, 200, 2,
    ),
    Limit(
        "max_points", "Points, at most",
        "Drawings of more points, once simplified, stay out: too much to learn in one breath.", 20, 2000, 20,
    ),
)  # fmt: skip
"""What is too little, and what too much."""
LINES = (
    Parameter(
        "rdp_epsilon_units", "Simplify",
        "How far a point may lie from the line and still be left out; a drawing is 200 units long.\n"
        "Left: every wobble. Right: fewer points.", 0.0, 5.0, 0.1, "units",
    ),
    Limit(
        "point_budget", "Point budget",
        "Drawings of more points are simplified further, down to this many.\n"
        "Fewer learns faster, more keeps the hand.", 20, 1000, 10, free="as they are",
    ),
)  # fmt: skip
"""How many points a line is told in."""
SHARES = (
    Parameter(
        "valid_fraction", "To steer by",
        "Pages held out while it learns: their loss tells when to stop.", 0.0, 0.4, 0.01, "%",
    ),
    Parameter(
        "test_fraction", "For the last test",
        "Pages that nothing looks at before the very end.", 0.0, 0.4, 0.01, "%",
    ),
)  # fmt: skip
"""What is held out, by page."""
STRAYS = (
    Parameter(
        "augment.drop_points", "Points dropped",
        "The chance of each inner point to be left out; ends and lifts stay.", 0.0, 0.6, 0.02, "%",
    ),
    Parameter("augment.scale", "Scale", "Wider, narrower, higher, lower by up to this.", 0, 0.6, 0.01, "%"),
    Count("augment.rotate_deg", "Rotation", "Turned by up to this, either way.", 0, 45, 1, "°"),
    Parameter("augment.shear", "Shear", "Slanted by up to this, either way.", 0, 0.6, 0.01, "%"),
    Parameter(
        "augment.reverse", "Drawn backwards",
        "The share of copies drawn from the last point to the first.", 0, 1, 0.05, "%",
    ),
)  # fmt: skip
"""How far a training copy may stray."""
STEPS = {
    "assemble.join": "Join ends that point at each other",
    "assemble.splice": "Splice lines that touch",
    "assemble.separate": "Separate what stands apart",
}
"""Path -> what a step of the assembly does."""
ASSEMBLY = (
    Parameter(
        "assemble.join.gap_pens", "Gap crossed",
        "The widest gap crossed where two ends point at each other, in pen widths.\n"
        "Left: more pieces. Right: fewer, longer ones.", 0.0, 30.0, 0.5, "pens",
    ),
    Parameter(
        "assemble.splice.retrace_share", "Going back over a line",
        "How much of a line the pen may draw twice to make two strokes one.\n"
        "Left: lift the pen. Right: one line at any price.", 0.0, 1.0, 0.02, "%",
    ),
    Parameter(
        "assemble.separate.near_share", "Drawings apart",
        "Lines farther apart than this are different drawings, as a share of the page's drawing.\n"
        "Left: more drawings. Right: fewer.", 0.0, 0.2, 0.005, "%",
    ),
    Count(
        "min_area", "Smallest drawing",
        "What is separated and smaller stays out: square units, of which a page has 40,000.", 0, 4000, 100,
    ),
    Parameter(
        "assemble.pen_units", "Pen width",
        "How wide the line is in the pieces; a page is 200 units.", 0.5, 8.0, 0.5, "units",
    ),
)  # fmt: skip
"""From loose pieces to drawings; only where such come in."""
_NAMES = {p.path: p for group in (RULES, LINES, ASSEMBLY, SHARES, STRAYS) for p in group}
_OTHER_NAMES = {
    "decisions": "decisions",
    "kinds": "kinds",
    "books": "books",
    "after": "from",
    "before": "before",
    "undated": "pages without a date",
    "include": "datasets added",
    "keep_splits": "the file's own split",
    "seed": "seed of the split",
    "augment.mirror": "mirrored copies",
}


def read(recipe: Mapping[str, Any], path: str) -> Any:
    """The value at a path of a recipe, `augment.scale`."""
    value: Any = recipe
    for key in path.split("."):
        value = value[key]
    return value


def with_value(recipe: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The recipe with another value at a path; a number is of the type the old one was."""
    key, _, rest = path.partition(".")
    if rest:
        return {**recipe, key: with_value(recipe[key], rest, value)}
    old = recipe[key]
    return {**recipe, key: type(old)(value) if isinstance(old, int | float) else value}


def changes(differing: Mapping[str, Sequence[Any]]) -> list[str]:
    """What a recipe says otherwise than the one before, a phrase each: `strokes, at most 40 → 20`.

    Args:
        differing: Path -> the value before and the value now, as `engine.dataset.difference` has them.
    """
    return list(dict.fromkeys(_phrase(path, old, new) for path, (old, new) in differing.items()))


def _phrase(path: str, old: Any, new: Any) -> str:
    step = next((words for step, words in STEPS.items() if path.startswith(step)), "")
    if step and (old is None or new is None):
        return f"{step.partition(' ')[0].lower()} {'off' if new is None else 'on'}"
    parameter = _NAMES.get(path)
    if parameter is not None:
        return f"{parameter.name.lower()} {parameter.text_of(old)} → {parameter.text_of(new)}"
    return _OTHER_NAMES.get(path, path.replace("_", " "))
