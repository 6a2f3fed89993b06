"""What an inner loop is: an ordinary typed function, marked `@kernel`, that a compiler can also read.

A kernel uses integers, floats, arrays and tuples of them, and calls other kernels only. It runs as plain Python
wherever it is imported; `machine_code.compiled` makes fast versions of the same functions. The annotations are
the contract: mypy reads them, and so does the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., object])

# The number beside an array type counts its dimensions; all arrays are contiguous and writable.

Ints: TypeAlias = Annotated[NDArray[np.int64], 1]
Offsets: TypeAlias = Annotated[NDArray[np.uint32], 1]
"""Positions in a table. Unsigned: with signed indices the compiler allows for negative ones, and the inner loops
are no longer vectorised (two to three times slower)."""
Floats: TypeAlias = Annotated[NDArray[np.float64], 1]
Singles: TypeAlias = Annotated[NDArray[np.float32], 1]
Table: TypeAlias = Annotated[NDArray[np.float64], 2]
ByteFlags: TypeAlias = Annotated[NDArray[np.uint8], 1]
Flags: TypeAlias = Annotated[NDArray[np.bool_], 1]
FlagRows: TypeAlias = Annotated[NDArray[np.bool_], 2]
Words: TypeAlias = Annotated[NDArray[np.uint64], 1]
BitRows: TypeAlias = Annotated[NDArray[np.uint64], 2]
"""Row i is a set of small integers: bit j of word j // 64 says whether j is in it."""

MARK = "_kernel_options"


def kernel(function: Function) -> Function:
    """Mark a function as a kernel."""
    setattr(function, MARK, {})
    return function


def inlined_kernel(function: Function) -> Function:
    """A kernel whose body is put where it is called, for whatever types it is called with."""
    setattr(function, MARK, {"inline": "always"})
    return function


def lean_kernel(function: Function) -> Function:
    """A kernel that makes and returns no array, and so need not count references: handing many arrays on to short
    functions otherwise takes longer than what these do.
    """
    setattr(function, MARK, {"_nrt": False})
    return function


def reassociating_kernel(function: Function) -> Function:
    """A kernel whose sums may be taken in any order, so that they can be vectorised: results may differ from
    those of plain Python by rounding. It must not meet a NaN, and is lean. Quotients
    stay quotients: the reciprocal of a subnormal number would overflow.
    """
    setattr(function, MARK, {"fastmath": {"reassoc", "nsz", "nnan", "contract"}, "_nrt": False})
    return function
