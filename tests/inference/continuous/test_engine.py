"""The front door for models with numbers: which method answers, what results look like, what is refused."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.distributions.values import Beta, Gamma, Gaussian, PointMass
from mbml_core.inference.continuous.online import with_priors
from mbml_core.inference.result import Marginal
from mbml_core.model import Belief, FactorGraph, Value

from .sketch import count, factor, gaussian, graph, positive, probability, real, simplex, table, yes_no


def linear() -> FactorGraph:
    return graph(real("x", "y"), gaussian("x", 1, 2), gaussian("y", "x", 3))


def mixed() -> FactorGraph:
    """A prior of each family, something discrete, and something to observe."""
    return graph(
        real("skill", "height"), positive("rate"), probability("p"), simplex("shares", 3), count("hits"),
        yes_no("won", "coin"), gaussian("skill", 1, 4), gaussian("height", "skill", 1),
        factor("gamma", "rate", shape=2, rate=3), factor("beta", "p", a=2, b=1),
        factor("dirichlet", "shares", alpha=[1, 2, 3]), factor("poisson", "hits", rate="rate"),
        factor("is_positive", "won", of="skill"), factor("bernoulli", "coin", probability="p"),
    )  # fmt: skip


class TestChoice:
    @pytest.mark.parametrize(
        ("model", "method", "expected", "words"),
        [
            (linear(), "auto", "exact", "linear-Gaussian"),
            (linear(), "ep", "ep", "Exact."),
            (linear(), "vmp", "vmp", "lower bound"),
            (mixed(), "auto", "ep", "not linear-Gaussian"),
            (mixed(), "ep", "ep", "'is_positive'"),
        ],
        ids=["linear auto", "linear ep", "linear vmp", "mixed auto", "mixed ep"],
    )
    def test_who_answers_and_why(self, model: FactorGraph, method: str, expected: str, words: str) -> None:
        result = mb.infer(model, {"hits": 2} if "hits" in model.variable_index else {}, method)
        assert result.method == expected
        assert words in result.message

    def test_exact_is_refused_where_it_is_not(self) -> None:
        with pytest.raises(mb.UnsupportedQuery, match="no exact answer"):
            mb.infer(mixed(), {"hits": 2, "won": "yes"}, "exact")

    @pytest.mark.parametrize("method", ["bp", "enumeration"])
    def test_methods_on_tables_are_refused(self, method: str) -> None:
        with pytest.raises(mb.UnsupportedQuery, match=f"'{method}' works on tables, and 'x' is real"):
            mb.compile(linear(), method)

    @pytest.mark.parametrize("method", ["ep", "vmp"])
    def test_schedules_that_are_none(self, method: str) -> None:
        with pytest.raises(mb.UnsupportedQuery, match="has no schedule 'residual'"):
            mb.compile(linear(), method, schedule="residual")

    def test_an_unobserved_count(self) -> None:
        with pytest.raises(mb.UnsupportedQuery, match="'hits' is a count and not observed"):
            mb.infer(mixed())

    @pytest.mark.parametrize("method", ["ep", "vmp"])
    def test_models_of_states_by_ep_and_vmp(self, method: str) -> None:
        model = graph(
            yes_no("a", "b"), table("a", values=[0.2, 0.8]), table("a", "b", values=[[0.9, 0.1], [0.3, 0.7]])
        )
        exact, found = mb.infer(model, {"b": "yes"}), mb.infer(model, {"b": "yes"}, method)
        np.testing.assert_allclose(
            found.marginals["a"].probabilities, exact.marginals["a"].probabilities, atol=1e-12
        )
        assert found.log_evidence == pytest.approx(exact.log_evidence, abs=1e-12)
        assert found.is_exact


class TestResults:
    def test_every_family(self) -> None:
        result = mb.infer(mixed(), {"hits": 2, "height": 1.8})
        found = {id: type(value) for id, value in result.marginals.items()}
        assert list(found) == [variable.id for variable in mixed().variables]
        assert found["skill"] is Gaussian
        assert found["rate"] is Gamma
        assert found["p"] is Beta
        assert found["hits"] is PointMass
        assert found["height"] is PointMass
        assert found["won"] is Marginal
        assert result.marginals["height"].to_dict()["value"] == 1.8
        assert result.marginals["coin"]["yes"] == pytest.approx(2 / 3, abs=1e-12)
        np.testing.assert_allclose(result.marginals["shares"].mean, [1 / 6, 1 / 3, 1 / 2], atol=1e-12)
        assert next(iter(result.marginals.values())) == result.marginals["skill"]

    def test_results_are_plain_data(self) -> None:
        result = mb.infer(mixed(), {"hits": 2, "height": 1.8})
        text = json.dumps({id: value.to_dict() for id, value in result.marginals.items()}, allow_nan=False)
        assert json.loads(text)["skill"]["family"] == "gaussian"
        again = pickle.loads(pickle.dumps(result.marginals))  # noqa: S301 (our own bytes)
        assert again["skill"] == result.marginals["skill"]
        assert again["won"] == result.marginals["won"]
        with pytest.raises(KeyError, match="nobody"):
            result.marginals["nobody"]

    @pytest.mark.parametrize("value", [1.8, 2, np.float64(1.8), Value(1.8), {"value": 1.8}])
    def test_ways_to_write_a_number(self, value: Any) -> None:
        expected = mb.infer(linear(), {"y": 2.0 if value == 2 else 1.8})
        assert mb.infer(linear(), {"y": value}).log_evidence == expected.log_evidence

    def test_drawn_evidence_is_used(self) -> None:
        drawn = linear().with_evidence({"y": Value(1.8)})
        assert mb.infer(drawn).log_evidence == mb.infer(linear(), {"y": 1.8}).log_evidence
        assert mb.infer(drawn, {}).log_evidence == pytest.approx(0.0, abs=1e-12)

    def test_queries_leave_nothing_behind(self) -> None:
        for model, method in ((linear(), "auto"), (linear(), "vmp"), (linear(), "ep")):
            engine = mb.compile(model, method)
            first = engine.infer({"y": 1.0})
            engine.infer({"y": 5.0})
            engine.infer({"x": 5.0})
            again = engine.infer({"y": 1.0})
            assert again.marginals["x"] == first.marginals["x"]
            assert again.log_evidence == first.log_evidence


class TestRefusals:
    @pytest.mark.parametrize(
        "ask",
        [
            lambda engine: engine.map(),
            lambda engine: engine.joint(["x", "y"]),
            lambda engine: engine.infer_many([{"y": 1.0}]),
            lambda engine: list(engine.steps()),
        ],
    )
    def test_questions_about_states(self, ask: Any) -> None:
        with pytest.raises(mb.UnsupportedQuery, match="ask with infer"):
            ask(mb.compile(linear()))

    def test_setting_a_belief(self) -> None:
        with pytest.raises(mb.UnsupportedQuery, match="setting a belief"):
            mb.infer(mixed(), {"coin": Belief((0.5, 0.5)), "hits": 1})

    @pytest.mark.parametrize(
        ("id", "value"), [("rate", -1.0), ("p", 1.5), ("shares", [0.5, 0.6, 0.1]), ("hits", 0.5)]
    )
    def test_values_outside_the_support(self, id: str, value: Any) -> None:
        with pytest.raises(mb.InvalidEvidence) as caught:
            mb.infer(mixed(), {id: value})
        assert caught.value.problems[0].where == id


class TestOnline:
    def test_batch_after_batch_is_all_at_once(self) -> None:
        """One coin, ten tosses in two halves."""
        tosses = [1, 1, 0, 1, 1, 1, 0, 0, 1, 1]
        half = graph(
            probability("p"), yes_no(*(f"x{i}" for i in range(5))), factor("beta", "p", a=0.72, b=0.08),
            *(factor("bernoulli", f"x{i}", probability="p") for i in range(5)),
        )  # fmt: skip
        first = mb.infer(half, {f"x{i}": x for i, x in enumerate(tosses[:5])})
        second = mb.infer(with_priors(half, first, ["p"]), {f"x{i}": x for i, x in enumerate(tosses[5:])})
        assert (second.marginals["p"].a, second.marginals["p"].b) == pytest.approx((7.72, 3.08), abs=1e-12)

    def test_every_family_can_be_a_prior(self) -> None:
        result = mb.infer(mixed(), {"hits": 2, "height": 1.8})
        model = with_priors(mixed(), result, ["skill", "rate", "p", "shares"])
        assert len(model.factors) == len(mixed().factors)
        again = mb.infer(model, {"hits": 2})
        assert again.marginals["rate"].shape == pytest.approx(6.0, abs=1e-9)
        assert again.marginals["p"] == result.marginals["p"]
        assert again.marginals["skill"].mean == pytest.approx(result.marginals["skill"].mean, abs=1e-9)

    def test_what_cannot_be_a_prior(self) -> None:
        result = mb.infer(mixed(), {"hits": 2, "skill": 1.8})
        with pytest.raises(mb.UnsupportedQuery, match="observe it"):
            with_priors(mixed(), result, ["skill"])
        with pytest.raises(mb.InvalidModel, match="no prior"):
            with_priors(mixed(), result, ["height"])


def test_models_of_states_never_wait_for_numbers() -> None:
    """Importing the package and asking a discrete model loads neither scipy nor any of this."""
    program = (
        "import sys, mbml_core as mb;"
        "a = mb.boolean('a');"
        "f = mb.Factor('f', 'prior', ('a',), {'probabilities': [0.2, 0.8]});"
        "mb.infer(mb.FactorGraph((a,), (f,)));"
        "print([m for m in sys.modules if m == 'scipy' or m.startswith('mbml_core.inference.continuous')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
