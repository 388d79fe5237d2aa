"""Which traced pages the artist should look at first."""

from __future__ import annotations

from collections.abc import Iterable

from engine.trace.store import TraceRow

_FEWEST_INK = 0.98
_USUAL_PEN_PX = 6.0
"""Where a trace from before the pen was kept says nothing."""
_INVENTED_PENS = 30.0
_MANY_CROSSINGS = 30.0


def worst_first(rows: Iterable[TraceRow]) -> list[TraceRow]:
    """Failed pages, then those that are no line ink, then the others by their doubts."""
    return sorted(rows, key=lambda row: (*_group(row), -doubt(row), row.page))


def doubt(row: TraceRow) -> float:
    """How much there is to doubt about a page's trace; at 1 it is worth a look.

    In falling weight: ink that no stroke covers, mends that lapsed, uncertain crossings, pen movement
    without ink, more strokes than drawings.
    """
    pen = row.pen_width_px or _USUAL_PEN_PX
    return (
        (1 - row.coverage) / (1 - _FEWEST_INK)
        + row.lapsed
        + row.uncertain / (row.uncertain + _MANY_CROSSINGS)  # never as much as a mend that lapsed
        + row.invented_px / (_INVENTED_PENS * pen)
        + 0.1 * max(row.spliced - row.drawings, 0)
    )


def reasons(row: TraceRow) -> list[str]:
    """What there is to look at, in words, the gravest first; empty for a page in good order."""
    if row.error:
        return [row.error]
    if not row.line_ink and not row.strokes:
        return ["not line ink"]
    pen = row.pen_width_px or _USUAL_PEN_PX
    found = []
    if row.coverage < _FEWEST_INK:
        found.append(f"{100 * (1 - row.coverage):.0f} % of the ink left out")
    if row.lapsed:
        found.append(f"{row.lapsed} mend{'' if row.lapsed == 1 else 's'} lapsed")
    if row.uncertain:
        found.append(f"{row.uncertain} uncertain crossing{'' if row.uncertain == 1 else 's'}")
    if row.invented_px > _INVENTED_PENS * pen:
        found.append(f"{row.invented_px:.0f} px without ink")
    return found


def _group(row: TraceRow) -> tuple[bool, bool]:
    return (not row.error, row.line_ink)
