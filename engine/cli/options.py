"""What several commands ask for in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.project.ids import Level

ProjectFolder = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project folder.")]
LevelOption = Annotated[Level, typer.Option("--level", help="Pages, or the drawings cut from them.")]
