"""Trying other settings on the page on the table: between the panel, the live tracer and the sheets."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.project.project import Project
from studio.tasks import Tasks
from studio.tracing.live_trace import LiveTrace, Preview, Request
from studio.tracing.sheets import Sheets
from studio.tracing.trace_loading import SaveChoices
from studio.widgets.tracing.trace_settings_panel import TraceSettingsPanel

if TYPE_CHECKING:
    from engine.trace.choices import TraceChoices
    from engine.trace.settings import TraceSettings


class Tuning(QObject):
    """Owns the live tracer while the panel is open. What was tried goes on to the next page until it is used.

    Signals:
        saved: Choices were written down; pages may be out of date now.
        failed: The sentence to show.
    """

    saved = Signal()
    failed = Signal(str)

    def __init__(self, panel: TraceSettingsPanel, sheets: Sheets, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel, self._sheets = panel, sheets
        self._project: Project | None = None
        self._tasks: Tasks | None = None
        self._live: LiveTrace | None = None
        self._choices: TraceChoices | None = None
        self._preview: Preview | None = None
        self._wants_ink = False
        self._asked_s = 0.0
        self._saving = False
        panel.changed.connect(self._on_panel_changed)
        panel.page_wanted.connect(self._on_panel_page_wanted)
        panel.all_wanted.connect(self._on_panel_all_wanted)
        panel.saved_wanted.connect(self._on_panel_saved_wanted)

    def open(self, project: Project, tasks: Tasks) -> None:
        """Take pages of this project from now on."""
        self._project, self._tasks = project, tasks
        self._live = LiveTrace(tasks, self)
        self._live.traced.connect(self._on_live_traced)
        self._live.failed.connect(self._on_live_failed)

    def close(self) -> None:
        """Let go of the project."""
        if self._live is not None:
            self._live.close()
            self._live.deleteLater()
        self._live = self._project = self._tasks = self._choices = self._preview = None

    @property
    def is_busy(self) -> bool:
        """Whether a page is being traced or choices are being written."""
        return self._saving or (self._live is not None and self._live.is_busy)

    def show_page(self, choices: TraceChoices) -> None:
        """Another page lies on the table, or the choices are others; traced while the panel is out."""
        self._choices, self._preview = choices, None
        if self._panel.isVisible():
            self._begin()

    def show_panel(self, shown: bool) -> None:
        """Begin when the panel comes out; when it goes, show the page as it is written down."""
        self._panel.setVisible(shown)
        if shown:
            self._begin()
        else:
            if self._live is not None:
                self._live.close()
            self._preview = None
            self._sheets.show_preview(None)
            self._show_saved()

    def want_ink(self, wanted: bool) -> None:
        """Whether the ink is looked at: then it is part of the preview."""
        self._wants_ink = wanted
        if wanted and self._preview is not None and self._preview.ink is None:
            self._ask()

    def _saved(self) -> TraceSettings | None:
        page = self._sheets.page
        return self._choices.of(page.item.id) if page is not None and self._choices is not None else None

    def _begin(self) -> None:
        page, saved = self._sheets.page, self._saved()
        if page is None or saved is None or self._live is None:
            return
        tried = self._panel.settings if self._panel.is_changed else None
        self._show_saved(tried)
        self._live.open(page.item.id, page.item.file)
        # Also with the saved settings: the tracer is warm, then, when the first slider moves.
        self._ask()

    def _show_saved(self, tried: TraceSettings | None = None) -> None:
        saved = self._saved()
        if saved is not None:
            self._panel.show_settings(tried or saved, saved, self._origin())
            self._panel.say("")

    def _origin(self) -> str:
        page, choices = self._sheets.page, self._choices
        if page is None or choices is None:
            return ""
        if page.item.id in choices.pages:
            return "This page has settings of its own."
        own = len(choices.pages)
        others = f"; {own} page{' has its' if own == 1 else 's have their'} own" if own else ""
        return f"The settings of all pages{others}."

    def _ask(self) -> None:
        settings = self._panel.settings
        if settings is None or self._live is None:
            return
        self._asked_s = time.monotonic()
        self._live.request(Request(settings, self._sheets.sheet.mends, self._wants_ink))

    def _on_panel_changed(self, _settings: TraceSettings) -> None:
        self._panel.say("Tracing …")
        self._ask()

    def _on_live_traced(self, preview: Preview) -> None:
        is_tried = preview.request.settings != self._saved()
        self._preview = preview if is_tried else None
        self._sheets.show_preview(self._preview)
        if preview.request.settings == self._panel.settings:
            found = preview.page.found
            counts = f"{len(found.strokes)} → {len(found.joined)} → {len(found.spliced)} strokes"
            took = f" in {time.monotonic() - self._asked_s:.2f} s" if is_tried else ""
            self._panel.say(f"{counts}{took}")

    def _on_live_failed(self, sentence: str) -> None:
        self._panel.say(sentence)

    # -- writing down ------------------------------------------------------------------------------------

    def _on_panel_page_wanted(self) -> None:
        page, settings = self._sheets.page, self._panel.settings
        if page is not None and settings is not None and self._choices is not None:
            own = {**self._choices.pages, page.item.id: settings}
            self._save(replace(self._choices, pages=own))

    def _on_panel_all_wanted(self) -> None:
        page, settings = self._sheets.page, self._panel.settings
        if page is not None and settings is not None and self._choices is not None:
            own = {known: value for known, value in self._choices.pages.items() if known != page.item.id}
            self._save(replace(self._choices, default=settings, pages=own))

    def _on_panel_saved_wanted(self) -> None:
        self._preview = None
        self._sheets.show_preview(None)
        self._show_saved()
        self._ask()  # what is under way is forgotten with it

    def trace_anyway(self, page_id: str) -> None:
        """This page is to be traced although it is no line ink."""
        if self._choices is not None:
            self._save(replace(self._choices, anyway=self._choices.anyway | {page_id}))

    def _save(self, choices: TraceChoices) -> None:
        if self._project is None or self._tasks is None or self._saving:
            return
        page, preview = self._sheets.page, self._preview
        page_id = page.item.id if page is not None else ""
        found = None
        if preview is not None and preview.request.settings == self._panel.settings:
            found = preview.page.found
            if not found.line_ink and page_id not in choices.anyway:
                found = None  # the batch says so of it, and does not trace it
        self._saving = True
        self._choices = choices
        work = SaveChoices(self._project, choices, page_id, found)
        self._tasks.run(work, self._on_choices_saved, self._on_choices_failed)

    def _on_choices_saved(self, _result: None) -> None:
        self._saving = False
        self._show_saved()
        self.saved.emit()

    def _on_choices_failed(self, error: Exception) -> None:
        self._saving = False
        self.failed.emit(str(error))
