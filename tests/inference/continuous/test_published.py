"""Numbers that others printed, or that follow from what they printed; each test names its source."""

from __future__ import annotations

import math

import pytest

import mbml_core as mb
from mbml_core.model import Factor, FactorGraph

from .sketch import (
    close,
    count,
    factor,
    gaussian,
    graph,
    moments,
    positive,
    probability,
    real,
    simplex,
    states,
    yes_no,
)


class TestLinearGaussian:
    @pytest.mark.parametrize("method", ["auto", "exact", "ep"])
    def test_chain(self, method: str) -> None:
        """dotnet/infer, GibbsTests.cs: GibbsGaussianChain prints x = N(1.533, 1.733); N(5, 6) on z."""
        model = graph(
            real("x", "y", "z", "seen"), gaussian("x", 1, 2), gaussian("y", "x", 3), gaussian("z", "y", 4),
            gaussian("seen", "z", 6),
        )  # fmt: skip
        result = mb.infer(model, {"seen": 5.0}, method)
        expected = [(23 / 15, 26 / 15), (7 / 3, 10 / 3), (3.4, 3.6)]
        close(moments(result, "x", "y", "z"), expected, atol=1e-9)
        assert result.is_exact

    @pytest.mark.parametrize("method", ["auto", "ep"])
    def test_koller_and_friedman_example_7_3(self, method: str) -> None:
        """eBay/bayesian-belief-networks, koller.py: X1 ~ N(1, 4), X2 ~ N(0.5 X1 − 3.5, 4), X3 ~ N(−X2 + 1, 3)."""
        model = graph(
            real("x1", "m2", "x2", "m3", "x3"), gaussian("x1", 1, 4),
            factor("sum", "m2", terms=["x1"], weights=[0.5], offset=-3.5), gaussian("x2", "m2", 4),
            factor("sum", "m3", terms=["x2"], weights=[-1], offset=1), gaussian("x3", "m3", 3),
        )  # fmt: skip
        result = mb.infer(model, method=method)
        close(moments(result, "x1", "x2", "x3"), [(1, 4), (-3, 5), (4, 8)], atol=1e-9)

    def test_rivers(self) -> None:
        """eBay/bayesian-belief-networks, test_gbn_examples.py (Castillo & Kjaerulff 2003): a diamond."""
        model = graph(
            real("a", "mb", "b", "mc", "c", "md", "d"), gaussian("a", 3, 4),
            factor("sum", "mb", terms=["a"], offset=1), gaussian("b", "mb", 1),
            factor("sum", "mc", terms=["a"], weights=[2], offset=3), gaussian("c", "mc", 4),
            factor("sum", "md", terms=["b", "c"], offset=1), gaussian("d", "md", 1),
        )  # fmt: skip
        result = mb.infer(model)
        close(moments(result, *"abcd"), [(3, 4), (4, 5), (9, 20), (14, 42)], atol=1e-9)
        given = mb.infer(model, {"d": 20.0})
        expected = [(m + c / 42 * 6, v - c * c / 42) for m, v, c in ((3, 4, 12), (4, 5, 13), (9, 20, 28))]
        close(moments(given, *"abc"), expected, atol=1e-9)
        assert result.is_exact
        assert given.is_exact

    def test_kalman_filter(self) -> None:
        """The textbook's recursions for a local level: s ~ N(before, 0.5), y ~ N(s, 1)."""
        seen = [1.2, 0.9, 1.7, 2.1]
        steps = range(len(seen))
        model = graph(
            real(*(f"s{t}" for t in steps), *(f"y{t}" for t in steps)), gaussian("s0", 0, 10),
            *(gaussian(f"s{t}", f"s{t - 1}", 0.5) for t in steps[1:]),
            *(gaussian(f"y{t}", f"s{t}", 1) for t in steps),
        )  # fmt: skip
        means = [1.0909090909, 0.979245283, 1.3542986425, 1.7309070549]
        variances = [0.9090909091, 0.5849056604, 0.520361991, 0.5050391937]
        for t in steps:
            result = mb.infer(model, {f"y{k}": seen[k] for k in range(t + 1)})
            close(moments(result, f"s{t}"), [(means[t], variances[t])], atol=1e-8)
        assert result.log_evidence == pytest.approx(-6.368545017478612, abs=1e-8)


