"""Exact linear-Gaussian inference against dense algebra and a Kalman smoother, and questions without answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.deadline import UNLIMITED
from mbml_core.errors import ImproperDistribution
from mbml_core.factors.rules import LinearGaussian
from mbml_core.inference.continuous.equations import split_sums
from mbml_core.inference.continuous.information import Unpinned, eliminate
from mbml_core.inference.continuous.linear_gaussian import LinearGaussianInference
from mbml_core.inference.continuous.sparse import SparseMatrix
from mbml_core.model import FactorGraph

from .sketch import factor, gaussian, graph, real, renamed, shuffled

MEMORY = 1e9


def dense(factors: list[LinearGaussian], ids: list[str], seen: dict[int, float]) -> tuple[Any, Any, float]:
    """The saddle point system of all factors as residuals with their variances, zero ones included."""
    index = {id: i for i, id in enumerate(ids)}
    rows, offsets = np.zeros((len(factors), len(ids))), np.array([f.offset for f in factors])
    for r, f in enumerate(factors):
        rows[r, index[f.child]] += 1
        for id, weight in f.terms.items():
            rows[r, index[id]] -= weight
    unknown = [i for i in range(len(ids)) if i not in seen]
    target = offsets - sum((rows[:, i] * x for i, x in seen.items()), start=np.zeros(len(factors)))
    own, n = rows[:, unknown], len(unknown)
    system = np.block([[np.zeros((n, n)), own.T], [own, -np.diag([f.variance for f in factors])]])
    inverse = np.linalg.inv(system)
    mean, variance = np.array([seen.get(i, 0.0) for i in range(len(ids))]), np.zeros(len(ids))
    mean[unknown] = inverse[:n, n:] @ target
    variance[unknown] = np.diag(inverse)[:n]
    size = 0.5 * (n - len(factors)) * math.log(2 * math.pi) - 0.5 * np.linalg.slogdet(system)[1]
    return mean, variance, size + 0.5 * target @ inverse[n:, n:] @ target


def random_model(seed: int) -> tuple[list[LinearGaussian], list[str], dict[int, float]]:
    source = np.random.default_rng(seed)
    ids = [f"v{i}" for i in range(source.integers(1, 14))]
    factors = []
    for i, id in enumerate(ids):
        n_terms = source.integers(0, min(i, 7) + 1)
        terms = (
            {ids[j]: float(source.normal()) for j in source.choice(i, n_terms, replace=False)} if n_terms else {}
        )
        variance = 0.0 if terms and source.random() < 0.4 else float(0.1 + source.exponential())
        factors.append(LinearGaussian(id, terms, float(source.normal()), variance))
    n_noisy = sum(f.variance > 0 for f in factors)
    chosen = source.permutation(len(ids))[: source.integers(0, max(1, n_noisy // 2) + 1)]
    return factors, ids, {int(i): float(source.normal()) for i in chosen}


@pytest.mark.parametrize("seed", range(120))
def test_random_models_equal_dense_algebra(seed: int) -> None:
    factors, ids, seen = random_model(seed)
    try:
        mean, variance, log_evidence = dense(factors, ids, seen)
    except np.linalg.LinAlgError:
        pytest.skip("the equations of this draw leave nothing free, or contradict what was drawn")
    model = FactorGraph(tuple(real(*ids)))
    found = LinearGaussianInference(model, tuple(factors), MEMORY).moments(seen)
    np.testing.assert_allclose(found.mean, mean, atol=1e-8)
    np.testing.assert_allclose(found.variance, variance, atol=1e-8)
    assert found.log_evidence == pytest.approx(log_evidence, abs=1e-7)


def with_diagonal(diagonal: Any, first: Any, second: Any, values: Any) -> SparseMatrix:
    n = len(diagonal)
    excess = diagonal + np.bincount(first, values, n) + np.bincount(second, values, n)
    return SparseMatrix.of_entries(excess, np.abs(excess), first, second, values)


@pytest.mark.parametrize(("n", "n_edges"), [(1, 0), (60, 59), (100, 150), (300, 600)])
def test_elimination_equals_the_inverse(n: int, n_edges: int) -> None:
    source = np.random.default_rng(n)
    first, second = source.integers(0, n, n_edges), source.integers(0, n, n_edges)
    first, second = first[first != second], second[first != second]
    values = source.normal(size=len(first))
    diagonal = np.bincount(first, abs(values), n) + np.bincount(second, abs(values), n) + 0.1
    matrix = with_diagonal(diagonal, first, second, values)
    table = np.diag(diagonal)
    table[matrix.first, matrix.second] += matrix.values
    table[matrix.second, matrix.first] += matrix.values
    found, inverse, h = eliminate(matrix, MEMORY), np.linalg.inv(table), source.normal(size=n)
    np.testing.assert_allclose(found.solve(h), inverse @ h, atol=1e-9)
    variances, covariances = found.covariances()
    np.testing.assert_allclose(variances, np.diag(inverse), atol=1e-9)
    np.testing.assert_allclose(covariances, inverse[matrix.first, matrix.second], atol=1e-9)
    assert found.log_determinant == pytest.approx(np.linalg.slogdet(table)[1], abs=1e-9)


@pytest.mark.parametrize("n", [5, 400])
def test_a_singular_matrix_names_a_variable(n: int) -> None:
    """Differences of neighbours say nothing about their common level."""
    first = np.arange(n - 1)
    diagonal = np.r_[1.0, np.full(n - 2, 2.0), 1.0]
    matrix = with_diagonal(diagonal, first, first + 1, np.full(n - 1, -1.0))
    with pytest.raises(Unpinned) as caught:
        eliminate(matrix, MEMORY)
    assert 0 <= caught.value.variable < n


def test_kalman_smoother() -> None:
    """The recursions of Rauch, Tung & Striebel 1965 for a level that drifts, with gaps in what was seen."""
    n, drift, noise, source = 300, 0.5, 1.3, np.random.default_rng(3)
    seen = {t: float(source.normal()) for t in range(n) if t % 7}
    model = graph(
        real(*(f"s{t}" for t in range(n)), *(f"y{t}" for t in range(n))),
        gaussian("s0", 1, 10),
        *(gaussian(f"s{t}", f"s{t - 1}", drift) for t in range(1, n)),
        *(gaussian(f"y{t}", f"s{t}", noise) for t in range(n)),
    )
    means, variances, log_evidence = [], [], 0.0
    mean, variance = 1.0, 10.0
    for t in range(n):
        if t:
            variance += drift
        if t in seen:
            total, gap = variance + noise, seen[t] - mean
            log_evidence -= 0.5 * math.log(2 * math.pi * total) + gap * gap / (2 * total)
            mean, variance = mean + variance / total * gap, variance * noise / total
        means.append(mean)
        variances.append(variance)
    for t in range(n - 2, -1, -1):
        gain = variances[t] / (variances[t] + drift)
        means[t] += gain * (means[t + 1] - means[t])
        variances[t] += gain**2 * (variances[t + 1] - variances[t] - drift)
    result = mb.infer(model, {f"y{t}": y for t, y in seen.items()})
    found = [result.marginals[f"s{t}"] for t in range(n)]
    np.testing.assert_allclose([x.mean for x in found], means, atol=1e-9)
    np.testing.assert_allclose([x.variance for x in found], variances, atol=1e-9)
    assert result.log_evidence == pytest.approx(log_evidence, abs=1e-8)
    assert result.marginals["y0"].variance == pytest.approx(variances[0] + noise, abs=1e-9)


def test_noise_variables_and_sums_are_the_same_model() -> None:
    """s_t = s_{t−1} + w_t with w_t drawn as a variable, against the noise in the factor."""
    n, seen = 40, {f"y{t}": math.sin(t) for t in range(40)}
    steps = range(1, n)
    observed = [gaussian(f"y{t}", f"s{t}", 0.7) for t in range(n)]
    ids = [f"s{t}" for t in range(n)], [f"y{t}" for t in range(n)]
    plain = graph(
        real(*ids[0], *ids[1]),
        gaussian("s0", 0, 3),
        *(gaussian(f"s{t}", f"s{t - 1}", 0.2) for t in steps),
        *observed,
    )
    sums = graph(
        real(*ids[0], *ids[1], *(f"w{t}" for t in steps)),
        gaussian("s0", 0, 3),
        *(gaussian(f"w{t}", 0, 0.2) for t in steps),
        *(factor("sum", f"s{t}", terms=[f"s{t - 1}", f"w{t}"]) for t in steps),
        *observed,
    )
    one, other = mb.infer(plain, seen), mb.infer(sums, seen)
    for id in ids[0]:
        assert other.marginals[id].mean == pytest.approx(one.marginals[id].mean, abs=1e-10)
        assert other.marginals[id].variance == pytest.approx(one.marginals[id].variance, abs=1e-10)
    assert other.log_evidence == pytest.approx(one.log_evidence, abs=1e-9)


def test_a_long_sum() -> None:
    """A thousand terms: known total variance, and each term hears its share of what was seen."""
    n = 1000
    ids = [f"x{i}" for i in range(n)]
    model = graph(
        real(*ids, "total", "seen"), *(gaussian(id, 1, 2) for id in ids), factor("sum", "total", terms=ids),
        gaussian("seen", "total", 500),
    )  # fmt: skip
    result = mb.infer(model, {"seen": 1500.0})
    share = 2 / (2 * n + 500)
    assert result.marginals["x17"].mean == pytest.approx(1 + share * 500, abs=1e-9)
    assert result.marginals["x17"].variance == pytest.approx(2 - share * 2, abs=1e-9)
    assert result.marginals["total"].variance == pytest.approx(2 * n - share * n * 2 * n, abs=1e-6)
    assert result.log_evidence == pytest.approx(
        -0.5 * math.log(2 * math.pi * (2 * n + 500)) - 0.5 * 500**2 / (2 * n + 500), abs=1e-9
    )


def test_split_sums_are_short_and_say_the_same() -> None:
    terms = {i: float(i + 1) for i in range(23)} | {-1: 5.0}
    values = {i: math.cos(i) for i in range(23)} | {-1: 1.0}
    parts = split_sums([terms], 100)
    assert max(len(part) for part in parts) <= 4
    for part in parts[:-1]:
        (new,) = set(part) - set(values)
        values[new] = sum(a * values[v] for v, a in part.items() if v != new)
    total = sum(a * values[v] for v, a in parts[-1].items())
    assert total == pytest.approx(sum(a * values[v] for v, a in terms.items()), abs=1e-12)


def test_observing_a_sum_conditions_its_terms() -> None:
    model = graph(
        real("a", "b", "s"), gaussian("a", 1, 2), gaussian("b", 3, 6), factor("sum", "s", terms=["a", "b"])
    )
    result = mb.infer(model, {"s": 8.0})
    assert result.marginals["a"].to_dict() == pytest.approx(
        {"family": "gaussian", "mean": 2.0, "variance": 1.5}, abs=1e-12
    )
    assert result.marginals["s"].to_dict()["family"] == "point_mass"
    assert result.log_evidence == pytest.approx(-0.5 * math.log(2 * math.pi * 8) - 1.0, abs=1e-12)


def test_scaled_equations_scale_the_density() -> None:
    """s = 2a seen at 4 is a density of s: half of that of a at 2."""
    model = graph(real("a", "s"), gaussian("a", 0, 1), factor("product", "s", left=2, right="a"))
    result = mb.infer(model, {"s": 4.0})
    assert result.marginals["a"].mean == pytest.approx(2.0, abs=1e-12)
    assert result.log_evidence == pytest.approx(-0.5 * math.log(2 * math.pi) - 2.0 - math.log(2), abs=1e-12)


class TestWhatCannotBe:
    def test_equations_that_contradict(self) -> None:
        model = graph(
            real("a", "s", "t"), gaussian("a", 0, 1), factor("sum", "s", terms=["a"]),
            factor("sum", "t", terms=["a"], offset=1),
        )  # fmt: skip
        with pytest.raises(mb.ImpossibleEvidence) as caught:
            mb.infer(model, {"s": 1.0, "t": 3.0, "a": 1.0})
        assert set(caught.value.conflict) < {"s", "t", "a"}
        assert "t" in caught.value.conflict
        assert mb.infer(model, {"s": 1.0, "t": 2.0}).marginals["a"].mean == pytest.approx(1.0, abs=1e-12)

    def test_nothing_pins_a_variable_down(self) -> None:
        model = graph(real("level", "x", "y"), gaussian("x", "level", 1), gaussian("y", "x", 2))
        with pytest.raises(ImproperDistribution) as caught:
            mb.infer(model)
        assert caught.value.where in {"level", "x", "y"}
        assert mb.infer(model, {"y": 4.0}).marginals["level"].variance == pytest.approx(3.0, abs=1e-12)

    @pytest.mark.parametrize("seed", range(20))
    def test_fewer_factors_than_variables(self, seed: int) -> None:
        """Whatever the weights, what is left of the information is rounding, and is not taken for knowledge."""
        source = np.random.default_rng(seed)
        n = int(source.integers(2, 9))
        ids = [f"x{i}" for i in range(n)]
        factors = [
            LinearGaussian(id, {other: float(source.normal()) for other in ids if other != id}, 0.0, 1.0)
            for id in ids[1:]
        ]
        with pytest.raises(ImproperDistribution):
            LinearGaussianInference(FactorGraph(tuple(real(*ids))), tuple(factors), MEMORY).moments({})

    def test_a_variable_without_factors(self) -> None:
        with pytest.raises(ImproperDistribution, match="'lonely'"):
            mb.infer(graph(real("x", "lonely"), gaussian("x", 0, 1)))

    def test_a_sum_of_which_nothing_is_known(self) -> None:
        terms = ["a", "b", "c", "d", "e", "f", "g"]
        model = graph(
            real(*terms, "s"), *(gaussian(id, 0, 1) for id in terms[1:]), factor("sum", "s", terms=terms)
        )
        with pytest.raises(ImproperDistribution) as caught:
            mb.infer(model)
        assert caught.value.where in {"a", "s"}

    def test_a_deadline(self) -> None:
        model = graph(real("x"), gaussian("x", 0, 1))
        engine = mb.compile(model)
        with pytest.raises(mb.DeadlineExceeded):
            engine.infer(deadline=-1.0)
        assert engine.infer().marginals["x"].mean == 0.0

    def test_a_dense_part_beyond_the_memory(self) -> None:
        n = 80
        first, second = np.triu_indices(n, 1)
        matrix = with_diagonal(np.full(n, 2.0 * n), first, second, np.ones(len(first)))
        with pytest.raises(mb.OverBudget):
            eliminate(matrix, 1000.0, UNLIMITED)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_drawing_changes_nothing(seed: int) -> None:
    model = graph(
        real("a", "b", "s", "y", "z"), gaussian("a", 1, 2), gaussian("b", "a", 3),
        factor("sum", "s", terms=["a", "b"], weights=[2, -1]), gaussian("y", "s", 1), gaussian("z", "b", 4),
    )  # fmt: skip
    new = renamed(model)
    one = mb.infer(model, {"y": 2.0})
    other = mb.infer(shuffled(model, seed), {new["y"]: 2.0})
    for id in "absz":
        assert other.marginals[new[id]].mean == pytest.approx(one.marginals[id].mean, abs=1e-12)
        assert other.marginals[new[id]].variance == pytest.approx(one.marginals[id].variance, abs=1e-12)
    assert other.log_evidence == pytest.approx(one.log_evidence, abs=1e-12)


def test_units_do_not_matter() -> None:
    """Variances from 1e-12 to 1e12 in one chain."""
    model = graph(real("a", "b", "y"), gaussian("a", 0, 1e12), gaussian("b", "a", 1e-12), gaussian("y", "b", 1e-6))
    result = mb.infer(model, {"y": 1e3})
    assert result.marginals["a"].mean == pytest.approx(1e3, rel=1e-9)
    assert result.marginals["a"].variance == pytest.approx(1e-6 + 1e-12, rel=1e-6)
    assert mb.infer(model).marginals["y"].variance == pytest.approx(1e12, rel=1e-9)
