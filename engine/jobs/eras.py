"""Old books against new ones: one recipe, one kind of training, two hands, and how well each knows the other.

A comparison is a job folder under `eras/`. What it has made so far stands in `made.json`, so that it goes on
where it was stopped; what came of it stands in `report.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.dataset.npz import object_array
from engine.dataset.recipe import Recipe
from engine.dataset.store import load_dataset, load_manifest
from engine.dataset.versions import dataset_folder, make_dataset
from engine.errors import UserError
from engine.jobs.folder import fill_job, project_of, read_spec, read_status
from engine.jobs.runs import Notes, checkpoint_of, create_run, write_notes
from engine.project.atomic import replacing, write_error, write_json
from engine.project.layout import Layout
from engine.project.progress import Reporter
from engine.project.project import Project

OLD, NEW = "old", "new"
REPORT = "report.json"
_MADE = "made.json"
_SAMPLES = 16


@dataclass(frozen=True, slots=True)
class Eras:
    """What is compared.

    Attributes:
        dataset: `NAME/vNNN`, whose recipe both eras share.
        books: Name of each era -> its sketchbooks, oldest first.
        settings: Training settings of both, JSON-ready.
        temperature: Of the drawings shown side by side.
        seed: Of those drawings.
        hold_out: Share of each era's pages that no training sees and that the table is measured on, in place
            of the recipe's test pages. Its validation pages choose each model's best moment and are no
            fair measure any more.
    """

    dataset: str
    books: Mapping[str, Sequence[str]]
    settings: Mapping[str, Any]
    temperature: float = 0.5
    seed: int = 0
    hold_out: float = 0.2


def create_comparison(layout: Layout, eras: Eras, session: str = "") -> Path:
    """Make the job folder of a comparison; running that job trains, measures and draws.

    Args:
        layout: The project's.
        eras: What to compare.
        session: Token of the session that has the project open, see `rejoin`.

    Raises:
        UserError: if a sketchbook stands in two eras, an era is empty, or the folder cannot be written.
    """
    _check(eras)
    numbers = [
        int(match[1]) for path in layout.eras.glob("*") if (match := re.fullmatch(r"eras(\d+)", path.name))
    ]
    folder = layout.eras / f"eras{max(numbers, default=0) + 1:03d}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise write_error(folder, error) from error
    books = {name: list(group) for name, group in eras.books.items()}
    spec = {**asdict(eras), "books": books, "settings": dict(eras.settings)}
    return fill_job(folder, {"kind": "eras", "project": str(layout.root), "session": session, **spec})


def rejoin(folder: Path, session: str) -> None:
    """Let a comparison that was stopped go on as part of the session that has the project open now.

    Raises:
        UserError: if the folder is no comparison, or cannot be written.
    """
    write_json(folder / "spec.json", {**read_spec(folder), "session": session})


def comparisons(layout: Layout) -> list[Path]:
    """The folders of all comparisons, oldest first."""
    return sorted(folder for folder in layout.eras.glob("eras*") if (folder / "spec.json").exists())


def made_datasets(layout: Layout) -> set[str]:
    """Ids of the datasets that comparisons made for themselves."""
    return {one for folder in comparisons(layout) for one in _made(folder).get("datasets", {}).values()}


def read_report(folder: Path) -> dict[str, Any] | None:
    """What came of a comparison: the fields of `CrossTable`, with runs, datasets, books and how many drawings
    each model learnt from; None before."""
    try:
        report: dict[str, Any] = json.loads((folder / REPORT).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return report


def samples_file(folder: Path, era: str) -> Path:
    """Where the drawings of an era's model lie, stroke-3."""
    return folder / f"{era}.npz"


def compare_eras(spec: dict[str, Any], folder: Path, reporter: Reporter) -> dict[str, Any] | None:
    """Do a comparison, or go on with it.

    Args:
        spec: The job's.
        folder: Its folder.
        reporter: Hears `stage_started` (stage) and the progress of each training.

    Returns:
        The report; None when it was stopped.

    Raises:
        UserError: if an era has no drawing to learn from or none held out, or a training fails.
    """
    eras = Eras(**{one.name: spec[one.name] for one in fields(Eras) if one.name in spec})
    _check(eras)
    with Project.open(project_of(folder, spec), session=spec.get("session")) as project:
        datasets = _datasets(project, eras, folder)
        layout = project.layout
    runs = _runs(layout, eras, datasets, folder)
    for era, run in runs.items():
        reporter.event("stage_started", stage=f"train {era}", run=run)
        if not _trained(layout.runs / run, reporter):
            return None
    reporter.event("stage_started", stage="compare")
    report = _report(layout, eras, datasets, runs)
    _draw(layout, eras, runs, folder, reporter)
    write_json(folder / REPORT, report)
    return report


