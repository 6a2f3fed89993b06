"""Products among tables: found, finest, and never claimed where there is none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.explain import blocks
from mbml_core.explain.blocks import blocks_of, independent_blocks
from mbml_core.factors import KINDS, DenseTable
from mbml_core.model import Factor, boolean


def product_of(parts: list[tuple[int, ...]], n_axes: int, source: np.random.Generator) -> np.ndarray:
    """A random table that is a product of these parts, no part of which is one."""
    table = np.ones([2] * n_axes)
    for part in parts:
        shape = [2 if axis in part else 1 for axis in range(n_axes)]
        table = table * (0.1 + source.random(shape))
    return table


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_random_products_come_apart_into_their_parts(seed: int, n_axes: int) -> None:
    source = np.random.default_rng(seed)
    order = source.permutation(n_axes).tolist()
    ends = sorted({0, n_axes, *source.integers(0, n_axes, size=2).tolist()})
    parts = [tuple(sorted(order[start:end])) for start, end in pairwise(ends)]
    assert independent_blocks(product_of(parts, n_axes, source)) == tuple(sorted(parts))


def test_pairwise_independent_is_not_independent() -> None:
    parity = np.indices((2, 2, 2)).sum(axis=0) % 2
    assert independent_blocks(parity.astype(float)) == ((0, 1, 2),)


def test_a_tie_that_shows_only_away_from_the_largest_entry_is_found() -> None:
    table = np.ones((2, 2, 2))
    table[0, 0, 0], table[1, 1, 1] = 4.0, 2.0  # through [0, 0, 0] every plane is a product but for one entry
    assert independent_blocks(table) == ((0, 1, 2),)
    shifted = np.ones((2, 2, 2))
    shifted[1, 1, 1] = 0.5  # the planes through the first entry are all ones
    assert independent_blocks(shifted) == ((0, 1, 2),)


def test_zeros_count_as_exact() -> None:
    assert independent_blocks(np.array([[1.0, 0.0], [1.0, 0.0]])) == ((0,), (1,))
    assert independent_blocks(np.array([[1.0, 1e-200], [0.0, 1.0]])) == ((0, 1),)
    assert independent_blocks(np.zeros((2, 2))) == ((0, 1),)


@pytest.mark.parametrize(("off", "parts"), [(1e-15, ((0,), (1,))), (1e-9, ((0, 1),))])
def test_roundings_pass_and_numbers_do_not(off: float, parts: tuple[tuple[int, ...], ...]) -> None:
    table = np.outer([0.1, 0.3], [0.7, 0.9])
    table[1, 1] *= 1 + off
    assert independent_blocks(table) == parts


def test_a_large_scale_does_no_harm() -> None:
    assert independent_blocks(np.outer([1e200, 3e200], [1e100, 2e100])) == ((0,), (1,))


def gate(kind: str, n: int) -> Factor:
    scope = tuple(f"v{i}" for i in range(n))
    more = {"probabilities": [0.3] * (n - 1), "leak": 0.1} if kind.startswith("noisy") else {}
    return Factor("g", kind, scope, {"child": scope[-1], **more})


def masks(n: int, child: str) -> list[np.ndarray]:
    both = np.array([True, True])
    return [*([both] * (n - 1)), np.array({"no": [True, False], "yes": [False, True], "": [True, True]}[child])]


@pytest.mark.parametrize("most", [4096, 1], ids=["as a table", "as an automaton"])
@pytest.mark.parametrize(
    ("kind", "child", "falls_apart"),
    [
        ("noisy_or", "no", True),
        ("noisy_or", "yes", False),
        ("all_true", "yes", True),
        ("all_true", "no", False),
        ("any_true", "no", True),
        ("any_true", "", False),
        ("xor", "yes", False),
    ],
)
def test_gates_fall_apart_where_the_child_tells_all(
    kind: str, child: str, falls_apart: bool, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAX_TABLE", most)
    n = 5
    potential = KINDS[kind].lower(gate(kind, n), [boolean(f"v{i}") for i in range(n)])
    found = blocks_of(potential, masks(n, child))
    assert (len(found.axes) == n - 1) is falls_apart
    if kind == "all_true" and child == "yes":
        assert [support.tolist() for support in found.supports] == [[False, True]] * n


def test_a_gate_of_many_parents_needs_no_table() -> None:
    n = 41
    potential = KINDS["noisy_or"].lower(gate("noisy_or", n), [boolean(f"v{i}") for i in range(n)])
    assert len(blocks_of(potential, masks(n, "no")).axes) == n - 1
    assert len(blocks_of(potential, masks(n, "yes")).axes) == 1


def test_supports_are_what_the_others_leave_possible() -> None:
    table = np.array([[1.0, 0.0, 0.0], [1.0, 2.0, 0.0]])
    both = np.array([True, True])
    found = blocks_of(DenseTable(table), [both, np.array([False, True, True])])
    assert [support.tolist() for support in found.supports] == [[False, True], [False, True, False]]
