"""Drawings dragged out of the window: onto the desktop, into a folder, into a drawing program."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QRectF, Qt, QUrl
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from engine.errors import UserError
from engine.strokes.svg import write_svg
from studio.gallery.kept import file_stem
from studio.models.samples import Sample
from studio.widgets import drawing_art

_CARD_PX = 96
_FAN_PX = 8
_MOST_CARDS = 4
SVG = "image/svg+xml"


def drag_out(source: QWidget, samples: Sequence[Sample]) -> bool:
    """Let the artist carry drawings away, each as an SVG file.

    Call it once the pointer has moved far enough (`QAbstractItemView.startDrag` of a grid). It comes back
    when the button is let go.

    Args:
        source: Where they are dragged from.
        samples: Those without a line yet are left out.

    Returns:
        Whether they were dropped somewhere.
    """
    drawn = [sample for sample in samples if sample.picture.strokes]
    if not drawn:
        return False
    drag = QDrag(source)
    drag.setMimeData(mime_of(drawn))
    picture = picture_of(drawn, source.devicePixelRatioF())
    drag.setPixmap(picture)
    drag.setHotSpot(QPoint(_CARD_PX // 2, _CARD_PX // 2))
    return drag.exec(Qt.DropAction.CopyAction) == Qt.DropAction.CopyAction


def mime_of(samples: Sequence[Sample]) -> QMimeData:
    """What is handed over: files, and for programs that take a drawing as it is the first one's SVG."""
    result = QMimeData()
    files = write_files(samples, _folder())
    if files:
        result.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        result.setData(SVG, QByteArray(files[0].read_bytes()))
    result.setText("\n".join(sample.name for sample in samples))
    return result


def write_files(samples: Sequence[Sample], folder: Path) -> list[Path]:
    """Write each drawing as an SVG under its own name; what a full disk refuses is left out."""
    files: list[Path] = []
    for sample in samples:
        stem, number = file_stem(sample.name), 1
        while (file := folder / f"{stem}{f'-{number}' if number > 1 else ''}.svg") in files:
            number += 1
        try:
            write_svg(file, sample.picture.strokes, colour=drawing_art.inks_of(sample))
        except UserError:
            continue
        files.append(file)
    return files


def picture_of(samples: Sequence[Sample], ratio: float = 1.0) -> QPixmap:
    """What hangs at the pointer: the cards, fanned out a little."""
    fan = samples[:_MOST_CARDS]
    side = _CARD_PX + _FAN_PX * (len(fan) - 1)
    result = QPixmap(round(side * ratio), round(side * ratio))
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    for place, sample in reversed(list(enumerate(fan))):
        card = QRectF(place * _FAN_PX, place * _FAN_PX, _CARD_PX, _CARD_PX)
        drawing_art.paint_sample(painter, sample, card)
    painter.end()
    return result


def _folder() -> Path:
    """A fresh folder for each drag: whoever takes the files may read them later."""
    return Path(tempfile.mkdtemp(dir=_scratch().name))


@lru_cache(maxsize=1)
def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Goes when the program ends: a receiver copies after the drop, at its own time."""
    return tempfile.TemporaryDirectory(prefix="single-line-")
