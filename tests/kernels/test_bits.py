from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.kernels.bits import bit, count_bits, lowest_bit


@pytest.fixture(autouse=True)
def words_wrap_around() -> Iterator[None]:
    with np.errstate(over="ignore"):
        yield


@given(st.integers(0, 2**64 - 1))
def test_bits_are_counted(word: int) -> None:
    assert int(count_bits(np.uint64(word))) == word.bit_count()


@given(st.integers(1, 2**64 - 1))
def test_the_lowest_bit(word: int) -> None:
    assert lowest_bit(np.uint64(word)) == (word & -word).bit_length() - 1


@pytest.mark.parametrize("word", [1, 1 << 63, (1 << 64) - 1, 0x8000_0000_0000_0001])
def test_words_at_the_edge(word: int) -> None:
    assert int(count_bits(np.uint64(word))) == word.bit_count()
    assert lowest_bit(np.uint64(word)) == (word & -word).bit_length() - 1


@given(st.integers(0, 10_000))
def test_a_position_picks_one_bit_of_its_word(position: int) -> None:
    assert int(bit(position)) == 1 << position % 64
