"""The look, in one place: colours, sizes, fonts, and the style sheet made from them.

Nothing else in the window names a colour. Widgets that paint themselves read `tokens()` inside `paintEvent`,
so a change of theme reaches them with the style change Qt sends to everybody.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

import resources

SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24 = 4, 8, 12, 16, 24
RADIUS_PX = 6
TEXT_PX, CAPTION_PX, TITLE_PX = 13, 11, 18
MOTION_MS, GLIDE_MS = 150, 400
_LEAST_CONTRAST = 3.0
"""Of a dot or a stroke with its ground (WCAG 2.1, graphical objects)."""

_STYLE = Path(resources.__file__).parent / "style"
_FAMILIES = [
    "Inter",
    "Cantarell",
    "Segoe UI Variable Text",
    "Segoe UI",
    "SF Pro Text",
    "Noto Sans",
    "DejaVu Sans",
]
"""Quiet humanist faces, best first; the desktop's own default stands behind them."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as `#rrggbb`."""

    name: str
    window: str
    panel: str
    line: str
    text: str
    muted: str
    paper: str
    ink: str
    accent: str
    on_accent: str
    accepted: str
    rejected: str
    undecided: str
    machine: str

    @property
    def is_dark(self) -> bool:
        """Whether the chrome is darker than its text."""
        return QColor(self.window).lightness() < QColor(self.text).lightness()

    def decision(self, decision: str) -> str:
        """The colour of a decision; unknown words look undecided."""
        return {"accepted": self.accepted, "rejected": self.rejected}.get(decision, self.undecided)


LIGHT = Tokens(
    name="light",
    window="#F2EFE9",
    panel="#FAF8F4",
    line="#DDD8CE",
    text="#1C1B19",
    muted="#6E6A62",
    paper="#FBF9F3",
    ink="#1B1B1A",
    accent="#2F4BD8",
    on_accent="#FFFFFF",
    accepted="#2E7D4F",
    rejected="#B9402B",
    undecided="#8A857B",
    machine="#C2562E",
)
DARK = Tokens(
    name="dark",
    window="#1D1C1A",
    panel="#262522",
    line="#3A3834",
    text="#ECE8DF",
    muted="#A39E93",
    paper="#F1EDE3",
    ink="#1B1B1A",
    accent="#8093FF",
    on_accent="#14132B",
    accepted="#6FCF97",
    rejected="#FF7A66",
    undecided="#8A857B",
    machine="#FF9E6D",
)

_active = LIGHT


def tokens() -> Tokens:
    """The colours now in use."""
    return _active


def named(name: str) -> Tokens:
    """The theme of that name; `system` and unknown names follow the desktop."""
    if name in ("light", "dark"):
        return DARK if name == "dark" else LIGHT
    application = QApplication.instance()
    if isinstance(application, QApplication):
        from PySide6.QtCore import Qt

        return DARK if application.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return LIGHT


def apply(application: QApplication, theme: Tokens) -> None:
    """Dress the whole application: style, palette, font, style sheet."""
    global _active
    _active = theme
    if not application.property("has_fusion"):
        # Once: replacing the style under a style sheet re-polishes every widget there is, closed ones too.
        application.setStyle("Fusion")
        application.setProperty("has_fusion", True)
    application.setFont(font(TEXT_PX))
    application.setPalette(palette(theme))
    application.setStyleSheet(style_sheet(theme))
    categorical()  # its library takes a third of a second to import: now, not under the artist's hand


def font(size_px: int = TEXT_PX, *, bold: bool = False) -> QFont:
    """The window's face at one of its three sizes, with figures of equal width."""
    face = QFont()
    face.setFamilies([*_FAMILIES, face.defaultFamily()])
    face.setPixelSize(size_px)
    face.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    face.setFeature(QFont.Tag("tnum"), 1)
    return face


def palette(theme: Tokens) -> QPalette:
    """A complete QPalette: `setColorScheme` does nothing on the offscreen platform."""
    colours = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.Base: theme.panel,
        QPalette.ColorRole.AlternateBase: theme.window,
        QPalette.ColorRole.Button: theme.panel,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.ToolTipBase: theme.panel,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Dark: theme.line,
        QPalette.ColorRole.Light: theme.panel,
        QPalette.ColorRole.Accent: theme.accent,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(mix(theme.muted, theme.window, 0.35)))
    return result


def style_sheet(theme: Tokens) -> str:
    """Fill `resources/style/style.qss` with the tokens and what is mixed from them."""
    values = asdict(theme) | {
        "hover": mix(theme.panel, theme.text, 0.06),
        "pressed": mix(theme.panel, theme.text, 0.12),
        "chosen": mix(theme.panel, theme.accent, 0.14),
        "accent_hover": mix(theme.accent, theme.text, 0.12),
        "disabled": mix(theme.muted, theme.window, 0.35),
        "handle": mix(theme.line, theme.text, 0.18),
        "accepted_tint": mix(theme.panel, theme.accepted, 0.12),
        "rejected_tint": mix(theme.panel, theme.rejected, 0.12),
        "arrow_down": (_STYLE / "arrow-down.svg").as_posix(),
        "arrow_up": (_STYLE / "arrow-up.svg").as_posix(),
        "tick": (_STYLE / f"tick-{theme.name}.svg").as_posix(),
        "radius": RADIUS_PX,
        "text_px": TEXT_PX,
        "caption_px": CAPTION_PX,
        "title_px": TITLE_PX,
    }
    return Template(_style_template()).substitute(values)


@lru_cache(maxsize=1)
def _style_template() -> str:
    return (_STYLE / "style.qss").read_text(encoding="utf-8")


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0..1) of `second` stirred in, as `#rrggbb`."""
    a, b = QColor(first), QColor(second)
    parts = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in parts)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    c = QColor(colour)
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (c.redF(), c.greenF(), c.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=2)
def categorical(on_paper: bool = True) -> tuple[str, ...]:
    """At least 24 colours that stay apart (glasbey, Glasbey et al. 2007, as colorcet makes it).

    Those too faint on their ground are left out.

    Args:
        on_paper: True for what lies on paper or on light chrome, False for dark chrome.
    """
    import colorcet

    name, ground = ("glasbey_dark", LIGHT.window) if on_paper else ("glasbey_light", DARK.window)
    return tuple(colour for colour in colorcet.palette[name] if contrast(colour, ground) >= _LEAST_CONTRAST)


def category_colour(index: int, *, on_paper: bool = True) -> str:
    """The colour of category `index`; negative means "none" and gets the undecided grey."""
    colours = categorical(on_paper)
    return colours[index % len(colours)] if index >= 0 else tokens().undecided
