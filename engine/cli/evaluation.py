"""`evaluate`: what runs are worth."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.jobs.evaluation import Evaluator, QualityOptions
from engine.jobs.runs import find_run
from engine.project.project import Project

_LOSS_COLUMNS = {
    "nats_per_point": "nats a point",
    "xy": "moves",
    "pen": "pen",
    "code_nats": "code a drawing",
    "bound_per_point": "with code",
    "information_gain": "gain",
    "nats_per_drawing": "nats a drawing",
}
_QUALITY_ROWS = {
    "kid": "KID x 1000",
    "density": "density",
    "coverage": "coverage",
    "memorised": "memorised",
    "w_strokes": "strokes a drawing",
    "w_points": "points a drawing",
    "w_length": "length of line",
    "w_stroke_length": "length of a stroke",
    "w_turning": "turning",
    "w_aspect": "width to height",
    "w_crossings": "crossings",
}
_CONTROLS = {"real": "real", "copies": "copies", "ten": "ten again", "shuffled": "shuffled"}
_NAME, _CELL, _WIDE = 18, 11, 16
_WITH_CODE = (
    "A model with a code is told each drawing's own mean code first: nats a point are given that code, and",
    "'with code' adds what telling it costs. Compare models by 'with code'; the gain is of that, too.",
)
_READING = (
    "* worse than real drawings by more than chance; none of the figures says it alone.",
    "Real: drawings held out, against the training set. Cheats: copies of the training set; ten typical",
    "real drawings again and again; real drawings with their moves in any order.",
    "KID: 0 is the same distribution. Density: 1 lies as deep among real drawings as they do. Coverage: the",
    "share of real drawings that have one like them. Memorised: nearer to a training drawing than chance.",
    "From strokes a drawing on: Wasserstein distances in standard deviations of the real ones.",
)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("evaluate")(evaluate)


def evaluate(
    project: ProjectFolder,
    runs: Annotated[list[str], typer.Argument(metavar="RUN", help="Such as run001; several are compared.")],
    data: Annotated[
        str | None, typer.Option(help="A .npz or another dataset instead of each run's own.")
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help="train, valid, test or all; valid of a dataset, all of a .npz by default."),
    ] = None,
    quality: Annotated[
        bool, typer.Option("--quality", help="Let it draw too, and measure how good that is.")
    ] = False,
    samples: Annotated[
        int, typer.Option(min=20, max=10_000, help="With --quality: how many drawings.")
    ] = 500,
    temperature: Annotated[float, typer.Option(help="With --quality: variability, 1 as the artist.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="With --quality: same seed, same drawings.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure how well runs predict drawings they have not seen, and how good their own drawings are."""
    output = Output(as_json)
    with Project.open(project, write=False) as opened:
        layout = opened.layout
    found = [find_run(layout, run) for run in dict.fromkeys(runs)]
    options = QualityOptions(samples, temperature, seed) if quality else None
    with output.bar("evaluate") as bar:
        evaluator = Evaluator(layout, data=data, split=split, quality=options, reporter=bar)
        measured: list[dict[str, Any]] = []
        for run in found:
            facts = evaluator.evaluate(run)
            if facts is None:
                raise typer.Exit(STOPPED)
            measured.append(facts)
    if not as_json:
        _warn(measured)
    lines = _losses(measured) + (_quality(measured) if quality else [])
    output.result(measured[0] if len(measured) == 1 else {"runs": measured}, *lines)


def _warn(measured: Sequence[Mapping[str, Any]]) -> None:
    for facts in measured:
        for warning in facts["warnings"]:
            print(f"Note: {facts['run']}: {warning}", file=sys.stderr)


def _losses(measured: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a run."""
    has_code = any(facts["code_nats"] is not None for facts in measured)
    columns = [key for key in _LOSS_COLUMNS if has_code or key not in ("code_nats", "bound_per_point")]
    lines = [_line("", [_LOSS_COLUMNS[key] for key in columns], _WIDE)]
    lines += [_line(facts["run"], [_number(facts[key]) for key in columns], _WIDE) for facts in measured]
    on = {(facts["data"], facts["split"], facts["drawings"], facts["points"]) for facts in measured}
    lines += [f"On {data}, {split}: {n} drawings, {points} points." for data, split, n, points in sorted(on)]
    if any(facts["empty"] for facts in measured):
        lines.append(f"{max(facts['empty'] for facts in measured)} drawings without a point are left out.")
    reasons = [facts["information_gain_reason"] for facts in measured if facts["information_gain"] is None]
    lines += [f"No gain over a histogram of single moves: {reason}." for reason in reasons[:1]]
    return [*lines, *(_WITH_CODE if has_code else ())]


def _quality(measured: Sequence[Mapping[str, Any]]) -> list[str]:
    """A table for the runs of each dataset, as real drawings and cheats are its own."""
    by_data: dict[str, list[Mapping[str, Any]]] = {}
    for facts in measured:
        by_data.setdefault(facts["data"], []).append(facts)
    return [line for group in by_data.values() for line in _quality_table(group)] + list(_READING)


def _quality_table(measured: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a figure, one column a run; then real drawings and cheats."""
    columns = [(facts["run"], facts, "") for facts in measured]
    columns += [(title, measured[0], f"{name}_") for name, title in _CONTROLS.items()]
    lines = ["", _line("", [title for title, _, _ in columns])]
    for key, title in _QUALITY_ROWS.items():
        lines.append(_line(title, [_figure(facts, prefix, key) for _, facts, prefix in columns]))
    lines.append(_line("ended by itself", [f"{_share(facts['ended'])} " for facts in measured]))
    first = measured[0]
    drawn = f"{first['samples']} samples at variability {first['temperature']:g}, seed {first['sample_seed']}"
    real = f"{first['real_drawings']} real drawings of {first['data']} ({first['real_from']})"
    return [*lines, f"{drawn}; {real}."]


def _figure(facts: Mapping[str, Any], prefix: str, key: str) -> str:
    value = facts[f"{prefix}{key}"]
    mark = "*" if key in facts.get(f"{prefix}suspect", ()) else " "
    if key == "memorised":
        return _share(value) + mark
    return f"{1000 * value:.1f}{mark}" if key == "kid" else f"{value:.2f}{mark}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _line(title: str, cells: Sequence[str], width: int = _CELL) -> str:
    return (title.ljust(_NAME) + "".join(cell.rjust(width) for cell in cells)).rstrip()
