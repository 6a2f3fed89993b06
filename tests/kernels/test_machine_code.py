"""A kernel gives the same numbers as plain Python and as machine code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from mbml_core.kernels import machine_code
from mbml_core.kernels.kernel import kernel
from tests.kernels import tiny

pytest.importorskip("numba")

PAIR = tiny.Pair(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.25, 8.0]))


@pytest.fixture(scope="module", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("code")
    machine_code.forget()
    with machine_code.kept_in(folder):
        yield folder
    machine_code.forget()


def test_a_kernel_that_calls_kernels() -> None:
    values = np.array([1.0, -2.0, 3.0])
    assert machine_code.compiled(tiny.sum_of_squares)(values) == tiny.sum_of_squares(values) == 14.0


def test_named_tuples_of_one_type_of_several_and_nested() -> None:
    assert machine_code.compiled(tiny.dot)(PAIR) == tiny.dot(PAIR) == 33.0
    weighted = tiny.Weighted(np.array([1.5, 2.5]), np.array([2, 4]), PAIR)
    table = np.array([[7.0, 8.0], [9.0, 10.0]])
    plain = tiny.scaled(weighted, table, True, 2)
    fast = machine_code.compiled(tiny.scaled)(weighted, table, True, 2)
    assert isinstance(fast, tiny.Pair)
    np.testing.assert_array_equal(fast.left, plain.left)
    np.testing.assert_array_equal(plain.left, [33.0 - 4.5, 33.0 - 25.0])
    np.testing.assert_array_equal(fast.right, [7.0, 8.0])


def test_unsigned_numbers() -> None:
    rows, at = np.array([[5, 1 << 40, 6]], np.uint64), np.array([2, 0], np.uint32)
    fast = machine_code.compiled(tiny.picked)(rows, at, np.uint64(4))
    np.testing.assert_array_equal(fast, [4, 4])
    np.testing.assert_array_equal(fast, tiny.picked(rows, at, np.uint64(4)))


@pytest.mark.parametrize(
    "values",
    [np.array([1, 2]), np.array([1.0], np.float32), np.arange(4.0)[::2], np.ones((2, 2))],
    ids=["integers", "single precision", "strided", "two dimensions"],
)
def test_only_the_annotated_types_are_accepted_and_nothing_is_compiled_for_others(values: object) -> None:
    with pytest.raises(TypeError, match="No matching definition"):
        machine_code.compiled(tiny.sum_of_squares)(values)  # type: ignore[arg-type]


def test_compiled_once() -> None:
    assert machine_code.compiled(tiny.square) is machine_code.compiled(tiny.square)


def test_kept_in_the_folder_and_found_there_again(own_folder: Path) -> None:
    machine_code.compiled(tiny.square)
    assert list(own_folder.rglob("tiny.square*.nbc"))
    machine_code.forget()
    assert sum(machine_code.compiled(tiny.square).stats.cache_hits.values()) == 1  # type: ignore[attr-defined]


def test_other_users_of_numba_keep_their_folder(tmp_path: Path) -> None:
    from numba import config

    before = config.CACHE_DIR
    with suppress(KeyError), machine_code.kept_in(tmp_path):
        assert str(tmp_path) == config.CACHE_DIR
        raise KeyError
    assert before == config.CACHE_DIR


def test_a_wrong_annotation_is_named() -> None:
    @kernel
    def wrong(name: str) -> None:
        pass

    with pytest.raises(TypeError, match="str"):
        machine_code.argument_types(wrong)
