"""The controls of a player, and its clock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSlider, QToolButton, QWidget

from studio import theme
from studio.widgets import parts
from studio.widgets.player.play_clock import PlayClock

_STEPS_PER_S = 1000
_SAME_S = 1e-5
_POINT_KEYS = {",": -1, ".": 1}
_STROKE_KEYS = {"[": -1, "]": 1, "<": -1, ">": 1, ";": -1, ":": 1}
"""Brackets, and what Shift makes of comma and point: brackets are hard to reach on many keyboards."""

_STROKE_TIPS = (
    ("One stroke back  ( [ , or Shift with comma)", "One stroke back  ( , )"),
    ("One stroke on  ( ] , or Shift with point)", "One stroke on  ( . )"),
)
"""Where points have steps of their own, and where they have not."""


class Playbar(QWidget):
    """Play, pause, scrub, step, loop, speed.

    Signals:
        moved: The new time in seconds: by the clock, by the slider, by code.
        adjusted: The artist chose another speed, or to loop or not.
    """

    moved = Signal(float)
    adjusted = Signal()

    def __init__(self, parent: QWidget | None = None, *, narrow: bool = False) -> None:
        """Make the bar; `narrow` puts the slider above the buttons."""
        super().__init__(parent)
        self._duration_s = 0.0
        self._time_s = 0.0
        self._points_s = self._strokes_s = np.zeros(0)
        self._clock = PlayClock(self)
        self._speed = self._clock.speed
        self._to_start = parts.tool("to-start", "To the start  (Home)")
        self._stroke_back = parts.tool("stroke-back", _STROKE_TIPS[0][0])
        self._point_back = parts.tool("point-back", "One point back  ( , )")
        self._point_on = parts.tool("point-on", "One point on  ( . )")
        self._stroke_on = parts.tool("stroke-on", _STROKE_TIPS[1][0])
        self._loop = parts.tool("loop", "Begin again at the end", checkable=True)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Place in the drawing")
        self._slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._slider.setMinimumHeight(24)
        self._label = parts.label("", "caption")
        self._buttons = parts.row(self._to_start, spacing=2)
        self._lay_out(narrow)
        self._connect()
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.set_stops(np.zeros(0), np.zeros(0))
        self.set_duration(0.0)

    def _lay_out(self, narrow: bool) -> None:
        play = self._clock.button
        for button in (self._stroke_back, self._point_back, play, self._point_on, self._stroke_on):
            self._buttons.addWidget(button)
        place = parts.row(spacing=theme.SPACE_8)
        place.addWidget(self._slider, 1)
        place.addWidget(self._label)
        if narrow:
            layout = parts.column(spacing=0)
            layout.addLayout(place)
            layout.addLayout(self._buttons)
            self._buttons.addStretch(1)
            self.setLayout(layout)
        else:
            self._buttons.addSpacing(theme.SPACE_8)
            self._buttons.addLayout(place, 1)
            self._buttons.addSpacing(theme.SPACE_8)
            self.setLayout(self._buttons)
        self._buttons.addWidget(self._loop)
        self._buttons.addSpacing(theme.SPACE_4)
        self._buttons.addWidget(self._speed)

    def _connect(self) -> None:
        self._to_start.clicked.connect(self._on_to_start_clicked)
        self._clock.button.clicked.connect(self.toggle)
        self._clock.ticked.connect(self._on_clock_ticked)
        self._stroke_back.clicked.connect(self._on_stroke_back_clicked)
        self._point_back.clicked.connect(self._on_point_back_clicked)
        self._point_on.clicked.connect(self._on_point_on_clicked)
        self._stroke_on.clicked.connect(self._on_stroke_on_clicked)
        self._slider.valueChanged.connect(self._on_slider_value_changed)
        self._loop.clicked.connect(self._on_choices_changed)
        self._speed.activated.connect(self._on_choices_changed)

    @property
    def time_s(self) -> float:
        """Where it stands, in seconds at single speed."""
        return self._time_s

    @property
    def duration_s(self) -> float:
        """The whole, in seconds at single speed."""
        return self._duration_s

    @property
    def is_playing(self) -> bool:
        """Whether the clock runs."""
        return self._clock.is_running

    @property
    def speed(self) -> float:
        """1 is the speed of the hand."""
        return self._speed.speed

    @property
    def is_looping(self) -> bool:
        """Whether it begins again at the end."""
        return self._loop.isChecked()

    def add_button(self, button: QToolButton) -> None:
        """One more at the end of the bar."""
        self._buttons.addWidget(button)

    def set_speed(self, speed: float) -> None:
        """One of `SPEEDS`."""
        self._speed.set_speed(speed)

    def set_looping(self, looping: bool) -> None:
        """Whether to begin again at the end."""
        self._loop.setChecked(looping)

    def set_duration(self, duration_s: float) -> None:
        """Something else is to be played: stand at its end, at rest, everything drawn."""
        self.pause()
        self._set_range(duration_s)
        self._stand_at(duration_s)

    def set_pace(self, duration_s: float) -> None:
        """The same takes another time: stand at the same share of it, and go on as before."""
        share = self._time_s / self._duration_s if self._duration_s else 1.0
        self._set_range(duration_s)
        self.seek(share * duration_s)

    def set_stops(self, points_s: NDArray[np.float64], strokes_s: NDArray[np.float64]) -> None:
        """Where the steps lead, rising; without stops there are no steps.

        Args:
            points_s: Empty where points lie too close to step from one to the next: then their keys step from
                stroke to stroke.
            strokes_s: Ends of strokes, and the start.
        """
        self._points_s, self._strokes_s = points_s, strokes_s
        for button in (self._point_back, self._point_on):
            button.setVisible(len(points_s) > 0)
        for button, tip in zip((self._stroke_back, self._stroke_on), _STROKE_TIPS, strict=True):
            button.setVisible(len(strokes_s) > 0)
            button.setToolTip(tip[len(points_s) == 0])

    def seek(self, time_s: float) -> None:
        """Go there."""
        self._stand_at(min(max(time_s, 0.0), self._duration_s))
        self.moved.emit(self._time_s)

    def step_points(self, steps: int) -> None:
        """Stand still at the next point, or the one before."""
        self._step(self._points_s, steps)

    def step_strokes(self, steps: int) -> None:
        """Stand still where the next stroke ends, or the one before."""
        self._step(self._strokes_s, steps)

    def press(self, event: QKeyEvent) -> bool:
        """Take a key: Space, Home, comma and point, brackets. Returns whether it was one of them."""
        if self._duration_s <= 0:
            return False
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif event.key() == Qt.Key.Key_Home:
            self.seek(0.0)
        elif event.text() in _POINT_KEYS:
            step = self.step_points if len(self._points_s) else self.step_strokes
            step(_POINT_KEYS[event.text()])
        elif event.text() in _STROKE_KEYS:
            self.step_strokes(_STROKE_KEYS[event.text()])
        else:
            return False
        return True

    def play(self) -> None:
        """Run; from the start when it stands at the end."""
        if self._duration_s <= 0:
            return
        if self._time_s >= self._duration_s:
            self.seek(0.0)
        self._clock.start()

    def pause(self) -> None:
        """Stand still."""
        self._clock.stop()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.is_playing else self.play()

    def hideEvent(self, event: QEvent) -> None:
        """Nobody looks: no clock runs."""
        self.pause()

    def _step(self, stops_s: NDArray[np.float64], steps: int) -> None:
        self.pause()
        ahead = int(np.searchsorted(stops_s, self._time_s + _SAME_S))
        behind = int(np.searchsorted(stops_s, self._time_s - _SAME_S)) - 1
        index = ahead + steps - 1 if steps > 0 else behind + steps + 1
        if len(stops_s):
            self.seek(float(stops_s[min(max(index, 0), len(stops_s) - 1)]))

    def _set_range(self, duration_s: float) -> None:
        self._duration_s = duration_s
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(round(duration_s * _STEPS_PER_S), 1))
        self._slider.blockSignals(False)
        self.setVisible(duration_s > 0)
        self._label.setFixedWidth(self.fontMetrics().horizontalAdvance("00.0 / 00.0 s"))

    def _stand_at(self, time_s: float) -> None:
        self._time_s = time_s
        self._slider.blockSignals(True)
        self._slider.setValue(round(time_s * _STEPS_PER_S))
        self._slider.blockSignals(False)
        self._label.setText(f"{time_s:.1f} / {self._duration_s:.1f} s" if self._duration_s else "")

    def _on_clock_ticked(self, seconds: float) -> None:
        time_s = self._time_s + seconds
        if time_s < self._duration_s:
            self.seek(time_s)
        elif self.is_looping:
            self.seek(time_s % self._duration_s)
        else:
            self.pause()
            self.seek(self._duration_s)

    def _on_slider_value_changed(self, value: int) -> None:
        self.seek(value / _STEPS_PER_S)

    def _on_choices_changed(self, *_values: object) -> None:
        self.adjusted.emit()

    def _on_to_start_clicked(self) -> None:
        self.seek(0.0)

    def _on_stroke_back_clicked(self) -> None:
        self.step_strokes(-1)

    def _on_point_back_clicked(self) -> None:
        self.step_points(-1)

    def _on_point_on_clicked(self) -> None:
        self.step_points(1)

    def _on_stroke_on_clicked(self) -> None:
        self.step_strokes(1)
