"""The processor's underflow flag: whether a product lost digits below the smallest normal double.

Machine code raises no exception for it, but the flag stays up until it is cleared. It belongs to the thread.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass

_FE_UNDERFLOW = {"x86_64": 0x10, "amd64": 0x10, "i386": 0x10, "i686": 0x10, "aarch64": 0x08, "arm64": 0x08}
"""From <fenv.h> of the C libraries of these processors."""
_SW_UNDERFLOW = 0x02
"""From Microsoft's <float.h>."""


@dataclass(frozen=True, slots=True)
class UnderflowFlag:
    """`clear` it, compute, ask `is_raised`."""

    clear: Callable[[], object]
    is_raised: Callable[[], int]


def underflow_flag() -> UnderflowFlag | None:
    """How to use the flag here; None where it is not known how."""
    if sys.platform == "win32":
        return _of_microsoft()
    bit = _FE_UNDERFLOW.get(platform.machine().lower())
    for name in (None, "libm.so.6", "libm.dylib"):  # the first: whatever this process has loaded already
        try:
            library = ctypes.PyDLL(name)
            clear, test = library.feclearexcept, library.fetestexcept
        except (OSError, AttributeError):
            continue
        return _of_c(clear, test, bit) if bit else None
    return None


def _of_c(clear: Callable[[int], int], test: Callable[[int], int], bit: int) -> UnderflowFlag:
    return UnderflowFlag(lambda: clear(bit), lambda: test(bit))


def _of_microsoft() -> UnderflowFlag | None:
    try:
        library = ctypes.CDLL("ucrtbase")
        clear, status = library._clearfp, library._statusfp
    except (OSError, AttributeError):
        return None
    return UnderflowFlag(lambda: clear(), lambda: int(status()) & _SW_UNDERFLOW)


UNDERFLOW = underflow_flag()
