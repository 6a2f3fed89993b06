"""Messages between a variable with K states and its unknown probabilities p ~ Dirichlet(α), f = p[child].

Beta(a, b) is the Dirichlet of the states (false, true) with α = (b, a). With n = Σ α and w_k ∝ α_k·exp(η_k), where
η is what the child says:

    to child: log(α_k/n)
    to p, child known to be k: one count for state k, exactly (conjugacy: Winn & Bishop 2005, section 2.2)
    to p, child unknown: Σ_k w_k Dirichlet(α + e_k) projected by its means and the sum of its variances, over α:
        E[p_j] = (α_j + w_j)/(n + 1),
        var p_j = Σ_k w_k var(p_j | k) + w_j(1 − w_j)/(n + 1)²
    log Z = log Σ_k exp(η_k + A(α + e_k))

VMP:  to child ⟨log p_k⟩,  to p the probabilities q(child = k),  energy = Σ_k q(child = k)⟨log p_k⟩.
"""

from __future__ import annotations

import numpy as np

from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.distributions.semiring import FloatArray, log_sum_exp
from mbml_core.factors.rules import EpUpdate, Rows, VmpUpdate, ep_update
from mbml_core.factors.states import expected_energy, state_logs, state_probabilities

CHILD = "child"


def known_probabilities(logs: FloatArray, cavities: Rows, values: Rows) -> EpUpdate:
    """EP where the (N, K) log probabilities are known."""
    said = state_logs(CHILD, cavities, values, logs.shape[-1])
    log_z = log_sum_exp(logs + said, -1)
    return ep_update({CHILD: logs} if CHILD in cavities else {}, log_z, np.ones(len(logs), dtype=bool))


def unknown_probabilities(role: str, heard: FloatArray, cavities: Rows, values: Rows) -> EpUpdate:
    """EP where the probabilities are heard as a Dirichlet with these (N, K) natural parameters."""
    size = heard.shape[-1]
    said = state_logs(CHILD, cavities, values, size)
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        counted = DIRICHLET.log_normalizer(heard[:, None, :] + np.eye(size))
        log_z = log_sum_exp(np.where(np.isneginf(said), -np.inf, said + counted), -1)
        if CHILD in values:
            message = np.where(np.isneginf(said), 0.0, 1.0)
            return ep_update({role: message}, log_z, np.ones(len(heard), dtype=bool))
        alpha = heard + 1.0
        predicted = np.log(alpha / alpha.sum(axis=-1, keepdims=True))
        messages = {role: _projected(alpha, said, predicted) - heard, CHILD: predicted}
        says_nothing = (said == said[:, :1]).all(axis=-1, keepdims=True)
        messages[role] = np.where(says_nothing, 0.0, messages[role])
        is_usable = DIRICHLET.is_proper(heard) & ~np.isneginf(log_z)
    return ep_update(messages, log_z, is_usable)


def _projected(alpha: FloatArray, said: FloatArray, predicted: FloatArray) -> FloatArray:
    logs = said + predicted
    shares = np.exp(logs - log_sum_exp(logs, -1)[:, None])
    total = alpha.sum(axis=-1, keepdims=True)
    more, same = (alpha + 1.0) / (total + 1.0), alpha / (total + 1.0)
    within = (shares * more * (1.0 - more) + (1.0 - shares) * same * (1.0 - same)) / (total + 2.0)
    between = shares * (1.0 - shares) / (total + 1.0) ** 2
    return DIRICHLET.from_moments((alpha + shares) / (total + 1.0), within + between)


def expected(role: str, mean_logs: FloatArray, statistics: Rows, values: Rows) -> VmpUpdate:
    """VMP, with the (N, K) expected logs of the probabilities."""
    child = state_probabilities(CHILD, statistics, values, mean_logs.shape[-1])
    messages = {CHILD: mean_logs, role: child}
    return VmpUpdate({name: messages[name] for name in statistics}, expected_energy(child, mean_logs))
