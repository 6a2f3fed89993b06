"""Set belief to: the likelihood that makes posteriors equal given distributions (Jeffrey's rule).

    λ_i(x) ← λ_i(x) · q_i(x) / P(x_i | evidence, λ)        for each belief i in turn, until nothing changes

One belief is met after one step. Several are iterative proportional fitting, which converges to the distribution
closest to the model (in relative entropy) among those with all the given marginals, where there is one.
Source: Jeffrey (1983), The Logic of Decision, ch. 11; Csiszár (1975), Ann. Probab. 3(1), for the convergence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference.result import Posterior

TOLERANCE = 1e-12
"""A belief counts as met within this: two orders above rounding."""
MAX_ROUNDS = 1000
"""Fitting rounds before giving up on beliefs that nearly contradict each other."""


def fit_beliefs(
    infer: Callable[[Mapping[int, FloatArray]], Posterior],
    fixed: Mapping[int, FloatArray],
    targets: Mapping[int, FloatArray],
) -> tuple[Posterior, dict[int, FloatArray]]:
    """The posterior whose marginals equal `targets`, and the weights of all evidence that bring it about.

    Args:
        infer: posterior under linear evidence vectors by variable index.
        fixed: the other evidence.
        targets: distribution wanted for each variable index.

    Raises ImpossibleEvidence when a belief gives weight to a state that the rest excludes, or when the beliefs
    are not met within MAX_ROUNDS.
    """
    likelihoods = {v: (target > 0).astype(np.float64) for v, target in targets.items()}
    posterior = infer({**fixed, **likelihoods})
    for _ in range(MAX_ROUNDS):
        if _miss(posterior, targets) <= TOLERANCE:
            return posterior, {**fixed, **likelihoods}
        for v, target in targets.items():
            belief = posterior.beliefs[v]
            if ((belief == 0) & (target > 0)).any():
                raise ImpossibleEvidence("a belief gives weight to a state that the other observations exclude")
            ratio = np.divide(target, belief, out=np.zeros_like(target), where=belief > 0)
            fitted = likelihoods[v] * ratio
            likelihoods[v] = fitted / fitted.max()
            posterior = infer({**fixed, **likelihoods})
    raise ImpossibleEvidence("the beliefs cannot all hold at once")


def _miss(posterior: Posterior, targets: Mapping[int, FloatArray]) -> float:
    """Largest difference between a belief and its target."""
    return max(float(np.abs(posterior.beliefs[v] - target).max()) for v, target in targets.items())
