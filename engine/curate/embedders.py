"""Embedders: pictures in, vectors out, whatever network does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.curate.looks import LOOK_MODEL
from engine.errors import UserError

DEFAULT_EMBEDDER = "efficientnet-lite0"
OPEN_CLIP_PREFIX = "open_clip:"


class Embedder(Protocol):
    """A frozen network that turns pictures into vectors."""

    @property
    def name(self) -> str:
        """The name it was loaded by; vectors of different names are never mixed."""

    @property
    def dimensions(self) -> int:
        """Length of one vector."""

    def embed(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed pages or rendered drawings.

        Args:
            images: RGB, `(height, width, 3)` each, of any size.

        Returns:
            `(n, dimensions)` float32, not normalised.
        """


class TextEncoder(Protocol):
    """The other half of an embedder: words in, vectors out that lie near those of pictures of them."""

    @property
    def name(self) -> str:
        """The embedder's name; its vectors are compared with those of that embedder only."""

    def encode(self, text: str) -> NDArray[np.float32]:
        """Encode a description of a drawing, such as `two sheep`.

        Returns:
            `(d,)` float32 of length 1, with `d` the embedder's dimensions.
        """


def load_embedder(name: str = DEFAULT_EMBEDDER) -> Embedder:
    """Load an embedder by name.

    Args:
        name: `efficientnet-lite0` (comes with the program), or an open_clip model:
            `open_clip:MODEL/TAG` (weights of the hub, fetched once),
            `open_clip:MODEL@FILE` (a checkpoint, `.safetensors` or `.pt`), or
            `open_clip:FOLDER` (a folder with `open_clip_config.json` and weights).

    Raises:
        UserError: if the name is unknown, or the weights are missing, incomplete or out of reach.
    """
    if name == DEFAULT_EMBEDDER:
        from engine.curate.efficientnet import EfficientNetLite0

        return EfficientNetLite0()
    if name.startswith(OPEN_CLIP_PREFIX):
        from engine.curate.openclip import load_open_clip

        return load_open_clip(name)
    if name == LOOK_MODEL:
        from engine.curate.looker import Looker

        return Looker()
    raise UserError(
        f"There is no embedder called {name!r}.",
        f"Use {DEFAULT_EMBEDDER}, or an open_clip model such as open_clip:ViT-B-32/laion2b_s34b_b79k.",
    )


def has_text_tower(name: str) -> bool:
    """Whether an embedder can be searched by text; cheap, and true only if that needs no network."""
    if not name.startswith(OPEN_CLIP_PREFIX):
        return False
    from engine.curate.openclip import need_text_tower

    try:
        need_text_tower(name)
    except UserError:
        return False
    return True


def load_text_encoder(name: str) -> TextEncoder:
    """Load the text tower of an embedder.

    Args:
        name: As for `load_embedder`.

    Raises:
        UserError: if it has none, or the weights are missing, incomplete or out of reach.
    """
    if not name.startswith(OPEN_CLIP_PREFIX):
        raise UserError(
            f"{name} knows pictures only, no words.",
            "For search by text embed with a model that has a text tower: "
            "`singleline embed PROJECT --model open_clip:ViT-B-32/laion2b_s34b_b79k`.",
        )
    from engine.curate.openclip import load_open_clip_text

    return load_open_clip_text(name)
