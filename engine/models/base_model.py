"""Where the model that comes with the program lies; `engine.training.base_model` makes it."""

from __future__ import annotations

from pathlib import Path

import resources


def base_model_path() -> Path:
    """The checkpoint shipped with the program: averaged weights alone, enough to draw and to start from."""
    return Path(resources.__file__).parent / "models" / "base.safetensors"
