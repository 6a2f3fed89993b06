"""Sets of small integers as rows of 64-bit words."""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import lean_kernel

WORD = 64
SHIFT = 6
"""word = position >> SHIFT: dividing a signed integer costs a branch."""
ONE = np.uint64(1)
NONE = np.uint64(0)

_PAIRS = np.uint64(0x5555555555555555)
_FOURS = np.uint64(0x3333333333333333)
_BYTES = np.uint64(0x0F0F0F0F0F0F0F0F)
_SUM = np.uint64(0x0101010101010101)


@lean_kernel
def count_bits(word: np.uint64) -> np.uint64:
    """How many bits are set. The compiler knows this idiom (Hacker's Delight, §5-1) and makes it one
    instruction.
    """
    word = word - ((word >> ONE) & _PAIRS)
    word = (word & _FOURS) + ((word >> np.uint64(2)) & _FOURS)
    word = (word + (word >> np.uint64(4))) & _BYTES
    return (word * _SUM) >> np.uint64(56)


@lean_kernel
def lowest_bit(word: np.uint64) -> int:
    """Position of the lowest set bit of a word that is not zero."""
    return int(count_bits(~word & (word - ONE)))


@lean_kernel
def bit(position: int) -> np.uint64:
    """The word in which bit `position` modulo 64 alone is set."""
    return ONE << np.uint64(position & (WORD - 1))
