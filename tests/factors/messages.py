"""The sum over all assignments, one by one: what the message rules must give."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from mbml_core.distributions.semiring import SUM_PRODUCT, Semiring


def brute_force(values: np.ndarray, incoming: list[np.ndarray], axis: int, semiring: Semiring) -> np.ndarray:
    """μ(x_axis) = ⊕_{the others} f(x) Π_{j ≠ axis} μ_j(x_j) for one factor, all of it linear."""
    found = np.zeros(values.shape[axis])
    for states in product(*(range(size) for size in values.shape)):
        term = values[states]
        for j, state in enumerate(states):
            term *= incoming[j][state] if j != axis else 1.0
        k = states[axis]
        found[k] = found[k] + term if semiring is SUM_PRODUCT else max(found[k], term)
    return found


def brute_normalizer(values: np.ndarray, incoming: list[np.ndarray], semiring: Semiring) -> float:
    """⊕_x f(x) Π_j μ_j(x_j), linear."""
    terms = [
        values[states] * np.prod([message[state] for message, state in zip(incoming, states, strict=True)])
        for states in product(*(range(size) for size in values.shape))
    ]
    return float(sum(terms) if semiring is SUM_PRODUCT else max(terms))


def log(linear: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(linear)


@st.composite
def batches(draw: st.DrawFn, sizes: tuple[int, ...], rows: int) -> list[np.ndarray]:
    """For each variable its linear messages (rows, K), some states forbidden, perhaps all of them."""
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share = draw(st.sampled_from([0.0, 0.3, 1.0]))
    found = [10.0 ** source.uniform(-2, 2, (rows, size)) for size in sizes]
    return [np.where(source.random(message.shape) < share * 0.6, 0.0, message) for message in found]
