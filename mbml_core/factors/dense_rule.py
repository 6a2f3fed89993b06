r"""Messages of factors given by tables, for a whole batch at once.

    μ_{a→i}(x_i) = ⊕_{x \ x_i} f_a(x) Π_{j ≠ i} μ_{j→a}(x_j)

with ⊕ a sum or a maximum, and everything in logs. Source: Kschischang, Frey & Loeliger (2001), eq. 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mbml_core.distributions.semiring import FloatArray, Semiring


def messages(
    log_values: FloatArray, incoming: Sequence[FloatArray], axes: Iterable[int], semiring: Semiring
) -> Mapping[int, FloatArray]:
    """Unnormalised log messages to the scope positions `axes`, each (R, K_axis).

    Args:
        log_values: (R, K_1, …, K_d).
        incoming: for each scope position the message from its variable, (R, K_position), in logs.
        axes: where to send.
        semiring: how to eliminate.
    """
    found = {}
    for axis in axes:
        total = log_values
        for other, message in enumerate(incoming):
            if other != axis:
                total = total + _along(message, other, len(incoming))
        others = tuple(1 + other for other in range(len(incoming)) if other != axis)
        found[axis] = semiring.eliminate(total, others) if others else total
    return found


def log_normalizer(log_values: FloatArray, incoming: Sequence[FloatArray], semiring: Semiring) -> FloatArray:
    """Log ⊕_x f_a(x) Π_j μ_{j→a}(x_j) for each factor of the batch, (R,)."""
    total = log_values
    for axis, message in enumerate(incoming):
        total = total + _along(message, axis, len(incoming))
    return semiring.eliminate(total, tuple(range(1, total.ndim))) if incoming else total


def _along(message: FloatArray, axis: int, n_axes: int) -> FloatArray:
    """(R, K) as (R, 1, …, K, …, 1) with K on scope position `axis`."""
    shape = [message.shape[0]] + [1] * n_axes
    shape[1 + axis] = message.shape[1]
    return message.reshape(shape)
