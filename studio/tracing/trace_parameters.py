"""The parameters of tracing that artists understand, in one table: the panel is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.trace.settings import TraceSettings


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the panel.

    Attributes:
        path: Where it stands in `TraceSettings`, `ink.seed_share`.
        name: What it is called.
        tip: What it does, to the left and to the right.
        low: Least value of the slider.
        high: Greatest.
        step: From one notch to the next.
        unit: `%` shows shares as per cent; anything else stands behind the number.
    """

    path: str
    name: str
    tip: str
    low: float
    high: float
    step: float
    unit: str = ""

    @property
    def notches(self) -> int:
        """How many steps the slider has."""
        return round((self.high - self.low) / self.step)

    def notch_of(self, value: float) -> int:
        """The notch nearest to a value."""
        return min(max(round((value - self.low) / self.step), 0), self.notches)

    def value_of(self, notch: int) -> float:
        """The value at a notch."""
        return round(self.low + notch * self.step, 6)

    def text_of(self, value: float) -> str:
        """The value as the artist reads it."""
        if self.unit == "%":
            return f"{100 * value:.1f} %" if self.step < 0.01 else f"{100 * value:.0f} %"
        return f"{value:.{2 if self.step < 0.1 else 1}f} {self.unit}".rstrip()

    def read(self, settings: TraceSettings) -> float:
        """Its value in these settings."""
        return float(attrgetter(self.path)(settings))


GROUPS: tuple[tuple[str, tuple[Parameter, ...]], ...] = (
    (
        "Ink",
        (
            Parameter(
                "ink.seed_share", "Ink threshold",
                "How dark a mark must be to start a line, as a share of the page's own ink.\n"
                "Left: pale lines too. Right: only dark ones.", 0.2, 0.85, 0.01, "%",
            ),
            Parameter(
                "ink.grow_share", "Follow pale ends",
                "How pale a line may become before it ends.\nLeft: followed far. Right: ends early.",
                0.05, 0.6, 0.01, "%",
            ),
            Parameter(
                "ink.faintest", "Faintest ink",
                "Nothing paler than this is ink, whatever the page.\nLeft: pencil. Right: pen only.",
                0.02, 0.4, 0.01, "%",
            ),
        ),
    ),
    (
        "Lines",
        (
            Parameter(
                "graph.spur_pens", "Whiskers",
                "Side branches no longer than this are no lines, in pen widths.\n"
                "Left: keep all. Right: cleaner lines.", 0.0, 2.0, 0.05, "pens",
            ),
            Parameter(
                "crossings.odd_pens", "Crossing reach",
                "Two forks this near each other are one slanted crossing, in pen widths.\n"
                "Left: lines turn off. Right: lines go straight on.", 0.0, 8.0, 0.1, "pens",
            ),
            Parameter(
                "simplify.epsilon_px", "Simplify",
                "How far a point may lie from the line and still be left out.\n"
                "Left: every wobble. Right: fewer points.", 0.0, 3.0, 0.05, "px",
            ),
        ),
    ),
    (
        "Joining",
        (
            Parameter(
                "join.gap_pens", "Gap crossed",
                "Ends that point at each other are joined over a gap this wide, in pen widths.\n"
                "Left: more pieces. Right: fewer, longer ones.", 0.0, 30.0, 0.5, "pens",
            ),
            Parameter(
                "splice.retrace_share", "Going back over a line",
                "How much of a line the pen may draw twice to make two strokes one.\n"
                "Left: lift the pen. Right: one line at any price.", 0.0, 1.0, 0.02, "%",
            ),
        ),
    ),
    (
        "Page",
        (
            Parameter(
                "separate.near_share", "Drawings apart",
                "Lines farther apart than this are different drawings, as a share of the page's drawing.\n"
                "Left: more drawings. Right: fewer.", 0.0, 0.2, 0.005, "%",
            ),
            Parameter(
                "annotations.margin_share", "Margin for numbers",
                "Small writing this near the upper or lower edge is set apart, as a share of the height.\n"
                "Left: none. Right: a wide margin.", 0.0, 0.2, 0.005, "%",
            ),
            Parameter(
                "binding.periodicity", "Binding must be even",
                "How evenly rings must stand to be a spiral binding and left out.\n"
                "Left: almost anything at the edge. Right: no binding at all.", 0.3, 1.0, 0.02, "%",
            ),
        ),
    ),
)  # fmt: skip

"""Names of the groups and their parameters, in the order of the panel: from ink to page."""
