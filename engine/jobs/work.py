"""The kinds of work a job can be. Each takes its spec apart, calls one stage, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.jobs.folder import project_of
from engine.project.layout import Layout
from engine.project.progress import Reporter
from engine.project.project import Project

if TYPE_CHECKING:
    from engine.dataset.shelf import DatasetVersion

# Each stage is imported inside its own work: training must not wait for the tracer's libraries.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job's work.

    Attributes:
        message: One sentence for people.
        facts: JSON-ready figures for programs.
        complete: False when it was stopped before the end.
    """

    message: str
    facts: dict[str, Any] = field(default_factory=dict)
    complete: bool = True


Work = Callable[[dict[str, Any], Path, Reporter], Outcome]


def _open(spec: dict[str, Any], folder: Path) -> Project:
    """The job's project, as part of the session that started it."""
    return Project.open(project_of(folder, spec), session=spec.get("session"))


def _import(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.curate.measures import measure_items
    from engine.scans.catalogue import import_folder

    added = changed = gone = skipped = 0
    complete = True
    with _open(spec, folder) as project:
        for source in spec["folders"]:
            report = import_folder(project, Path(source), reporter)
            added, changed = added + len(report.added), changed + len(report.changed)
            gone, skipped = gone + len(report.gone), skipped + len(report.skipped)
            complete = complete and not report.stopped
        measure_items(project, reporter=reporter)
    facts = {"added": added, "changed": changed, "gone": gone, "skipped": skipped}
    return Outcome(f"{added} pages added, {skipped} files skipped", facts, complete)


def _map(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.curate.embedders import DEFAULT_EMBEDDER
    from engine.curate.embeddings import embed_items
    from engine.curate.maps import make_map
    from engine.curate.measures import measure_items
    from engine.curate.places import MapSettings

    level = spec.get("level", "pages")
    settings = MapSettings(**{"model": DEFAULT_EMBEDDER, **spec.get("settings", {})})
    with _open(spec, folder) as project:
        report = embed_items(project, level, settings.model, reporter)
        if report.stopped:
            return Outcome("Stopped; what is embedded is kept.", complete=False)
        measure_items(project, level, reporter)
        places = make_map(project, level, settings, ids=spec.get("ids"))
    return Outcome(f"A map of {len(places)} {level}", {"items": len(places)})


def _share(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.curate.names import cluster_names
    from engine.export.frames import Stopped
    from engine.export.map_page import write_map_page

    level, out = spec.get("level", "pages"), Path(spec["out"])
    with _open(spec, folder) as project:
        try:
            page = write_map_page(
                project,
                out,
                level,
                rejected=bool(spec.get("rejected")),
                private=spec.get("private", ()),
                cluster_names=cluster_names(project, level),
                title=spec.get("heading", ""),
                reporter=reporter,
            )
        except Stopped:
            return Outcome("Stopped; nothing was written.", complete=False)
    facts = {"out": str(out), "shown": len(page.shown)}
    return Outcome(f"{len(page.shown)} {level} in {out / 'index.html'}", facts)


def _trace(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.trace.batch import trace_pages

    with _open(spec, folder) as project:
        report = trace_pages(
            project, page_ids=spec.get("pages"), workers=spec.get("workers"), reporter=reporter
        )
    facts = {name: len(getattr(report, name)) for name in ("traced", "fresh", "failed", "not_line_ink")}
    washes = f", {len(report.not_line_ink)} are no line ink" if report.not_line_ink else ""
    return Outcome(f"{len(report.traced)} pages traced{washes}", facts, not report.stopped)


def _dataset(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.dataset.recipe import Recipe
    from engine.dataset.versions import make_dataset

    recipe = Recipe.from_json(spec.get("recipe", {}))
    with _open(spec, folder) as project:
        return _new_version(
            lambda: make_dataset(
                project, spec["name"], recipe, title=spec.get("title", ""), reporter=reporter
            )
        )


def _import_strokes(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.dataset.recipe import Recipe
    from engine.dataset.versions import import_dataset

    recipe = Recipe.from_json(spec["recipe"]) if spec.get("recipe") is not None else None
    title, file = spec.get("title", ""), Path(spec["file"])

    def make() -> DatasetVersion:
        version, warnings = import_dataset(
            project, spec["name"], file, recipe, title=title, reporter=reporter
        )
        for warning in warnings:
            reporter.event("noted", message=warning)
        return version

    with _open(spec, folder) as project:
        return _new_version(make)


def _new_version(make: Callable[[], DatasetVersion]) -> Outcome:
    from engine.dataset.likeness import Abandoned

    try:
        version = make()
    except Abandoned:
        return Outcome("Stopped; nothing was written.", complete=False)
    clean = version.manifest["audit"]["clean"]
    return Outcome(f"Dataset {version.id}", {"dataset": version.id, "clean": clean})


def _train(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.jobs.training import train_run

    result = train_run(spec, folder, reporter)
    facts = {"steps": result.steps, "valid_nll": result.best_nll}
    return Outcome(f"{result.steps} steps", facts, not result.stopped)


def _evaluate(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.jobs.evaluation import Evaluator, QualityOptions
    from engine.jobs.runs import find_run
    from engine.sampling.quality.judge import TooFewDrawings

    layout = Layout(project_of(folder, spec))
    run = find_run(layout, spec["run"])
    options = QualityOptions(**spec.get("quality", {}))
    note = ""
    try:
        facts = Evaluator(layout, quality=options, reporter=reporter).evaluate(run)
    except TooFewDrawings as error:
        note = f". {error.message}"
        facts = Evaluator(layout, reporter=reporter).evaluate(run)
    if facts is None:
        return Outcome("Stopped; the figures from before are kept.", complete=False)
    nats = facts["nats_per_point"]
    return Outcome(f"{nats:.3f} nats a point{note}", {"run": run.id, "nats_per_point": nats})


def _eras(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.jobs.eras import compare_eras

    report = compare_eras(spec, folder, reporter)
    if report is None:
        return Outcome("Stopped; what is trained is kept.", complete=False)
    return Outcome("Old and new books are compared", {"runs": report["runs"]})


def _demo(spec: dict[str, Any], folder: Path, reporter: Reporter) -> Outcome:
    from engine.jobs.demo import make_demo

    made = make_demo(Path(spec["out"]), reporter)
    return Outcome("The sample project is ready", {"project": str(made.project)})


WORK: dict[str, Work] = {
    "import": _import,
    "map": _map,
    "share": _share,
    "trace": _trace,
    "dataset": _dataset,
    "import-strokes": _import_strokes,
    "train": _train,
    "evaluate": _evaluate,
    "eras": _eras,
    "demo": _demo,
}
"""Kind -> work."""
