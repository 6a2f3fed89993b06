"""Large documents stay quick. The limits are several times what was measured on two slow cores."""

from __future__ import annotations

import time

import numpy as np
import pytest

from mbml_core.document import Document, read_bytes, write_bytes
from mbml_core.errors import InvalidModel
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean


def _table(shape: tuple[int, ...]) -> Document:
    variables = tuple(Variable(f"v{i}", Categorical(tuple(map(str, range(size))))) for i, size in enumerate(shape))
    values = np.random.default_rng(7).random(shape)
    factor = Factor("f", "table", tuple(variable.id for variable in variables), {"values": values})
    return Document.of(FactorGraph(variables, (factor,)))


def test_a_table_of_half_a_million_entries_is_read_in_time() -> None:
    document = _table((50, 100, 100))
    data = write_bytes(document)
    started = time.perf_counter()
    again = read_bytes(data)
    assert time.perf_counter() - started < 2  # measured: 0.4 s
    assert again == document


@pytest.mark.parametrize("bad", [b"NaN", b"1e999", b'"0.5"', b"null", b"[0.5]"])
def test_a_bad_entry_in_every_row_is_refused_in_time(bad: bytes) -> None:
    data = write_bytes(_table((500, 1000))).replace(b"[0.", b"[" + bad + b", 0.")
    started = time.perf_counter()
    with pytest.raises(InvalidModel) as caught:
        read_bytes(data)
    assert time.perf_counter() - started < 10  # measured: 1 s, and 3 s on a busy machine
    assert len(caught.value.problems) == 6


def test_ten_thousand_nodes_are_read_in_time() -> None:
    count = 5_000
    variables = tuple(boolean(f"v{i}") for i in range(count))
    factors = tuple(Factor(f"f{i}", "prior", (f"v{i}",), {"probabilities": [0.5, 0.5]}) for i in range(count))
    document = Document.of(FactorGraph(variables, factors), {f"v{i}": (i, 0) for i in range(count)})
    data = write_bytes(document)
    started = time.perf_counter()
    assert read_bytes(data) == document
    assert time.perf_counter() - started < 2  # measured: 0.3 s
