"""Kernels as machine code, by numba: each compiled once for the types of its annotations, and kept on disk.

numba is imported here and nowhere else, and only when a function of this module is called.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np

from mbml_core.kernels.kernel import MARK

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The kernel as machine code that holds no lock of the interpreter. Raises ImportError without numba."""
    return cast(Function, _compiled(cast(FunctionType, function)))


@cache
def _compiled(function: FunctionType) -> Any:
    """Compile, or load from disk, with every kernel it calls replaced by that kernel's machine code.

    A signature given in advance means that nothing is ever compiled in the middle of a call.
    """
    import numba

    names = dict(function.__globals__)
    for name in function.__code__.co_names:
        if hasattr(names.get(name), MARK):
            names[name] = _compiled(names[name])
    code = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    code.__qualname__, code.__module__ = function.__qualname__, function.__module__
    options = {"cache": True, "nogil": True, "error_model": "numpy", **getattr(function, MARK)}
    if "inline" in options:  # expanded where it is called, for whatever types it is called with
        return numba.njit(**options)(code)
    return numba.njit([argument_types(function)], **options)(code)


def forget() -> None:
    """Make `compiled` compile, or load from disk, anew."""
    _compiled.cache_clear()


def is_disabled() -> bool:
    """Whether numba is told to hand kernels back as they are (NUMBA_DISABLE_JIT), slower than numpy by far."""
    from numba import config

    return bool(config.DISABLE_JIT)


def target() -> str:
    """What machine code depends on beside the kernels' sources: versions, processor and numba's settings."""
    import llvmlite.binding
    import numba

    settings = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    processor = llvmlite.binding.get_host_cpu_name(), llvmlite.binding.get_host_cpu_features().flatten()
    return repr((sys.version, np.__version__, numba.__version__, llvmlite.__version__, processor, settings))


@contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """Have `compiled` keep machine code in this folder; other users of numba get their setting back."""
    from numba import config

    ours = {"CACHE_DIR": str(folder), "CACHE_LOCATOR_CLASSES": ""}
    before = {name: getattr(config, name) for name in ours if hasattr(config, name)}
    for name in before:
        setattr(config, name, ours[name])
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(config, name, value)


def argument_types(function: Callable[..., object]) -> tuple[Any, ...]:
    """What numba calls the types of a kernel's arguments."""
    hints = get_type_hints(function, include_extras=True)
    hints.pop("return", None)
    return tuple(_numba_type(hint) for hint in hints.values())


def _numba_type(hint: Any) -> Any:
    import numba

    if get_origin(hint) is Annotated:
        array, n_dimensions = get_args(hint)
        scalar = get_args(get_args(array)[1])[0]
        return numba.types.Array(numba.from_dtype(np.dtype(scalar)), n_dimensions, "C")
    if isinstance(hint, type) and issubclass(hint, tuple):
        fields = [_numba_type(field) for field in get_type_hints(hint, include_extras=True).values()]
        if len(set(fields)) == 1:
            return numba.types.NamedUniTuple(fields[0], len(fields), hint)
        return numba.types.NamedTuple(fields, hint)
    if isinstance(hint, type) and issubclass(hint, int | float | np.generic):
        return numba.from_dtype(np.dtype(hint))
    raise TypeError(
        f"an argument of a kernel is annotated as {hint}; use a number, an array or a NamedTuple of them"
    )
