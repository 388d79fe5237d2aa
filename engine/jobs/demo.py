"""The whole path on the sample sketchbook: every stage once, each going on from what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.dataset.recipe import Recipe
from engine.errors import UserError
from engine.jobs.folder import read_status
from engine.jobs.runner import run_job
from engine.jobs.runs import BASE, Run, checkpoint_of, create_run, runs
from engine.project.layout import Layout
from engine.project.log import Gesture
from engine.project.progress import Reporter
from engine.project.project import Project
from engine.strokes.augment import Augmentation

_DATASET = "sample"
_TRAIN_MINUTES = 1.5
"""Long enough for strokes that mean something, short enough for someone who only wants to see."""
_RECIPE = Recipe(augment=Augmentation(mirror=True))
"""The sample's artist draws to the left and to the right alike, so every drawing is worth two."""
_DRAWINGS = 16
_TEMPERATURE = 0.3


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo leaves behind.

    Attributes:
        project: The project folder.
        scans: The sample sketchbooks.
        sheet: A contact sheet of machine-drawn drawings.
        gif: The same drawings drawing themselves.
        facts: Figures of every stage, JSON-ready.
    """

    project: Path
    scans: Path
    sheet: Path
    gif: Path
    facts: dict[str, Any]


STAGES = ("sketchbook", "import", "embed", "trace", "train", "draw")
"""The stages that tell of their progress, in order; each begins with the event `stage_started`."""


def make_demo(out: Path, reporter: Reporter) -> Demo:
    """Make a sample sketchbook and take it through the whole path.

    Args:
        out: A folder of our own; run again, the demo goes on from what is there.
        reporter: Hears `stage_started` (stage) before the progress of each stage.

    Returns:
        Where things are.

    Raises:
        UserError: if a stage cannot be done, or the reporter stopped it.
    """
    out = out.expanduser().resolve()
    demo = Demo(out / "project", out / "sketchbooks", out / "contact-sheet.png", out / "drawings.gif", {})
    books = _make_scans(demo, reporter)
    with _open(demo.project) as project:
        _curate(demo, books, project, reporter)
        _trace(demo, project, reporter)
        dataset = _make_dataset(demo, project)
    run = _train(demo, dataset, reporter)
    _draw(demo, run, reporter)
    return demo


def _begin(name: str, reporter: Reporter) -> None:
    _leave_if_stopped(reporter)
    reporter.event("stage_started", stage=name)


def _leave_if_stopped(reporter: Reporter) -> None:
    if reporter.stopped():
        raise UserError("The demo was stopped.", "Run it again: it goes on from here.")


def _open(folder: Path) -> Project:
    return Project.open(folder) if Layout(folder).marker.exists() else Project.create(folder, "Sample")


def _make_scans(demo: Demo, reporter: Reporter) -> tuple[Path, ...]:
    from engine.sample.sketchbook import make_sketchbook

    _begin("sketchbook", reporter)
    report = make_sketchbook(demo.scans, reporter=reporter)
    demo.facts["pages_drawn"] = report.made + report.kept
    return report.books


def _curate(demo: Demo, books: Sequence[Path], project: Project, reporter: Reporter) -> None:
    """Import, embed, cluster, and decide as the sample's artist labelled the pages."""
    from engine.curate import marks
    from engine.curate.embeddings import embed_items
    from engine.curate.items import items
    from engine.curate.maps import make_map
    from engine.curate.measures import measure_items
    from engine.curate.places import load_map
    from engine.scans.catalogue import import_folder

    _begin("import", reporter)
    for book in books:
        import_folder(project, book, reporter)
    measure_items(project, reporter=reporter)
    _begin("embed", reporter)
    report = embed_items(project, "pages", reporter=reporter)
    if report.embedded or not load_map(project):
        make_map(project)
    kinds, _ = marks.labelled_in(project, demo.scans / "labels.csv")
    undecided = {item.id for item in items(project) if item.decision == "undecided" and not item.kind}
    # Only what nobody has decided yet: run again, the demo leaves the artist's own decisions alone.
    fresh = {id_: kind for id_, kind in kinds.items() if id_ in undecided}
    drawn = tuple(id_ for id_, kind in fresh.items() if kind == marks.DRAWING_KIND)
    other = tuple(id_ for id_, kind in fresh.items() if kind != marks.DRAWING_KIND)
    if fresh:
        how = {"by": "labels", "file": "labels.csv"}
        project.decide(Gesture("pages", {"accepted": drawn, "rejected": other}, marks.by_kind(fresh), how))
    demo.facts["pages"] = len(items(project))


def _trace(demo: Demo, project: Project, reporter: Reporter) -> None:
    from engine.trace.batch import trace_pages
    from engine.trace.store import trace_rows

    _begin("trace", reporter)
    trace_pages(project, reporter=reporter)
    # A dataset is for ever: none is made of the few pages that were traced before a stop.
    _leave_if_stopped(reporter)
    rows = [row for row in trace_rows(project).values() if not row.error]
    demo.facts.update(
        traced=len(rows),
        strokes=sum(row.strokes for row in rows),
        joined=sum(row.joined for row in rows),
        spliced=sum(row.spliced for row in rows),
        drawings=sum(row.drawings for row in rows),
    )


def _make_dataset(demo: Demo, project: Project) -> str:
    from engine.dataset.versions import datasets, make_dataset

    made = [one for one in datasets(project.layout) if one.folder.parent.name == _DATASET]
    version = made[-1] if made else make_dataset(project, _DATASET, _RECIPE)
    demo.facts["dataset"] = version.id
    return version.id


def _train(demo: Demo, dataset: str, reporter: Reporter) -> Run:
    """Train a run, or finish the one that is there."""
    from engine.training.settings import TrainSettings

    _begin("train", reporter)
    layout = Layout(demo.project)
    mine = [run for run in runs(layout) if run.dataset == dataset]
    if mine:
        folder = mine[0].folder
    else:
        folder = create_run(layout, dataset, TrainSettings(minutes=_TRAIN_MINUTES, start_from=BASE).to_json())
    if read_status(folder).state != "done":
        status = run_job(folder, listener=reporter)
        if status.state == "failed":
            raise UserError(f"Training failed: {status.error}", status.hint)
    _begin("draw", reporter)
    run = next(run for run in runs(layout) if run.folder == folder)
    metrics = run.last_metrics()
    demo.facts.update(run=run.id, steps=metrics.get("step"), valid_nll=metrics.get("valid_nll"))
    return run


def _draw(demo: Demo, run: Run, reporter: Reporter) -> None:
    from engine.export.frames import Animation, machine_look
    from engine.export.gif import write_gif
    from engine.export.sheet import write_sheet
    from engine.sampling.options import Options
    from engine.sampling.sampler import Sampler
    from engine.strokes.smooth import smooth_drawing

    if demo.gif.exists() and demo.sheet.exists():
        return
    sampler = Sampler.load(checkpoint_of(run.folder))
    drawn = sampler.draw(_DRAWINGS, Options(_TEMPERATURE, seed=1), reporter=reporter)
    shown = [smooth_drawing(one) for one in drawn]
    write_sheet(demo.sheet, shown, look=machine_look(_DRAWINGS))
    write_gif(demo.gif, Animation(shown, machine_look(_DRAWINGS)), reporter=reporter)
