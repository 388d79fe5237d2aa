"""From one drawing to another, and around one: the steps between two, and variations."""

from __future__ import annotations

from studio.widgets.gallery.view import GalleryView


class BetweenView(GalleryView):
    """Two drawings, and what lies between them."""

    TITLE = "Between"
    ICON = "move-to"
