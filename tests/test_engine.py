"""Policy: which method, what is refused, how a long call is stopped, what evidence means."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.budget import Budget
from mbml_core.compiler.table_arrays import network_arrays
from mbml_core.errors import Cancelled, DeadlineExceeded
from mbml_core.inference.exact.inference import ExactInference
from mbml_core.inference.exact.tools import best_tools
from mbml_core.inference.result import Status
from mbml_core.model import AllowedStates, ExcludedState, FactorGraph, Likelihood, Observed
from tests.strategies import table, variables


def sprinkler() -> FactorGraph:
    def conditional(id: str, scope: tuple[str, ...], values: list) -> mb.Factor:
        return mb.Factor(id, "table", scope, {"values": values, "child": scope[-1]})

    return FactorGraph(
        (mb.boolean("cloudy"), mb.boolean("sprinkler"), mb.boolean("rain", "Rain"), mb.boolean("wet")),
        (
            conditional("f_cloudy", ("cloudy",), [0.5, 0.5]),
            conditional("f_sprinkler", ("cloudy", "sprinkler"), [[0.5, 0.5], [0.9, 0.1]]),
            conditional("f_rain", ("cloudy", "rain"), [[0.8, 0.2], [0.2, 0.8]]),
            conditional("f_wet", ("sprinkler", "rain", "wet"), [[[1, 0], [0.1, 0.9]], [[0.1, 0.9], [0.01, 0.99]]]),
        ),
    )


def grid(n: int) -> FactorGraph:
    """n × n binary variables with weak attraction."""
    values = np.array([[1.2, 1.0], [1.0, 1.2]])
    across = [
        table(f"a{i},{j}", (f"v{i * n + j}", f"v{i * n + j + 1}"), values) for i in range(n) for j in range(n - 1)
    ]
    down = [
        table(f"d{i},{j}", (f"v{i * n + j}", f"v{(i + 1) * n + j}"), values)
        for i in range(n - 1)
        for j in range(n)
    ]
    tilt = table("tilt", ("v0",), np.array([2.0, 1.0]))
    return FactorGraph(variables([2] * (n * n)), (*across, *down, tilt))


def predicted_bytes(graph: FactorGraph) -> float:
    return ExactInference(best_tools(), network_arrays(graph), Budget(1e18, 1e18)).cost.n_bytes


class TestEvidence:
    @pytest.mark.parametrize("value", ["yes", 1, True, np.int64(1), [0, 1], Observed("yes"), {"state": "yes"}])
    def test_one_state_can_be_said_in_many_ways(self, value: object) -> None:
        assert mb.infer(sprinkler(), {"wet": value}).marginals["rain"]["yes"] == pytest.approx(0.7079276773296247)

    def test_several_allowed_states_and_an_excluded_one(self) -> None:
        graph = FactorGraph(variables([3, 3]), (table("f", ("v0", "v1"), np.arange(1.0, 10.0).reshape(3, 3)),))
        allowed = mb.infer(graph, {"v1": AllowedStates(("s0", "s2"))})
        excluded = mb.infer(graph, {"v1": ExcludedState("s1")})
        assert_allclose(allowed.marginals["v0"].probabilities, np.array([4, 10, 16]) / 30, atol=1e-15, rtol=0)
        assert_allclose(excluded.marginals["v0"].probabilities, np.array([4, 10, 16]) / 30, atol=1e-15, rtol=0)
        assert allowed.log_evidence == pytest.approx(math.log(30))

    def test_the_scale_of_a_likelihood_moves_the_log_evidence_only(self) -> None:
        one = mb.infer(sprinkler(), {"wet": Likelihood((0.1, 0.3))})
        ten = mb.infer(sprinkler(), {"wet": Likelihood((1.0, 3.0))})
        assert ten.log_evidence == pytest.approx(one.log_evidence + math.log(10))
        assert one.marginals["rain"]["yes"] == pytest.approx(ten.marginals["rain"]["yes"], abs=1e-15)

    def test_none_means_what_was_drawn_and_an_empty_mapping_nothing(self) -> None:
        drawn = sprinkler().with_evidence({"wet": Observed("yes")})
        assert mb.infer(drawn).marginals["rain"]["yes"] == pytest.approx(0.7079276773296247)
        assert mb.infer(drawn, {}).marginals["rain"]["yes"] == pytest.approx(0.5)

    def test_names_work_as_well_as_ids(self) -> None:
        result = mb.infer(sprinkler(), {"Rain": "yes"})
        assert result.marginals["Rain"]["yes"] == result.marginals["rain"]["yes"] == 1.0
        with pytest.raises(KeyError, match="no variable 'Snow'"):
            result.marginals["Snow"]

    def test_every_problem_of_the_evidence_at_once(self) -> None:
        with pytest.raises(mb.InvalidEvidence) as caught:
            mb.infer(sprinkler(), {"wett": "yes", "rain": "yess", "cloudy": 2, "sprinkler": [1, -1]})
        assert [problem.where for problem in caught.value.problems] == ["wett", "rain", "cloudy", "sprinkler"]
        assert "did you mean 'wet'?" in caught.value.problems[0].remedy

    @pytest.mark.parametrize("method", ["exact", "bp", "enumeration"])
    def test_everything_observed(self, method: str) -> None:
        states = {"cloudy": "yes", "sprinkler": "no", "rain": "yes", "wet": "yes"}
        engine = mb.compile(sprinkler(), method)
        result = engine.infer(states)
        assert result.log_evidence == pytest.approx(math.log(0.5 * 0.9 * 0.8 * 0.9))
        assert all(result.marginals[id][state] == 1.0 for id, state in states.items())
        assert engine.map(states).assignment == states


class TestImpossibleEvidence:
    @pytest.mark.parametrize("method", ["exact", "bp", "enumeration"])
    def test_on_a_leaf(self, method: str) -> None:
        with pytest.raises(mb.ImpossibleEvidence, match="contradict each other") as caught:
            mb.infer(sprinkler(), {"sprinkler": "no", "rain": "no", "wet": "yes", "cloudy": "yes"}, method)
        assert set(caught.value.conflict) == {"sprinkler", "rain", "wet"}
        assert caught.value.is_smallest

    @pytest.mark.parametrize("method", ["exact", "bp", "enumeration"])
    def test_on_a_root(self, method: str) -> None:
        graph = FactorGraph(
            (mb.boolean("root"), mb.boolean("leaf")),
            (
                mb.Factor("p", "prior", ("root",), {"probabilities": [1, 0]}),
                mb.Factor("f", "table", ("root", "leaf"), {"values": [[0.5, 0.5], [0.2, 0.8]], "child": "leaf"}),
            ),
        )
        with pytest.raises(mb.ImpossibleEvidence, match="'root' has probability zero") as caught:
            mb.infer(graph, {"root": "yes", "leaf": "yes"}, method)
        assert caught.value.conflict == ("root",)

    @pytest.mark.parametrize("method", ["exact", "bp", "enumeration"])
    def test_factors_that_contradict_each_other_without_evidence(self, method: str) -> None:
        graph = FactorGraph(
            variables([2]), (table("f", ("v0",), np.array([1.0, 0])), table("g", ("v0",), np.array([0, 1.0])))
        )
        with pytest.raises(mb.ImpossibleEvidence, match="factors alone") as caught:
            mb.infer(graph, {}, method)
        assert caught.value.conflict == ()

    def test_the_engine_stays_usable_and_map_names_the_conflict_too(self) -> None:
        engine = mb.compile(sprinkler())
        impossible = {"sprinkler": "no", "rain": "no", "wet": "yes"}
        for query in (engine.infer, engine.map, lambda evidence: engine.joint(["cloudy"], evidence)):
            with pytest.raises(mb.ImpossibleEvidence) as caught:
                query(impossible)
            assert len(caught.value.conflict) == 3
        assert engine.infer({"wet": "yes"}).marginals["rain"]["yes"] == pytest.approx(0.7079276773296247)


class TestShapes:
    @pytest.mark.parametrize("method", ["auto", "exact", "bp", "enumeration"])
    def test_empty_single_and_disconnected(self, method: str) -> None:
        empty = mb.infer(FactorGraph(()), {}, method)
        assert (dict(empty.marginals), empty.log_evidence, empty.is_exact) == ({}, 0.0, True)
        single = mb.infer(FactorGraph(variables([3])), {}, method)
        assert_allclose(single.marginals["v0"].probabilities, [1 / 3] * 3, rtol=1e-12)
        assert single.log_evidence == pytest.approx(math.log(3))
        islands = mb.infer(
            FactorGraph(variables([2, 2]), (table("f", ("v1",), np.array([1.0, 3.0])),)), {}, method
        )
        assert_allclose(islands.marginals["v0"].probabilities, [0.5, 0.5], rtol=1e-12)
        assert_allclose(islands.marginals["v1"].probabilities, [0.25, 0.75], rtol=1e-12)

    @pytest.mark.parametrize("method", ["exact", "bp"])
    def test_forty_parents_of_a_noisy_or(self, method: str) -> None:
        """P(off) = (1 − leak) Π (1 − p_i q_i); given on, each parent by Bayes' rule. Never 2^40 entries."""
        n, leak = 40, 0.01
        q = np.linspace(0.01, 0.4, n)
        p = np.linspace(0.05, 0.6, n)
        drawn = tuple(mb.boolean(f"x{i}") for i in range(n))
        priors = tuple(
            mb.Factor(f"p{i}", "prior", (f"x{i}",), {"probabilities": [1 - p[i], p[i]]}) for i in range(n)
        )
        gate = mb.Factor("or", "noisy_or", (*(v.id for v in drawn), "y"), {"probabilities": q, "leak": leak})
        graph = FactorGraph((*drawn, mb.boolean("y")), (*priors, gate))
        start = time.perf_counter()
        result = mb.infer(graph, {"y": "yes"}, method)
        assert time.perf_counter() - start < 2
        off = (1 - leak) * np.prod(1 - p * q)
        assert result.log_evidence == pytest.approx(math.log1p(-off), abs=1e-12)
        for i in range(n):
            off_given_on = off / (1 - p[i] * q[i]) * (1 - q[i])
            assert result.marginals[f"x{i}"]["yes"] == pytest.approx(
                p[i] * (1 - off_given_on) / (1 - off), abs=1e-12
            )

    def test_map_of_a_large_noisy_or_is_refused_with_the_reason(self) -> None:
        drawn = tuple(mb.boolean(f"x{i}") for i in range(40))
        gate = mb.Factor("or", "noisy_or", tuple(v.id for v in drawn), {"probabilities": [0.5] * 39})
        with pytest.raises(mb.UnsupportedQuery, match="'or'"):
            mb.compile(FactorGraph(drawn, (gate,))).map({})

    def test_map_of_a_noisy_or_with_more_rows_than_doubles_reach_is_refused(self) -> None:
        scope = [f"v{i}" for i in range(1101)]
        gate = mb.Factor("gate", "noisy_or", tuple(scope), {"probabilities": [0.1] * 1100})
        with pytest.raises(mb.UnsupportedQuery, match="gate"):
            mb.compile(FactorGraph(variables([2] * 1101), (gate,))).map({})

    @pytest.mark.parametrize("method", ["exact", "bp"])
    def test_a_star_of_ten_thousand_leaves(self, method: str) -> None:
        leaves = 10_000
        drawn = (mb.boolean("hub"), *(mb.boolean(f"x{i}") for i in range(leaves)))
        values = np.array([[0.6, 0.4], [0.5, 0.5]])
        factors = tuple(mb.Factor(f"f{i}", "table", ("hub", f"x{i}"), {"values": values}) for i in range(leaves))
        result = mb.infer(FactorGraph(drawn, factors), {f"x{i}": i % 2 for i in range(leaves)}, method)
        expected = leaves / 2 * (math.log(0.6 * 0.4) - math.log(0.25))
        odds = result.marginals["hub"].probabilities
        assert result.is_exact
        assert odds[0] == pytest.approx(1 / (1 + math.exp(-expected)), abs=1e-12)

    def test_a_hundred_thousand_isolated_variables(self) -> None:
        graph = FactorGraph(tuple(mb.boolean(f"x{i}") for i in range(100_000)))
        start = time.perf_counter()
        result = mb.infer(graph, {"x7": "yes"})
        assert time.perf_counter() - start < 60
        assert result.is_exact
        assert result.log_evidence == pytest.approx(99_999 * math.log(2))

    def test_a_table_with_more_axes_than_numpy_merges_is_fine(self) -> None:
        """32 variables, all but two of one state: the axes that carry nothing are left out."""
        sizes = [1] * 15 + [2] + [1] * 15 + [3]
        values = np.arange(1.0, 7.0).reshape(sizes)
        graph = FactorGraph(variables(sizes), (table("f", tuple(f"v{i}" for i in range(32)), values),))
        assert_allclose(mb.infer(graph).marginals["v15"].probabilities, [6 / 21, 15 / 21], rtol=1e-12)


