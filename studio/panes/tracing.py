"""Tracing: from ink to the path the pen took, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio import theme
from studio.jobs import Job
from studio.models.items import Item
from studio.models.traced_pages import Order, TracedPage, TracedPagesModel
from studio.panes.base import Pane
from studio.session import Session
from studio.tracing.trace_rows import TraceRows
from studio.widgets import parts
from studio.widgets.job_strip import figures
from studio.widgets.tracing.traced_page_list import TracedPageList
from studio.widgets.tracing.tracing_summary import TracingSummary
from studio.widgets.tracing.tracing_table import TracingTable

if TYPE_CHECKING:
    from engine.trace.mends.records import Mend

_LIST_PX = 284
_CATCH_UP_MS = 400
_PAGE_EVENTS = ("page_traced", "not_line_ink", "item_failed")


class TracingPane(Pane):
    """Accepted pages at the left, the one on the table at the right."""

    TITLE = "Tracing"
    ICON = "tracing"
    WATCHES = frozenset({"pages", "decisions", "traces", "drawings"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = TracedPagesModel(self)
        self._items: Sequence[Item] = ()
        self._page_id = ""
        self._anyway_id = ""
        self._job: Job | None = None
        self._was_stopped = False
        self._list: TracedPageList | None = None
        self._rows = TraceRows(self)
        self._rows.read.connect(self._on_rows_read)
        self._rows.failed.connect(self._on_rows_failed)
        self._catching_up = QTimer(self)
        self._catching_up.setSingleShot(True)
        self._catching_up.setInterval(_CATCH_UP_MS)
        self._catching_up.timeout.connect(self._show_list)
        self._empty = parts.EmptyState(
            "tracing", "Nothing to trace yet. Accept the pages that are drawings first.", "Go to the map"
        )
        self._summary = parts.label("", "heading", wrap=True)
        self._detail = parts.label("", "caption", wrap=True)
        self._start = parts.button("", "tracing", "primary")
        self._next = parts.button("Next: make a dataset", "next", "primary")
        self._stop = parts.button("Stop", "stop", tip="Pages done so far are kept")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._page_mode = parts.button("Page", tip="The page on the table  (O)")
        self._overview_mode = parts.button("Overview", tip="The figures of all pages, worst first  (O)")
        self._order = QComboBox()
        self._order.addItem("By page", "page")
        self._order.addItem("Worst first", "worst")
        self._order.setToolTip("Worst first: failures, then pages in many strokes or with ink left out")
        self._order.setAccessibleName("Order of the pages")
        self.table = TracingTable()
        self.overview = TracingSummary()
        self._modes = QButtonGroup(self)
        for mode in (self._page_mode, self._overview_mode):
            mode.setCheckable(True)
            mode.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._modes.addButton(mode)
        self._page_mode.setChecked(True)
        self._lay_out()
        self._empty.triggered.connect(self._on_empty_triggered)
        self._start.clicked.connect(self._on_start_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._stop.clicked.connect(self._on_stop_clicked)
        self._order.currentIndexChanged.connect(self._on_order_changed)
        self._modes.buttonToggled.connect(self._on_modes_toggled)
        self.overview.chosen.connect(self._on_overview_chosen)
        self.table.mends_made.connect(self._on_table_mends_made)
        self.table.anyway_wanted.connect(self._on_table_anyway_wanted)
        self.table.tuning.saved.connect(self._on_tuning_saved)

    def _lay_out(self) -> None:
        head = parts.column(
            self._summary, self._progress, self._detail, self._start, self._next, self._stop,
            spacing=theme.SPACE_8, margins=theme.SPACE_12,
        )  # fmt: skip
        head.addLayout(parts.row(self._page_mode, self._overview_mode))
        head.addWidget(self._order)
        left = parts.panel()
        left.setFixedWidth(_LIST_PX)
        self._left_column = QVBoxLayout(left)
        self._left_column.setContentsMargins(0, 0, 0, 0)
        self._left_column.setSpacing(0)
        self._left_column.addLayout(head)
        self._left_column.addWidget(parts.rule())
        self._room = QWidget()
        room = QHBoxLayout(self._room)
        room.setContentsMargins(0, 0, 0, 0)
        room.setSpacing(0)
        room.addWidget(left)
        room.addWidget(parts.rule(vertical=True))
        self._right = QStackedWidget()
        self._right.addWidget(self.table)
        self._right.addWidget(self.overview)
        room.addWidget(self._right, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._room)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's accepted pages."""
        super().open_project(session)
        self.table.open(session.project, session.tasks)
        self._rows.open(session.project, session.tasks)
        self._list = TracedPageList(self._model, session.thumbnails)
        self._list.chosen.connect(self._on_list_chosen)
        self._left_column.addWidget(self._list, 1)
        session.library.changed.connect(self._on_library_changed)
        session.mended.connect(self._on_session_mended)
        session.selection.current_changed.connect(self._on_selection_current_changed)
        self._on_library_changed("pages")
        self._rows.refresh_later()

    def close_project(self) -> None:
        """Let go of it."""
        self._catching_up.stop()
        self._rows.close()
        self.table.close_project()
        if self.session is not None and self._list is not None:
            self.session.library.changed.disconnect(self._on_library_changed)
            self.session.mended.disconnect(self._on_session_mended)
            self.session.selection.current_changed.disconnect(self._on_selection_current_changed)
            self._list.deleteLater()
            self._list = None
        self._job, self._was_stopped = None, False
        self._items, self._page_id = (), ""
        self._model.show([], {})
        self.overview.show_pages(())
        self._page_mode.setChecked(True)
        super().close_project()

    def refresh(self) -> None:
        """Read the figures of all pages again."""
        self._rows.refresh()

    def count_text(self) -> str:
        """How many accepted pages still wait, else how many are done."""
        waiting, traced = self._n_waiting(), self._model.count("traced")
        return f"{waiting:,} to trace" if waiting else (f"{traced:,} traced" if traced else "")

    def activate(self) -> None:
        """The list takes the keys."""
        front = self.overview.table if self._overview_mode.isChecked() else self._list
        (front or self).setFocus()

    def is_settled(self) -> bool:
        """Whether list and table are loaded."""
        return not self._rows.is_reading and not self.table.is_loading

    def shutdown(self) -> None:
        """Stop the clocks."""
        self.table.playbar.pause()
        self._rows.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down pages, O the overview; the rest is the table's."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self._list is not None:
            self._list.step(step)
        elif event.key() == Qt.Key.Key_O and not event.modifiers():
            (self._page_mode if self._overview_mode.isChecked() else self._overview_mode).setChecked(True)
        elif self._overview_mode.isChecked() or not self.table.handle_key(event):
            super().keyPressEvent(event)

    # -- the list --------------------------------------------------------------------------------------

    def _n_waiting(self) -> int:
        """Pages never traced, or traced before something changed."""
        return self._model.count("waiting", "stale")

    def _show_list(self) -> None:
        order: Order = "worst" if self._order.currentData() == "worst" else "page"
        now = self._rows.now
        if now is not None:
            self._model.show(self._items, now.rows, order, now.stale)
        else:
            self._model.show(self._items, {}, order)
        self.overview.show_pages(self._model.pages)
        self._stack.setCurrentWidget(self._room if self._items else self._empty)
        if self._list is not None and self._items:
            self._list.choose(self._page_id if self._model.row_of(self._page_id) >= 0 else self._best_page())
        self._show_summary()
        self.count_changed.emit()

    def _best_page(self) -> str:
        """The page chosen elsewhere, else the first traced one, else the first."""
        chosen = self.session.selection.current.split("/")[0] if self.session is not None else ""
        if self._model.row_of(chosen) >= 0:
            return chosen
        traced = (page.item.id for page in self._model.pages if page.progress == "traced")
        return next(traced, self._model.pages[0].item.id)

    def _show_summary(self) -> None:
        waiting, running = self._n_waiting(), self._job is not None
        failed, no_line, traced = (self._model.count(one) for one in ("failed", "no line", "traced"))
        self._summary.setText(f"{traced:,} of {len(self._items):,} accepted pages traced")
        again = f"Try {failed:,} failed page{'' if failed == 1 else 's'} again"
        verb = "Go on with" if self._was_stopped else "Trace"
        self._start.setText(
            f"{verb} {waiting:,} accepted page{'' if waiting == 1 else 's'}" if waiting else again
        )
        self._start.setVisible(not running and waiting + failed > 0)
        self._next.setVisible(not running and waiting == 0 and traced > 0)
        self._stop.setVisible(running)
        self._progress.setVisible(running)
        if not running:
            words = [f"{failed} could not be traced; the list says why"] if failed else []
            words += [f"{no_line} {'is' if no_line == 1 else 'are'} no line ink"] if no_line else []
            self._detail.setText(".  ".join(words))
        self._detail.setVisible(bool(self._detail.text()))

    def _on_library_changed(self, level: str) -> None:
        if level == "pages" and self.session is not None:
            shelf = self.session.library.shelf("pages")
            self._items = [item for item in shelf.items if item.decision == "accepted"]
            if self.isVisible():
                self._show_list()
            else:
                # Only the count in the rail is seen of it: it must not hold up the gesture.
                self._catching_up.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was decided while another pane was in front."""
        super().showEvent(event)
        if self._catching_up.isActive():
            self._catching_up.stop()
            self._show_list()

    def _on_rows_read(self, first: bool) -> None:
        now = self._rows.now
        if now is None:
            return
        self.table.forget(now.changed)
        page_id = self._page_id
        self._show_list()
        row = self._model.row_of(page_id)
        if row >= 0 and page_id == self._page_id:
            page = self._model.pages[row]
            if first:
                self.table.show_page(page, now.choices)
            else:
                self.table.freshen(page, now.choices, traced=page_id in now.changed)

    def _on_rows_failed(self, error: Exception) -> None:
        self._detail.setText(str(error))
        self._detail.setVisible(True)
        if self.session is not None:
            self.session.said.emit(str(error))

    def _on_order_changed(self, _index: int) -> None:
        self._show_list()

    def _on_list_chosen(self, page: TracedPage | None) -> None:
        if page is None or self.session is None:
            return
        if page.item.id != self._page_id:
            self._page_id = page.item.id
            if self._rows.now is not None:
                self.table.show_page(page, self._rows.now.choices)
            self.overview.choose(page.item.id)
        if self.isVisible():
            self.session.selection.set({page.item.id}, page.item.id)

    def _on_selection_current_changed(self, item_id: str) -> None:
        if self._list is not None:
            self._list.choose(item_id.split("/", maxsplit=1)[0])

    # -- overview and mending --------------------------------------------------------------------------

    def _on_modes_toggled(self, _button: QPushButton, checked: bool) -> None:
        if checked:
            overview = self._overview_mode.isChecked()
            self.table.playbar.pause()
            self._right.setCurrentWidget(self.overview if overview else self.table)
            self.overview.choose(self._page_id)
            self.activate()

    def _on_overview_chosen(self, page_id: str) -> None:
        if self._list is not None:
            self._list.choose(page_id)
        self._page_mode.setChecked(True)

    def _on_table_mends_made(self, mends: tuple[Mend, ...], text: str, tool: str) -> None:
        if self.session is not None and self._page_id:
            self.session.mend(self._page_id, mends, text, by=tool)

    def _on_session_mended(self, page_id: str) -> None:
        """By a tool, or by undo: then the page comes to the table, so that it is seen."""
        if self.session is None:
            return
        from engine.trace.store import mends_of

        if self._list is not None and self.isVisible():
            self._list.choose(page_id)
        self.table.set_mends(page_id, mends_of(self.session.project, page_id))

    def _on_table_anyway_wanted(self) -> None:
        self._anyway_id = self._page_id
        self.table.tuning.trace_anyway(self._page_id)

    def _on_tuning_saved(self) -> None:
        """Pages out of date show as waiting; one that is to be traced anyway is traced at once."""
        page_id, self._anyway_id = self._anyway_id, ""
        if page_id:
            self._trace([page_id])
        elif self.session is not None:
            self.session.data_changed.emit("traces")

    # -- the batch -------------------------------------------------------------------------------------

    def _on_start_clicked(self) -> None:
        self._trace(None)

    def _trace(self, page_ids: list[str] | None) -> None:
        if self.session is None or self._job is not None:
            return
        topics = {"traces", "drawings"}
        self._job = self.session.start_job("trace", "Tracing", topics, pages=page_ids, workers=None)
        if self._job is not None:
            self._job.progressed.connect(self._on_job_progressed)
            self._job.event_received.connect(self._on_job_event)
            self._job.finished.connect(self._on_job_finished)
            self._progress.setRange(0, 0)
            self._detail.setText("Starting")
        self._show_summary()

    def _on_stop_clicked(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._stop.setEnabled(False)

    def _on_job_progressed(self, done: int, total: int, message: str) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        left = self._job.seconds_left() if self._job is not None else None
        self._detail.setText(figures(done, total, left, message))

    def _on_job_event(self, event: dict[str, Any]) -> None:
        """A page was traced or could not be: the list shows it soon."""
        if event.get("event") in _PAGE_EVENTS:
            self._rows.refresh_soon(str(event.get("item", "")))

    def _on_job_finished(self, job: Job) -> None:
        self._job = None
        self._was_stopped = job.outcome == "stopped"
        self._stop.setEnabled(True)
        self._show_summary()
        if job.outcome == "failed":
            self._detail.setText(job.message)
            self._detail.setVisible(True)
        self.refresh()

    def _on_next_clicked(self) -> None:
        self.wanted.emit("Datasets")

    def _on_empty_triggered(self) -> None:
        self.wanted.emit("Map")
