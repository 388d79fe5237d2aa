"""When a window is opened, and what is said when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cli.window import has_display


@pytest.mark.skipif("sys.platform != 'linux'", reason="other systems always have a screen")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_a_display_is_a_screen_somebody_sees(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_display() is expected


@pytest.mark.skipif("sys.platform != 'linux'", reason="other systems always have a screen")
def test_without_a_screen_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, singleline: Callable[..., Any], tmp_path: Path
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    answer = singleline("studio", tmp_path)
    assert answer.code == 2
    assert "no display" in answer.err


def test_a_window_that_cannot_start_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, singleline: Callable[..., Any]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    answer = singleline("studio")
    assert answer.code == 2
    assert "apt install" in answer.err


def test_a_folder_that_is_no_project_opens_no_window(
    monkeypatch: pytest.MonkeyPatch, singleline: Callable[..., Any], tmp_path: Path
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    answer = singleline("studio", tmp_path)
    assert answer.code == 2
    assert "not a Single-Line Studio project" in answer.err
