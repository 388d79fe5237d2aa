"""Where a drawing comes from, and what it is near to, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.jobs.runs import BASE
from studio.gallery.manner import Manner

_NEAR = ((0.04, "very like"), (0.08, "quite like"), (0.15, "a little like"))
_FAR = "far from"
_WAYS = {
    "continued": "going on from a line",
    "reconstructed": "from the code of another",
    "between": "between two drawings",
    "varied": "a variation",
}


def likeness_words(distance: float) -> str:
    """How near two drawings are: `very like` ... `far from`."""
    return next((words for most, words in _NEAR if distance <= most), _FAR)


def origin_words(origin: Mapping[str, Any]) -> str:
    """`run003, best of step 812 · drawings/v002 · seed 7, 3rd · variability 0.50 · quite like sb44p012`.

    Args:
        origin: As `studio.models.samples.Sample` has it, whole, or of what was kept long ago. What it does
            not tell is left out.
    """
    if origin.get("on") == "canvas":
        return " · ".join(_canvas_words(origin))
    if "run" not in origin:
        return "Drawn by hand" if "drawing" in origin else ""
    return " · ".join(
        filter(
            None,
            (_who(origin), _learnt_from(origin), _way(origin), _chance(origin), _how(origin), _near(origin)),
        )
    )


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    tens = number % 100 // 10
    return f"{number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _canvas_words(origin: Mapping[str, Any]) -> Iterator[str]:
    """`Drawn on the canvas`, `begun from sb44p084`, `21 % by Base model, step 23,944`, `variability 0.50`."""
    yield "Drawn on the canvas"
    begun_from, machines = origin.get("begun_from") or {}, origin.get("machines") or []
    if begun_from.get("name"):
        yield f"begun from {begun_from['name']}"
    if machines:
        who = dict.fromkeys(map(_who, machines))
        yield f"{100 * float(origin.get('machine_share', 0)):.0f} % by {' and '.join(who)}"
        yield " and ".join(filter(None, dict.fromkeys(map(_how, machines))))


def _who(origin: Mapping[str, Any]) -> str:
    run = "Base model" if origin["run"] == BASE else str(origin["run"])
    state = origin.get("checkpoint") or {}
    if not state.get("step"):
        return run
    word = "best of " if str(state.get("file", "")).startswith("best") else ""
    return f"{run}, {word}step {int(state['step']):,}"


def _learnt_from(origin: Mapping[str, Any]) -> str:
    learnt = origin.get("dataset") or {}
    return f"{learnt['name']}/v{int(learnt.get('version', 0)):03d}" if learnt.get("name") else ""


def _way(origin: Mapping[str, Any]) -> str:
    made_from = " and ".join(str(one) for one in origin.get("made_from") or ())
    word = _WAYS.get(str(origin.get("way", "")), "")
    return f"{word} ({made_from})" if word and made_from else word


def _chance(origin: Mapping[str, Any]) -> str:
    if "seed" not in origin:
        return f"step {origin['step']}" if "step" in origin else ""
    place = f", {ordinal(int(origin['index']) + 1)}" if "index" in origin else ""
    return f"seed {origin['seed']}{place}"


def _how(origin: Mapping[str, Any]) -> str:
    options = origin.get("options")
    if not options:
        return f"variability {float(origin['temperature']):.2f}" if "temperature" in origin else ""
    # That poor drawings are begun again is how it is unless somebody says otherwise.
    manner = Manner.from_json({**options, "retry": True})
    return ", ".join([f"variability {manner.variability:.2f}", *manner.in_words()])


def _near(origin: Mapping[str, Any]) -> str:
    near = origin.get("nearest")
    if not near:
        return ""
    if near.get("memorised"):
        return f"nearly a copy of {near['name']}"
    distance = float(near["distance"])
    word = likeness_words(distance)
    return (
        f"not near any of yours (the nearest is {near['name']})" if word == _FAR else f"{word} {near['name']}"
    )
