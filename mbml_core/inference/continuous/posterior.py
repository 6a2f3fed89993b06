"""What inference with continuous variables returns: a distribution for each variable, made when it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from mbml_core.distributions.reported import Reported
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.values import Gaussian, PointMass, value_of
from mbml_core.errors import ImproperDistribution, UnsupportedQuery
from mbml_core.inference.beliefs import Layout, flat_beliefs
from mbml_core.inference.continuous.groups import Block, Known
from mbml_core.inference.result import Marginal, Marginals, Posterior
from mbml_core.model import FactorGraph

COLLAPSED = 1e-36
"""Square of a relative distance that two doubles cannot have, with two digits to spare."""
TINY = 1e-100
"""The same for means around zero: no unit of measurement makes variances so small."""

Distribution: TypeAlias = Reported | PointMass


class Distributions(Protocol):
    """The distributions of continuous variables, by index in the model."""

    def __call__(self, variable: int) -> Distribution:
        """Of a variable that is not categorical."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Gaussians, where the variance is not 0."""

    mean: FloatArray
    variance: FloatArray

    def __call__(self, variable: int) -> Distribution:
        """See `Distributions`."""
        mean, variance = float(self.mean[variable]), float(self.variance[variable])
        return Gaussian(mean, variance) if variance > 0.0 else PointMass(mean)


@dataclass(frozen=True, eq=False)
class BlockBeliefs:
    """What is known, and rows of natural parameters of what is not."""

    known: Known
    rows: Mapping[int, tuple[str, FloatArray]]

    def __call__(self, variable: int) -> Distribution:
        """See `Distributions`."""
        if variable in self.known:
            return PointMass(self.known[variable])
        return value_of(*self.rows[variable])


@dataclass(frozen=True, slots=True)
class ContinuousPosterior(Posterior):
    """A posterior with variables that are not categorical; their `beliefs` are empty.

    Attributes:
        distributions: of those variables. words: the sentence in the place of the status's.
    """

    distributions: Distributions | None = None
    words: str = ""

    @property
    def sentence(self) -> str:
        """What to tell people."""
        return self.words or self.status.sentence

    def marginals(self, layout: Layout) -> Marginals:
        """By variable id."""
        assert self.distributions is not None  # noqa: S101 (every method gives them)
        return MixedMarginals(layout, flat_beliefs(self.beliefs), self.distributions)


class MixedMarginals(Marginals):
    """Marginals of categorical variables, and distributions of the others. `flat` holds the former only."""

    def __init__(self, layout: Layout, flat: FloatArray, distributions: Distributions) -> None:
        super().__init__(layout, flat)
        self._distributions = distributions

    def __reduce__(self) -> tuple[Any, ...]:
        return MixedMarginals, (self._layout, self.flat, self._distributions)

    def __getitem__(self, key: str) -> Any:
        """A `Marginal` or a distribution."""
        layout = self._layout
        i = layout.index.get(key, layout.index_by_name.get(key, -1))
        if i < 0:
            raise KeyError(f"there is no variable '{key}'")
        return self._at(i)

    def made(self) -> Iterator[Any]:
        """Of every variable, in the model's order."""
        return map(self._at, range(len(self._layout.ids)))

    def _at(self, i: int) -> Marginal | Distribution:
        states = self._layout.states[i]
        return Marginal(states, self.flat[self._layout.slices[i]]) if states else self._distributions(i)


def read_beliefs(
    graph: FactorGraph, known: Known, blocks: Sequence[Block], beliefs: Sequence[FloatArray]
) -> tuple[list[FloatArray], BlockBeliefs]:
    """Probabilities for each variable, none for those that are not categorical, and the distributions of these.
    The beliefs are proper.
    """
    probabilities = [_certain(variable.size, known.get(v)) for v, variable in enumerate(graph.variables)]
    rows: dict[int, tuple[str, FloatArray]] = {}
    for block, belief in zip(blocks, beliefs, strict=True):
        if block.family.name == "categorical":
            for v, shares in zip(block.variables.tolist(), block.family.mean(belief), strict=True):
                probabilities[v] = shares
        else:
            rows.update(
                (v, (block.family.name, row)) for v, row in zip(block.variables.tolist(), belief, strict=True)
            )
    return probabilities, BlockBeliefs(known, rows)


def _certain(size: int, state: Any) -> FloatArray:
    shares = np.zeros(size)
    if size and state is not None:
        shares[state] = 1.0
    return shares


def require_spread(graph: FactorGraph, blocks: Sequence[Block], beliefs: Sequence[FloatArray]) -> None:
    """Raise UnsupportedQuery where EP made a Gaussian narrower than its mean can be written down: messages that
    contradict each other, or that take what depends on each other for independent, feed back on themselves.
    """
    for block, belief in zip(blocks, beliefs, strict=True):
        if block.family.name != "gaussian":
            continue
        mean, variance = block.family.mean(belief), block.family.variance(belief)
        collapsed = variance <= COLLAPSED * np.maximum(mean * mean, TINY)
        if collapsed.any():
            variable = graph.variables[int(block.variables[np.argmax(collapsed)])]
            raise UnsupportedQuery(
                f"expectation propagation let the belief of '{variable.label}' collapse to a point: observations"
                " contradict each other, or depend on each other too closely; take one back"
            )


def require_proper(graph: FactorGraph, blocks: Sequence[Block], beliefs: Sequence[FloatArray]) -> None:
    """Raise ImproperDistribution for a belief that cannot be normalised; UnsupportedQuery where it has states, all
    of which VMP forbids: the expected log of a table with zeros does so, where sum-product does not.
    """
    for block, belief in zip(blocks, beliefs, strict=True):
        proper = block.family.is_proper(belief)
        if proper.all():
            continue
        variable = graph.variables[int(block.variables[np.argmin(proper)])]
        if variable.is_categorical:
            raise UnsupportedQuery(
                f"variational messages forbid every state of '{variable.label}', as a factor with zeros does "
                "while its other variables are not known; use method='ep'"
            )
        raise ImproperDistribution(
            f"nothing in the model pins down '{variable.label}': its {block.family.name} cannot be normalised; "
            "give it a prior, or observe more",
            variable.id,
        )