def _check(eras: Eras) -> None:
    groups = [list(books) for books in eras.books.values()]
    if len(groups) < 2 or not all(groups):
        raise UserError("A comparison needs two eras with a sketchbook each.", "Choose old and new books.")
    everything = [book for group in groups for book in group]
    twice = sorted({book for book in everything if everything.count(book) > 1})
    if twice:
        raise UserError(f"Sketchbook {', '.join(twice)} stands in two eras.", "Leave it in one.")


def _datasets(project: Project, eras: Eras, folder: Path) -> dict[str, str]:
    """One dataset an era, by the shared recipe; those made before a stop are used again."""
    shared = dataset_folder(project.layout, eras.dataset)
    recipe = Recipe.from_json(load_manifest(shared)["recipe"])
    made = _made(folder)
    datasets: dict[str, str] = made.get("datasets", {})
    for era, books in eras.books.items():
        if era not in datasets:
            # What other datasets would add belongs to no era.
            own = replace(recipe, books=tuple(books), include=(), test_fraction=eras.hold_out)
            name, title = f"{shared.parent.name} {era}", f"{era} books of {folder.name}"
            version = make_dataset(project, name, own, title=title)
            if not version.manifest["counts"]["test"]["pages"]:
                raise UserError(
                    f"No page of {', '.join(books)} is held out.",
                    "Hold out more, or choose more sketchbooks.",
                )
            datasets[era] = version.id
            write_json(folder / _MADE, {**made, "datasets": datasets})
    return datasets


def _runs(layout: Layout, eras: Eras, datasets: Mapping[str, str], folder: Path) -> dict[str, str]:
    """One run an era, not yet trained; those made before a stop are used again."""
    made = _made(folder)
    runs: dict[str, str] = made.get("runs", {})
    for era, dataset in datasets.items():
        if era not in runs:
            run = create_run(layout, dataset, dict(eras.settings))
            write_notes(
                run, Notes(f"{era} books", f"{folder.name}: sketchbooks {', '.join(eras.books[era])}")
            )
            runs[era] = run.name
            write_json(folder / _MADE, {**made, "runs": runs})
    return runs


def _trained(run: Path, reporter: Reporter) -> bool:
    """Train a run to its end; False when stopped. Raises UserError when it fails."""
    from engine.jobs.runner import run_job

    if read_status(run).state == "done":
        return True
    status = run_job(run, listener=reporter)
    if status.state == "failed":
        raise UserError(f"{run.name} failed: {status.error}", status.hint)
    return status.state == "done"


def _report(
    layout: Layout, eras: Eras, datasets: Mapping[str, str], runs: Mapping[str, str]
) -> dict[str, Any]:
    from engine.training.crosstable import cross_table

    splits = {era: load_dataset(dataset_folder(layout, one)).dataset for era, one in datasets.items()}
    held = {era: both.test for era, both in splits.items()}
    table = cross_table({era: checkpoint_of(layout.runs / run) for era, run in runs.items()}, held)
    return {
        **asdict(table),
        "books": {era: list(group) for era, group in eras.books.items()},
        "learnt": {era: len(both.train) for era, both in splits.items()},
        "datasets": dict(datasets),
        "runs": dict(runs),
    }


def _draw(layout: Layout, eras: Eras, runs: Mapping[str, str], folder: Path, reporter: Reporter) -> None:
    """The same seeds for every era's model, so that only the hand differs."""
    from engine.sampling.options import Options
    from engine.sampling.sampler import Sampler

    for era, run in runs.items():
        sampler = Sampler.load(checkpoint_of(layout.runs / run))
        drawn = sampler.sample(_SAMPLES, Options(eras.temperature, seed=eras.seed), reporter=reporter)
        with replacing(samples_file(folder, era)) as file:
            np.savez_compressed(file, train=object_array(tuple(one.rows for one in drawn)))


def _made(folder: Path) -> dict[str, Any]:
    try:
        made: dict[str, Any] = json.loads((folder / _MADE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return made
