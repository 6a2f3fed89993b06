"""What a factor kind tells EP and VMP: one message rule per outgoing edge, for many factors at once.

A *role* is the place of one argument of a factor, such as "child" or "mean"; a variable or a number plays it. N
factors of one kind whose unknown roles are the same are updated together, one row each.

* EP (Minka 2001, `A family of algorithms for approximate Bayesian inference`, section 3.2): the tilted
  distribution f(x)·Π exp(η_i·t_i(x_i)), projected on each unknown variable and divided by its cavity η_i, is the
  message. With an exact rule this is sum-product belief propagation.
* VMP (Winn & Bishop 2005): the message to i is exp E_q[log f] over all other variables, written as η·t_i(x_i).

Messages may be improper, and are never NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.model import Factor

Method: TypeAlias = Literal["ep", "vmp"]

Quality: TypeAlias = Literal["exact", "ep", "vmp", "experimental"]
"""What a rule's messages are worth: those of exact inference, projections of the exact ones, or variational."""

Argument: TypeAlias = str | float | FloatArray
"""Who plays a role: the id of a variable, or a constant."""

Rows: TypeAlias = Mapping[str, FloatArray]
"""One array per role, with one row per factor."""


@dataclass(frozen=True, slots=True)
class EpUpdate:
    """Outgoing messages of N factors under expectation propagation.

    Attributes:
        messages: natural parameters (N, P) to each unknown role.
        log_z: (N,) log ∫ f Π exp(η_i·t_i) dx; `+inf` where it diverges, `-inf` where the factor allows nothing.
        is_usable: (N,) False where some projection does not exist: those rows hold zeros and must be skipped.
    """

    messages: Rows
    log_z: FloatArray
    is_usable: BoolArray


@dataclass(frozen=True, slots=True)
class VmpUpdate:
    """Outgoing messages of N factors under variational message passing.

    Attributes:
        messages: natural parameters (N, P) to each unknown role.
        energy: (N,) E_q[log f], or the lower bound of it that the messages raise; the factor's share of the bound.
    """

    messages: Rows
    energy: FloatArray


@dataclass(frozen=True, slots=True)
class LinearGaussian:
    """The factor N(child; Σ coefficient·term + offset, variance); with variance 0 an equation."""

    child: str
    terms: Mapping[str, float]
    offset: float
    variance: float


def _not_linear(factor: Factor) -> LinearGaussian | None:
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """How the factors of one kind pass messages. A role is in exactly one of the two mappings a rule is given.

    Attributes:
        roles: who plays each role of a checked factor, defaults filled in.
        ep: (natural parameters (N, P) of the messages from each unknown role, (N, …) constants and observed
            values) → update. A state is given by its index.
        vmp: (expected statistics (N, P) of each unknown role, constants and observed values) → update.
        quality: (method, unknown roles) → what the update is worth. Raises UnsupportedQuery where there is no
            rule, as `ep` and `vmp` then do, too.
        linear: the factor as a linear-Gaussian one, or None.
        derives_child: whether VMP treats the child as a function of the other roles: then `statistics["child"]`
            holds the *natural parameters* of what the child's other factors say, the message to the child *is* its
            distribution q, and the child adds no entropy to the bound.
    """

    roles: Callable[[Factor], Mapping[str, Argument]]
    ep: Callable[[Rows, Rows], EpUpdate]
    vmp: Callable[[Rows, Rows], VmpUpdate]
    quality: Callable[[Method, Collection[str]], Quality]
    linear: Callable[[Factor], LinearGaussian | None] = _not_linear
    derives_child: bool = False


def refuse(kind: str, role: str, what: str, nearest: str) -> UnsupportedQuery:
    """The refusal of a signature: which kind and role, and the nearest form that is supported."""
    return UnsupportedQuery(f"'{kind}' has no rule for '{role}': {what}; {nearest}")


def require_known(kind: str, unknown: Collection[str], roles: Iterable[str], nearest: str) -> None:
    """Raise UnsupportedQuery if one of these roles is unknown."""
    for role in roles:
        if role in unknown:
            raise refuse(kind, role, "it is neither observed nor a number", nearest)


def ep_update(messages: Rows, log_z: FloatArray, is_usable: BoolArray) -> EpUpdate:
    """The update with the unusable rows cleared, among them those with a message that is NaN or `inf`."""
    for message in messages.values():
        is_usable = is_usable & ~np.isnan(message).any(axis=-1) & ~np.isposinf(message).any(axis=-1)
    cleared = {role: np.where(is_usable[:, None], message, 0.0) for role, message in messages.items()}
    return EpUpdate(cleared, np.where(np.isnan(log_z), np.inf, log_z), is_usable)


def no_rows(cavities: Rows, values: Rows) -> int:
    """N, the number of factors in this update."""
    return len(next(iter((cavities or values).values())))
