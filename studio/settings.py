"""What the window remembers between two evenings: recent projects, theme, sizes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

_RECENT = 8


class Settings:
    """Typed access to one settings file.

    `SINGLELINE_SETTINGS` names another file: for tests, and for a studio on a stick.
    """

    def __init__(self, file: Path | None = None) -> None:
        named = os.environ.get("SINGLELINE_SETTINGS", "")
        if file is not None or named:
            self._store = QSettings(str(file or named), QSettings.Format.IniFormat)
        else:
            self._store = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "single-line-studio", "studio"
            )

    @property
    def recent(self) -> list[Path]:
        """The projects opened last, newest first, that are still there."""
        stored: Any = self._store.value("recent")
        # A list of one comes back as a string, an empty one as None.
        names: list[str] = [stored] if isinstance(stored, str) else (stored or [])
        return [path for path in map(Path, names) if (path / "project.json").exists()]

    def remember(self, project: Path) -> None:
        """Put a project first among the recent ones."""
        project = project.resolve()
        others = [path for path in self.recent if path != project]
        self._store.setValue("recent", [str(path) for path in [project, *others][:_RECENT]])

    def forget(self, project: Path) -> None:
        """Take a project off the list; the project itself stays."""
        self._store.setValue("recent", [str(path) for path in self.recent if path != project.resolve()])

    @property
    def theme(self) -> str:
        """`light`, `dark`, or `system`."""
        return str(self._store.value("theme", "system"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    def bytes(self, key: str) -> QByteArray:
        """A stored geometry, empty when there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Store a geometry."""
        self._store.setValue(key, value)

    def choices(self, key: str) -> dict[str, Any]:
        """Choices kept under a name; empty when there are none, or none that can be read."""
        try:
            stored = json.loads(str(self._store.value(key, "{}")))
        except ValueError:
            return {}
        return stored if isinstance(stored, dict) else {}

    def set_choices(self, key: str, values: dict[str, Any]) -> None:
        """Keep choices, JSON-ready, under a name."""
        self._store.setValue(key, json.dumps(values))

    def sync(self) -> None:
        """Write it to the disk now."""
        self._store.sync()
