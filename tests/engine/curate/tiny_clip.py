"""An open_clip model small enough for tests, with CLIP's own vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TINY = {
    "model_cfg": {
        "embed_dim": 12,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
        "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
}


def tiny_clip() -> Any:
    """The model with weights that are random, and always the same."""
    import open_clip
    import torch

    torch.manual_seed(0)
    settings: dict[str, Any] = TINY["model_cfg"]
    return open_clip.CLIP(settings["embed_dim"], settings["vision_cfg"], settings["text_cfg"])


def save_clip(model: Any, folder: Path) -> Path:
    """Write it as a folder that `open_clip:FOLDER` names."""
    from safetensors.torch import save_file

    (folder / "open_clip_config.json").write_text(json.dumps(TINY))
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return folder
