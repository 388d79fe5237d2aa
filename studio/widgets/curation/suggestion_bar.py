"""What the studio has learnt from the decisions, and what it would decide with how much certainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QSlider, QWidget

from studio import theme
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel

_FROM, _TO, _DEFAULT = 50, 99, 95
_SLIDER_PX = 96
_PATIENCE_MS = 400
_ORDER = "Least certain first"


@dataclass(frozen=True, slots=True)
class _Wording:
    """How much is said in the room there is."""

    learnt: str
    learning: str
    accept: str
    reject: str
    order: str
    has_slider: bool = True
    has_order: bool = True


_LEARNT, _LEARNING = (f"{verb} from {{:,}} accepted, {{:,}} rejected" for verb in ("Learnt", "Learning"))
_SIGNS = "{:,} ✓  {:,} ✕"
_OVER, _UNDER = "Accept {:,} over {}", "Reject {:,} under {}"
_WORDINGS = (
    _Wording(_LEARNT, f"{_LEARNING}…", _OVER, _UNDER, _ORDER),
    _Wording(_SIGNS, f"{_SIGNS} …", _OVER, _UNDER, _ORDER),
    _Wording(_SIGNS, f"{_SIGNS} …", _OVER, _UNDER, "Unsure first"),
    _Wording(_SIGNS, f"{_SIGNS} …", _OVER, _UNDER, ""),
    _Wording("", "…", _OVER, _UNDER, ""),
    _Wording("", "…", "Accept {:,}", "Reject {:,}", ""),
    _Wording("", "…", "{:,}", "{:,}", ""),
    _Wording("", "", "{:,}", "{:,}", "", has_slider=False),
    _Wording("", "", "{}", "{}", "", has_slider=False, has_order=False),
)


@dataclass(frozen=True, slots=True, eq=False)
class SuggestionState:
    """What is known.

    Attributes:
        missing: How many more must be accepted and rejected before anything can be suggested.
        n_accepted: Accepted so far.
        n_rejected: Rejected so far.
        probabilities: That the artist accepts it, of each undecided item: `(n,)`, ascending, 0 to 1.
        learning: Whether it is learning just now from the newest decisions.
    """

    missing: tuple[int, int]
    n_accepted: int
    n_rejected: int
    probabilities: NDArray[np.float64]
    learning: bool = False


class SuggestionBar(QFrame):
    """One slim row: what it learnt from, how certain is certain enough, and two buttons that take its word.

    Signals:
        accept_wanted: Accept everything at or over this probability.
        reject_wanted: Reject everything at or under this probability.
        order_toggled: Whether to show the least certain first; only after the artist's own click.
        threshold_changed: The new threshold; only after the artist's own moves.
    """

    accept_wanted = Signal(float)
    reject_wanted = Signal(float)
    order_toggled = Signal(bool)
    threshold_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._state = SuggestionState((5, 5), 0, 0, np.zeros(0))
        self._wording = _WORDINGS[0]
        self._is_slow = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_timeout)
        self.words = ElidedLabel("muted")
        self.words.setMinimumWidth(1)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(_FROM, _TO)
        self.slider.setValue(_DEFAULT)
        self.slider.setFixedSize(_SLIDER_PX, 24)
        self.slider.setAccessibleName("How certain is certain enough")
        self.slider.setToolTip("How certain the studio must be to suggest a decision")
        self.figure = parts.label("", "caption")
        self.accept = parts.button("", "accept", "primary")
        self.reject = parts.button("", "reject", "reject")
        self.order = parts.button("", "doubt")
        self.order.setCheckable(True)
        self.order.setAccessibleName(_ORDER)
        self.order.setToolTip(f"{_ORDER}: a decision there teaches the studio most")
        self._controls = (self.slider, self.figure, self.accept, self.reject, self.order)
        row = parts.row(self.words, *self._controls)
        row.setStretch(0, 1)
        row.setContentsMargins(theme.SPACE_12, theme.SPACE_4, theme.SPACE_12, theme.SPACE_4)
        self.setLayout(row)
        # As high with the buttons as without: what lies below must not jump.
        self.setFixedHeight(self.accept.sizeHint().height() + 2 * theme.SPACE_4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.slider.valueChanged.connect(self._on_slider_value_changed)
        self.accept.clicked.connect(self._on_accept_clicked)
        self.reject.clicked.connect(self._on_reject_clicked)
        self.order.toggled.connect(self.order_toggled)
        self._show()

    @property
    def threshold(self) -> float:
        """Certain enough, .50 to .99."""
        return self.slider.value() / 100

    @property
    def n_over(self) -> int:
        """How many are at or over the threshold."""
        found = self._state.probabilities
        return len(found) - int(np.searchsorted(found, self.threshold, side="left"))

    @property
    def n_under(self) -> int:
        """How many are at or under its opposite."""
        return int(np.searchsorted(self._state.probabilities, self._opposite, side="right"))

    def show_state(self, state: SuggestionState) -> None:
        """Show what is known. Learning is said only when it takes a while: most gestures take none."""
        self._state = state
        if not state.learning:
            self._patience.stop()
            self._is_slow = False
        elif not self._is_slow and not self._patience.isActive():
            self._patience.start()
        self._show()

    def set_threshold(self, threshold: float) -> None:
        """Move the slider, silently."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(100 * threshold))
        self.slider.blockSignals(False)
        self._show()

    def set_order(self, on: bool) -> None:
        """Whether the least certain come first, silently."""
        self.order.blockSignals(True)
        self.order.setChecked(on)
        self.order.blockSignals(False)

    def minimumSizeHint(self) -> QSize:
        """It folds its words down to a panel's width."""
        return QSize(200, self.height())

    @property
    def _opposite(self) -> float:
        # Rounded: 1 - .95 is a hair more than .05.
        return round(1 - self.threshold, 2)

    @property
    def _suggests(self) -> bool:
        return not any(self._state.missing) and len(self._state.probabilities) > 0

    def _show(self) -> None:
        for control in self._controls:
            control.setVisible(self._suggests)
        if self._suggests:
            self._fold()
            self._count()
        else:
            self.words.setText(self._hint())

    def _hint(self) -> str:
        state = self._state
        if not any(state.missing):
            return "Nothing is left to suggest: everything is decided."
        wanted = [
            (verb, so_far + missing, so_far)
            for verb, missing, so_far in (
                ("accept", state.missing[0], state.n_accepted),
                ("reject", state.missing[1], state.n_rejected),
            )
            if missing
        ]
        words = " and ".join(f"{verb} {needed:,}" for verb, needed, _ in wanted).capitalize()
        so_far = " and ".join(f"{count:,}" for _, _, count in wanted)
        more = ", ".join(f"{verb} {needed - count:,}" for verb, needed, count in wanted).capitalize()
        ways = (f"{words}, and the studio suggests the rest ({so_far} so far)", f"{words} ({so_far} so far)")
        return next((way for way in ways if self._fits(way)), f"{more} more")

    def _fits(self, text: str) -> bool:
        return self.fontMetrics().horizontalAdvance(text) <= self.width() - 2 * theme.SPACE_12

    def _fold(self) -> None:
        """The most words there is room for; as wide for small counts as for the largest.

        So nothing moves under the hand that moves the slider.
        """
        state, most = self._state, len(self._state.probabilities)
        for wording in _WORDINGS:
            self._wording = wording
            learnt = wording.learning if self._is_slow else wording.learnt
            words = learnt.format(state.n_accepted, state.n_rejected)
            self._write(most, most)
            shown: dict[QWidget, bool] = {self.accept: True, self.reject: True, self.order: wording.has_order}
            shown |= {self.slider: wording.has_slider, self.figure: wording.has_slider}
            widths = [_width(one) + theme.SPACE_8 for one, is_shown in shown.items() if is_shown]
            spoken = self.fontMetrics().horizontalAdvance(words)
            if spoken + sum(widths) + 2 * theme.SPACE_12 <= self.width():
                break
        self.words.setText(words)
        for one, is_shown in shown.items():
            one.setVisible(is_shown)
        for button in (self.accept, self.reject, self.order):
            button.setFixedWidth(button.sizeHint().width())

    def _write(self, n_over: int, n_under: int) -> None:
        """Put the counts into the words."""
        over, under = _figure(self.threshold), _figure(self._opposite)
        self.figure.setText(over)
        self.order.setText(self._wording.order)
        self.accept.setText(self._wording.accept.format(n_over, over))
        self.reject.setText(self._wording.reject.format(n_under, under))

    def _count(self) -> None:
        n_over, n_under = self.n_over, self.n_under
        self._write(n_over, n_under)
        over, under = _figure(self.threshold), _figure(self._opposite)
        self.accept.setToolTip(f"Accept the {n_over:,} whose likelihood is {over} or more")
        self.reject.setToolTip(f"Reject the {n_under:,} whose likelihood is {under} or less")
        self.accept.setEnabled(bool(n_over))
        self.reject.setEnabled(bool(n_under))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self._show()

    def _on_patience_timeout(self) -> None:
        self._is_slow = True
        self._show()

    def _on_slider_value_changed(self, _value: int) -> None:
        self._count()
        self.threshold_changed.emit(self.threshold)

    def _on_accept_clicked(self) -> None:
        self.accept_wanted.emit(self.threshold)

    def _on_reject_clicked(self) -> None:
        self.reject_wanted.emit(self._opposite)


def _width(control: QWidget) -> int:
    return _SLIDER_PX if isinstance(control, QSlider) else control.sizeHint().width()


def _figure(probability: float) -> str:
    """`.95`."""
    return f"{probability:.2f}".removeprefix("0")
