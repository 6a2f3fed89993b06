"""Random sound documents with hostile names, every domain, factor kind and observation, and unknown fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mbml_core.document import Document, Extras
from mbml_core.document.schema import EVIDENCE_FORMS
from mbml_core.factors import KINDS
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    Count,
    Domain,
    ExcludedState,
    Factor,
    FactorGraph,
    Likelihood,
    Observation,
    Observed,
    Positive,
    Probability,
    Real,
    Simplex,
    Value,
    Variable,
)

HOSTILE = (
    *("__proto__", "constructor", "toString", "id", "child", "format", "model_config", "model_fields", "self"),
    *("<img src=x onerror=alert(1)>", "</script>", "$$x$$", ":material/star:", "../../etc/passwd", "C:\\con"),
    *('"', "\\", '\\"', "\\u0041", "\\ud800", "'", "`", "[0]", "$.x", "{}", "NaN", "null", "1e999", "=1+1"),
    *(
        " ",
        "  x",
        "é",
        "e\u0301",
        "🎲",
        "日本語",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2028",
        "\u00a0",
        "\ufeff",
        "\uffff",
    ),
    *("x" * 200, "true", "True", "yes", "Yes", "0"),
)
NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8),
)
TEXTS = st.one_of(st.just(""), NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
WEIGHTS = st.one_of(
    st.sampled_from([0.0, 1.0, 1 / 3, 5e-324, 1e-320, 0.1, 1e308, 123456789.123456789]),
    st.floats(0, allow_infinity=False, allow_nan=False),
)
REALS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.8, 1 / 3, -5e-324, 1e308]), st.floats(allow_nan=False, allow_infinity=False)
)
POSITIVES = st.one_of(st.sampled_from([1.0, 0.1, 1 / 3, 2.5e9]), st.floats(1e-9, 1e9))
COUNTS = st.one_of(st.integers(0, 100).map(float), st.sampled_from([0.0, 2.0**60, 1e300]))
PROBABILITIES = st.one_of(st.sampled_from([0, 1, 0.0, 1.0, 5e-324, 0.1, 1 - 2**-53]), st.floats(0, 1))

JSON_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


def fields_beside(known: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Unknown fields of a record that has the fields `known`."""
    return st.dictionaries(TEXTS.filter(lambda name: name not in known), JSON_VALUES, max_size=2)


BOOLEANS, TRIPLES = 4, 2
"""Every graph has this many variables with two and with three states, so that every kind finds its scope."""

NUMERIC: tuple[Domain, ...] = (
    *(Real(), Real(), Real()),
    *(Positive(), Positive()),
    *(Probability(), Count(), Simplex(3)),
)
"""Behind them it has one of each of these."""


