"""Set belief to: the likelihood that makes posteriors equal given distributions (Jeffrey's rule).

    λ_i(x) ← λ_i(x) · q_i(x) / P(x_i | evidence, λ)        for each belief i in turn, until nothing changes

One belief is met after one step. Several are iterative proportional fitting, which converges to the distribution
closest to the model (in relative entropy) among those with all the given marginals, where there is one.
Source: Jeffrey (1983), The Logic of Decision, ch. 11; Csiszár (1975), Ann. Probab. 3(1), for the convergence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.inference.result import Posterior

Infer: TypeAlias = Callable[[Mapping[int, FloatArray]], Posterior]

TOLERANCE = 1e-12
"""A belief counts as met within this: two orders above rounding."""
MAX_ROUNDS = 1000
"""Fitting rounds before giving up on beliefs that nearly contradict each other."""
OUT_OF_RANGE = (
    "a belief gives weight to a state whose probability is too small for a double; "
    "observe the state, or use a likelihood"
)


def fit_beliefs(
    infer: Infer,
    fixed: Mapping[int, FloatArray],
    targets: Mapping[int, FloatArray],
) -> tuple[Posterior, dict[int, FloatArray]]:
    """The posterior whose marginals equal `targets`, and the weights of all evidence that bring it about.

    Args:
        infer: posterior under linear evidence vectors by variable index.
        fixed: the other evidence.
        targets: distribution wanted for each variable index.

    Raises ImpossibleEvidence when a belief gives weight to a state that the rest excludes, or when the beliefs
    are not met within MAX_ROUNDS; UnsupportedQuery when it gives weight to a state that is possible, but less
    probable than the smallest double.
    """
    likelihoods = {v: (target > 0).astype(np.float64) for v, target in targets.items()}
    posterior = infer({**fixed, **likelihoods})
    for _ in range(MAX_ROUNDS):
        if _miss(posterior, targets) <= TOLERANCE:
            return posterior, {**fixed, **likelihoods}
        for v, target in targets.items():
            _require_weight(infer, {**fixed, **likelihoods}, v, (posterior.beliefs[v] == 0) & (target > 0))
            likelihoods[v] = _fitted(likelihoods[v], target, posterior.beliefs[v])
            posterior = infer({**fixed, **likelihoods})
    # Likelihoods below it have too few digits left to meet a belief.
    if any((likelihoods[v][target > 0] < SMALLEST_NORMAL).any() for v, target in targets.items()):
        raise UnsupportedQuery(OUT_OF_RANGE)
    raise ImpossibleEvidence("the beliefs cannot all hold at once")


def _require_weight(infer: Infer, given: Mapping[int, FloatArray], v: int, lost: NDArray[np.bool_]) -> None:
    """Raise if a belief wants states whose probability came out as zero: ImpossibleEvidence where one of them is
    impossible indeed, which asking for it alone tells, and otherwise UnsupportedQuery.
    """
    for state in np.flatnonzero(lost):
        infer({**given, v: (np.arange(len(lost)) == state).astype(np.float64)})
    if lost.any():
        raise UnsupportedQuery(OUT_OF_RANGE)


def _fitted(likelihood: FloatArray, target: FloatArray, belief: FloatArray) -> FloatArray:
    """Likelihood · target / belief, scaled to a largest entry of one. In logs: the quotient may overflow."""
    wanted = target > 0
    logs = np.full_like(target, -np.inf)
    logs[wanted] = log(likelihood[wanted]) + log(target[wanted]) - log(belief[wanted])
    fitted: FloatArray = np.exp(logs - logs.max())
    return fitted


def _miss(posterior: Posterior, targets: Mapping[int, FloatArray]) -> float:
    """Largest difference between a belief and its target."""
    return max(float(np.abs(posterior.beliefs[v] - target).max()) for v, target in targets.items())
