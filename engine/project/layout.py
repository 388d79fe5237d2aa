"""Where everything lies inside a project folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one project.

    Kept for ever: `marker`, `decisions`, `tracing`, `filters`, `datasets`, `runs`, `eras`, `exports`, and
    `trash` until the artist empties it. Made again when deleted: `index`, `cache`, `traces`, `jobs`, `view`.

    Attributes:
        root: The project folder.
    """

    root: Path

    @property
    def marker(self) -> Path:
        """`project.json`: what makes the folder a project."""
        return self.root / "project.json"

    @property
    def index(self) -> Path:
        """`index.sqlite`: pages, embeddings, maps, traces, drawings."""
        return self.root / "index.sqlite"

    @property
    def decisions(self) -> Path:
        """`decisions.jsonl`: the append-only log, the truth about every decision."""
        return self.root / "decisions.jsonl"

    @property
    def tracing(self) -> Path:
        """`tracing.json`: how the artist wants pages to be traced; absent where as usual."""
        return self.root / "tracing.json"

    @property
    def filters(self) -> Path:
        """`filters.json`: filters the artist gave a name; absent where there are none."""
        return self.root / "filters.json"

    @property
    def view(self) -> Path:
        """`view.json`: what the window showed last, so that it shows the same again."""
        return self.root / "view.json"

    @property
    def lock(self) -> Path:
        """`writer.lock`: held by the one process that may write the index."""
        return self.root / "writer.lock"

    @property
    def thumbnails(self) -> Path:
        """Small pictures of scans, named by content hash."""
        return self.root / "cache" / "thumbnails"

    @property
    def previews(self) -> Path:
        """Pictures of scans of 640 px, named by content hash: what is embedded and shown on cards."""
        return self.root / "cache" / "previews"

    @property
    def prints(self) -> Path:
        """Where ink runs, to find the drawing nearest to another: one `.npy` a set of drawings."""
        return self.root / "cache" / "prints"

    @property
    def traces(self) -> Path:
        """One `.npz` a traced page."""
        return self.root / "traces"

    @property
    def datasets(self) -> Path:
        """`datasets/NAME/vNNN`: immutable."""
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        """`runs/RUN`: one job folder a training run."""
        return self.root / "runs"

    @property
    def eras(self) -> Path:
        """`eras/erasNNN`: one job folder a comparison of old and new sketchbooks."""
        return self.root / "eras"

    @property
    def trash(self) -> Path:
        """What was thrown away, in folders named as where it lay: nothing here is deleted by us."""
        return self.root / "trash"

    @property
    def jobs(self) -> Path:
        """`jobs/JOB`: one folder for any other long work."""
        return self.root / "jobs"

    @property
    def exports(self) -> Path:
        """What the artist took out: GIFs, sheets, SVGs."""
        return self.root / "exports"
