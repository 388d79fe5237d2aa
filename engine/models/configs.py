"""The sizes of every model: frozen dataclasses of plain values; the window shows them, so: no torch."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import UserError

SKETCHRNN_CELLS = ("lstm", "layer_norm")


@dataclass(frozen=True, slots=True)
class SketchRNNConfig:
    """Sizes of a SketchRNN.

    Attributes:
        hidden: Width of each decoder LSTM layer.
        layers: Decoder LSTM layers.
        mixtures: Gaussians of the mixture head.
        dropout: Share of the decoder's outputs silenced in training.
        absolute_position: Whether the network also sees where the pen is on the sheet, not only how it
            moves (measured: 0.036 nats a point better).
        cell: One of `SKETCHRNN_CELLS`, in decoder and encoder.
        recurrent_dropout: Share of the layer-norm cell's candidates silenced in training.
        latent: Width of the code of a whole drawing; 0 leaves the encoder out.
        encoder_hidden: Width of each direction of the encoder.
    """

    hidden: int = 256
    layers: int = 1
    mixtures: int = 20
    dropout: float = 0.25
    absolute_position: bool = True
    cell: str = "lstm"
    recurrent_dropout: float = 0.1
    latent: int = 0
    encoder_hidden: int = 256

    def __post_init__(self) -> None:
        """Refuse what no network can be. Raises UserError."""
        if self.cell not in SKETCHRNN_CELLS:
            raise UserError(
                f"SketchRNN has no cell {self.cell!r}.", f"Choose one of: {', '.join(SKETCHRNN_CELLS)}."
            )


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Sizes of the default model, a causal transformer.

    Attributes:
        width: Of the stream between its layers.
        layers: Blocks of attention and feed-forward.
        heads: Of each attention; `width` is a multiple of eight times as many.
        memory_heads: Keys and values that they share among them; few make a short memory, quick to look up.
        mixtures: Gaussians of the mixture head.
        turned: Those of them that lie along the way the pen last moved, not along the page.
        pointers: More of them, whose means are earlier points of the drawing.
        dropout: Share of each layer's output silenced in training.
        eras: Eras of sketchbooks it can be told of.
    """

    width: int = 128
    layers: int = 4
    heads: int = 4
    memory_heads: int = 1
    mixtures: int = 24
    turned: int = 16
    pointers: int = 8
    dropout: float = 0.1
    eras: int = 0


@dataclass(frozen=True, slots=True)
class SketchformerConfig:
    """Sizes of a Sketchformer.

    Attributes:
        width: Of the stream between its layers.
        layers: Blocks of the decoder.
        encoder_layers: Blocks of the encoder.
        heads: Of each attention, and of the gathering into the code.
        memory_heads: Keys and values that they share among them.
        mixtures: Gaussians of the mixture head.
        turned: Those of them that lie along the way the pen last moved, not along the page.
        pointers: More of them, whose means are earlier points of the drawing.
        dropout: Share of each layer's output silenced in training.
        latent: Width of the code of a whole drawing.
    """

    width: int = 128
    layers: int = 4
    encoder_layers: int = 2
    heads: int = 4
    memory_heads: int = 1
    mixtures: int = 24
    turned: int = 16
    pointers: int = 8
    dropout: float = 0.1
    latent: int = 64