class TestBudget:
    def test_auto_falls_back_to_loopy_messages_and_says_so(self) -> None:
        engine = mb.compile(grid(30))
        result = engine.infer({})
        assert engine.method == "bp"
        assert not result.is_exact
        assert "Approximate" in result.message
        assert "largest clique has" in result.message
        assert "memory_limit=" in result.message

    def test_exact_is_refused_before_anything_is_allocated(self) -> None:
        start = time.perf_counter()
        with pytest.raises(mb.OverBudget) as caught:
            mb.compile(grid(30), "exact")
        assert time.perf_counter() - start < 2
        error = caught.value
        assert error.needed_bytes > error.budget_bytes
        assert len(error.largest_clique) > 25
        assert any("method='bp'" in remedy for remedy in error.remedies)

    def test_a_complete_graph_of_sixty_variables_is_refused(self) -> None:
        values = np.array([[1.0, 2.0], [2.0, 1.0]])
        pairs = [table(f"f{a},{b}", (f"v{a}", f"v{b}"), values) for a in range(60) for b in range(a)]
        with pytest.raises(mb.OverBudget, match="at least"):
            mb.compile(FactorGraph(variables([2] * 60), tuple(pairs)), "exact")

    def test_a_clique_beyond_the_range_of_doubles_is_refused_like_any_other(self) -> None:
        """240 variables of 20 states, all joined: 20^240 entries is more than any double."""
        pairs = itertools.combinations(range(240), 2)
        flat = np.ones((20, 20))
        factors = tuple(table(f"p{a},{b}", (f"v{a}", f"v{b}"), flat) for a, b in pairs)
        with pytest.raises(mb.OverBudget, match="240 variables"):
            mb.compile(FactorGraph(variables([20] * 240), factors), "exact")

    def test_a_raised_memory_limit_lets_it_through(self) -> None:
        graph = grid(8)
        with pytest.raises(mb.OverBudget):
            mb.compile(graph, "exact", memory_limit=1e3)
        assert mb.infer(graph, {}, "exact", memory_limit=1e8).is_exact

    def test_a_tree_for_a_joint_takes_the_place_of_the_kept_one_where_both_are_too_much(self) -> None:
        graph, ends = grid(8), ["v0", "v63"]
        roomy = mb.compile(graph, "exact", memory_limit=1e8)
        tight = mb.compile(graph, "exact", memory_limit=1.02 * predicted_bytes(graph))
        for _ in range(2):
            assert_allclose(tight.infer({}).marginals.flat, roomy.infer({}).marginals.flat, atol=1e-12)
            joints = [engine.joint(ends).probabilities for engine in (tight, roomy)]
            assert_allclose(joints[0], joints[1], atol=1e-12)
            held = tight._method._inference.__dict__.get("_kept")  # type: ignore[attr-defined]
            assert held is None or not held.is_touched

    def test_the_exact_answer_on_a_grid_is_near_the_loopy_one(self) -> None:
        exact, loopy = mb.infer(grid(6), {}, "exact"), mb.infer(grid(6), {}, "bp")
        assert loopy.status is Status.CONVERGED
        gap = max(
            np.abs(exact.marginals[id].probabilities - loopy.marginals[id].probabilities).max()
            for id in exact.marginals
        )
        assert 0 < gap < 0.05


