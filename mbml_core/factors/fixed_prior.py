"""A child with a given distribution p(x) = exp(η₀·t(x) − A(η₀)) of its own family, for EP and VMP alike.

The message is η₀ whatever is heard. EP: log Z = A(η + η₀) − A(η₀). VMP: energy = η₀·⟨t(x)⟩ − A(η₀). Of a known
child both are log p(x) (Winn & Bishop 2005, section 2.2).
"""

from __future__ import annotations

import numpy as np

from mbml_core.distributions.family import Family
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors.rules import EpUpdate, Rows, VmpUpdate, ep_update

CHILD = "child"


def prior_ep(family: Family, prior: FloatArray, cavities: Rows, values: Rows) -> EpUpdate:
    """The update of factors whose (N, P) natural parameters are known."""
    every_row = np.ones(len(prior), dtype=bool)
    if CHILD in values:
        return EpUpdate({}, family.log_density(prior, values[CHILD]), every_row)
    log_z = family.log_normalizer(cavities[CHILD] + prior) - family.log_normalizer(prior)
    return ep_update({CHILD: prior}, log_z, every_row)


def prior_vmp(family: Family, prior: FloatArray, statistics: Rows, values: Rows) -> VmpUpdate:
    """The update of factors whose (N, P) natural parameters are known."""
    if CHILD in values:
        return VmpUpdate({}, family.log_density(prior, values[CHILD]))
    energy = (prior * statistics[CHILD]).sum(axis=-1) - family.log_normalizer(prior)
    return VmpUpdate({CHILD: prior}, energy)
