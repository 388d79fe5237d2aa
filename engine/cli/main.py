"""`singleline`: the way in, and what every command does with an error."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer

from engine.cli import (
    curation,
    datasets,
    demo,
    exchange,
    exports,
    generation,
    history,
    mending,
    projects,
    search,
    suggesting,
    tracing,
    training,
    window,
)
from engine.errors import UserError

app = typer.Typer(
    name="singleline",
    help="From scans of single-line drawings to a machine that draws.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    projects,
    curation,
    search,
    suggesting,
    history,
    exchange,
    tracing,
    mending,
    datasets,
    training,
    generation,
    exports,
    demo,
    window,
):
    group.add_to(app)

_BAD_USE = 2
# Typer carries its own copy of click under a private name; its public BadParameter leads to the base we need.
_UsageError: Any = typer.BadParameter.__mro__[1]


def main() -> None:
    """Run one command. Exits 0 only when it did what it said; 2 for bad use or bad input, with one line."""
    try:
        sys.exit(app(standalone_mode=False))
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