class TestStopping:
    def test_a_deadline_ends_a_long_call_and_the_engine_lives_on(self) -> None:
        engine = mb.compile(grid(14), "exact", memory_limit=1e9)
        with pytest.raises(mb.MbmlError, match="no answer within"):
            engine.infer({}, deadline=1e-9)
        assert engine.infer({}).is_exact

    @pytest.mark.parametrize("method", ["exact", "bp"])
    def test_a_cancelled_call_ends_at_once(self, method: str) -> None:
        token = mb.CancelToken()
        token.cancel()
        engine = mb.compile(grid(6), method)
        with pytest.raises(mb.MbmlError, match="cancelled"):
            engine.infer({}, cancel=token)
        assert engine.infer({}).marginals["v0"]["s0"] > 0.5

    def test_planning_obeys_the_deadline_too(self) -> None:
        with pytest.raises(mb.MbmlError, match="no answer within"):
            mb.compile(grid(20), "exact", deadline=1e-9)

    def test_a_deadline_counts_while_another_thread_has_the_engine(self) -> None:
        engine = mb.compile(grid(3))
        with engine._lock, pytest.raises(DeadlineExceeded):
            engine.infer({}, deadline=0.01)
        assert engine.infer({}, deadline=10).is_exact

    def test_a_cancel_counts_while_another_thread_has_the_engine(self) -> None:
        engine, token = mb.compile(grid(3)), mb.CancelToken()
        token.cancel()
        with engine._lock, pytest.raises(Cancelled):
            engine.infer({}, cancel=token)


