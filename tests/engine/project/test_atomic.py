"""Atomic writes: the old file or the new one, never half of either."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.project import atomic


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic.write_json(path, {"kept": True})
    with pytest.raises(RuntimeError), atomic.replacing(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_text() == '{\n "kept": true\n}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="disk is full") as caught, atomic.replacing(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "Free some space" in caught.value.hint


def test_writing_through_a_library_keeps_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    atomic.write_with(path, lambda part: part.write_bytes(part.suffix.encode()) and None)
    assert path.read_bytes() == b".mp4"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    atomic.write_text(tmp_path / "ours", "")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode
