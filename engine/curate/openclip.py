"""Any open_clip model (Ilharco et al. 2021) by hub tag, checkpoint or folder: where its weights are.

Nothing here imports torch or open_clip (three and ten seconds): what is out of reach is said at once.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import socket
import sys
import threading
import types
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.curate.embedders import OPEN_CLIP_PREFIX, Embedder, TextEncoder
from engine.errors import UserError

_CONNECT_S = 0.4
_WEIGHT_SUFFIXES = (".safetensors", ".bin", ".pth", ".pt")
_HUB_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
_FOLDER_CONFIG = "open_clip_config.json"
_VOCABULARY = 49408  # of CLIP (Radford et al. 2021), the one that open_clip ships
_TEXT_ADVICE = "For search by text embed with another model, such as open_clip:ViT-B-32/laion2b_s34b_b79k."
_OFFLINE_ADVICE = "Connect once, or name weights on this machine: open_clip:MODEL@FILE or open_clip:FOLDER."


@dataclass(frozen=True, slots=True)
class Weights:
    """A model whose weights are on this machine.

    Attributes:
        name: What the user called it.
        model: open_clip's name of the architecture, or `local-dir:FOLDER`, which brings its own weights.
        file: The checkpoint; None for a folder.
        entry: open_clip's table entry of the weights, for its normalisation; may be empty.
    """

    name: str
    model: str
    file: Path | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)


def load_open_clip(name: str) -> Embedder:
    """Load the image tower of `open_clip:MODEL/TAG`, `open_clip:MODEL@FILE` or `open_clip:FOLDER`.

    Raises:
        UserError: if the model, its weights or the network are missing, or a tensor would stay random.
    """
    weights = _find_weights(name)
    from engine.curate.openclip_tower import create_embedder

    return create_embedder(weights)


def load_open_clip_text(name: str) -> TextEncoder:
    """Load the text tower of the same models.

    Raises:
        UserError: as `load_open_clip`, or if the model's words cannot be read without the network.
    """
    need_text_tower(name)
    weights = _find_weights(name)
    from engine.curate.openclip_tower import create_text_encoder

    return create_text_encoder(weights)


def need_text_tower(name: str) -> None:
    """Look into the model's description, which takes a millisecond, for a text tower that works offline.

    Raises:
        UserError: if there is none: no such model, or a tokenizer of the hub's that open_clip does not bring.
    """
    folder, model, _, _ = _parts(name)
    text = (_folder_settings(folder) if folder else _model_settings(model)).get("text_cfg")
    if not isinstance(text, Mapping):
        raise UserError(f"{name} knows pictures only, no words.", _TEXT_ADVICE)
    if text.get("hf_model_name") or text.get("hf_tokenizer_name"):
        raise UserError(f"{name} reads words by a tokenizer of the hub's.", _TEXT_ADVICE)
    if text.get("vocab_size", _VOCABULARY) != _VOCABULARY:
        raise UserError(f"{name} has a vocabulary that open_clip does not bring.", _TEXT_ADVICE)


def _parts(name: str) -> tuple[Path | None, str, str, str]:
    """Folder, or model and either the checkpoint after an @ or the tag after a slash."""
    what = name.removeprefix(OPEN_CLIP_PREFIX)
    if Path(what).expanduser().is_dir() or what.startswith((".", "/", "~")):
        return Path(what).expanduser(), "", "", ""
    if "@" in what:
        model, _, file = what.partition("@")
        return None, model, file, ""
    model, _, tag = what.partition("/")
    return None, model, "", tag


def _find_weights(name: str) -> Weights:
    folder, model, file, tag = _parts(name)
    if folder:
        return _folder_weights(name, folder)
    if file:
        return Weights(name, model, _existing_file(Path(file).expanduser()))
    if not tag:
        raise UserError(f"{name!r} names no weights.", "Write open_clip:MODEL/TAG, MODEL@FILE or a folder.")
    return _tag_weights(name, model, tag)


def _existing_file(path: Path) -> Path:
    if not path.is_file():
        raise UserError(f"There is no checkpoint {path}.", "Check the path after the @.")
    return path


def _folder_weights(name: str, folder: Path) -> Weights:
    """Check what open_clip only logs: with no weights in the folder it would go on with random ones."""
    settings = _folder_settings(folder)
    if not any(file.suffix in _WEIGHT_SUFFIXES for file in folder.iterdir()):
        raise UserError(f"{folder} holds no weights.", f"Put a {' or '.join(_HUB_FILES)} beside the config.")
    if "vision_cfg" not in settings:
        raise _no_description(folder / _FOLDER_CONFIG)
    return Weights(name, f"local-dir:{folder}")


def _folder_settings(folder: Path) -> Mapping[str, Any]:
    """How a folder describes its model."""
    file = folder / _FOLDER_CONFIG
    if not file.is_file():
        raise UserError(f"{folder} holds no {_FOLDER_CONFIG}.", "Choose the folder of an open_clip model.")
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))["model_cfg"]
    except (ValueError, KeyError, TypeError) as error:
        raise _no_description(file) from error
    if not isinstance(settings, Mapping):
        raise _no_description(file)
    return settings


def _no_description(file: Path) -> UserError:
    return UserError(f"{file} does not describe a model.", "Copy the folder again.")


def _model_settings(model: str) -> Mapping[str, Any]:
    """How open_clip describes one of its models; read from its files, for importing it takes ten seconds."""
    plain = model.replace("/", "-")
    loaded = sys.modules.get("open_clip")
    added = loaded.get_model_config(plain) if loaded else None  # models may be registered in the process
    file = _package_folder() / "model_configs" / f"{plain}.json"
    if added is None and not (plain and file.is_file()):
        raise UserError(f"open_clip knows no model {model!r}.", "Look up the models at open_clip's pages.")
    settings: Mapping[str, Any] = added or json.loads(file.read_text(encoding="utf-8"))
    return settings


def _tag_weights(name: str, model: str, tag: str) -> Weights:
    """Weights from the cache, else from the network if there is one, else an error at once."""
    online = not _told_offline() and _reachable(_hub_host())
    if not online and not _anything_cached():
        raise _out_of_reach(name)
    tables = _pretrained_tables()
    entry: Mapping[str, Any] = tables.get_pretrained_cfg(model, tag)
    if not entry:
        known = tables.list_pretrained_tags_by_model(model) or tables.list_models_by_pretrained(tag)
        raise UserError(
            f"open_clip knows no weights {tag!r} for {model!r}.",
            f"Known: {', '.join(known[:8])}." if known else "Look up the models at open_clip's pages.",
        )
    file = _cached_weights(entry)
    if file is None:
        if not online:
            raise _out_of_reach(name)
        file = _download(tables, entry, name)
    return Weights(name, model, file, entry)


def _out_of_reach(name: str) -> UserError:
    return UserError(
        f"The weights of {name} are not on this machine and the network is out of reach.", _OFFLINE_ADVICE
    )


def _told_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def _hub_host() -> str:
    """Who must answer for a download: the proxy where one is set, else the hub."""
    proxy = urllib.request.getproxies().get("https")
    return proxy or os.environ.get("HF_ENDPOINT", "https://huggingface.co")


def _reachable(url: str, timeout_s: float = _CONNECT_S) -> bool:
    """Whether a connection comes about in time; in a thread, as a name server may hang beyond a timeout."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    answered = threading.Event()

    def connect() -> None:
        try:
            with socket.create_connection((parts.hostname or "", parts.port or 443), timeout_s):
                answered.set()
        except (OSError, UnicodeError):
            return

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(timeout_s)
    return answered.is_set()