class TestLearningNumbers:
    def test_truncated_gaussian(self) -> None:
        """dotnet/infer, InferTests.cs: ClippedGaussian; N(0, 1) above 0.5."""
        model = graph(
            real("x", "above"), yes_no("ok"), gaussian("x", 0, 1),
            factor("sum", "above", terms=["x"], offset=-0.5), factor("is_positive", "ok", of="above"),
        )  # fmt: skip
        result = mb.infer(model, {"ok": "yes"})
        close(moments(result, "x"), [(1.1410777703680648, 0.26848040715587884)], atol=1e-9)
        assert result.log_evidence == pytest.approx(-1.1759117615936183, abs=1e-9)

    @pytest.mark.parametrize(
        ("seen", "prior", "mean", "shape", "rate", "rel"),
        [
            ([5, 7], 100, (5.960320717080783, 0.6613213820016444), 2, 2.6628958274937107, 1e-9),
            ([5, 5.1, 5.2, 4.9, -5.1, -5.2, -5.3, -4.9], 1, (-0.010168268035488759, 0.7288461857202971), 5,
             1 / 0.00930079005667463, 1e-6),
        ],
    )  # fmt: skip
    def test_gaussian_by_vmp(
        self, seen: list[float], prior: float, mean: tuple[float, float], shape: float, rate: float, rel: float
    ) -> None:
        """dotnet/infer, VmpTests.cs: SimpleGaussianTest2; SharedVariableTests.cs: LearningGaussian."""
        model = graph(
            real("mean", *(f"x{i}" for i in range(len(seen)))), positive("precision"), gaussian("mean", 0, prior),
            factor("gamma", "precision", shape=1, scale=1),
            *(factor("gaussian", f"x{i}", mean="mean", precision="precision") for i in range(len(seen))),
        )  # fmt: skip
        evidence = {f"x{i}": float(x) for i, x in enumerate(seen)}
        result = mb.infer(model, evidence, "vmp", tolerance=1e-13, max_sweeps=5000)
        found = result.marginals["precision"]
        close([*moments(result, "mean")[0], found.shape, found.rate], [*mean, shape, rate], rtol=rel)

    def test_cyclist(self) -> None:
        """InferNET101.pdf prints N(14.65, 0.4459) and Gamma(5.33, scale 0.05399)."""
        seen = [13, 17, 16, 12, 13, 12, 14, 18, 16, 16]
        result = mb.infer(cyclist(len(seen), 1.0), {f"x{i}": float(x) for i, x in enumerate(seen)})
        noise = result.marginals["noise"]
        found = [*moments(result, "mean")[0], noise.shape, 1 / noise.rate]
        close(found, [14.651578, 0.445889, 5.330146, 0.05399], rtol=2e-4)

    def test_cyclist_of_three_trips(self) -> None:
        """dotnet/infer, CyclistTests.cs: what plain moment matching converges to."""
        result = mb.infer(cyclist(3, 15.0), {"x0": 13.0, "x1": 17.0, "x2": 16.0})
        noise = result.marginals["noise"]
        close(
            [*moments(result, "mean")[0], noise.shape, 1 / noise.rate], [15.285, 1.559, 1.458, 0.3944], rtol=5e-4
        )
        assert not result.is_exact

    def test_product_by_vmp(self) -> None:
        """dotnet/infer, VmpTests.cs: ProductObservedTwiceCopiedTest."""
        model = graph(
            real("a", "b", "ab", "y", "z"), factor("gaussian", "a", mean=1, precision=100),
            factor("gaussian", "b", mean=10, precision=10), factor("product", "ab", left="a", right="b"),
            factor("gaussian", "y", mean="ab", precision=2), factor("gaussian", "z", mean="ab", precision=3),
        )  # fmt: skip
        result = mb.infer(model, {"y": 8.0, "z": 11.0}, "vmp", tolerance=1e-13, max_sweeps=2000)
        expected = [(0.9844589418669439, 0.0016714064971285526), (9.979598125684987, 0.06732123519424421)]
        close(moments(result, "a", "b"), expected, rtol=1e-8)

    def test_log_odds(self) -> None:
        """dotnet/infer, EpTests.cs: BernoulliFromLogOddsCRTest."""
        model = graph(
            real("w"),
            yes_no("y"),
            factor("gaussian", "w", mean=1.2, precision=0.4),
            factor("logistic", "y", of="w"),
        )
        result = mb.infer(model, {"y": "yes"})
        close(moments(result, "w"), [(1.735711683643876, 1.897040876799618)], atol=1e-5)
        assert math.exp(result.log_evidence) == pytest.approx(0.697305276585867, abs=1e-5)


