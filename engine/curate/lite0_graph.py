"""EfficientNet-Lite0 (Tan & Le 2019) as an ONNX graph, straight from the weights that come with the program.

Batch normalisations are folded into the convolutions, and so is making numbers of pixels: it takes bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import BugError

GRAPH_VERSION = 1
"""Counted up when the graph is built otherwise, so that ones kept before are not used."""
SIDE_PX = 224
DIMENSIONS = 1280
INPUT, OUTPUT = "pixels", "vectors"
_BLOCK_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
_TENSORS_A_LAYER = 6  # kernel, then scale, shift, mean, variance, count of the normalisation
_EPSILON = 1e-3
_OPSET = 13  # of 2020: the oldest in which all of this can be said

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Kernel `(out, in, height, width)` and shift `(out,)`."""


def graph_name(weights: Path) -> str:
    """A file name that is another one for another graph or other weights."""
    digest = hashlib.sha256(f"{GRAPH_VERSION} {weights.name} {weights.stat().st_size}".encode())
    return f"efficientnet-lite0-{digest.hexdigest()[:12]}.onnx"


def build_graph(weights: Path) -> bytes:
    """The network without its classifier.

    Args:
        weights: The `.pth` file: per layer six tensors, in the order of the layers.

    Returns:
        A serialised model: `pixels` `(n, 224, 224, 3)` uint8 RGB -> `vectors` `(n, 1280)` float32.

    Raises:
        BugError: if the file is not laid out so.
    """
    from onnx import TensorProto, checker, helper

    layers = _layers(weights)
    graph = _Graph()
    x = graph.add("Transpose", graph.add("Cast", INPUT, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    x = graph.add("Sub", graph.add("Mul", x, graph.constant(1 / 127.5)), graph.constant(1.0))
    x = _body(graph, x, layers)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    graph.add("Identity", x, name=OUTPUT)
    pixels = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["n", SIDE_PX, SIDE_PX, 3])
    vectors = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", DIMENSIONS])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "efficientnet-lite0", [pixels], [vectors], graph.tensors),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=8,
    )
    checker.check_model(model)
    return bytes(model.SerializeToString())


def _layers(weights: Path) -> Iterator[Layer]:
    """The convolutions in order, each with its normalisation folded in."""
    import torch  # here, for it takes three seconds; only the file's format needs it

    tensors = [t.numpy() for t in torch.load(weights, map_location="cpu", weights_only=True).values()]
    layers = (len(_BLOCK_STRIDES) - 1) * 3 + 2 + 2  # the first block has two, stem and head stand around
    if len(tensors) != layers * _TENSORS_A_LAYER + 2 or any(
        t.ndim != 4 for t in tensors[:-2:_TENSORS_A_LAYER]
    ):
        raise BugError(f"{weights.name} is not laid out as EfficientNet-Lite0")
    for start in range(0, layers * _TENSORS_A_LAYER, _TENSORS_A_LAYER):
        kernel, scale, shift, mean, variance = tensors[start : start + 5]
        factor = scale / np.sqrt(variance + _EPSILON)
        yield kernel * factor[:, None, None, None], shift - mean * factor


@dataclass(slots=True)
class _Graph:
    """Nodes and tensors so far."""

    nodes: list[Any] = field(default_factory=list)
    tensors: list[Any] = field(default_factory=list)

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """A node with one output, whose name is returned."""
        from onnx import helper

        name = name or f"x{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, value: float | NDArray[np.float32]) -> str:
        """A tensor, whose name is returned."""
        from onnx import numpy_helper

        name = f"c{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.asarray(value, np.float32), name))
        return name

    def convolution(self, x: str, layer: Layer, stride: int = 1, *, bend: bool = True) -> str:
        """A convolution, depthwise where its kernels are one deep, and ReLU6 where it is to bend."""
        kernel, shift = layer
        x = self.add(
            "Conv",
            x,
            self.constant(kernel),
            self.constant(shift),
            auto_pad="SAME_UPPER",
            strides=[stride, stride],
            group=len(kernel) if kernel.shape[1] == 1 else 1,
        )
        return self.add("Clip", x, self.constant(0.0), self.constant(6.0)) if bend else x


def _body(graph: _Graph, x: str, layers: Iterator[Layer]) -> str:
    """Stem, sixteen blocks, head."""
    stem = next(layers)
    x, width = graph.convolution(x, stem, 2), len(stem[1])
    for number, stride in enumerate(_BLOCK_STRIDES):
        start = x
        if number > 0:
            x = graph.convolution(x, next(layers))
        x = graph.convolution(x, next(layers), stride)
        last = next(layers)
        x = graph.convolution(x, last, bend=False)
        if stride == 1 and len(last[1]) == width:
            x = graph.add("Add", x, start)
        width = len(last[1])
    return graph.convolution(x, next(layers))
