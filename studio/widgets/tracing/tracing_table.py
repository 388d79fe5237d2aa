"""The table of the Tracing pane: one page, its stages, the tools that mend it, the pen that draws it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSlider, QWidget

from engine.project.project import Project
from studio import theme
from studio.models.traced_pages import TracedPage
from studio.tasks import Tasks
from studio.tracing import mend_tools
from studio.tracing.mend_hand import Act
from studio.tracing.mend_tools import Tool
from studio.tracing.mending import with_act
from studio.tracing.sheets import Sheets
from studio.tracing.tuning import Tuning
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.player.playbar import Playbar
from studio.widgets.tracing import trace_view
from studio.widgets.tracing.mend_bar import MendBar
from studio.widgets.tracing.mend_palette import MendPalette
from studio.widgets.tracing.stage_slider import StageSlider
from studio.widgets.tracing.trace_settings_panel import TraceSettingsPanel
from studio.widgets.tracing.trace_view import TraceView

if TYPE_CHECKING:
    from engine.trace.choices import TraceChoices
    from engine.trace.mends.records import Mend

_ZOOM = 1.2
_NOT_LINE_INK = "No line ink: a wash or fills. It was not traced."
_ONLY_TRIED = "These settings are only tried: use them, or go back to the saved ones, then mend."


class TracingTable(QWidget):
    """Shows one page at every stage, mends it, tries other settings on it.

    Signals:
        mends_made: (new list of mends, what undo calls it, name of the tool).
        anyway_wanted: Trace the page on the table although it is no line ink.
    """

    mends_made = Signal(object, str, str)
    anyway_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheets = Sheets(self)
        self._mends: tuple[Mend, ...] = ()
        self.view = TraceView()
        self.slider = StageSlider(trace_view.stages_of(None))
        self.slider.set_value(self.view.stage)
        self.playbar = Playbar()
        self.palette_of_tools = MendPalette()
        self.bar = MendBar()
        self.panel = TraceSettingsPanel()
        self.tuning = Tuning(self.panel, self._sheets, self)
        self._title = parts.label("", "heading")
        self._state = ElidedLabel("caption")
        self._anyway = parts.button("Trace it anyway", tip="Follow whatever can be followed on this page")
        self._one = _toggle("One stage", "One stage at a time  (S)")
        self._four = _toggle("Side by side", "All stages at once  (S)")
        self._one.setChecked(True)
        self._modes = QButtonGroup(self)
        self._modes.addButton(self._one)
        self._modes.addButton(self._four)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setValue(30)
        self._opacity.setFixedSize(80, 24)
        self._opacity.setToolTip("How much of the scan shines through")
        self._opacity.setAccessibleName("Scan opacity")
        self._fit = parts.tool("fit", "The whole page  (0)")
        self.tune = parts.tool("tune", "Settings of the tracing  (T)", checkable=True)
        self._lay_out()
        self._connect()
        self._show_page_state()

    def _lay_out(self) -> None:
        bar = parts.row(
            self._title, self._state, self._anyway, self._one, self._four, theme.SPACE_8,
            parts.label("Scan", "caption"), self._opacity, self._fit, self.tune,
        )  # fmt: skip
        bar.setStretch(1, 1)
        bar.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        paper = parts.column(spacing=0)
        paper.addWidget(self.view, 1)
        paper.addWidget(parts.rule())
        paper.addWidget(self.bar)
        middle = parts.row(self.palette_of_tools, parts.rule(vertical=True), spacing=0)
        middle.addLayout(paper, 1)
        self._panel_edge = parts.rule(vertical=True)
        middle.addWidget(self._panel_edge)
        middle.addWidget(self.panel)
        foot = parts.column(self.slider, self.playbar, spacing=theme.SPACE_4)
        foot.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_16, theme.SPACE_8)
        layout = parts.column(spacing=0)
        layout.addLayout(bar)
        layout.addWidget(parts.rule())
        layout.addLayout(middle, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)
        self.setLayout(layout)
        self.panel.hide()
        self._panel_edge.hide()

    def _connect(self) -> None:
        self._sheets.changed.connect(self._on_sheets_changed)
        self._sheets.said.connect(self._say)
        self.tuning.failed.connect(self._say)
        self._modes.buttonToggled.connect(self._on_modes_toggled)
        self._opacity.valueChanged.connect(self._on_opacity_changed)
        self._fit.clicked.connect(self._on_fit_clicked)
        self._anyway.clicked.connect(self.anyway_wanted)
        self.tune.toggled.connect(self._on_tune_toggled)
        self.panel.closed.connect(self._on_panel_closed)
        self.slider.moved.connect(self._on_slider_moved)
        self.playbar.moved.connect(self._on_playbar_moved)
        self.palette_of_tools.chosen.connect(self.use)
        self.view.large.tool_wanted.connect(self.use)
        self.view.large.act_made.connect(self._on_canvas_act_made)
        self.view.large.held_changed.connect(self._show_hand)
        self.bar.doubt_wanted.connect(self.step_doubt)
        self.bar.take_back_wanted.connect(self._on_bar_take_back_wanted)
        self.bar.drop_wanted.connect(self._on_bar_drop_wanted)

    # -- life --------------------------------------------------------------------------------------------

    def open(self, project: Project, tasks: Tasks) -> None:
        """Take pages of this project from now on."""
        self._sheets.open(project, tasks)
        self.tuning.open(project, tasks)

    def close_project(self) -> None:
        """Let go of the project and of everything read from it."""
        self.playbar.pause()
        self.tune.setChecked(False)
        self.tuning.close()
        self._sheets.close()
        self._mends = ()
        self._show_sheet()

    @property
    def is_loading(self) -> bool:
        """Whether something of the page is still to come."""
        return self._sheets.is_loading or self.tuning.is_busy

    def show_page(self, page: TracedPage, choices: TraceChoices) -> None:
        """Put a page on the table, with what is known of it, and fetch the rest."""
        self._sheets.show(page, choices.of(page.item.id))
        self._mends = self._sheets.sheet.mends
        self._show_page_state()
        self.tuning.show_page(choices)

    def freshen(self, page: TracedPage, choices: TraceChoices, *, traced: bool) -> None:
        """Something is known anew of the page on the table; `traced`: also its trace."""
        if traced:
            self._sheets.freshen(page, choices.of(page.item.id))
        else:
            self._sheets.update(page, choices.of(page.item.id))
        self._show_page_state()
        self.tuning.show_page(choices)

    def forget(self, page_ids: Iterable[str]) -> None:
        """These pages have another trace now."""
        self._sheets.forget(page_ids)

    def set_mends(self, page_id: str, mends: tuple[Mend, ...]) -> None:
        """A page has other mends now."""
        if self._sheets.page is not None and self._sheets.page.item.id == page_id:
            self._mends = mends
        self._sheets.set_mends(page_id, mends)

    def handle_key(self, event: QKeyEvent) -> bool:
        """The keys of watching, then those of mending; says whether it was one of them."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if self._handle_view_key(key) or self._handle_mend_key(key, event.modifiers()):
            return True
        return self.playbar.press(event)

    def _handle_view_key(self, key: Qt.Key) -> bool:
        """Left, Right stages, Space plays, S side by side, 0 the whole page, plus, minus zoom, T settings."""
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
        elif key == Qt.Key.Key_T:
            self.tune.toggle()
        else:
            return False
        return True

    def _handle_mend_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """A letter takes a tool, Escape lets go, J goes to an uncertain crossing, N makes a drawing."""
        hand, tool = self.view.large.hand, mend_tools.tool_of(key)
        if key == Qt.Key.Key_Escape:
            if not self.view.large.let_go():
                if hand.tool == Tool.LOOK:
                    return False
                self.use(Tool.LOOK)
        elif key == mend_tools.DOUBT_KEY:
            self.step_doubt(-1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key == mend_tools.NEW_DRAWING_KEY and hand.tool == Tool.MOVE:
            self.view.large.move_to_new()
        elif tool is not None:
            self.use(tool)
        else:
            return False
        return True

    # -- mending -----------------------------------------------------------------------------------------

    def use(self, tool: Tool) -> None:
        """Take a tool in the hand; the ones that mend work at the spliced stage."""
        if tool != Tool.LOOK:
            self._to_spliced()
        self.view.large.use(tool if self._is_mendable() else Tool.LOOK)

    def step_doubt(self, by: int) -> None:
        """Look at the next uncertain crossing, or at the one before."""
        self._to_spliced()
        self.view.large.step_doubt(by)
        self._show_hand()

    def _to_spliced(self) -> None:
        self._one.setChecked(True)
        if self.view.stage != trace_view.SPLICED:
            self.slider.set_value(trace_view.SPLICED)
            self._on_slider_moved(trace_view.SPLICED)

    def _is_mendable(self) -> bool:
        sheet = self._sheets.sheet
        return bool(sheet.trace and (sheet.trace.spliced or sheet.mends)) and not sheet.is_preview

    def _show_hand(self) -> None:
        large, sheet, mendable = self.view.large, self._sheets.sheet, self._is_mendable()
        self.palette_of_tools.show_tool(large.hand.tool)
        self.palette_of_tools.set_mendable(mendable)
        if sheet.is_preview:
            self.bar.say(_ONLY_TRIED)
        elif mendable and large.is_mendable:
            self.bar.show_hand(large.hand)
        else:
            self.bar.say("")
        lapsed = len(sheet.page.mended.lapsed) if sheet.page is not None else 0
        doubts = len(sheet.trace.uncertain) if sheet.trace is not None and mendable else 0
        self.bar.show_figures(doubts, len(sheet.mends), lapsed, large.doubt)

    def _on_canvas_act_made(self, act: Act) -> None:
        self.mends_made.emit(with_act(self._mends, act), act.text, str(act.tool))

    def _on_bar_take_back_wanted(self) -> None:
        self.mends_made.emit((), "take all mends of a page back", "take-back")

    def _on_bar_drop_wanted(self) -> None:
        page = self._sheets.sheet.page
        if page is not None:
            kept = tuple(mend for k, mend in enumerate(page.mends) if k not in page.mended.lapsed)
            self.mends_made.emit(kept, "drop lapsed mends", "drop")

    # -- showing -----------------------------------------------------------------------------------------

    def _on_sheets_changed(self) -> None:
        self._show_sheet()

    def _show_sheet(self) -> None:
        sheet = self._sheets.sheet
        has_new_trace = sheet.trace is not self.view.sheet.trace
        if not self._sheets.is_mending:
            self._mends = sheet.mends
        self.view.show_sheet(sheet)
        if not self._is_mendable() and self.view.large.hand.tool != Tool.LOOK and sheet.is_preview:
            self.view.large.use(Tool.LOOK)
        self.slider.set_stages(trace_view.stages_of(sheet.trace))
        if has_new_trace or not self.playbar.is_playing:
            self._wind_clock()
        self._show_hand()

    def _show_page_state(self) -> None:
        page = self._sheets.page
        self._title.setText(page.item.title if page is not None else "")
        not_ink = page is not None and page.progress == "no line"
        self._anyway.setVisible(not_ink)
        if page is None or page.progress == "traced":
            self._say("")
        else:
            self._say(_NOT_LINE_INK if not_ink else page.line)

    def _say(self, sentence: str) -> None:
        self._state.setText(sentence)

    # -- watching ----------------------------------------------------------------------------------------

    def _wind_clock(self) -> None:
        """Measure the lines in sight; the pen stands at their end."""
        self.playbar.set_duration(self.view.wind())
        # Traced points lie a pixel apart: only strokes are worth a step.
        self.playbar.set_stops(np.zeros(0), self.view.stroke_stops_s())

    def _on_playbar_moved(self, time_s: float) -> None:
        self.view.draw_until(time_s)

    def _on_slider_moved(self, stage: int) -> None:
        self._one.setChecked(True)
        self.view.set_stage(stage)
        self._stages_turned()

    def _on_modes_toggled(self, _button: QPushButton, checked: bool) -> None:
        if checked:
            self.playbar.pause()
            self.view.set_four(self._four.isChecked())
            self._stages_turned()

    def _stages_turned(self) -> None:
        """Other stages are in sight: tools stay at the spliced one, the ink is fetched when it is seen."""
        four = self.view.shows_four
        if four or self.view.stage != trace_view.SPLICED:
            self.view.large.use(Tool.LOOK)
        self._show_hand()
        self._wind_clock()
        ink = four or self.view.stage == trace_view.INK
        self._sheets.want_ink(ink)
        self.tuning.want_ink(ink)

    def _on_opacity_changed(self, value: int) -> None:
        self.view.set_scan_opacity(value / 100.0)

    def _on_fit_clicked(self) -> None:
        self.view.fit()

    def _on_tune_toggled(self, shown: bool) -> None:
        self._panel_edge.setVisible(shown)
        self.tuning.show_panel(shown)

    def _on_panel_closed(self) -> None:
        self.tune.setChecked(False)


def _toggle(text: str, tip: str) -> QPushButton:
    result = parts.button(text, tip=tip)
    result.setCheckable(True)
    result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return result
