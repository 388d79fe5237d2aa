"""The line under the paper: what the tool wants, where to look, what was mended by hand."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from studio import icons, theme
from studio.tracing.mend_hand import MendHand
from studio.tracing.mend_tools import BY_TOOL, Tool
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel

_HEIGHT_PX = 36
_ICON_PX = 12


class MendBar(QWidget):
    """Always there, so that nothing jumps when a tool is taken.

    Signals:
        doubt_wanted: Look at the next (+1) or the last (-1) uncertain crossing.
        take_back_wanted: Take all mends of the page back.
        drop_wanted: Drop the mends that find their line no more.
    """

    doubt_wanted = Signal(int)
    take_back_wanted = Signal()
    drop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ElidedLabel("muted")
        self._doubts = _quiet(
            "doubt",
            "Crossings where another way was as good, worst first: to the next  (J, back with Shift+J)",
        )
        self._mark = QLabel()
        self._count = parts.label("", "caption")
        self._back = _quiet("", "Take every mend of this page back; undo brings them again")
        self._back.setText("Take all back")
        self._lapsed = parts.label("", "error")
        self._drop = _quiet("", "Forget the mends that find their line no more")
        self._drop.setText("Drop")
        row = parts.row(
            self._hint, self._doubts, self._lapsed, self._drop, self._mark, self._count, self._back,
            spacing=theme.SPACE_8,
        )  # fmt: skip
        row.setStretch(0, 1)
        row.setContentsMargins(theme.SPACE_16, 0, theme.SPACE_8, 0)
        self.setLayout(row)
        self.setFixedHeight(_HEIGHT_PX)
        self._doubts.clicked.connect(self._on_doubts_clicked)
        self._back.clicked.connect(self._on_back_clicked)
        self._drop.clicked.connect(self._on_drop_clicked)
        self.show_figures(0, 0, 0, -1)

    def show_hand(self, hand: MendHand) -> None:
        """Say what the tool wants next."""
        self.say(_hint(hand))

    def say(self, sentence: str) -> None:
        """Say something else: why nothing can be mended now."""
        self._hint.setText(sentence)

    def show_figures(self, doubts: int, mends: int, lapsed: int, doubt: int) -> None:
        """How many uncertain crossings and mends there are, and which crossing is looked at (-1: none)."""
        self._doubts.setVisible(doubts > 0)
        at = f"{doubt + 1} of " if doubt >= 0 else ""
        self._doubts.setText(f"{at}{doubts} uncertain")
        self._mark.setPixmap(icons.pixmap("mended", "accepted", _ICON_PX, self.devicePixelRatioF()))
        for widget in (self._mark, self._count, self._back):
            widget.setVisible(mends > 0)
        self._count.setText(f"{mends} mend{'' if mends == 1 else 's'}")
        for widget in (self._lapsed, self._drop):
            widget.setVisible(lapsed > 0)
        verb, line = ("finds its", "line") if lapsed == 1 else ("find their", "line")
        self._lapsed.setText(f"{lapsed} mend{'' if lapsed == 1 else 's'} no longer {verb} {line}")

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, _HEIGHT_PX)

    def _on_doubts_clicked(self) -> None:
        self.doubt_wanted.emit(1)

    def _on_back_clicked(self) -> None:
        self.take_back_wanted.emit()

    def _on_drop_clicked(self) -> None:
        self.drop_wanted.emit()


def _hint(hand: MendHand) -> str:
    if hand.tool == Tool.CONNECT and hand.first is not None:
        return "Now the other end.  Esc lets go."
    if hand.tool == Tool.MOVE and hand.chosen:
        held = "1 stroke" if len(hand.chosen) == 1 else f"{len(hand.chosen)} strokes"
        return f"{held} in hand: click a drawing, or N for a new one.  Shift adds more, Esc lets go."
    hint = BY_TOOL[hand.tool].hint
    return hint if hand.tool == Tool.LOOK else f"{hint}  Esc leaves."


def _quiet(icon: str, tip: str) -> QPushButton:
    result = parts.button("", icon, "quiet", tip)
    result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return result
