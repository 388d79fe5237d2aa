"""Decisions out and in: a table, folders of labels, somebody else's log. Each taking over is one step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.project.ids import Level
from engine.project.project import Project
from studio.session import Session
from studio.widgets.curation.taking_over_dialog import TakingOverDialog

if TYPE_CHECKING:
    from engine.curate.exchange import Import
    from engine.curate.merge import Merge, Prefer

_TABLES = "Tables (*.csv *.json)"
_LOGS = "Decision logs (decisions.jsonl *.jsonl)"
_WAYS = {"ours": "Keep mine", "theirs": "Take theirs", "newest": "Take the newest"}


@dataclass(frozen=True, slots=True)
class _Export:
    """Writes a table of decisions, in a worker thread."""

    project: Project
    out: Path
    level: Level

    def __call__(self) -> str:
        from engine.curate.exchange import write_decisions

        count = write_decisions(self.project, self.out, self.level)
        return f"{count:,} {self.level} written to {self.out}."


@dataclass(frozen=True, slots=True)
class _PlanImport:
    """Reads a table or a folder of labels, and says what it would change; in a worker thread."""

    project: Project
    source: Path
    level: Level

    def __call__(self) -> Import:
        from engine.curate.exchange import plan_import, read_decisions
        from engine.curate.folders import read_folders

        how = {"by": "import", "of": self.source.name}
        if self.source.is_dir():
            return plan_import(self.project, read_folders(self.source), how)
        return plan_import(self.project, read_decisions(self.source, self.level), how)


@dataclass(frozen=True, slots=True)
class _PlanMerge:
    """Reads somebody else's decisions, and says what merging them would change; in a worker thread."""

    project: Project
    other: Path
    prefer: Prefer | None = None

    def __call__(self) -> Merge:
        from engine.curate.merge import plan_merge, read_other

        return plan_merge(self.project, read_other(self.project, self.other), self.prefer)


class Exchanging(QObject):
    """Asks for files, says what would change, and does it as steps of undo."""

    def __init__(self, window: QWidget, session: Session, parent: QObject) -> None:
        """Make it.

        Args:
            window: Where dialogs stand.
            session: Whose decisions they are.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._window = window
        self._session = session

    # -- out -------------------------------------------------------------------------------------------

    def choose_export(self) -> None:
        """Ask where to, and write the decisions of the level that is looked at."""
        start = str(self._session.project.layout.exports / "decisions.csv")
        name, _ = QFileDialog.getSaveFileName(self._window, "Export decisions", start, _TABLES)
        if name:
            out = Path(name) if Path(name).suffix else Path(name).with_suffix(".csv")
            work = _Export(self._session.project, out, self._session.curation.level)
            self._session.tasks.run(work, self._session.said.emit)

    # -- in --------------------------------------------------------------------------------------------

    def choose_import(self) -> None:
        """Ask for a table of decisions."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import decisions", str(Path.home()), _TABLES)
        if name:
            self.plan_import(Path(name))

    def choose_folders(self) -> None:
        """Ask for a folder with a sub-folder for each label."""
        name = QFileDialog.getExistingDirectory(
            self._window, "A folder with one folder a label", str(Path.home())
        )
        if name:
            self.plan_import(Path(name))

    def plan_import(self, source: Path) -> None:
        """See what a table or a folder of labels would change, and ask."""
        work = _PlanImport(self._session.project, source, self._session.curation.level)
        self._session.tasks.run(work, partial(self._on_import_planned, source.name))

    def _on_import_planned(self, name: str, plan: Import) -> None:
        if plan.gesture is None and not plan.unknown:
            self._session.said.emit(f"Everything is as {name} says.")
            return
        words = (
            f"{plan.changed:,} change, {plan.already:,} are so already, {len(plan.unknown):,} are not here."
        )
        dialog = TakingOverDialog(f"Import {name}", words, self._window)
        if plan.unknown:
            dialog.show_table(["Not here", "Why"], plan.unknown)
        dialog.offer("leave", "Leave it")
        if plan.gesture is not None:
            dialog.offer("take", f"Change {plan.changed:,}", primary=True)
        dialog.answered.connect(partial(self._on_import_answered, plan))
        dialog.open()

    def _on_import_answered(self, plan: Import, way: str) -> None:
        if way == "take" and plan.gesture is not None:
            self._session.take_over([plan.gesture], "import decisions")

    # -- together --------------------------------------------------------------------------------------

    def choose_merge(self) -> None:
        """Ask for somebody else's log; beside their project.json, the whole project is asked."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "The decisions.jsonl of the other project", str(Path.home()), _LOGS
        )
        if name:
            folder = Path(name).parent
            self.plan_merge(folder if (folder / "project.json").exists() else Path(name))

    def plan_merge(self, other: Path, prefer: Prefer | None = None) -> None:
        """See what merging would change; conflicts are asked about once."""
        work = _PlanMerge(self._session.project, other, prefer)
        done = partial(self._on_merge_planned, other) if prefer is None else self._take_merge
        self._session.tasks.run(work, done)

    def _on_merge_planned(self, other: Path, plan: Merge) -> None:
        if not plan.gestures and not plan.conflicts:
            self._session.said.emit(f"{other.name} holds nothing that is not here.")
            return
        words = (
            f"{plan.taken:,} values are taken over, {plan.same:,} are the same on both sides, "
            f"{len(plan.conflicts):,} differ, {len(plan.not_here):,} of their items are not here."
        )
        dialog = TakingOverDialog(f"Merge {other.name}", words, self._window)
        dialog.offer("leave", "Leave it")
        if plan.conflicts:
            rows = [(one.id, one.field, _said(one.ours), _said(one.theirs)) for one in plan.conflicts]
            dialog.show_table(["Item", "What", "Mine", "Theirs"], rows)
            for way, text in _WAYS.items():
                dialog.offer(way, text, primary=way == "ours")
            dialog.answered.connect(partial(self._on_conflicts_answered, other))
        else:
            dialog.offer("take", f"Take over {plan.taken:,}", primary=True)
            dialog.answered.connect(partial(self._on_merge_answered, plan))
        dialog.open()

    def _on_conflicts_answered(self, other: Path, way: str) -> None:
        if way in _WAYS:
            self.plan_merge(other, cast("Prefer", way))

    def _on_merge_answered(self, plan: Merge, way: str) -> None:
        if way == "take":
            self._take_merge(plan)

    def _take_merge(self, plan: Merge) -> None:
        self._session.take_over(plan.gestures, "merge decisions")


def _said(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"{len(value)} of them"
    return str(value) or "nothing"