def cyclist(trips: int, prior: float) -> FactorGraph:
    return graph(
        real("mean", *(f"x{i}" for i in range(trips))), positive("noise"),
        factor("gaussian", "mean", mean=prior, precision=0.01), factor("gamma", "noise", shape=2, scale=0.5),
        *(factor("gaussian", f"x{i}", mean="mean", precision="noise") for i in range(trips)),
    )  # fmt: skip


class TestConjugate:
    @pytest.mark.parametrize("method", ["auto", "exact", "ep", "vmp"])
    def test_handedness(self, method: str) -> None:
        """dotnet/infer, BlogTests.cs: Beta(0.72, 0.08), seven of ten."""
        seen = [0, 1, 1, 1, 1, 1, 1, 1, 0, 0]
        ids = [f"x{i}" for i in range(len(seen))]
        model = graph(
            probability("p"), yes_no(*ids), factor("beta", "p", a=0.72, b=0.08),
            *(factor("bernoulli", id, probability="p") for id in ids),
        )  # fmt: skip
        result = mb.infer(model, dict(zip(ids, seen, strict=True)), method)
        close([result.marginals["p"].a, result.marginals["p"].b], [7.72, 3.08], atol=1e-9)
        assert result.is_exact
        expected = _log_beta(7.72, 3.08) - _log_beta(0.72, 0.08)
        assert result.log_evidence == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("method", ["auto", "exact", "ep", "vmp"])
    def test_gamma_poisson(self, method: str) -> None:
        """dotnet/infer, InferTests.cs: GammaProduct. x ~ Poisson(2θ), θ ~ Gamma(3, 1/5): 2θ ~ Gamma(3, 2/5)."""
        model = graph(
            positive("rate"), count("x"), factor("gamma", "rate", shape=3, scale=2 / 5),
            factor("poisson", "x", rate="rate"),
        )  # fmt: skip
        result = mb.infer(model, {"x": 3}, method)
        found = result.marginals["rate"]
        close([found.shape, 2 * found.rate], [6, 7], atol=1e-10)  # θ ~ Gamma(6, 1/7): 2θ has half the rate
        assert result.is_exact
        # negative binomial: C(5, 3) (5/7)³ (2/7)³
        assert result.log_evidence == pytest.approx(math.log(10 * (5 / 7) ** 3 * (2 / 7) ** 3), abs=1e-10)

    @pytest.mark.parametrize("method", ["auto", "ep"])
    def test_next_coin(self, method: str) -> None:
        """dotnet/infer, ModelTests.cs: Beta(2, 1) predicts 2/3."""
        model = graph(
            probability("p"), yes_no("x"), factor("beta", "p", a=2, b=1), factor("bernoulli", "x", probability="p")
        )
        assert mb.infer(model, method=method).marginals["x"]["yes"] == pytest.approx(2 / 3, abs=1e-12)

    def test_next_die(self) -> None:
        """dotnet/infer, InferTests.cs: Dirichlet(1, 2) predicts (1/3, 2/3)."""
        model = graph(
            simplex("p", 2), states("x", "a", "b"), factor("dirichlet", "p", alpha=[1, 2]),
            factor("categorical", "x", probabilities="p"),
        )  # fmt: skip
        close(mb.infer(model).marginals["x"].probabilities, [1 / 3, 2 / 3], atol=1e-12)

    def test_four_batches(self) -> None:
        """dotnet/infer, user guide, online learning: evidence in steps equals evidence at once."""
        seen = [2.0, 3.5, 4.1, 3.0]
        whole = mb.infer(
            graph(
                real("m", *(f"x{i}" for i in range(4))),
                gaussian("m", 0, 100),
                *(gaussian(f"x{i}", "m", 1) for i in range(4)),
            ),
            {f"x{i}": x for i, x in enumerate(seen)},
        )
        mean, variance, log_evidence = 0.0, 100.0, 0.0
        for x in seen:
            step = mb.infer(graph(real("m", "x"), gaussian("m", mean, variance), gaussian("x", "m", 1)), {"x": x})
            (mean, variance), log_evidence = moments(step, "m")[0], log_evidence + step.log_evidence
        close([(mean, variance)], moments(whole, "m"), atol=1e-9)
        assert log_evidence == pytest.approx(whole.log_evidence, abs=1e-9)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def test_factors_stay_what_they_are() -> None:
    """The helpers above put every role's variable into the scope, the child last."""
    made = factor("gaussian", "x", mean="m", variance=2)
    assert (made.scope, dict(made.parameters)) == (("m", "x"), {"child": "x", "mean": "m", "variance": 2})
    assert isinstance(made, Factor)
