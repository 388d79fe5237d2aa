"""SketchRNN's `.npz` files: read with suspicion, written so that the field's code can read them."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.dataset.restricted import read_pickled_arrays
from engine.dataset.types import SPLIT_NAMES, Dataset
from engine.errors import UserError
from engine.strokes.stroke3 import Stroke3

MAX_UNPACKED_BYTES = 512 * 2**20
MAX_DRAWINGS = 1_000_000
_LONE_KEYS = ("arr_0",)


@dataclass(frozen=True, slots=True)
class NpzDrawings:
    """What a `.npz` file held.

    Attributes:
        splits: Key (`train`, `valid`, `test` or `arr_0`) to its stroke-3 arrays, in the file's own units.
        warnings: Sentences the user should read.
    """

    splits: dict[str, list[Stroke3]]
    warnings: tuple[str, ...]


def read_npz(path: Path) -> NpzDrawings:
    """Read stroke-3 drawings from a `.npz` file without running anything in it.

    Raises:
        UserError: naming the file, if it is missing, damaged, hostile, too large or not stroke-3.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_archive(path, archive)
    except UserError as error:
        raise UserError(f"Cannot read {path.name}: {error.message}", error.hint) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise UserError(
            f"Cannot read {path.name}: it is not a whole .npz file ({error}).", "Copy or download it again."
        ) from error
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror or error}.", "Check the file's name."
        ) from error


def write_npz(file: BinaryIO, dataset: Dataset) -> None:
    """Write `train`, `valid`, `test` as object arrays of float32 stroke-3, as SketchRNN code loads them."""
    train, valid, test = (object_array(split.rows) for _, split in dataset.splits())
    np.savez_compressed(file, train=train, valid=valid, test=test)


def object_array(rows: tuple[Stroke3, ...]) -> NDArray[np.object_]:
    """A 1-D array of arrays; spelled out, as numpy would make a 3-D one of drawings equally long."""
    array = np.empty(len(rows), dtype=object)
    for index, drawing in enumerate(rows):
        array[index] = drawing
    return array


def is_integral(drawings: list[Stroke3] | tuple[Stroke3, ...]) -> bool:
    """Whether every move of every drawing is a whole number."""
    return bool(drawings) and all(np.array_equal(rows[:, :2], np.rint(rows[:, :2])) for rows in drawings)


def _read_archive(path: Path, archive: zipfile.ZipFile) -> NpzDrawings:
    members = {name.removesuffix(".npy"): name for name in archive.namelist()}
    if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise UserError(
            f"it unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB.", "Split it into smaller files."
        )
    wanted: tuple[str, ...] = (*SPLIT_NAMES,) if any(k in members for k in SPLIT_NAMES) else _LONE_KEYS
    keys = [key for key in wanted if key in members]
    if not keys:
        raise UserError(
            f"it has no train, valid, test or arr_0 (but {', '.join(members) or 'nothing'}).",
            "Save the drawings under the key train.",
        )
    splits = {key: _read_member(key, archive.read(members[key])) for key in keys}
    if not any(splits.values()):
        raise UserError("it holds no drawing.", "Choose another file.")
    return NpzDrawings(splits, _warnings(path, splits, sorted(set(members) - set(keys))))


def _warnings(path: Path, splits: dict[str, list[Stroke3]], ignored: list[str]) -> tuple[str, ...]:
    warnings = []
    if all(is_integral(part) for part in splits.values() if part):
        warnings.append(
            f"Every move in {path.name} is a whole number. If it was cut down to int16 from finer strokes, "
            "the rounding adds up and the lines drift; import the finer file if you have it."
        )
    if ignored:
        warnings.append(f"Left out of {path.name}: {', '.join(ignored)} (not drawings).")
    return tuple(warnings)


def _read_member(key: str, data: bytes) -> list[Stroke3]:
    """The drawings of one array of the archive. Raises UserError or ValueError."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read_header = (
        np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    )
    shape, fortran, dtype = read_header(file)
    if dtype.hasobject:
        arrays = read_pickled_arrays(file.read())
    else:
        arrays = list(_read_plain(file.read(), shape, fortran, dtype))
    if len(arrays) > MAX_DRAWINGS:
        raise UserError(f"{key} holds {len(arrays)} drawings.", f"The limit is {MAX_DRAWINGS}.")
    return [_as_stroke3(key, index, array) for index, array in enumerate(arrays)]


def _read_plain(data: bytes, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Drawings that happen to be equally long: one `(n, points, 3)` array of numbers."""
    if dtype.kind not in "iuf" or len(shape) != 3:
        raise UserError(f"an array of {dtype} and shape {shape} is not a list of drawings.", "Save stroke-3.")
    return np.frombuffer(data, dtype=dtype).reshape(shape, order="F" if fortran else "C")


def _as_stroke3(key: str, index: int, array: NDArray[Any]) -> Stroke3:
    """Check one drawing. Raises UserError naming it."""
    where = f"drawing {index} of {key}"
    if array.ndim != 2 or array.shape[1] != 3:
        raise UserError(f"{where} has shape {array.shape}.", "Stroke-3 has rows of dx, dy, lift.")
    rows = array.astype(np.float32)
    if not np.isfinite(rows).all():
        raise UserError(f"{where} has moves that are not numbers.", "Mend or leave out that drawing.")
    if not np.isin(rows[:, 2], (0.0, 1.0)).all():
        raise UserError(f"{where} has lifts other than 0 and 1.", "Stroke-3 has rows of dx, dy, lift.")
    return rows