def _clip_cache() -> Path:
    """Where open_clip keeps what it fetches by plain URL."""
    return Path("~/.cache/clip").expanduser()


def _anything_cached() -> bool:
    """Whether a look into open_clip's tables (seconds: they import torch) could find weights here at all."""
    from huggingface_hub.constants import HF_HUB_CACHE

    found = (f for f in Path(HF_HUB_CACHE).glob("models--*/snapshots/*/*") if f.suffix in _WEIGHT_SUFFIXES)
    return next(found, None) is not None or any(_clip_cache().glob("*.pt"))


def _pretrained_tables() -> Any:
    """open_clip's table of weights without open_clip: its package module would import every model first."""
    alias = "_open_clip_tables"
    if alias not in sys.modules:
        package = types.ModuleType(alias)
        package.__path__ = [str(_package_folder())]
        sys.modules[alias] = package
    return importlib.import_module(f"{alias}.pretrained")


def _package_folder() -> Path:
    """Where open_clip is installed."""
    found = importlib.util.find_spec("open_clip")
    if found is None or not found.submodule_search_locations:
        raise UserError("The package open_clip_torch is missing.", "Install it: uv sync")
    return Path(next(iter(found.submodule_search_locations)))


def _cached_weights(entry: Mapping[str, Any]) -> Path | None:
    """The weights an entry of the table names, if they are on this machine."""
    from huggingface_hub import try_to_load_from_cache

    if entry.get("hf_hub"):
        repository, _, file = str(entry["hf_hub"]).rpartition("/")
        for candidate in _same_weights(file):
            cached = try_to_load_from_cache(repository, candidate)
            if isinstance(cached, str):
                return Path(cached)
    if entry.get("url"):
        fetched = _clip_cache() / Path(urlsplit(str(entry["url"])).path).name
        return fetched if fetched.is_file() else None
    return None


def _same_weights(file: str) -> tuple[str, ...]:
    """The names one checkpoint may have on the hub, the safe format first."""
    return (str(Path(file).with_suffix(".safetensors")), file) if file else _HUB_FILES


def _download(tables: Any, entry: Mapping[str, Any], name: str) -> Path:
    try:
        return Path(tables.download_pretrained(dict(entry)))
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(
            f"The weights of {name} could not be fetched: {brief(error)}.", _OFFLINE_ADVICE
        ) from error


def brief(error: Exception) -> str:
    """The first lines of an error, short enough for a message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:200] if lines else type(error).__name__
