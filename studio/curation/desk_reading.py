"""What the desk around grid and map shows of a project, read in worker threads."""

from __future__ import annotations

from dataclasses import dataclass

from engine.project.ids import Level
from engine.project.project import Project
from studio.widgets.curation.history_list import HistoryRow


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """Reads the whole log of a project."""

    project: Project

    def __call__(self) -> list[HistoryRow]:
        """The beginning and every entry, oldest first."""
        from engine.curate.history import history

        beginning = HistoryRow(0, self.project.info.created, "The beginning: nothing decided", False, "pages")
        return [
            beginning,
            *(
                HistoryRow(
                    entry.number, entry.time, entry.sentence, entry.taken_back_by is not None, entry.level
                )
                for entry in history(self.project)
            ),
        ]


@dataclass(frozen=True, slots=True)
class ReadTextModel:
    """Finds the model by which a level can be searched by description."""

    project: Project
    level: Level

    def __call__(self) -> str | None:
        """Its name; None where no embedding understands words."""
        from engine.curate.text_search import text_model

        return text_model(self.project, self.level)
