"""`singleline`: the way in, and what every command does with an error."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import typer

from engine.errors import UserError

COMMANDS: dict[str, tuple[str, ...]] = {
    "projects": ("new", "import"),
    "status": ("status",),
    "curation": ("embed", "cluster", "name-cluster", "mark"),
    "search": ("search",),
    "suggesting": ("suggest", "similar", "duplicates", "call", "note"),
    "history": ("history", "merge"),
    "exchange": ("export-decisions", "import-decisions", "export-folders"),
    "tracing": ("trace", "traces", "trace-image"),
    "mending": ("mend",),
    "datasets": ("dataset", "datasets", "import-strokes"),
    "training": ("train",),
    "evaluation": ("evaluate",),
    "eras": ("eras",),
    "runs": ("runs", "stop", "pause", "go-on"),
    "models": ("import-model", "export-model"),
    "generation": ("generate", "compare"),
    "completing": ("complete",),
    "exploring": ("interpolate", "vary", "surprise", "hairs"),
    "exports": ("export",),
    "animating": ("animate",),
    "demo": ("demo",),
    "window": ("studio",),
}
"""Module of this folder -> its commands, in the order of the help. A command starts in half the time when
only its own module is imported."""

_BAD_USE = 2
# Typer carries its own copy of click under a private name; its public BadParameter leads to the base we need.
_UsageError: Any = typer.BadParameter.__mro__[1]


def make_app(command: str = "") -> typer.Typer:
    """The program with the group of one command, or with all of them: for the help, and slips of the pen."""
    app = typer.Typer(
        name="singleline",
        help="From scans of single-line drawings to a machine that draws.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    groups = [group for group, names in COMMANDS.items() if command in names] or list(COMMANDS)
    for group in groups:
        importlib.import_module(f"engine.cli.{group}").add_to(app)
    return app


def _root() -> None:
    """Keep the names of commands: with one command alone, Typer would do without its name."""


def main() -> None:
    """Run one command. Exits 0 only when it did what it said; 2 for bad use or bad input, with one line."""
    try:
        arguments = sys.argv[1:] or ["--help"]
        sys.exit(make_app(arguments[0])(arguments, standalone_mode=False))
    except UserError as error:
        _complain(str(error))
    except typer.Abort:
        _complain("Stopped.")
    except _UsageError as error:
        _complain(f"{error.format_message()} See `singleline --help`.")
    except BrokenPipeError:
        sys.exit(0)


def _complain(text: str) -> None:
    if "--json" in sys.argv:
        print(json.dumps({"error": text}, ensure_ascii=False))
    print(f"singleline: {text}".replace("\n", " "), file=sys.stderr)
    sys.exit(_BAD_USE)
