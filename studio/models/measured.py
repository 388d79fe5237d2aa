"""What was measured of a run, figure by figure, in words an artist can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_ENDED_ENOUGH = 0.95
"""A run that leaves more of its drawings unfinished has not learnt when to stop."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run.

    Attributes:
        title: What it is called.
        meaning: What it says, in plain words.
        value: The run's.
        real: What real drawings get in its place; empty where that has no meaning.
        is_suspect: Whether it is worse than that by more than chance.
    """

    title: str
    meaning: str
    value: str
    real: str = ""
    is_suspect: bool = False


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures that are read together."""

    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    key: str
    title: str
    meaning: str
    show: Callable[[float], str]


def _nats(value: float) -> str:
    return f"{value:.3f}"


def _spread(value: float) -> str:
    return f"{value:.2f}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


_LOSSES = (
    _Known("nats_per_point", "Surprise", "Nats a point at what comes next; lower is better.", _nats),
    _Known("xy", "by moves", "The part of it for where the pen goes.", _nats),
    _Known("pen", "by lifts", "The part for when it lifts, and when the drawing ends.", _nats),
    _Known(
        "bound_per_point", "with its code", "The same and what telling the code costs: compare by it.", _nats
    ),
    _Known("information_gain", "Gain", "Better than knowing only how often each move occurs.", _nats),
)
_LOOKS = (
    _Known("ended", "Ended by itself", "Share of drawings it finished; the rest was cut off.", _share),
    _Known("memorised", "By heart", "Share that is nearly a drawing it learnt from.", _share),
    _Known("kid", "Look", "How far its drawings look from real ones (KID); 0 is no difference.",
           lambda value: f"{value:.4f}"),
    _Known("coverage", "Variety", "Share of real drawings that have one of its own near.", _spread),
    _Known("density", "Typical", "How deep among real drawings: low strays, high repeats.", _spread),
)  # fmt: skip
_LINES = (
    _Known("w_strokes", "Strokes", "How many a drawing has.", _spread),
    _Known("w_points", "Points", "How many a drawing has.", _spread),
    _Known("w_length", "Line", "How long all of it is.", _spread),
    _Known("w_stroke_length", "One stroke", "How long one is.", _spread),
    _Known("w_turning", "Turning", "How sharply the line turns.", _spread),
    _Known("w_aspect", "Format", "Wide or tall.", _spread),
    _Known("w_crossings", "Crossings", "How often the line crosses itself.", _spread),
)
_GROUPS = (
    ("Its own drawings", _LOOKS),
    ("How they differ: 0 is not at all, 1 a lot", _LINES),
    ("Foreseeing drawings by hand", _LOSSES),
)

_PARTS = {"valid": "held out", "test": "for the last test", "train": "it learnt from", "all": "in all"}
"""What the splits are to an artist."""


def figures_of(evaluation: Mapping[str, Any]) -> tuple[FigureGroup, ...]:
    """The figures of `engine.jobs.evaluation` that are there, in groups; none for an empty evaluation."""
    groups = ((title, tuple(_figures(evaluation, known))) for title, known in _GROUPS)
    return tuple(FigureGroup(title, figures) for title, figures in groups if figures)


def _figures(evaluation: Mapping[str, Any], known: tuple[_Known, ...]) -> list[Figure]:
    has_code = evaluation.get("code_nats") is not None
    found = []
    for one in known:
        value = evaluation.get(one.key)
        if not isinstance(value, int | float) or (one.key == "bound_per_point" and not has_code):
            continue
        real = evaluation.get(f"real_{one.key}")
        shown = one.show(real) if isinstance(real, int | float) else ""
        found.append(Figure(one.title, one.meaning, one.show(value), shown, _is_suspect(evaluation, one.key)))
    return found


def _is_suspect(evaluation: Mapping[str, Any], key: str) -> bool:
    if key == "ended":
        return float(evaluation["ended"]) < _ENDED_ENOUGH
    suspect = evaluation.get("suspect")
    return isinstance(suspect, list) and key in suspect


def measured_text(evaluation: Mapping[str, Any], best_step: int) -> str:
    """On what it was measured and when, and whether the run has learnt more since."""
    part = _PARTS.get(str(evaluation.get("split", "")), "")
    on = f"{evaluation.get('drawings', 0):,} drawings {part} of {evaluation.get('data', '')}"
    if "samples" in evaluation:
        on += f"; {evaluation['samples']:,} of its own at variability {evaluation['temperature']:g}"
        on += f", held against {evaluation['real_drawings']:,} real ones"
    else:
        on += "; none of its own"
    step = evaluation.get("step", 0)
    words = [f"{on}. At step {step:,}, {_when(str(evaluation.get('measured', '')))}."]
    if best_step > step:
        words.append(f"It has learnt more since (step {best_step:,}): measure again.")
    return " ".join((*words, *map(str, evaluation.get("warnings", ()))))


def _when(measured: str) -> str:
    try:
        return datetime.fromisoformat(measured).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return measured
