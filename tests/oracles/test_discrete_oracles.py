"""Every method must reproduce the numbers that other people published for discrete models."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mbml_core
from mbml_core.model import Factor, FactorGraph

from . import models

FOLDER = Path(__file__).parent
ORACLES = json.loads((FOLDER / "discrete.json").read_text(encoding="utf-8"))
QUIZ = json.loads((FOLDER / "quiz.json").read_text(encoding="utf-8"))

EXACT = ("exact", "enumeration", "bp")
"""Methods that are exact on a tree."""


def graph_of(case: Mapping[str, Any]) -> FactorGraph:
    graph: FactorGraph = getattr(models, case["model"])(**case.get("arguments", {}))
    return graph


def engine_of(graph: FactorGraph, method: str) -> Any:
    if method == "loopy_bp":
        return mbml_core.compile(graph, method="bp", tolerance=1e-12, max_sweeps=5000)
    return mbml_core.compile(graph, method=method)


def cases() -> list[Any]:
    return [
        pytest.param(case, method, id=f"{case['id']}-{method}")
        for case in ORACLES["marginals"]
        for method in case["methods"]
    ]


@pytest.mark.parametrize(("case", "method"), cases())
def test_marginals(case: dict[str, Any], method: str) -> None:
    result = engine_of(graph_of(case), method).infer(case["evidence"])
    for id, states in case["marginals"].items():
        marginal = result.marginals[id]
        found = {state: marginal.probabilities[marginal.states.index(state)] for state in states}
        assert found == pytest.approx(states, abs=case["tolerance"]), id
    if "evidence_probability" in case:
        assert math.exp(result.log_evidence) == pytest.approx(case["evidence_probability"], abs=case["tolerance"])


@pytest.mark.parametrize(("case", "method"), cases())
def test_a_belief_comes_with_its_status(case: dict[str, Any], method: str) -> None:
    result = engine_of(graph_of(case), method).infer(case["evidence"])
    assert result.is_exact == (method != "loopy_bp")


@pytest.mark.parametrize("method", ["exact", "bp", "enumeration"])
def test_joint_table(method: str) -> None:
    case = ORACLES["joint"]
    graph = graph_of(case)
    joint = engine_of(graph, method).joint(case["scope"])
    assert list(joint.scope) == case["scope"]
    for row in case["joint"]:
        cell = tuple(graph.variable(id).states.index(row["assignment"][id]) for id in joint.scope)
        assert joint.probabilities[cell] == pytest.approx(row["probability"], abs=case["tolerance"])


def test_loopy_log_odds() -> None:
    case = ORACLES["log_odds"]
    result = engine_of(graph_of(case), "loopy_bp").infer({})
    assert not result.is_exact
    for id, log_odds in case["log_odds"].items():
        zero, one = result.marginals[id].probabilities
        assert math.log(one / zero) == pytest.approx(log_odds, abs=case["tolerance"])


@pytest.mark.parametrize("method", EXACT)
def test_tails_of_a_distribution(method: str) -> None:
    case = ORACLES["tails"]
    marginal = engine_of(graph_of(case), method).infer({}).marginals["x"]
    for tail in case["tails"]:
        found = sum(marginal.probabilities[marginal.states.index(state)] for state in tail["states"])
        assert found == pytest.approx(tail["probability"], abs=case["tolerance"])


# --- code words --------------------------------------------------------------------------------------------

WORD = tuple(f"t{i}" for i in range(1, 8))


def weights_of(p_one: float) -> list[float]:
    return [1 - p_one, p_one]


def received() -> dict[str, list[float]]:
    return {id: weights_of(p) for id, p in zip(WORD, ORACLES["code_words"]["p_one"], strict=True)}


def with_channel(graph: FactorGraph) -> FactorGraph:
    """The likelihoods of the received word as factors of their own, so that the bits can be observed."""
    channel = [Factor(f"f_y_{id}", "table", (id,), {"values": w}) for id, w in received().items()]
    return FactorGraph(graph.variables, (*graph.factors, *channel))


@pytest.mark.parametrize("method", ["exact", "enumeration", "loopy_bp"])
def test_the_most_probable_code_word(method: str) -> None:
    """Max-product on the three parity factors is approximate, and right for this word."""
    case = ORACLES["code_words"]
    best = engine_of(graph_of(case), method).map(received())
    assert "".join(best.assignment[id] for id in WORD) == case["map"]


@pytest.mark.parametrize("method", ["exact", "enumeration"])
def test_the_probability_of_a_code_word(method: str) -> None:
    case = ORACLES["code_words"]
    engine = engine_of(with_channel(graph_of(case)), method)
    log_received = engine.infer({}).log_evidence
    for word, probability in case["words"].items():
        log_joint = engine.infer(dict(zip(WORD, word, strict=True))).log_evidence
        assert math.exp(log_joint - log_received) == pytest.approx(probability, abs=case["tolerance"])
    best = engine.map({})
    found = math.exp(best.log_probability - log_received)
    assert found == pytest.approx(case["words"][case["map"]], abs=case["tolerance"])


@pytest.mark.parametrize("method", ["exact", "enumeration"])
def test_likelihood_evidence_equals_a_factor(method: str) -> None:
    graph = graph_of(ORACLES["code_words"])
    observed = engine_of(graph, method).infer(received())
    drawn = engine_of(with_channel(graph), method).infer({})
    assert observed.log_evidence == pytest.approx(drawn.log_evidence, abs=1e-12)
    for id in WORD:
        assert observed.marginals[id].probabilities == pytest.approx(drawn.marginals[id].probabilities)


# --- quiz data ---------------------------------------------------------------------------------------------


def test_skills_of_22_people() -> None:
    """One model compiled once, the answers of 22 people as evidence."""
    engine = engine_of(models.quiz(QUIZ["skills"]), "exact")
    for answers, expected in zip(QUIZ["answers"], QUIZ["posteriors"], strict=True):
        evidence = {f"is_correct_{q}": {"T": "yes", "F": "no"}[a] for q, a in enumerate(answers)}
        marginals = engine.infer(evidence).marginals
        found = [marginals[f"skill_{s}"].probabilities[1] for s in range(len(expected))]
        assert found == pytest.approx(expected, abs=QUIZ["tolerance"])


# --- evidence in steps -------------------------------------------------------------------------------------


def suspicion(graph: FactorGraph, evidence: dict[str, str], method: str) -> float:
    result = engine_of(graph, method).infer(evidence)
    return float(result.marginals["suspect"].probabilities[0])


@pytest.mark.parametrize("method", EXACT)
def test_evidence_in_two_steps_equals_evidence_at_once(method: str) -> None:
    """The posterior after one clue is the prior of the next, in either order (Infer.NET, online learning)."""
    clues = [{"weapon": "revolver"}, {"hair": "yes"}]
    at_once = suspicion(models.murder_mystery(), {**clues[0], **clues[1]}, method)
    for first, second in (clues, reversed(clues)):
        after_first = suspicion(models.murder_mystery(), first, method)
        after_both = suspicion(models.murder_mystery(grey=after_first), second, method)
        assert after_both == pytest.approx(at_once, abs=1e-9)


def test_loopy_beliefs_of_the_four_questions_are_not_the_exact_ones() -> None:
    """The loop must be there: merging the two and-factors would make belief propagation exact."""
    graph = models.skills(4)
    evidence = {"is_correct_1": "yes", "is_correct_2": "no", "is_correct_3": "yes", "is_correct_4": "no"}
    exact, loopy = (
        engine_of(graph, method).infer(evidence).marginals["sql"].probabilities for method in ("exact", "loopy_bp")
    )
    assert np.abs(exact - loopy).max() > 0.03