class TestContract:
    def test_an_unknown_method_is_refused(self) -> None:
        with pytest.raises(mb.UnsupportedQuery, match="no method 'magic'"):
            mb.compile(sprinkler(), "magic")

    def test_an_unsound_model_is_refused_with_all_its_problems(self) -> None:
        graph = FactorGraph(
            variables([2]), (mb.Factor("f", "table", ("v0", "gone"), {}), mb.Factor("g", "tabel", ("v0",), {}))
        )
        with pytest.raises(mb.InvalidModel) as caught:
            mb.compile(graph)
        assert {problem.where for problem in caught.value.problems} == {"f", "g"}

    def test_probabilities_are_read_only_and_in_model_order(self) -> None:
        result = mb.infer(sprinkler(), {"wet": "yes"})
        assert list(result.marginals) == ["cloudy", "sprinkler", "rain", "wet"]
        with pytest.raises(ValueError, match="read-only"):
            result.marginals["rain"].probabilities[0] = 1.0

    def test_joint_axes_follow_the_order_asked_for(self) -> None:
        engine = mb.compile(sprinkler())
        one, other = engine.joint(["wet", "cloudy"]), engine.joint(["cloudy", "wet"])
        assert_allclose(one.probabilities, other.probabilities.T, atol=1e-15, rtol=0)
        assert one.states == (("no", "yes"), ("no", "yes"))
        assert one.probabilities.sum() == pytest.approx(1.0)

    @pytest.mark.parametrize("names", [["wet", "wet"], ["wet", "snow"]])
    def test_joint_of_unknown_or_repeated_variables_is_refused(self, names: list[str]) -> None:
        with pytest.raises(mb.InvalidEvidence):
            mb.compile(sprinkler()).joint(names)

    def test_joint_of_more_variables_than_numpy_has_axes_is_refused(self) -> None:
        engine = mb.compile(FactorGraph(variables([1] * 80), ()))
        with pytest.raises(mb.UnsupportedQuery, match="80 variables"):
            engine.joint([f"v{i}" for i in range(80)])

    def test_the_most_probable_assignment_is_not_the_vector_of_modes(self) -> None:
        values = np.array([[0.35, 0.05], [0.3, 0.3]])
        engine = mb.compile(FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), values),)))
        assert engine.map().assignment == {"v0": "s0", "v1": "s0"}
        assert engine.infer().marginals["v0"]["s1"] == pytest.approx(0.6)
