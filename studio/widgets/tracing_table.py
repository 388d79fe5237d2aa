"""The table of the Tracing pane: one page, its stages, and the pen that draws them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QSlider, QWidget

from engine.project.project import Project
from studio import theme
from studio.models.traced_pages import TracedPage
from studio.tasks import Task, Tasks
from studio.trace_loading import FindInk, ReadScan, ReadTrace
from studio.widgets import parts, trace_view
from studio.widgets.playbar import Playbar
from studio.widgets.stage_slider import StageSlider
from studio.widgets.trace_view import TracedSheet, TraceView

_SHEETS_KEPT = 8
_ZOOM = 1.2


class TracingTable(QWidget):
    """Shows one page; fetches its trace, its scan and, when looked at, its ink in worker threads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._tasks: Tasks | None = None
        self._page: TracedPage | None = None
        self._sheets: OrderedDict[str, TracedSheet] = OrderedDict()
        self._task: Task | None = None
        self._fetching = ""
        self._tried: set[str] = set()
        self.view = TraceView()
        self.slider = StageSlider(trace_view.stages_of(None))
        self.slider.set_value(self.view.stage)
        self.playbar = Playbar()
        self._title = parts.label("", "heading")
        self._state = parts.label("", "caption")
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._one = _toggle("One stage", "One stage at a time  (S)")
        self._four = _toggle("Side by side", "All stages at once  (S)")
        self._one.setChecked(True)
        self._modes = QButtonGroup(self)
        self._modes.addButton(self._one)
        self._modes.addButton(self._four)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setValue(30)
        self._opacity.setFixedSize(96, 24)
        self._opacity.setToolTip("How much of the scan shines through")
        self._opacity.setAccessibleName("Scan opacity")
        self._fit = parts.tool("fit", "The whole page  (0)")
        self._lay_out()
        self._modes.buttonToggled.connect(self._on_modes_toggled)
        self._opacity.valueChanged.connect(self._on_opacity_changed)
        self._fit.clicked.connect(self._on_fit_clicked)
        self.slider.moved.connect(self._on_slider_moved)
        self.playbar.moved.connect(self._on_playbar_moved)

    def _lay_out(self) -> None:
        bar = parts.row(
            self._title, self._state, self._one, self._four, theme.SPACE_8,
            parts.label("Scan", "caption"), self._opacity, self._fit,
        )  # fmt: skip
        bar.setStretch(1, 1)
        bar.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        foot = parts.column(self.slider, self.playbar, spacing=theme.SPACE_4)
        foot.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_16, theme.SPACE_8)
        layout = parts.column(spacing=0)
        layout.addLayout(bar)
        layout.addWidget(parts.rule())
        layout.addWidget(self.view, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)
        self.setLayout(layout)

    def open(self, project: Project, tasks: Tasks) -> None:
        """Take pages of this project from now on."""
        self._project, self._tasks = project, tasks

    def close_project(self) -> None:
        """Let go of the project and of everything read from it."""
        self._cancel()
        self.playbar.pause()
        self._project = self._tasks = self._page = None
        self._sheets.clear()
        self.view.show_sheet(TracedSheet((0, 0)))

    @property
    def is_loading(self) -> bool:
        """Whether something of the page is still to come."""
        return self._task is not None

    def show_page(self, page: TracedPage) -> None:
        """Put a page on the table, with what is known of it, and fetch the rest."""
        self._cancel()
        self._page = page
        self._tried.clear()
        self._title.setText(page.item.title)
        self._say("" if page.progress == "traced" else page.line)
        self._take(self._sheets.get(page.item.id) or TracedSheet(page.item.size_px))
        self._fetch_next()

    def forget(self, page_ids: Iterable[str]) -> None:
        """These pages have another trace now."""
        for page_id in page_ids:
            self._sheets.pop(page_id, None)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Left and Right stages, Space plays, S side by side, 0 the whole page, plus and minus zoom."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.slider.step(1 if key == Qt.Key.Key_Right else -1)
        elif key == Qt.Key.Key_Space:
            self.playbar.toggle()
        elif key == Qt.Key.Key_S:
            (self._one if self.view.shows_four else self._four).setChecked(True)
        elif key == Qt.Key.Key_0:
            self.view.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.view.zoom(_ZOOM if key == Qt.Key.Key_Plus else 1 / _ZOOM)
        else:
            return False
        return True

    # -- loading, one thing after the other, what is seen first first ------------------------------------

    def _missing(self) -> dict[str, Callable[[], Any]]:
        """What the table should show and does not yet, in the order of fetching."""
        page, sheet, missing = self._page, self.view.sheet, dict[str, Callable[[], Any]]()
        if page is None or self._project is None:
            return missing
        if sheet.trace is None and page.row is not None:
            missing["trace"] = ReadTrace(self._project, page.item.id)
        if sheet.scan is None:
            missing["scan"] = ReadScan(page.item.file)
        if sheet.ink is None and (self.view.shows_four or self.view.stage == trace_view.INK):
            missing["ink"] = FindInk(page.item.file)
        return {name: work for name, work in missing.items() if name not in self._tried}

    def _fetch_next(self) -> None:
        missing = self._missing()
        if self._task is not None or self._tasks is None or not missing:
            return
        self._fetching = next(iter(missing))
        self._tried.add(self._fetching)
        self._task = self._tasks.run(
            missing[self._fetching], self._on_part_fetched, self._on_part_failed, priority=3
        )

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_part_fetched(self, part: Any) -> None:
        self._task = None
        self._take(replace(self.view.sheet, **{self._fetching: part}))
        self._fetch_next()

    def _on_part_failed(self, error: Exception) -> None:
        self._task = None
        self._say(str(error))
        self._fetch_next()

    def _say(self, sentence: str) -> None:
        self._state.setText(sentence)
        self._state.setToolTip(sentence)

    def _take(self, sheet: TracedSheet) -> None:
        """Keep a sheet and show it."""
        if self._page is not None:
            self._sheets[self._page.item.id] = sheet
            self._sheets.move_to_end(self._page.item.id)
        while len(self._sheets) > _SHEETS_KEPT:
            self._sheets.popitem(last=False)
        has_new_trace = sheet.trace is not self.view.sheet.trace
        self.view.show_sheet(sheet)
        self.slider.set_stages(trace_view.stages_of(sheet.trace))
        if has_new_trace or not self.playbar.is_playing:
            self._wind_clock()

    # -- watching ----------------------------------------------------------------------------------------

    def _wind_clock(self) -> None:
        """Measure the lines in sight; the pen stands at their end."""
        self.playbar.set_duration(self.view.wind())

    def _on_playbar_moved(self, time_s: float) -> None:
        self.view.draw_until(time_s)

    def _on_slider_moved(self, stage: int) -> None:
        self._one.setChecked(True)
        self.view.set_stage(stage)
        self._wind_clock()
        self._fetch_next()

    def _on_modes_toggled(self, _button: QPushButton, checked: bool) -> None:
        if checked:
            self.playbar.pause()
            self.view.set_four(self._four.isChecked())
            self._wind_clock()
            self._fetch_next()

    def _on_opacity_changed(self, value: int) -> None:
        self.view.set_scan_opacity(value / 100.0)

    def _on_fit_clicked(self) -> None:
        self.view.fit()


def _toggle(text: str, tip: str) -> QPushButton:
    result = parts.button(text, tip=tip)
    result.setCheckable(True)
    result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return result
