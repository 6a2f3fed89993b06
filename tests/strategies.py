"""Random models for property tests: trees, loops, zeros, every factor kind, and evidence that fits them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from mbml_core.model import Categorical, Factor, FactorGraph, Likelihood, Observation, Observed, Variable, boolean

GATES = ("all_true", "any_true", "xor", "noisy_or", "noisy_and")


def variables(sizes: list[int]) -> tuple[Variable, ...]:
    return tuple(
        Variable(f"v{i}", Categorical(tuple(f"s{k}" for k in range(size)))) for i, size in enumerate(sizes)
    )


def table(id: str, scope: tuple[str, ...], values: np.ndarray) -> Factor:
    return Factor(id, "table", scope, {"values": values})


@st.composite
def tables(draw: st.DrawFn, shape: tuple[int, ...], with_zeros: bool) -> np.ndarray:
    """Entries over four orders of magnitude; zeros where asked, but never all of them."""
    seed = draw(st.integers(0, 2**32 - 1))
    source = np.random.default_rng(seed)
    values = np.asarray(10.0 ** source.uniform(-2, 2, shape))
    if with_zeros:
        values = np.where(source.random(shape) > 0.35, values, 0.0)
        values.flat[source.integers(values.size)] = 1.0
    return values


@st.composite
def loopy_graphs(draw: st.DrawFn, with_zeros: bool = False, max_variables: int = 6) -> FactorGraph:
    """Any scopes of up to three variables of one to three states: loops, islands and constants included.

    The structure comes from a seed: drawn piece by piece, six graphs of seven would have no loop.
    """
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = source.integers(1, 4, size=source.integers(1, max_variables, endpoint=True)).tolist()
    factors = []
    for i in range(source.integers(0, 9)):
        arity = min(int(source.integers(0, 4)), len(sizes))
        scope = source.permutation(len(sizes))[:arity].tolist()
        values = draw(tables(tuple(sizes[v] for v in scope), with_zeros))
        factors.append(table(f"f{i}", tuple(f"v{v}" for v in scope), values))
    return FactorGraph(variables(sizes), tuple(factors))


@st.composite
def forests(draw: st.DrawFn, with_zeros: bool = False) -> FactorGraph:
    """Each factor joins one old variable (or none) to fresh ones, so no loop can close."""
    sizes = [draw(st.integers(1, 3))]
    scopes: list[tuple[int, ...]] = []
    for _ in range(draw(st.integers(1, 6))):
        fresh = draw(st.integers(0, 2))
        old = draw(st.integers(-1, len(sizes) - 1))
        scope = ((old,) if old >= 0 else ()) + tuple(range(len(sizes), len(sizes) + fresh))
        sizes += [draw(st.integers(1, 3)) for _ in range(fresh)]
        scopes.append(tuple(draw(st.permutations(scope))))
    factors = [
        table(f"f{i}", tuple(f"v{v}" for v in s), draw(tables(tuple(sizes[v] for v in s), with_zeros)))
        for i, s in enumerate(scopes)
    ]
    return FactorGraph(variables(sizes), tuple(factors))


@st.composite
def gate_graphs(draw: st.DrawFn, kinds: tuple[str, ...] = GATES) -> FactorGraph:
    """Booleans with random priors, joined by structured factors with up to six parents; loops happen."""
    n = draw(st.integers(3, 8))
    drawn = tuple(boolean(f"v{i}") for i in range(n))
    factors = [
        Factor(f"p{i}", "prior", (f"v{i}",), {"probabilities": [1 - p, p]})
        for i in range(n)
        for p in [draw(st.floats(0.05, 0.95))]
    ]
    for i in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(kinds))
        scope = tuple(f"v{v}" for v in draw(st.permutations(range(n)))[: draw(st.integers(2, min(n, 7)))])
        parameters: dict[str, object] = {"child": draw(st.sampled_from(scope))}
        if kind.startswith("noisy"):
            parameters["probabilities"] = [draw(st.floats(0, 1)) for _ in scope[1:]]
            parameters["leak"] = draw(st.floats(0, 1))
        factors.append(Factor(f"g{i}", kind, scope, parameters))
    return FactorGraph(drawn, tuple(factors))


SEEDS = st.integers(0, 2**32 - 1)
"""Everything of an example from one number: of several draws, hypothesis repeats most from example to example."""


def directed_graphs(with_zeros: bool | None = None, most: int = 9) -> st.SearchStrategy[FactorGraph]:
    """See `directed_graph`."""
    return SEEDS.map(lambda seed: directed_graph(np.random.default_rng(seed), with_zeros, most))


def directed_graph(source: np.random.Generator, with_zeros: bool | None = None, most: int = 9) -> FactorGraph:
    """Conditional tables of up to `most` variables of one to three states, in any order of the drawing: several
    sinks, islands, variables without a table, and in every other drawing booleans with gates of many parents.
    """
    n = int(source.integers(1, most, size=2, endpoint=True).max())
    has_gates = bool(source.random() < 0.5)
    sizes = [2] * n if has_gates else source.integers(1, 4, size=n).tolist()
    share_of_zeros = float(source.choice([0.0, 0.35])) if with_zeros is None else 0.35 * with_zeros
    order = source.permutation(n).tolist()
    factors = []
    for i, child in enumerate(order):
        if source.random() < 0.12:
            continue
        if has_gates and i > 1 and source.random() < 0.4:
            parents = source.permutation(order[:i]).tolist()[: source.integers(2, 8)]
            factors.append(_gate(source, child, parents))
        else:
            parents = source.permutation(order[:i]).tolist()[: source.choice([0, 1, 1, 2, 3])]
            factors.append(_conditional(source, child, parents, sizes, share_of_zeros))
    return FactorGraph(variables(sizes), tuple(factors[k] for k in source.permutation(len(factors))))


def free_graph(source: np.random.Generator, most: int = 8) -> FactorGraph:
    """Free potentials over up to three of up to `most` variables: loops, islands and constants, in every other
    drawing zeros, and in every third one variable that hangs together with all others.
    """
    n = int(source.integers(1, most, size=2, endpoint=True).max())
    sizes = source.choice([1, 2, 2, 2, 3], size=n).tolist()
    scopes = [
        source.permutation(n)[:arity].tolist() for arity in source.integers(0, 4, size=source.integers(0, n + 3))
    ]
    scopes += [[0, v] for v in range(1, n)] if source.random() < 1 / 3 else []
    share_of_zeros = 0.3 * (source.random() < 0.5)
    factors = []
    for i, scope in enumerate(scopes):
        values = np.asarray(10.0 ** source.uniform(-1, 1, [sizes[v] for v in scope]))
        values = np.where(source.random(values.shape) < share_of_zeros, 0.0, values)
        values.flat[source.integers(values.size)] = 1.0
        factors.append(table(f"f{i}", tuple(f"v{v}" for v in scope), values))
    return FactorGraph(variables(sizes), tuple(factors))


def any_graph(source: np.random.Generator) -> FactorGraph:
    """A directed network or one of free potentials."""
    return directed_graph(source, most=8) if source.random() < 0.5 else free_graph(source)


def _gate(source: np.random.Generator, child: int, parents: list[int]) -> Factor:
    kind = str(source.choice(GATES))
    parameters: dict[str, object] = {"child": f"v{child}"}
    if kind.startswith("noisy"):
        parameters["probabilities"] = source.random(len(parents)).tolist()
        parameters["leak"] = float(source.random())
    return Factor(f"g{child}", kind, tuple(f"v{v}" for v in (*parents, child)), parameters)


def _conditional(
    source: np.random.Generator, child: int, parents: list[int], sizes: list[int], share_of_zeros: float
) -> Factor:
    scope = source.permutation([*parents, child]).tolist()
    axis, shape = scope.index(child), [sizes[v] for v in scope]
    values = source.random(shape) + 0.01
    possible = source.random(shape) >= share_of_zeros
    np.put_along_axis(possible, np.expand_dims(source.integers(sizes[child], size=np.delete(shape, axis)), axis),
                      True, axis)  # fmt: skip
    values = np.where(possible, values, 0.0)
    values /= values.sum(axis=axis, keepdims=True)
    return Factor(f"f{child}", "table", tuple(f"v{v}" for v in scope), {"values": values, "child": f"v{child}"})


@st.composite
def evidence_for(draw: st.DrawFn, graph: FactorGraph) -> dict[str, Observation]:
    """Some variables observed, some weighed by a likelihood."""
    found: dict[str, Observation] = {}
    for variable in graph.variables:
        kind = draw(st.sampled_from(["none", "none", "state", "likelihood"]))
        if kind == "state":
            found[variable.id] = Observed(draw(st.sampled_from(variable.states)))
        elif kind == "likelihood":
            weights = [draw(st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0])) for _ in variable.states]
            weights[draw(st.integers(0, variable.size - 1))] = 1.0
            found[variable.id] = Likelihood(tuple(weights))
    return found
