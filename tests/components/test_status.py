"""The status: never more certain than the result, and never a name that is markup."""

from __future__ import annotations

import pytest

from components.panels.status import conflict_html, impossible_html, problems_html, status_html
from mbml_core import infer
from mbml_core.errors import ImpossibleEvidence, InvalidModel, Problem
from mbml_core.inference.result import Marginals, Result, Status
from mbml_core.model import Factor, FactorGraph, Likelihood, Observation, Observed, boolean


def result(log_evidence: float, status: Status = Status.EXACT) -> Result:
    return Result(Marginals({}, {}), log_evidence, status, "exact", "a <message>")


@pytest.mark.parametrize(
    ("status", "badge"),
    [
        (Status.EXACT, '<span class="badge exact">Exact</span>'),
        (Status.CONVERGED, '<span class="badge approximate">Approximate</span>'),
        (Status.MAX_SWEEPS, '<span class="badge approximate">Approximate, not converged</span>'),
        (Status.OSCILLATING, '<span class="badge approximate">Approximate, not converged</span>'),
    ],
)
def test_every_status_has_its_badge_and_the_uncertain_ones_say_why(status: Status, badge: str) -> None:
    shown = status_html(result(0.0, status), result(0.0), {})
    assert badge in shown
    assert ("a &lt;message&gt;" in shown) is (status is not Status.EXACT)
    assert "Nothing observed" in shown
    assert "P(evidence)" not in shown


@pytest.mark.parametrize(
    ("log_evidence", "text"),
    [(-0.43525443691891663, "= <b>0.6471</b>"), (-2302.585, "= <b>1.00 · 10⁻¹⁰⁰⁰</b>"), (1e-15, "= <b>1</b>")],
)
def test_the_probability_of_the_evidence(log_evidence: float, text: str) -> None:
    assert f"P(evidence) {text}" in status_html(result(log_evidence), result(0.0), {"a": Observed("x")})


def test_for_free_potentials_it_is_the_ratio_of_two_sums() -> None:
    graph = FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [1.0, 3.0]}),))
    seen: dict[str, Observation] = {"a": Observed("yes")}
    assert "P(evidence) = <b>0.7500</b>" in status_html(infer(graph, seen), infer(graph, {}), seen)


def test_an_approximate_probability_is_called_one() -> None:
    shown = status_html(result(-1.0), result(0.0, Status.CONVERGED), {"a": Observed("x"), "b": Observed("y")})
    assert "P(evidence) ≈ <b>0.3679</b>" in shown
    assert "2 observations" in shown


def test_a_likelihood_above_one_has_no_probability() -> None:
    assert "P(evidence)" not in status_html(result(1.0), result(0.0), {"a": Likelihood((1.0, 2.0))})


def test_a_contradiction_is_told_with_its_observations() -> None:
    graph = FactorGraph((boolean("a", "<b>A</b>"), boolean("b")))
    seen: dict[str, Observation] = {"a": Observed("yes"), "b": Observed("no")}
    both = conflict_html(ImpossibleEvidence("", ["a", "b"]), graph, seen)
    assert "These cannot all be true at once" in both
    assert "<li><b>&lt;b&gt;A&lt;/b&gt;</b> = yes</li><li><b>b</b> = no</li>" in both
    assert "This cannot happen" in conflict_html(ImpossibleEvidence("", ["a"]), graph, seen)
    assert "The factors alone allow nothing" in conflict_html(ImpossibleEvidence(""), graph, seen)
    assert "Impossible" in impossible_html()


def test_problems_are_escaped_and_all_listed() -> None:
    error = InvalidModel([Problem("f", "<what>", "do"), Problem("", "b\u202e", "c", "$.x")])
    shown = problems_html("<title>", error)
    assert "<p>&lt;title&gt;</p>" in shown
    assert shown.count("<li>") == 2
    assert "&lt;what&gt;" in shown
    assert r"b\u202e" in shown
