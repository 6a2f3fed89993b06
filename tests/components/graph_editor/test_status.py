"""The status: never more certain than the result, and names shown but not obeyed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from components.graph_editor.status import failed, impossible, inferred, unsound
from mbml_core import compile, infer
from mbml_core.errors import DeadlineExceeded, ImpossibleEvidence, OverBudget
from mbml_core.files import load_document
from mbml_core.inference.beliefs import Layout
from mbml_core.inference.result import Marginals, Result, Status
from mbml_core.model import Factor, FactorGraph, Likelihood, Observation, Observed, boolean

LOOP = FactorGraph(
    (boolean("a"), boolean("b")),
    tuple(Factor(f, "table", ("a", "b"), {"values": [[1.0, 2.0], [3.0, 4.0]]}) for f in "fg"),
)


def result(log_evidence: float, status: Status = Status.EXACT, more: str = "") -> Result:
    method = "exact" if status is Status.EXACT else "bp"
    message = " ".join(filter(None, (status.sentence, more)))
    return Result(
        Marginals(Layout.of(FactorGraph(())), np.empty(0)), log_evidence, status, method, message, 200, 0.25
    )


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (Status.EXACT, "exact", "Nothing observed"),
        (Status.CONVERGED, "approximate", "200 sweeps"),
        (Status.MAX_SWEEPS, "unconverged", "0.25"),
        (Status.OSCILLATING, "unconverged", "Do not trust"),
    ],
)
def test_every_status_has_its_kind_and_the_uncertain_ones_say_why(status: Status, kind: str, words: str) -> None:
    badge = inferred(result(0.0, status), result(0.0), {}, LOOP)
    assert badge.kind == kind
    assert words in badge.text
    assert badge.chance == ""
    assert (badge.residual is None) is (status is Status.EXACT)


def test_the_way_out_is_the_method_unless_exact_inference_does_not_fit() -> None:
    assert "Set the method to exact" in inferred(result(0.0, Status.CONVERGED), result(0.0), {}, LOOP).text
    fallback = inferred(result(0.0, Status.CONVERGED, "Exact inference needs 9 GiB."), result(0.0), {}, LOOP).text
    assert "needs 9 GiB" in fallback
    assert "Set the method" not in fallback


@pytest.mark.parametrize(
    ("log_evidence", "text"),
    [(-0.43525443691891663, "= 0.6471"), (-2302.585, "= 1.00 · 10⁻¹⁰⁰⁰"), (1e-15, "= 1")],
)
def test_the_probability_of_the_evidence(log_evidence: float, text: str) -> None:
    assert (
        inferred(result(log_evidence), result(0.0), {"a": Observed("yes")}, LOOP).chance == f"P(evidence) {text}"
    )


def test_for_free_potentials_it_is_the_ratio_of_two_sums() -> None:
    graph = FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [1.0, 3.0]}),))
    seen: dict[str, Observation] = {"a": Observed("yes")}
    assert inferred(infer(graph, seen), infer(graph, {}), seen, graph).chance == "P(evidence) = 0.7500"


def test_an_approximate_probability_is_called_one() -> None:
    badge = inferred(
        result(-1.0), result(0.0, Status.CONVERGED), {"a": Observed("yes"), "b": Observed("no")}, LOOP
    )
    assert badge.chance == "P(evidence) ≈ 0.3679"
    assert "2 observations" in badge.text


def test_a_likelihood_above_one_has_no_probability() -> None:
    assert inferred(result(1.0), result(0.0), {"a": Likelihood((1.0, 2.0))}, LOOP).chance == ""


SPRINKLER = load_document(Path(__file__).parents[3] / "sample_graphs" / "sprinkler.json").graph


def told(graph: FactorGraph, seen: dict[str, Observation]) -> tuple[str, str]:
    """(kind, title) by belief propagation."""
    engine = compile(graph, "bp")
    badge = inferred(engine.infer(seen), engine.infer({}), seen, graph)
    assert badge.method == "bp"
    return badge.kind, badge.title


@pytest.mark.parametrize(
    ("seen", "kind", "title"),
    [
        ({}, "approximate", "Loopy: approximate"),
        ({"wet": "yes"}, "approximate", "Loopy: approximate"),
        ({"cloudy": "no"}, "exact", "Loops cut by the evidence: exact"),
        ({"wet": "no"}, "exact", "Loops cut by the evidence: exact"),
    ],
    ids=str,
)
def test_belief_propagation_says_why_it_is_exact_or_that_it_is_not(
    seen: dict[str, str], kind: str, title: str
) -> None:
    observed: dict[str, Observation] = {id: Observed(state) for id, state in seen.items()}
    assert told(SPRINKLER, observed) == (kind, title)
    if kind == "exact":
        right, about = infer(SPRINKLER, observed, method="exact"), infer(SPRINKLER, observed, method="bp")
        assert np.abs(right.marginals.flat - about.marginals.flat).max() < 1e-8


def test_trees_and_tables_that_are_products_are_told_too() -> None:
    assert told(FactorGraph((boolean("a"),)), {}) == ("exact", "Tree: exact")
    flat = Factor("h", "table", ("a", "b"), {"values": [[1.0, 2.0], [3.0, 6.0]]})
    assert told(FactorGraph(LOOP.variables, (LOOP.factors[0], flat)), {}) == (
        "exact",
        "Loops cut by the tables: exact",
    )


def test_messages_that_did_not_settle_are_never_called_exact() -> None:
    seen: dict[str, Observation] = {"wet": Observed("no")}
    assert inferred(result(0.0, Status.MAX_SWEEPS), result(0.0), seen, SPRINKLER).kind == "unconverged"


def test_a_contradiction_is_told_with_its_observations() -> None:
    seen: dict[str, Observation] = {"a": Observed("yes"), "b": Observed("no")}
    graph = FactorGraph((boolean("a", "A\u202e"), boolean("b")), evidence=seen)
    both = impossible(ImpossibleEvidence("", ["a", "b"]), graph, "bp")
    assert both.kind == "impossible"
    assert r"cannot all be true at once in this model: A\u202e = yes; b = no. Take one" in both.text
    assert both.chance == "P(evidence) = 0"
    assert "This cannot happen" in impossible(ImpossibleEvidence("", ["a"]), graph, "exact").text
    assert "The factors alone allow nothing" in impossible(ImpossibleEvidence(""), graph, "exact").text


def test_of_a_large_contradiction_the_rest_is_counted() -> None:
    variables = tuple(boolean(f"v{i}") for i in range(20))
    graph = FactorGraph(variables, evidence={v.id: Observed("yes") for v in variables})
    assert (
        "v7 = yes; 12 more." in impossible(ImpossibleEvidence("", [v.id for v in variables]), graph, "exact").text
    )


def test_a_failure_names_a_way_out() -> None:
    assert "set the method to bp" in failed(DeadlineExceeded("late"), "exact").text
    assert "set the method to bp" not in failed(DeadlineExceeded("late"), "bp").text
    too_large = failed(OverBudget("exact inference needs much", needed_bytes=1.0, budget_bytes=0.0), "exact").text
    assert too_large == "Exact inference needs much. Or set the method to bp."


def test_problems_are_counted() -> None:
    assert unsound(1).text.startswith("1 problem keeps")
    assert unsound(2).text.startswith("2 problems keep")
