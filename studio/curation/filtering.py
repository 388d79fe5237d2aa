"""Filtering by figures: the panel of histograms, filters kept under a name, look-alikes only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from studio.curation.saved_filters import Filters, FiltersCommand, read_filters
from studio.models.figures import figures_of
from studio.models.filters import ItemFilter
from studio.session import Session
from studio.widgets.curation.filter_panel import FilterPanel, PanelFigure

_SETTLE_MS = 60


class Filtering(QObject):
    """Shows what a session's curation lets through as histograms, and changes it.

    Signals:
        closed: The panel's own button closed it.
        look_alikes_wanted: Only look-alikes are to be shown: they are best seen in the grid.
    """

    closed = Signal()
    look_alikes_wanted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.panel = FilterPanel()
        self.panel.hide()
        self._session: Session | None = None
        self._saved: Filters = {}
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._show_figures)
        self.panel.ranges_changed.connect(self._on_panel_ranges_changed)
        self.panel.saved_chosen.connect(self._on_panel_saved_chosen)
        self.panel.save_wanted.connect(self._on_panel_save_wanted)
        self.panel.saved_removed.connect(self._on_panel_saved_removed)
        self.panel.duplicates_toggled.connect(self._on_panel_duplicates_toggled)
        self.panel.cleared.connect(self._on_panel_cleared)
        self.panel.closed.connect(self.closed)

    def open_session(self, session: Session) -> None:
        """Filter this session's items."""
        self._session = session
        self._saved = read_filters(session.project.layout)
        self.panel.show_saved(list(self._saved))
        session.curation.conditions_changed.connect(self._on_view_changed)
        session.curation.shown_changed.connect(self._on_view_changed)
        session.learning.learned.connect(self._on_view_changed)
        session.learning.likeness_found.connect(self._on_view_changed)

    def close_session(self) -> None:
        """Let go of it."""
        self._settling.stop()
        self._session = None

    def show_panel(self, on: bool) -> None:
        """Open or close the panel."""
        self.panel.setVisible(on)
        if on:
            self._show_figures()

    # -- what is shown ---------------------------------------------------------------------------------

    def _on_view_changed(self, _what: object = None) -> None:
        if self.panel.isVisible():
            self._settling.start()

    def _show_figures(self) -> None:
        """Draw every histogram: all items, and those that the other conditions let through."""
        if self._session is None:
            return
        curation, wanted = self._session.curation, self._session.curation.filter
        items, figures = curation.items, figures_of(curation.level)
        base = {item.id for item in curation.admitted(wanted.with_ranges({}))}
        admitted = np.fromiter((item.id in base for item in items), np.bool_, len(items))
        values = {figure.key: figure.values(items, curation.likelihoods) for figure in figures}
        ranges = {one.key: (one.low, one.high) for one in wanted.ranges if one.key in values}
        inside = {key: (values[key] >= low) & (values[key] <= high) for key, (low, high) in ranges.items()}
        shown = []
        for figure in figures:
            if np.isnan(values[figure.key]).all() and figure.key not in ranges:
                continue  # nothing is traced yet, or nothing learnt
            others = [one for key, one in inside.items() if key != figure.key]
            mask = np.logical_and.reduce([admitted, *others])
            shown.append(
                PanelFigure(figure.key, figure.title, values[figure.key], mask, figure.scale, figure.digits)
            )
        self.panel.show_figures(shown)
        self.panel.set_ranges(ranges)
        n_groups = len(self._session.learning.alike(curation.level).groups)
        self.panel.show_duplicates(n_groups, wanted.alike)

    # -- what is asked for -----------------------------------------------------------------------------

    def _set(self, wanted: ItemFilter) -> None:
        if self._session is not None:
            self._session.curation.set_filter(wanted)

    def _on_panel_ranges_changed(self, ranges: dict[str, tuple[float, float]]) -> None:
        if self._session is not None:
            self._set(self._session.curation.filter.with_ranges(ranges))

    def _on_panel_duplicates_toggled(self, on: bool) -> None:
        if self._session is not None:
            self._set(replace(self._session.curation.filter, alike=on))
            if on:
                self.look_alikes_wanted.emit()

    def _on_panel_cleared(self) -> None:
        self._set(ItemFilter())

    def _on_panel_saved_chosen(self, name: str) -> None:
        if name in self._saved:
            self._set(self._saved[name])

    def _on_panel_save_wanted(self, name: str) -> None:
        if self._session is not None:
            self._keep({**self._saved, name: self._session.curation.filter}, f"save the filter {name}")

    def _on_panel_saved_removed(self, name: str) -> None:
        rest = {key: one for key, one in self._saved.items() if key != name}
        self._keep(rest, f"throw away the filter {name}")

    def _keep(self, filters: Filters, text: str) -> None:
        session = self._session
        if session is not None:
            layout, failed = session.project.layout, session.said.emit
            session.undo.push(
                FiltersCommand(layout, self._saved, filters, text, self._on_filters_kept, failed)
            )

    def _on_filters_kept(self, filters: Filters) -> None:
        self._saved = filters
        self.panel.show_saved(list(filters))
