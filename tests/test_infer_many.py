"""Many rows of evidence in one call say exactly what `infer` says to each of them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mbml_core as mb
from mbml_core.inference import batch_run
from mbml_core.inference.batch import BatchResult
from mbml_core.inference.exact import rows as exact_rows
from mbml_core.inference.result import Status
from mbml_core.model import Belief, Likelihood, Observed
from tests.strategies import evidence_for, forests, gate_graphs, loopy_graphs, table, variables

EXECUTORS = [name for name in ("numpy", "numba") if os.environ.get("MBML_EXECUTOR") in (None, "", "auto", name)]
pytestmark = pytest.mark.parametrize("executor", EXECUTORS, indirect=True)

any_graph = st.one_of(loopy_graphs(), loopy_graphs(with_zeros=True), forests(with_zeros=True), gate_graphs())
SAMPLES = Path(__file__).parent.parent / "sample_graphs"


def asia(method: str = "auto", **options: Any) -> mb.Engine:
    return mb.compile(mb.load(SAMPLES / "asia.json"), method, **options)


def random_matrix(engine: mb.Engine, n_rows: int, share: float = 0.3, seed: int = 0) -> np.ndarray:
    source = np.random.default_rng(seed)
    sizes = [variable.size for variable in engine.model.variables]
    states = source.integers(0, sizes, size=(n_rows, len(sizes)))
    return np.where(source.random(states.shape) < share, states, -1)


def as_mappings(engine: mb.Engine, matrix: np.ndarray) -> list[dict[str, int]]:
    ids = [variable.id for variable in engine.model.variables]
    return [{ids[v]: int(row[v]) for v in np.flatnonzero(row >= 0)} for row in matrix]


def assert_says_what_infer_says(
    engine: mb.Engine, rows: Sequence[Mapping[str, Any]], found: BatchResult, only: Sequence[int] | None = None
) -> None:
    assert len(found) == len(rows)
    assert np.isfinite(found.marginals.flat).all()
    for i in range(len(rows)) if only is None else only:
        try:
            alone = engine.infer(rows[i])
        except mb.ImpossibleEvidence:
            assert found.log_evidence[i] == -math.inf
            assert not found.is_possible[i]
            assert not found.marginals.flat[i].any()
            continue
        assert found.is_possible[i]
        assert found.is_exact_row[i] == alone.is_exact
        assert found.log_evidence[i] == pytest.approx(alone.log_evidence, abs=1e-11, rel=1e-12)
        assert_allclose(found.marginals.flat[i], alone.marginals.flat, atol=1e-12, rtol=0)


@given(st.data())
def test_rows_of_states_and_of_anything_else(data: st.DataObject) -> None:
    graph = data.draw(any_graph)
    rows = data.draw(st.lists(evidence_for(graph), max_size=5))
    engine = mb.compile(graph, "exact")
    assert_says_what_infer_says(engine, rows, engine.infer_many(rows))


@given(st.data())
def test_rows_of_states_alone(data: st.DataObject) -> None:
    """Enough of them that one leaves its mark on the next if it can: after impossible rows, too."""
    graph = data.draw(any_graph)
    engine = mb.compile(graph, "exact")
    matrix = random_matrix(engine, 20, data.draw(st.sampled_from([0.0, 0.3, 1.0])), data.draw(st.integers(0, 99)))
    assert_says_what_infer_says(engine, as_mappings(engine, matrix), engine.infer_many(matrix))


@pytest.mark.parametrize("method", ["bp", "enumeration"])
def test_other_methods(method: str) -> None:
    engine = asia(method)
    matrix = random_matrix(engine, 12)
    found = engine.infer_many(matrix)
    assert_says_what_infer_says(engine, as_mappings(engine, matrix), found)
    assert found.method == method
    assert found.is_exact == found.is_exact_row.all()
    assert (found.status is Status.EXACT) == (method == "enumeration")


def test_many_rows_in_two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_rows, "SLICE_SECONDS", 1e-4)
    engine = asia()
    matrix = random_matrix(engine, 2_000)
    found = engine.infer_many(matrix)
    assert_says_what_infer_says(engine, as_mappings(engine, matrix), found, range(0, 2_000, 31))


def test_rows_for_which_every_set_gets_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = asia()
    monkeypatch.setattr(engine._method, "rows_at_once", lambda: None)
    matrix = np.repeat(random_matrix(engine, 20), 3, axis=0)
    assert_says_what_infer_says(engine, as_mappings(engine, matrix), engine.infer_many(matrix))


def test_machine_code_that_turns_up_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_run, "REPORT_EVERY", 0.0)
    engine = asia()
    real, asked = engine._method.rows_at_once, []

    def late() -> Any:
        asked.append(None)
        return real() if len(asked) > 5 else None

    monkeypatch.setattr(engine._method, "rows_at_once", late)
    matrix = random_matrix(engine, 40)
    assert_says_what_infer_says(engine, as_mappings(engine, matrix), engine.infer_many(matrix))
    assert len(asked) > 5


def test_digits_that_are_lost_early_and_needed_late() -> None:
    """10^-200 · 10^-200 is below the smallest double, and all there is once the rival is excluded."""
    rare = [table(f"f{i}", ("v0",), np.array([1.0, 3e-200])) for i in range(2)]
    only_rare = table("g", ("v0", "v1"), np.array([[0.0, 1.0], [1.0, 1.0]]))
    engine = mb.compile(mb.FactorGraph(variables([2, 2]), (*rare, only_rare)), "exact")
    found = engine.infer_many({"v1": [0, 1, -1, 0]})
    assert found.marginals["v0"].probabilities[[0, 3]].tolist() == [[0.0, 1.0]] * 2
    assert found.log_evidence[0] == pytest.approx(2 * math.log(3e-200), rel=1e-14)
    assert_says_what_infer_says(engine, [{"v1": 0}, {"v1": 1}, {}, {"v1": 0}], found)


def test_tables_whose_digits_are_lost_at_once() -> None:
    extreme = table("f", ("v0", "v1"), np.array([[1e-320, 1e308], [1e-300, 1e300]]))
    engine = mb.compile(mb.FactorGraph(variables([2, 2]), (extreme,)), "exact")
    rows = [{"v1": 0}, {"v1": 1}, {}]
    assert_says_what_infer_says(engine, rows, engine.infer_many(rows))


def test_likelihoods_and_beliefs_in_cells() -> None:
    engine = asia()
    rows: list[dict[str, Any]] = [
        {"smoking": "yes", "xray": [0.3, 0.9]},
        {"smoking": Belief((0.5, 0.5)), "xray": "abnormal"},
        {"dyspnoea": {"not": "no"}, "tuberculosis": Likelihood((1.0, 0.0))},
        {"smoking": Observed("no")},
    ]
    assert_says_what_infer_says(engine, rows, engine.infer_many(rows))


def test_the_order_of_rows_and_columns_changes_nothing() -> None:
    engine = asia()
    matrix = random_matrix(engine, 300)
    found = engine.infer_many(matrix)
    order = np.random.default_rng(1).permutation(300)
    turned = engine.infer_many(matrix[order])
    assert_allclose(turned.marginals.flat, found.marginals.flat[order], atol=1e-14, rtol=0)
    assert_allclose(turned.log_evidence, found.log_evidence[order], atol=1e-13, rtol=0)
    columns = {variable.id: matrix[:, v] for v, variable in reversed(list(enumerate(engine.model.variables)))}
    assert_array_equal(engine.infer_many(columns).marginals.flat, found.marginals.flat)


def test_equal_rows_get_equal_answers() -> None:
    engine = asia()
    found = engine.infer_many([{"smoking": "yes"}, {"xray": "normal"}, {"smoking": "yes"}])
    assert_array_equal(found.marginals.flat[0], found.marginals.flat[2])
    assert found.log_evidence[0] == found.log_evidence[2]


def test_what_a_result_looks_like() -> None:
    engine = asia()
    found = engine.infer_many({"smoking": ["yes", "no", None]})
    cases = found.marginals["tuberculosis"]
    assert cases.probabilities.shape == (3, 2)
    assert_allclose(cases["yes"] + cases["no"], 1.0)
    assert cases["yes"][2] == pytest.approx(engine.infer({}).marginals["tuberculosis"]["yes"])
    assert list(found.marginals) == [variable.id for variable in engine.model.variables]
    assert (found.method, found.status, found.is_exact) == ("exact", Status.EXACT, True)
    for array in (cases.probabilities, found.log_evidence, found.is_exact_row, found.marginals.flat):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(KeyError, match="no variable 'cough'"):
        found.marginals["cough"]


def test_no_rows_one_row_and_rows_without_observations() -> None:
    engine = asia()
    n = len(engine.model.variables)
    for nothing in ([], {}, np.empty((0, n), dtype=int)):
        found = engine.infer_many(nothing)
        assert len(found) == 0
        assert found.marginals["tuberculosis"].probabilities.shape == (0, 2)
    assert_says_what_infer_says(engine, [{"xray": "abnormal"}], engine.infer_many({"xray": ["abnormal"]}))
    for free in ([{}, {}], np.full((2, n), -1)):
        assert_says_what_infer_says(engine, [{}, {}], engine.infer_many(free))


def test_a_model_without_variables() -> None:
    engine = mb.compile(mb.FactorGraph(()))
    assert engine.infer_many([{}, {}]).log_evidence.tolist() == [0.0, 0.0]


def test_impossible_rows_are_counted_and_the_others_answered() -> None:
    drawn = (mb.boolean("a"), mb.boolean("b"))
    model = mb.FactorGraph(drawn, (table("same", ("a", "b"), np.eye(2)),))
    found = mb.compile(model).infer_many({"a": [0, 0, 1, 1], "b": [0, 1, 0, -1]})
    assert found.is_possible.tolist() == [True, False, False, True]
    assert found.marginals["b"].probabilities.tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]
    assert "2 of 4 rows are impossible" in found.message


def test_evidence_drawn_with_the_model_plays_no_part() -> None:
    engine = asia()
    drawn = mb.compile(engine.model.with_evidence({"smoking": Observed("yes")}))
    assert_array_equal(drawn.infer_many([{}]).marginals.flat, engine.infer_many([{}]).marginals.flat)


def test_only_some_marginals() -> None:
    engine = asia()
    matrix = random_matrix(engine, 30)
    everything, some = engine.infer_many(matrix), engine.infer_many(matrix, variables=["xray", "smoking", "xray"])
    assert sorted(some.marginals) == ["smoking", "xray"]
    for id in some.marginals:
        assert_array_equal(some.marginals[id].probabilities, everything.marginals[id].probabilities)
    assert_array_equal(some.log_evidence, everything.log_evidence)
    assert engine.infer_many(matrix, variables=[]).marginals.flat.shape == (30, 0)
    with pytest.raises(mb.InvalidEvidence, match="did you mean 'xray'"):
        engine.infer_many(matrix, variables=["xrays"])


def test_answers_beyond_the_budget_are_refused_before_they_are_allocated() -> None:
    engine = asia("exact", memory_limit=100_000)
    with pytest.raises(mb.OverBudget, match="parts of at most 735 rows") as refusal:
        engine.infer_many({"smoking": [0] * 1_000})
    assert refusal.value.needed_bytes == 1_000 * 17 * 8
    assert len(engine.infer_many({"smoking": [0] * 735})) == 735
    assert len(engine.infer_many({"smoking": [0] * 1_000}, variables=["xray"])) == 1_000


def test_mistakes_are_told_and_the_engine_goes_on() -> None:
    engine = asia()
    with pytest.raises(mb.InvalidEvidence) as mistake:
        engine.infer_many({"smoking": ["yes", "yess", "yess"], "xrray": [0, 0, 0]})
    told = str(mistake.value)
    assert "no state 'yess' (row 1, counted from 0 and 1 more row)" in told
    assert "did you mean 'yes'?" in told
    assert "did you mean 'xray'?" in told
    assert len(engine.infer_many({"smoking": ["yes"]})) == 1


def test_progress_grows_and_ends_at_the_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBML_THREADS", "1")  # the other one might do all the work, and tells nothing
    monkeypatch.setattr(batch_run, "REPORT_EVERY", 0.0)
    monkeypatch.setattr(exact_rows, "SLICE_SECONDS", 1e-4)
    engine = asia()
    told: list[tuple[int, int]] = []
    engine.infer_many(random_matrix(engine, 600), progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == (600, 600)
    assert {total for _, total in told} == {600}


def test_a_run_that_is_cancelled_leaves_the_engine_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBML_THREADS", "1")  # the other one might do all the work, and tells nothing
    monkeypatch.setattr(batch_run, "REPORT_EVERY", 0.0)
    monkeypatch.setattr(exact_rows, "SLICE_SECONDS", 1e-4)
    engine = asia()
    matrix = random_matrix(engine, 3_000)
    token, told = mb.CancelToken(), []

    def stop(done: int, total: int) -> None:
        told.append(done)
        token.cancel()

    with pytest.raises(mb.Cancelled):
        engine.infer_many(matrix, cancel=token, progress=stop)
    assert told[0] < 3_000
    assert_says_what_infer_says(engine, as_mappings(engine, matrix[:20]), engine.infer_many(matrix[:20]))


def test_a_run_out_of_time_and_a_progress_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_run, "REPORT_EVERY", 0.0)
    engine = asia()

    def fail(done: int, total: int) -> None:
        raise RuntimeError("the caller's own")

    with pytest.raises(mb.DeadlineExceeded):
        engine.infer_many(random_matrix(engine, 2_000), deadline=0.0)
    with pytest.raises(RuntimeError, match="the caller's own"):
        engine.infer_many(random_matrix(engine, 50), progress=fail)
    assert len(engine.infer_many(random_matrix(engine, 5))) == 5


def test_a_belief_beyond_the_range_of_doubles_names_its_row() -> None:
    """P(v0 = 1) = 10^-400 is possible, and no double."""
    rare = [table(f"f{i}", ("v0",), np.array([1.0, 1e-200])) for i in range(2)]
    engine = mb.compile(mb.FactorGraph(variables([2]), tuple(rare)))
    with pytest.raises(mb.UnsupportedQuery, match="row 1, counted from 0: a belief"):
        engine.infer_many([{}, {"v0": Belief((0.5, 0.5))}, {}])
