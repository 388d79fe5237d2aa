"""Reading pickled arrays without running anything a pickle asks for.

SketchRNN's `.npz` files hold object arrays, and numpy can read those only by unpickling, which runs whatever
the file says. Here the few names a pickled array needs lead to stand-ins that merely note shape, type and
bytes; every other name is refused. Not even numpy's own constructors are handed out: `dtype.__setstate__`
accepts flags under which raw bytes become object pointers.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError

_KINDS = frozenset("biuf")
_MAX_POINTS = 50_000_000


class _DtypeNote:
    """Stands in for a numpy dtype: a plain number or bool, or `O`."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code

    def __setstate__(self, state: Any) -> None:
        """Take the byte order and nothing else from `(version, order, None, None, None, -1, -1, flags)`."""
        if not isinstance(state, tuple) or len(state) < 5 or any(part is not None for part in state[2:5]):
            raise pickle.UnpicklingError("a structured dtype")
        if state[1] in (">", "<"):
            self.code = state[1] + self.code.lstrip("<>|=")

    def plain(self) -> np.dtype[Any]:
        """The numpy dtype of plain numbers. Raises UnpicklingError for every other kind."""
        dtype = np.dtype(self.code)
        if dtype.kind not in _KINDS or dtype.itemsize > 16:
            raise pickle.UnpicklingError(f"dtype {self.code!r}")
        return dtype


class _ArrayNote:
    """Stands in for a numpy array until its shape, type and data are known and checked."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: NDArray[Any] | list[Any] = []

    def __setstate__(self, state: Any) -> None:
        """Take `(version, shape, dtype, fortran, data)`."""
        if not isinstance(state, tuple) or len(state) != 5:
            raise pickle.UnpicklingError("an array state of unknown form")
        _, shape, dtype, fortran, data = state
        self.value = _make_array(shape, dtype, "F" if fortran else "C", data)


class _Callable:
    """A call a pickle may make. Without a `__dict__`, so that a pickle cannot alter it either."""

    __slots__ = ("_call",)
    _call: Callable[..., Any]

    def __init__(self, call: Callable[..., Any]) -> None:
        object.__setattr__(self, "_call", call)

    def __setattr__(self, name: str, value: Any) -> None:
        raise pickle.UnpicklingError("an attempt to change the reader")

    def __call__(self, *args: Any) -> Any:
        return self._call(*args)


def _make_array(shape: Any, dtype: Any, order: Any, data: Any) -> NDArray[Any] | list[Any]:
    """Check and make one array; object arrays become lists."""
    if not isinstance(dtype, _DtypeNote) or not isinstance(shape, tuple):
        raise pickle.UnpicklingError("an array without shape or type")
    if not all(type(n) is int and 0 <= n <= _MAX_POINTS for n in shape):
        raise pickle.UnpicklingError(f"an array of shape {shape}")
    if dtype.code.lstrip("<>|=") in ("O", "O8", "O4"):
        if not isinstance(data, list):
            raise pickle.UnpicklingError("an object array without a list")
        return data
    # Python 2 wrote its byte strings as text; latin-1 is the encoding that gives every byte back.
    raw = data.encode("latin1") if isinstance(data, str) else bytes(data)
    values = np.frombuffer(raw, dtype=dtype.plain())
    return values.reshape(shape, order="F" if order == "F" else "C")


def _reconstruct(*_: Any) -> _ArrayNote:
    return _ArrayNote()


def _dtype(code: Any, *_: Any) -> _DtypeNote:
    if not isinstance(code, str) or len(code) > 4:
        raise pickle.UnpicklingError("a dtype without a short name")
    return _DtypeNote(code)


def _frombuffer(data: Any, dtype: Any, shape: Any, order: Any = "C") -> _ArrayNote:
    note = _ArrayNote()
    note.value = _make_array(shape, dtype, order, data)
    return note


def _encode(text: Any, encoding: Any) -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise pickle.UnpicklingError("an encoding other than latin1")
    return text.encode("latin1")


_NDARRAY = _Callable(_reconstruct)
_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): _Callable(_dtype),
    ("_codecs", "encode"): _Callable(_encode),  # how protocol 2 spells bytes
    **{(f"numpy.{c}.multiarray", "_reconstruct"): _NDARRAY for c in ("core", "_core")},
    **{(f"numpy.{c}.numeric", "_frombuffer"): _Callable(_frombuffer) for c in ("core", "_core")},
}


class _Unpickler(pickle._Unpickler):
    """Admits numpy arrays and nothing else.

    The pure-Python one: the C version lets a hostile file claim gigabytes for its memo in five bytes.
    """

    def find_class(self, module: str, name: str) -> Any:
        """Look a name up among the few allowed. Raises UnpicklingError."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"the name {module}.{name}") from None

    def persistent_load(self, pid: Any) -> Any:
        """Refuse references to things outside the file."""
        raise pickle.UnpicklingError("a reference outside the file")


def read_pickled_arrays(data: bytes) -> list[NDArray[Any]]:
    """Read one pickled object array of number arrays.

    Args:
        data: The pickle, without the `.npy` header.

    Returns:
        The arrays in their order; nested lists of numbers become arrays.

    Raises:
        UserError: if the pickle holds anything but arrays of numbers; nothing of it was run.
    """
    try:
        value = _Unpickler(io.BytesIO(data), encoding="latin1").load()
        items = value.value if isinstance(value, _ArrayNote) else value
        if not isinstance(items, list | tuple | np.ndarray):
            raise pickle.UnpicklingError(f"a {type(items).__name__}")
        return [_as_numbers(item) for item in items]
    # A damaged pickle fails in any of these ways inside the standard library's reader.
    except (
        pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError,
        OverflowError, MemoryError, RecursionError, ImportError, AssertionError,
    ) as error:  # fmt: skip
        raise UserError(
            f"It holds something other than arrays of numbers: {error or type(error).__name__}.",
            "Nothing of it was run. Ask for the file again from someone you trust.",
        ) from error


def _as_numbers(item: Any) -> NDArray[Any]:
    """One drawing's array. Raises UnpicklingError for anything but plain numbers."""
    value = item.value if isinstance(item, _ArrayNote) else item
    if isinstance(value, list) and not all(isinstance(row, list | tuple) for row in value):
        raise pickle.UnpicklingError("a list that holds no rows of numbers")
    array = np.asarray(value)
    if array.dtype.kind not in _KINDS:
        raise pickle.UnpicklingError(f"an array of {array.dtype}")
    return array
