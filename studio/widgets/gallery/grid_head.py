"""The line over the grid: what is going on, and in which order the drawings lie."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from studio import theme
from studio.gallery.order import SORTS, Sort
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel


class GridHead(QWidget):
    """A sentence, and a list of orders.

    Signals:
        sorted: The artist chose another `Sort`.
    """

    sorted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ElidedLabel("caption")
        self._sorts = QComboBox()
        self._sorts.setAccessibleName("Order")
        self._sorts.setToolTip("In which order they lie")
        self._sorts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._is_offered = True
        layout = parts.row(spacing=theme.SPACE_12)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._sorts)
        self.setLayout(layout)
        self.setFixedHeight(self._sorts.sizeHint().height())
        self.offer(())
        self._sorts.activated.connect(self._on_sorts_activated)

    @property
    def sort(self) -> Sort:
        """The chosen order."""
        chosen = self._sorts.currentData()
        return chosen if isinstance(chosen, Sort) else SORTS[0]

    def say(self, line: str) -> None:
        """Show a sentence."""
        self._line.setText(line)

    def text(self) -> str:
        """The sentence."""
        return self._line.text()

    def name_first(self, title: str) -> None:
        """Call the first order, in which they come, by another name."""
        self._sorts.setItemText(0, title)

    def offer(self, measured: tuple[str, ...]) -> None:
        """Offer the orders for which enough is measured, silently; the chosen one stays if it can."""
        before = self.sort
        offered = [one for one in SORTS if not one.needs or one.needs in measured]
        if [self._sorts.itemData(k) for k in range(self._sorts.count())] != offered:
            first = self._sorts.itemText(0)
            self._sorts.clear()
            for one in offered:
                self._sorts.addItem(one.title, one)
            self.name_first(first or offered[0].title)
            self._sorts.setCurrentIndex(offered.index(before) if before in offered else 0)

    def set_sort(self, title: str) -> None:
        """Choose an order by its title, as if the artist had."""
        self._sorts.setCurrentIndex(self._sorts.findText(title))
        self.sorted.emit(self.sort)

    def set_sorts_visible(self, visible: bool) -> None:
        """Hide the orders where the place says something."""
        self._sorts.setVisible(visible)

    def _on_sorts_activated(self, _index: int) -> None:
        self.sorted.emit(self.sort)