def states(size: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(NAMES, min_size=size, max_size=size, unique=True).map(tuple)


def two_states() -> st.SearchStrategy[tuple[str, ...]]:
    """Not in an order that the logical kinds refuse as a likely slip (true before false)."""
    return states(2).filter(lambda pair: pair[0].lower() not in {"yes", "true", "0", "1"})


@st.composite
def distributions(draw: Any, size: int) -> tuple[float, ...]:
    raw = np.array(draw(st.lists(st.integers(0, 9), min_size=size, max_size=size)), dtype=float)
    raw[draw(st.integers(0, size - 1))] += 1.0
    return tuple((raw / raw.sum()).tolist())


@st.composite
def tables(draw: Any, variables: Sequence[Variable]) -> dict[str, Any]:
    shape = [variable.size for variable in variables]
    values = draw(st.lists(WEIGHTS, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    values[0] = draw(WEIGHTS.filter(bool))
    return {"values": np.reshape(values, shape)}


@st.composite
def conditional_tables(draw: Any, variables: Sequence[Variable]) -> dict[str, Any]:
    child = draw(st.integers(0, len(variables) - 1))
    parents = [variable.size for i, variable in enumerate(variables) if i != child]
    size = variables[child].size
    rows = [draw(distributions(size)) for _ in range(int(np.prod(parents)))]
    values = np.moveaxis(np.reshape(rows, (*parents, size)), -1, child)
    return {"values": values, "child": variables[child].id}


def _gate(draw: Any, scope: Sequence[Variable], child: int = -1) -> dict[str, Any]:
    return {"child": scope[child].id} if draw(st.booleans()) or child != -1 else {}


def _noisy(draw: Any, scope: Sequence[Variable]) -> dict[str, Any]:
    count = len(scope) - 1
    found = {"probabilities": draw(st.lists(PROBABILITIES, min_size=count, max_size=count))}
    return found | draw(st.fixed_dictionaries({}, optional={"leak": PROBABILITIES})) | _gate(draw, scope)


def _flip(draw: Any, scope: Sequence[Variable]) -> dict[str, Any]:
    return {"flip": draw(st.one_of(PROBABILITIES, st.lists(PROBABILITIES, min_size=3, max_size=3)))}


def _gaussian(draw: Any, scope: Sequence[Variable]) -> dict[str, Any]:
    scale = draw(st.sampled_from(["variance", "precision"]))
    return {"mean": scope[0].id, scale: scope[1].id} | _gate(draw, scope)


def _sum(draw: Any, scope: Sequence[Variable]) -> dict[str, Any]:
    weights = st.lists(st.sampled_from([1.0, -1.0, 1 / 3, 0.1]), min_size=2, max_size=2)
    return draw(st.fixed_dictionaries({}, optional={"weights": weights, "offset": REALS})) | _gate(draw, scope)


def _roles(**roles: Any) -> Callable[[Any, Sequence[Variable]], dict[str, Any]]:
    """Positions in the scope stand for the variables there, strategies for numbers; the child may be left out."""

    def parameters(draw: Any, scope: Sequence[Variable]) -> dict[str, Any]:
        played = {name: scope[who].id if isinstance(who, int) else draw(who) for name, who in roles.items()}
        return played | _gate(draw, scope)

    return parameters


KIND_EXAMPLES: dict[str, tuple[tuple[int, ...], Callable[[Any, Sequence[Variable]], dict[str, Any]]]] = {
    "table": ((0, 4, 5), lambda draw, scope: draw(st.one_of(tables(scope), conditional_tables(scope)))),
    "prior": ((4,), lambda draw, scope: {"probabilities": draw(distributions(3))}),
    "noisy_or": ((2, 0, 1), _noisy),
    "noisy_and": ((2, 0, 1), _noisy),
    "all_true": ((0, 1, 2), _gate),
    "any_true": ((3, 1, 0, 2), _gate),
    "not": ((0, 3), _gate),
    "xor": ((1, 2), _gate),
    "equal": ((4, 5, 1), _gate),
    "count_true": ((4, 0, 1), lambda draw, scope: _gate(draw, scope, child=0)),
    "add_noise": ((5, 4), _flip),
    "gaussian": ((6, 9, 7), _gaussian),
    "beta": ((11,), _roles(a=POSITIVES, b=POSITIVES)),
    "gamma": ((10, 9), _roles(shape=POSITIVES, rate=0)),
    "dirichlet": ((13,), _roles(alpha=st.lists(POSITIVES, min_size=3, max_size=3))),
    "bernoulli": ((11, 0), _roles(probability=0)),
    "categorical": ((13, 4), _roles(probabilities=0)),
    "poisson": ((9, 12), _roles(rate=0)),
    "binomial": ((11, 12), _roles(trials=st.integers(1, 99), probability=0)),
    "sum": ((6, 7, 8), _sum),
    "product": ((6, 7, 8), _roles(left=0, right=1)),
    "greater_than": ((6, 7, 0), _roles(left=0, right=1)),
    "is_positive": ((8, 3), _roles(of=0)),
    "between": ((8, 3), _roles(of=0, low=st.floats(-9, -1), high=st.floats(1, 9))),
    "probit": ((8, 2), _roles(of=0, variance=POSITIVES)),
    "logistic": ((8, 1), _roles(of=0)),
}
"""For each kind: positions of its variables (0-3 have two states, 4 and 5 three, then come those of `NUMERIC`),
and its parameters."""


@st.composite
def graphs(draw: Any) -> FactorGraph:
    sizes = [2] * BOOLEANS + [3] * TRIPLES
    more = [*NUMERIC, *draw(st.lists(domains(), max_size=2))]
    kinds = draw(st.lists(st.sampled_from(sorted(KIND_EXAMPLES)), max_size=5))
    drawn = [*(Categorical(draw(two_states() if size == 2 else states(size))) for size in sizes), *more]
    count = len(drawn) + len(kinds)
    ids = draw(st.lists(NAMES, min_size=count, max_size=count, unique=True))
    variables = tuple(
        Variable(id, domain, draw(st.just("") | NAMES)) for id, domain in zip(ids, drawn, strict=False)
    )
    factors = tuple(draw(factor(id, kind, variables)) for id, kind in zip(ids[len(drawn) :], kinds, strict=True))
    observed = draw(st.lists(st.sampled_from(variables), unique_by=lambda variable: variable.id, max_size=6))
    evidence = {variable.id: draw(observations(variable)) for variable in observed}
    return FactorGraph(variables, factors, evidence, draw(st.just("") | NAMES))


def domains() -> st.SearchStrategy[Domain]:
    return st.one_of(
        st.integers(1, 5).flatmap(states).map(Categorical),
        st.sampled_from(NUMERIC),
        st.integers(2, 6).map(Simplex),
    )


@st.composite
def factor(draw: Any, id: str, kind: str, variables: Sequence[Variable]) -> Factor:
    positions, parameters = KIND_EXAMPLES[kind]
    scope = [variables[i] for i in positions]
    given = parameters(draw, scope) | draw(fields_beside(sorted(KINDS[kind].parameters)))
    return Factor(id, kind, tuple(variable.id for variable in scope), given)


@st.composite
def observations(draw: Any, variable: Variable) -> Observation:
    match variable.domain:
        case Simplex(size):
            return Value(draw(distributions(size)))
        case Real():
            return Value(draw(REALS))
        case Positive():
            return Value(draw(POSITIVES))
        case Probability():
            return Value(float(draw(PROBABILITIES)))
        case Count():
            return Value(draw(COUNTS))
    a_state = st.sampled_from(variable.states)
    weights = st.lists(WEIGHTS, min_size=variable.size, max_size=variable.size).filter(any)
    return draw(
        st.one_of(
            a_state.map(Observed),
            a_state.map(ExcludedState),
            st.lists(a_state, min_size=1).map(lambda chosen: AllowedStates(tuple(chosen))),
            weights.map(lambda vector: Likelihood(tuple(vector))),
            distributions(variable.size).map(Belief),
        )
    )


@st.composite
def documents(draw: Any) -> Document:
    graph = draw(graphs())
    a_node = st.sampled_from([*(v.id for v in graph.variables), *(f.id for f in graph.factors), "erased"])
    a_position = st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2)
    return Document(graph, draw(st.dictionaries(a_node, a_position, max_size=4)), draw(extras(graph)))


@st.composite
def extras(draw: Any, graph: FactorGraph) -> Extras:
    variables = [variable.id for variable in graph.variables]

    def some(ids: Sequence[str], known: Sequence[str]) -> dict[str, Any]:
        chosen = draw(st.lists(st.sampled_from(ids), max_size=2)) if ids else []
        return {id: draw(fields_beside(known)) for id in chosen}

    named = {f.id: {"name": draw(NAMES)} for f in graph.factors[:1]}
    top = ("format", "version", "name", "variables", "factors", "evidence", "plates", "layout")
    return Extras(
        draw(fields_beside(top)),
        some(variables, ("id", "name", "domain", "plates")),
        some(variables, ("type", "states", "size")),
        named | some([f.id for f in graph.factors[1:]], ("id", "name", "kind", "scope", "parameters", "plates")),
        some(list(graph.evidence), EVIDENCE_FORMS),
    )
