"""The pairwise kernels once more, on single-precision numbers: half the memory to move."""

from __future__ import annotations

from types import FunctionType
from typing import cast

from mbml_core.kernels import loopy_binary, loopy_pairwise
from mbml_core.kernels.kernel import MARK, Function, Singles


def _single(function: Function) -> Function:
    """The same code with `Floats` read as `Singles`, in everything it calls too."""
    code = cast(FunctionType, function)
    names = {**code.__globals__, "Floats": Singles}
    for name in code.__code__.co_names:
        if hasattr(names.get(name), MARK):
            names[name] = _single(names[name])
    copy = FunctionType(code.__code__, names, f"{code.__name__}_single")
    copy.__module__, copy.__annotations__ = code.__module__, code.__annotations__
    copy.__qualname__ = copy.__name__
    setattr(copy, MARK, getattr(code, MARK))
    return cast(Function, copy)


send_ratios = _single(loopy_binary.send_ratios)
gather_ratios = _single(loopy_binary.gather_ratios)
sweep_ratios = _single(loopy_binary.sweep_ratios)
bethe_ratios = _single(loopy_binary.bethe_ratios)
send_states = _single(loopy_pairwise.send_states)
gather_states = _single(loopy_pairwise.gather_states)
sweep_states = _single(loopy_pairwise.sweep_states)
bethe_states = _single(loopy_pairwise.bethe_states)
