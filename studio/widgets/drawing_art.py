"""How a normalised drawing lies on a sheet of its own, for cards, player and files alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.strokes.types import Drawing, bounding_box
from studio import theme
from studio.models.samples import Sample
from studio.widgets import pen_lines

_MARGIN_SHARE = 0.1
"""Of the longer side, all around."""
_LEAST_SIDE_UNITS = 20.0
"""A dot, which is all that some machines draw at first, is a dot on the sheet and does not fill it."""
HANDS = (theme.LIGHT.ink, theme.LIGHT.machine)
"""The inks of hand and machine: what the inks of a `Recording` count."""
LINE_WIDTH_UNITS = 1.6
"""Of a drawing whose longer side is 200 units."""


def page_of(drawing: Drawing) -> QRectF:
    """The sheet of a drawing: a square around its middle with a margin, in its own units."""
    x0, y0, x1, y1 = bounding_box(drawing.strokes)
    side = max(x1 - x0, y1 - y0, _LEAST_SIDE_UNITS) * (1 + 2 * _MARGIN_SHARE)
    return QRectF((x0 + x1 - side) / 2, (y0 + y1 - side) / 2, side, side)


def ink_of(sample: Sample) -> str:
    """The machine's ink or the artist's; on paper it is the light theme's in both themes."""
    return theme.LIGHT.machine if sample.made_by == "machine" else theme.LIGHT.ink


def inks_of(sample: Sample) -> tuple[str, ...]:
    """The ink of each stroke of its picture in turn: two where hand and machine drew at it, else one."""
    if sample.recording is None:
        return (ink_of(sample),)
    return tuple(HANDS[ink % len(HANDS)] for ink in sample.recording.inks)


def paint_sample(painter: QPainter, sample: Sample, card: QRectF, border: str = "") -> None:
    """Draw a sample on a square of paper, in its inks; `border` as for `paint_card`."""
    paint_card(painter, sample.picture, card, inks_of(sample), border)


def paint_card(
    painter: QPainter, drawing: Drawing, card: QRectF, colours: str | Sequence[str], border: str = ""
) -> None:
    """Draw a drawing on a square of paper.

    Args:
        painter: Where to.
        drawing: Normalised.
        card: The paper.
        colours: Of the line, a token or `#rrggbb`; several are taken in turn, stroke by stroke.
        border: Of the paper; the theme's hairline by default.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(border or theme.tokens().line), 2 if border else 1))
    painter.setBrush(QColor(theme.tokens().paper))
    painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 4, 4)
    if not drawing.strokes:
        return
    page = page_of(drawing)
    scale = min(card.width() / page.width(), card.height() / page.height())
    offset = np.array(
        [card.center().x() - page.center().x() * scale, card.center().y() - page.center().y() * scale],
        dtype=np.float32,
    )
    width = max(LINE_WIDTH_UNITS * scale, 1.2)
    pens = [pen_lines.pen_of(pen_lines.colour_of(one), width) for one in _several(colours)]
    for number, stroke in enumerate(drawing.strokes):
        painter.setPen(pens[number % len(pens)])
        pen_lines.draw(painter, np.asarray(stroke * np.float32(scale) + offset, dtype=np.float32))


def _several(colours: str | Sequence[str]) -> Sequence[str]:
    return [colours] if isinstance(colours, str) else colours
