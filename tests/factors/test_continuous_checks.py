"""What the checks of the kinds with message rules find, and who plays which role."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from mbml_core.errors import Problem, UnsupportedQuery
from mbml_core.factors import KINDS, check_graph, notes, to_dense
from mbml_core.model import (
    Categorical,
    Count,
    Factor,
    FactorGraph,
    Positive,
    Probability,
    Real,
    Simplex,
    Variable,
    boolean,
)

VARIABLES = {
    "x": Variable("x", Real(), "Skill"),
    "y": Variable("y", Real()),
    "z": Variable("z", Real()),
    "r": Variable("r", Positive(), "Rate"),
    "s": Variable("s", Positive()),
    "p": Variable("p", Probability()),
    "n": Variable("n", Count()),
    "d": Variable("d", Simplex(3)),
    "b": boolean("b", "Won"),
    "k": Variable("k", Categorical(("a", "b", "c")), "Colour"),
}


def problems(kind: str, scope: str, **parameters: Any) -> list[Problem]:
    factor = Factor("f", kind, tuple(scope), parameters)
    return check_graph(FactorGraph(tuple(VARIABLES.values()), (factor,)))


def whats(kind: str, scope: str, **parameters: Any) -> list[str]:
    found = problems(kind, scope, **parameters)
    assert all(problem.where == "f" and problem.remedy for problem in found)
    return [problem.what for problem in found]


SOUND: list[tuple[str, str, dict[str, Any]]] = [
    ("gaussian", "x", {"mean": 0, "variance": 1.5}),
    ("gaussian", "yx", {"mean": "y", "precision": 4, "child": "x"}),
    ("gaussian", "xyr", {"mean": "y", "precision": "r", "child": "x"}),
    ("gaussian", "rx", {"mean": -3, "variance": "r"}),
    ("sum", "xyz", {}),
    ("sum", "xyz", {"child": "x", "weights": [1, -1], "offset": 3}),
    ("product", "xyz", {"left": "x", "right": "y"}),
    ("product", "yz", {"left": -2, "right": "y"}),
    ("greater_than", "xyb", {"left": "x", "right": "y"}),
    ("greater_than", "xb", {"left": "x", "right": 3}),
    ("is_positive", "bx", {"of": "x", "child": "b"}),
    ("between", "xb", {"of": "x", "low": -1, "high": 1}),
    ("between", "xyb", {"of": "x", "low": "y"}),
    ("probit", "xb", {"of": "x"}),
    ("probit", "xb", {"of": "x", "variance": 2}),
    ("logistic", "xb", {"of": "x"}),
    ("gamma", "r", {"shape": 2, "scale": 0.5}),
    ("gamma", "sr", {"shape": 2, "rate": "s"}),
    ("beta", "p", {"a": 1, "b": 0.5}),
    ("dirichlet", "d", {"alpha": [1, 2, 0.5]}),
    ("bernoulli", "pb", {"probability": "p"}),
    ("bernoulli", "b", {"probability": 0}),
    ("categorical", "dk", {"probabilities": "d"}),
    ("categorical", "k", {"probabilities": [0.5, 0.25, 0.25]}),
    ("poisson", "rn", {"rate": "r", "exposure": 2}),
    ("poisson", "n", {"rate": 3}),
    ("binomial", "pn", {"trials": 5, "probability": "p"}),
]


@pytest.mark.parametrize(("kind", "scope", "parameters"), SOUND)
def test_sound_factors(kind: str, scope: str, parameters: dict[str, Any]) -> None:
    assert problems(kind, scope, **parameters) == []
    factor = Factor("f", kind, tuple(scope), parameters)
    assert notes(FactorGraph(tuple(VARIABLES.values()), (factor,))) == []
    played = KINDS[kind].rules.roles(factor)
    assert sorted(value for value in played.values() if isinstance(value, str)) == sorted(scope)
    assert all(isinstance(value, str | float | np.ndarray) for value in played.values())
    assert KINDS[kind].child(factor) == played["child"]


UNSOUND: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("gaussian", "x", {}, ["'mean' is missing", "'variance' or 'precision' is missing"]),
    (
        "gaussian",
        "x",
        {"mean": 0, "variance": 1, "precision": 1},
        ["'variance' or 'precision': 2 of them are given, expected one"],
    ),
    (
        "gaussian",
        "x",
        {"mean": "0", "variance": -1},
        ["'mean' names '0', which is not in the scope", "'variance' is -1, expected a finite number above zero"],
    ),
    ("gaussian", "x", {"mean": 0, "variance": 0}, ["'variance' is 0, expected a finite number above zero"]),
    ("gaussian", "x", {"mean": True, "variance": 1}, ["'mean' is True, expected a finite number"]),
    ("gaussian", "x", {"mean": [1, 2], "variance": 1}, ["'mean' is [1.0, 2.0], expected a finite number"]),
    ("gaussian", "x", {"mean": 10**400, "variance": 1}, ["'mean' is 1000"]),
    (
        "gaussian",
        "br",
        {"mean": "b", "variance": 1},
        ["'child' is 'Rate', which is positive", "'mean' is 'Won', which is categorical"],
    ),
    ("gaussian", "xyr", {"mean": "x", "variance": "y", "child": "q"}, ["the child 'q' is not in the scope"]),
    ("gaussian", "xy", {"mean": 1, "variance": 1}, ["'Skill' is connected but plays no role"]),
    ("gaussian", "xy", {"mean": "y", "variance": 1}, ["'Skill' is connected", "'y' plays 2 roles"]),
    ("sum", "x", {}, ["'sum' connects 2 or more variables, this one 1"]),
    ("sum", "xrz", {}, ["'term' is 'Rate', which is positive"]),
    ("sum", "xyz", {"weights": [1]}, ["'weights' has 1 numbers, expected 2"]),
    ("sum", "xyz", {"weights": "1"}, ["'weights' is missing or no list of numbers"]),
    ("sum", "xyz", {"weights": [0, 0]}, ["every weight is zero, so the child is a constant"]),
    ("sum", "xyz", {"weights": [1, np.inf]}, ["'weights' is inf, expected a finite number"]),
    ("sum", "xyz", {"offset": "y"}, ["'offset' is 'y', expected a finite number"]),
    ("product", "yz", {"left": 0, "right": "y"}, ["'left' is 0, so the child is 0 whatever the other is"]),
    ("product", "yz", {"right": "y"}, ["'left' is missing"]),
    ("greater_than", "xy", {"left": "x", "right": 1}, ["'child' is 'y', which is real"]),
    ("greater_than", "xk", {"left": "x", "right": 1}, ["'greater_than' needs two states in 'Colour', it has 3"]),
    ("is_positive", "xb", {"of": 3}, ["'of' is 3, expected a variable", "'Skill' is connected"]),
    ("between", "xb", {"of": "x"}, ["'low' and 'high' are both missing"]),
    ("between", "xb", {"of": "x", "low": 2, "high": 1}, ["'low' is 2 and 'high' is 1"]),
    (
        "probit",
        "xrb",
        {"of": "x", "variance": "r"},
        ["'variance' is 'r', expected a number"],
    ),
    ("logistic", "rb", {"of": "r"}, ["'of' is 'Rate', which is positive"]),
    (
        "gamma",
        "r",
        {"shape": 0, "rate": 1, "scale": 2},
        ["'shape' is 0", "'rate' or 'scale': 2 of them are given"],
    ),
    ("beta", "p", {"a": -1, "b": 0}, ["'a' is -1, expected", "'b' is 0, expected"]),
    ("dirichlet", "d", {"alpha": [1, 2]}, ["'alpha' has 2 numbers, expected 3"]),
    ("dirichlet", "d", {"alpha": [1, 0, -1]}, ["'alpha' is 0.0", "'alpha' is -1.0"]),
    ("dirichlet", "d", {}, ["'alpha' is missing or no list of numbers"]),
    ("dirichlet", "k", {"alpha": [1, 2, 3]}, ["'child' is 'Colour', which is categorical"]),
    ("dirichlet", "dx", {"child": "d", "alpha": [1, 2, 3]}, ["'dirichlet' connects 1 variables, this one 2"]),
    ("bernoulli", "b", {"probability": 1.5}, ["'probability' is 1.5, expected a number from 0 to 1"]),
    ("bernoulli", "xb", {"probability": "x"}, ["'probability' is 'Skill', which is real"]),
    ("categorical", "k", {"probabilities": [0.5, 0.5]}, ["'probabilities' has 2 numbers, expected 3"]),
    (
        "categorical",
        "k",
        {"probabilities": [0.5, 0.25, 0.5]},
        ["the probabilities of 'Colour' sum to 1.25, expected 1"],
    ),
    ("categorical", "k", {}, ["'probabilities' is missing or no list of numbers"]),
    ("categorical", "db", {"probabilities": "d"}, ["'probabilities' is 'd', which is a simplex of size 3"]),
    ("categorical", "dk", {"probabilities": [0.5, 0.25, 0.25]}, ["'d' is connected but plays no role"]),
    ("categorical", "k", {"probabilities": "q"}, ["'probabilities' names 'q', which is not in the scope"]),
    (
        "categorical",
        "d",
        {"probabilities": "d"},
        ["'child' is 'd', which is a simplex of size 3", "'d' plays 2 roles"],
    ),
    ("poisson", "rb", {"rate": "r"}, ["'child' is 'Won', which is categorical"]),
    ("poisson", "n", {"rate": 1, "exposure": 0}, ["'exposure' is 0, expected a finite number above zero"]),
    (
        "binomial",
        "n",
        {"trials": 2.5, "probability": 2},
        ["'trials' is 2.5, expected a whole", "'probability' is 2"],
    ),
]


@pytest.mark.parametrize(("kind", "scope", "parameters", "expected"), UNSOUND)
def test_every_problem_is_told_at_once(
    kind: str, scope: str, parameters: dict[str, Any], expected: list[str]
) -> None:
    found = whats(kind, scope, **parameters)
    for start in expected:
        assert any(what.startswith(start) for what in found), (start, found)
    if "not in the scope" not in expected[0]:
        assert len(found) == len(expected), found


def test_a_problem_has_its_remedy() -> None:
    assert problems("gaussian", "x", mean="m", variance=1) == [
        Problem("f", "'mean' names 'm', which is not in the scope", "name one of x, or give a number")
    ]
    assert problems("gaussian", "x", mean=1) == [
        Problem("f", "'variance' or 'precision' is missing", "give one of them")
    ]
    assert problems("is_positive", "xb") == [
        Problem("f", "'of' is missing", "give the id of a variable in the scope"),
        Problem("f", "'Skill' is connected but plays no role", "name it in a role or disconnect it"),
    ]
    assert problems("logistic", "bx", of="b", child="x") == [
        Problem("f", "'child' is 'Skill', which is real", "connect a variable with two states"),
        Problem("f", "'of' is 'Won', which is categorical", "connect one that is real"),
    ]


# --- roles and tables --------------------------------------------------------------------------------------


def roles(kind: str, scope: str, **parameters: Any) -> dict[str, Any]:
    return dict(KINDS[kind].rules.roles(Factor("f", kind, tuple(scope), parameters)))


def test_roles_have_their_defaults() -> None:
    assert roles("gaussian", "yx", mean="y", variance=2) == {"child": "x", "mean": "y", "variance": 2.0}
    assert roles("probit", "xb", of="x") == {"child": "b", "of": "x", "variance": 1.0}
    assert roles("between", "xb", of="x", high=3) == {"child": "b", "of": "x", "low": -np.inf, "high": 3.0}
    assert roles("poisson", "rn", rate="r") == {"child": "n", "rate": "r", "exposure": 1.0}
    assert roles("gamma", "r", shape=2, scale=0.25) == {"child": "r", "shape": 2.0, "rate": 4.0}
    assert roles("gamma", "rs", shape=2, rate="s", child="r") == {"child": "r", "shape": 2.0, "rate": "s"}
    assert_array_equal(roles("dirichlet", "d", alpha=[1, 2, 3])["alpha"], [1.0, 2.0, 3.0])
    assert_array_equal(
        roles("categorical", "k", probabilities=[0.5, 0.25, 0.25])["probabilities"], [0.5, 0.25, 0.25]
    )


@pytest.mark.parametrize(("kind", "scope", "parameters"), SOUND)
def test_only_fixed_probabilities_are_a_table(kind: str, scope: str, parameters: dict[str, Any]) -> None:
    factor = Factor("f", kind, tuple(scope), parameters)
    variables = tuple(VARIABLES[id] for id in scope)
    if len(scope) == 1 and kind in ("bernoulli", "categorical"):
        wanted = [1.0, 0.0] if kind == "bernoulli" else parameters["probabilities"]
        assert_array_equal(to_dense(KINDS[kind].lower(factor, variables), (len(wanted),)), wanted)
    else:
        with pytest.raises(UnsupportedQuery, match=f"'f' is a '{kind}', which has no table"):
            KINDS[kind].lower(factor, variables)


QUALITIES = [
    ("gaussian", "ep", {"child", "mean"}, "exact"),
    ("gaussian", "ep", {"mean", "precision"}, "ep"),
    ("gaussian", "ep", {"precision"}, "exact"),
    ("gaussian", "ep", {"variance"}, "ep"),
    ("gaussian", "vmp", {"mean", "precision"}, "vmp"),
    ("gaussian", "vmp", {"mean"}, "exact"),
    ("sum", "ep", {"child", "term0"}, "exact"),
    ("sum", "vmp", {"child", "term0"}, "vmp"),
    ("product", "ep", {"child", "left"}, "exact"),
    ("product", "vmp", {"child", "left", "right"}, "vmp"),
    ("greater_than", "ep", {"left"}, "ep"),
    ("greater_than", "ep", {"child"}, "exact"),
    ("probit", "vmp", {"of"}, "vmp"),
    ("logistic", "ep", {"of"}, "ep"),
    ("gamma", "ep", {"child"}, "exact"),
    ("gamma", "ep", {"child", "rate"}, "ep"),
    ("beta", "vmp", {"child"}, "exact"),
    ("dirichlet", "ep", {"child"}, "exact"),
    ("bernoulli", "ep", {"probability"}, "exact"),
    ("bernoulli", "ep", {"probability", "child"}, "ep"),
    ("categorical", "vmp", {"probabilities", "child"}, "vmp"),
    ("poisson", "ep", {"rate"}, "exact"),
    ("binomial", "vmp", {"probability"}, "exact"),
]


@pytest.mark.parametrize(("kind", "method", "unknown", "quality"), QUALITIES)
def test_a_rule_says_what_it_is_worth(kind: str, method: Any, unknown: set[str], quality: str) -> None:
    assert KINDS[kind].rules.quality(method, unknown) == quality


@pytest.mark.parametrize("bound", ["low", "high"])
def test_an_unknown_bound_is_refused(bound: str) -> None:
    with pytest.raises(UnsupportedQuery, match=f"'between' has no rule for '{bound}': .*two 'greater_than'"):
        KINDS["between"].rules.quality("ep", {"of", bound})
