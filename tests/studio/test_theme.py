"""Colours can be read, icons can be drawn, and both follow the theme."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

from studio import icons, theme

# Buttons in the colour of a decision are panels, so their words never stand on the window itself.
GROUNDS = [
    *((text, ground) for text in ("text", "muted") for ground in ("window", "panel")),
    *((text, "panel") for text in ("accepted", "rejected")),
]


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), GROUNDS)
def test_text_contrast_is_at_least_four_and_a_half(tokens, text, ground):
    assert theme.contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_primary_button_can_be_read(tokens):
    assert theme.contrast(tokens.on_accent, tokens.accent) >= 4.5


def test_contrast_of_black_and_white_is_twenty_one():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("on_paper", [True, False])
def test_categorical_colours_are_many_distinct_and_not_faint(on_paper):
    colours = theme.categorical(on_paper)
    ground = theme.LIGHT.window if on_paper else theme.DARK.window
    assert len(set(colours)) == len(colours) >= 24
    assert min(theme.contrast(colour, ground) for colour in colours) >= 3.0


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_style_sheet_has_no_blank_left(qapp, tokens):
    sheet = theme.style_sheet(tokens)
    assert "$" not in sheet
    for file in re.findall(r'url\("(.+?)"\)', sheet):
        assert not QIcon(file).pixmap(12, 12).isNull()


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_draws_a_line_in_the_colour_of_the_theme(qapp, name):
    for tokens in (theme.LIGHT, theme.DARK):
        theme.apply(qapp, tokens)
        image = icons.icon(name).pixmap(QSize(48, 48)).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32)
        solid = pixels[pixels >> 24 == 255]
        assert 0.002 < len(solid) / len(pixels) < 0.5
        assert set(solid.tolist()) == {QColor(tokens.text).rgb()}


def test_an_unknown_icon_is_an_error_that_names_the_others(qapp):
    with pytest.raises(KeyError, match="accept"):
        icons.icon("no such icon")


@pytest.mark.parametrize("name", icons.names())
def test_icons_take_their_colour_from_outside(name):
    source = icons._source(name)
    assert "currentColor" in source
    assert "#" not in source.replace("http://www.w3.org/2000/svg", "")
