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
    heavy = {"torch", "open_clip", "timm", "PySide6"}
    assert not loaded_after("from engine.cli.main import make_app; make_app()") & heavy
    light = "from engine.cli.main import make_app; make_app('embed')"
    assert not loaded_after(light) & {*heavy, "scipy", "sklearn", "skimage", "networkx", "onnxruntime"}


def test_every_command_is_found_in_the_module_it_is_looked_for_in() -> None:
    from engine.cli.main import COMMANDS, make_app

    for names in COMMANDS.values():
        for name in names:
            registered = tuple(one.name for one in make_app(name).registered_commands)
            assert registered == names
