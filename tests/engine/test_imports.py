"""The engine knows no window, and says what it needs only when it needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def loaded_after(program: str) -> set[str]:
    """Top-level modules in a fresh process after it ran a program."""
    program += "; import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_no_module_of_the_engine_brings_qt_in() -> None:
    paths = sorted((ROOT / "engine").rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    modules = [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]
    loaded = loaded_after(f"import importlib; [importlib.import_module(name) for name in {modules!r}]")
    assert "torch" in loaded  # everything was really imported
    assert not loaded & {"PySide6", "pyqtgraph", "studio"}


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    assert not loaded_after("import engine.cli.main") & {"torch", "open_clip", "timm", "PySide6"}
