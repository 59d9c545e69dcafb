"""Unpickle arrays and plain containers, and nothing else.

Unpickling calls whatever the file names. Here, a file may name only the few functions that numpy's own
pickles name, and even these are not numpy's: each name is bound to a stand-in that checks its arguments and
builds the array from raw bytes, so no code but this module and the unpickler itself runs on the file's data.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
from collections.abc import Callable
from typing import Any

import numpy as np

_DTYPES = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}


class ForbiddenPickle(Exception):
    """The pickle asks for an object that is not allowed, or for one that is malformed."""


class _StandIn:
    """A callable that a pickle can call but not alter (`__setstate__` is what the BUILD opcode goes by)."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise ForbiddenPickle("it alters a function")


class _DType:
    """Stand-in for a numpy dtype of plain numbers."""

    __slots__ = ("value",)

    def __init__(self, code: Any, *flags: Any) -> None:
        text = code.decode("ascii", "replace") if isinstance(code, bytes) else code
        if not isinstance(text, str) or text not in _DTYPES:
            raise ForbiddenPickle(f"it holds an array of {text!r}, which is not a plain number type")
        self.value = np.dtype(text)

    def __setstate__(self, state: Any) -> None:
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else None
        order = order.decode("ascii", "replace") if isinstance(order, bytes) else order
        if order not in ("<", ">", "|", "="):
            raise ForbiddenPickle("it holds an array of an unknown byte order")
        self.value = self.value.newbyteorder(order)


class _Array:
    """Stand-in for a numpy array; `value` is None until its state is read."""

    __slots__ = ("value",)

    def __init__(self, *arguments: Any) -> None:
        self.value: np.ndarray | None = None

    def __setstate__(self, state: Any) -> None:
        match state:
            case (int(), tuple() as shape, _DType() as dtype, fortran, bytes() as raw):
                pass
            case _:
                raise ForbiddenPickle("it holds an array in an unknown form")
        if not all(type(length) is int and length >= 0 for length in shape):
            raise ForbiddenPickle("it holds an array of an impossible shape")
        if math.prod(shape) * dtype.value.itemsize != len(raw):
            raise ForbiddenPickle(f"it holds an array of shape {shape} with {len(raw)} bytes of data")
        self.value = np.frombuffer(raw, dtype.value).reshape(shape, order="F" if fortran else "C")


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", b"latin1"):
        raise ForbiddenPickle("it encodes something other than bytes")
    return text.encode("latin1")


_ARRAY = _StandIn(_Array)
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): _ARRAY,
    ("numpy._core.multiarray", "_reconstruct"): _ARRAY,
    ("numpy", "ndarray"): _ARRAY,
    ("numpy", "dtype"): _StandIn(_DType),
    ("_codecs", "encode"): _StandIn(_encode),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise ForbiddenPickle(f"it asks for the object {module}.{name}") from None


def loads(data: bytes) -> Any:
    """The value pickled in `data`: numbers, text, bytes, lists, tuples, dicts and numpy arrays of numbers.

    Text written by Python 2 comes as bytes.

    Raises
    ------
    ForbiddenPickle : the pickle holds anything else, or is broken; the message completes "FILE: ".
    """
    try:
        _check_memo(data)
        return _plain(_Unpickler(io.BytesIO(data), encoding="bytes").load())
    except ForbiddenPickle:
        raise
    except Exception as error:  # a broken pickle can raise nearly anything
        raise ForbiddenPickle(f"it is not a readable pickle ({error})") from None


def _check_memo(data: bytes) -> None:
    """Refuse a memo index that no pickle of this length needs: the unpickler allocates the memo up to it."""
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and argument > len(data):
            raise ForbiddenPickle(f"it uses memo entry {argument}")


def _plain(value: Any) -> Any:
    """`value` with its stand-in, or those in a dict, replaced by arrays."""
    if isinstance(value, _Array):
        return value.value
    if isinstance(value, dict):
        return {key: item.value if isinstance(item, _Array) else item for key, item in value.items()}
    return value
