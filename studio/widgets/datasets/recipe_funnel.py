"""From pages to points: what a recipe lets through, and how that is shared out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme
from studio.models.recipe_preview import RecipePreview

_FIGURES_PX, _BAR_TOP_PX, _BAR_PX, _HEIGHT_PX = 46, 58, 10, 92
_DOT_PX = 8


class RecipeFunnel(QWidget):
    """Four figures in a row, and under them one bar: to learn from, held out, last test, left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: RecipePreview | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the recipe lets through")
        self.show_preview(None)

    def show_preview(self, preview: RecipePreview | None) -> None:
        """Show other numbers; None before there are any."""
        self._preview = preview
        words = [f"{count} {title}" for title, count in self.figures()]
        words += [f"{count:,} {title}" for title, count, _ in self.shares()]
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def figures(self) -> list[tuple[str, str]]:
        """(title, number) from left to right."""
        shown = self._preview
        if shown is None:
            return [(title, "–") for title in ("pages", "drawings", "kept", "points")]
        return [
            ("page" if shown.pages == 1 else "pages", f"{shown.pages:,}"),
            ("drawing" if shown.candidates == 1 else "drawings", f"{shown.candidates:,}"),
            ("kept", f"{shown.kept:,}"),
            ("points", f"{shown.points:,}"),
        ]

    def shares(self) -> list[tuple[str, int, str]]:
        """(title, drawings, colour) of each part of the bar."""
        shown, tokens = self._preview or RecipePreview(), theme.tokens()
        return [
            ("to learn from", shown.train, tokens.accent),
            ("held out", shown.valid, theme.mix(tokens.panel, tokens.accent, 0.6)),
            ("for the last test", shown.test, theme.mix(tokens.panel, tokens.accent, 0.32)),
            (
                "left out",
                max(shown.candidates - shown.kept, 0),
                theme.mix(tokens.line, tokens.undecided, 0.35),
            ),
        ]

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(560, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Narrower, its words run into each other."""
        return QSize(480, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Figures, arrows, bar, legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_figures(painter)
        self._paint_bar(painter)
        self._paint_legend(painter)

    def _paint_figures(self, painter: QPainter) -> None:
        tokens, figures = theme.tokens(), self.figures()
        column = self.width() / len(figures)
        for at, (title, number) in enumerate(figures):
            room = QRectF(at * column, 0, column, _FIGURES_PX)
            painter.setFont(theme.font(theme.TITLE_PX, bold=True))
            painter.setPen(QColor(tokens.text))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), number)
            painter.setFont(theme.font(theme.CAPTION_PX))
            painter.setPen(QColor(tokens.muted))
            foot = room.adjusted(0, 0, 0, -4)
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), title)
            if at:
                self._paint_arrow(painter, room.left() - column * 0.28, room.top() + 14)

    def _paint_arrow(self, painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QPen(QColor(theme.tokens().undecided), 1.4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QRectF(x - 9, y, 18, 0).topLeft(), QRectF(x - 9, y, 18, 0).topRight())
        for side in (-4, 4):
            painter.drawLine(QRectF(x + 9, y, 0, 0).topLeft(), QRectF(x + 5, y + side, 0, 0).topLeft())

    def _paint_bar(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        bar = QRectF(0, _BAR_TOP_PX, self.width(), _BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(bar, 3, 3)
        total = sum(count for _, count, _ in self.shares())
        left = bar.left()
        for _, count, colour in self.shares() if total else ():
            width = bar.width() * count / total
            if count:
                painter.fillRect(QRectF(left, bar.top(), max(width - 1, 1), bar.height()), QColor(colour))
            left += width

    def _paint_legend(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        painter.setFont(theme.font(theme.CAPTION_PX))
        metrics = QFontMetricsF(painter.font())
        left, top = 0.0, _BAR_TOP_PX + _BAR_PX + 6.0
        for title, count, colour in self.shares():
            words = f"{count:,} {title}"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(left, top + 4, _DOT_PX, _DOT_PX), 2, 2)
            painter.setPen(QColor(tokens.muted))
            width = metrics.horizontalAdvance(words)
            painter.drawText(
                QRectF(left + _DOT_PX + 4, top, width + 2, 16), int(Qt.AlignmentFlag.AlignVCenter), words
            )
            left += _DOT_PX + 4 + width + theme.SPACE_16
