"""Categorical messages and beliefs in natural parameters: the log weight of each state.

Multiplying messages is adding logs. `-inf` marks a forbidden state; a message that forbids every state is no
distribution and is an event for the caller, never a NaN.
"""

from __future__ import annotations

import numpy as np

from mbml_core.distributions.semiring import FloatArray, Semiring, log_sum_exp


def log(weights: FloatArray) -> FloatArray:
    """Natural parameters of linear weights; zero becomes `-inf`."""
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log(weights)
    return result


def normalize(logs: FloatArray, semiring: Semiring) -> tuple[FloatArray, FloatArray]:
    """(…, K) logs → (logs whose elimination over the last axis is 0, what was removed (…)).

    Rows that forbid every state stay `-inf` with `-inf` removed.
    """
    mass = semiring.eliminate(logs, -1)
    shift = np.where(np.isneginf(mass), 0.0, mass)
    return logs - shift[..., None], mass


def probabilities(logs: FloatArray) -> FloatArray:
    """(…, K) logs → linear probabilities that sum to one over the last axis. Needs one finite entry a row."""
    weights = np.exp(logs - log_sum_exp(logs, -1)[..., None])
    result: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return result


def damp(new: FloatArray, old: FloatArray, damping: float) -> FloatArray:
    """`(1 - damping)·new + damping·old` on logs; `damping` is the weight of the old message, 0 = none.

    A state forbidden by the new message is forbidden at once: zeros are facts, not estimates.
    """
    if damping == 0.0:
        return new
    settled = np.isneginf(new) | np.isneginf(old)
    with np.errstate(invalid="ignore"):  # -inf entries are replaced below
        mixed = (1.0 - damping) * new + damping * old
    return np.where(settled, new, mixed)


def residual(new: FloatArray, old: FloatArray) -> float:
    """Largest absolute change of a log entry; equal infinities count as no change."""
    if new.size == 0:
        return 0.0
    with np.errstate(invalid="ignore"):
        change = np.abs(new - old)
    return float(np.max(np.where(new == old, 0.0, change)))
