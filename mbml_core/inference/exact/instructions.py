"""Reading a program instruction by instruction; kernels/program.py says what each one means."""

from __future__ import annotations

from collections.abc import Sequence

from mbml_core.kernels.program import (
    FILL,
    JOIN,
    MULTIPLY,
    ONES,
    READ,
    SCALE,
    SEND,
    SHARE,
    SPREAD,
    SUM,
    WEIGH,
    WRITE,
)

_LENGTHS = {ONES: 3, WEIGH: 6, SEND: 6, SCALE: 6, SUM: 5, READ: 4, JOIN: 5, SHARE: 5}


def length_of(code: Sequence[int], at: int) -> int:
    """Words of the instruction at `at`."""
    operation = code[at]
    if operation == FILL:
        nest = at + 6 + 2 * code[at + 5]
        return nest + 1 + 2 * code[nest] - at
    if operation in (WRITE, MULTIPLY, SPREAD):
        return 10 + 2 * code[at + 9]
    return _LENGTHS[operation]


def pairs_of(words: Sequence[int]) -> list[tuple[int, int]]:
    """Two words at a time, such as (size, stride)."""
    return list(zip(words[::2], words[1::2], strict=True))
