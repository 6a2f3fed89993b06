"""The equations `sum` and `product`, whose rules are exact: against dense linear algebra and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import multivariate_normal

from mbml_core.errors import UnsupportedQuery
from mbml_core.factors import KINDS
from mbml_core.model import Factor
from tests.factors.rows import row

SUM, PRODUCT, GAUSSIAN = (KINDS[name].rules for name in ("sum", "product", "gaussian"))


def log_normalizer(mean: float, variance: float) -> float:
    return 0.5 * mean**2 / variance + 0.5 * np.log(2 * np.pi * variance)


def posterior(weights, offset, means, variances, child):
    """Term and child moments, and log Z, from the joint Gaussian of the terms and what the child hears."""
    weights, means, spread = np.array(weights), np.array(means), np.diag(variances)
    mean, variance = weights @ means + offset, weights @ spread @ weights
    log_z = sum(log_normalizer(m, v) for m, v in zip(means, variances, strict=True)) + log_normalizer(*child)
    log_z += multivariate_normal.logpdf(child[0], mean, variance + child[1])
    gain = spread @ weights / (variance + child[1])
    after = means + gain * (child[0] - mean)
    left = spread - np.outer(gain, weights @ spread)
    return after, np.diag(left), weights @ after + offset, weights @ left @ weights, log_z


WEIGHTED = [
    ([1.0, 1.0], 0.0),
    ([1.0, -1.0], 0.0),
    ([2.0, -0.5, 3.0], 1.5),
    ([1e-3, 4.0, -1.0, 0.1, 7.0], -2.0),
]


@pytest.mark.parametrize(("weights", "offset"), WEIGHTED)
def test_a_sum_is_conditioned_exactly(weights: list[float], offset: float) -> None:
    source = np.random.default_rng(len(weights))
    means, variances = source.normal(0, 3, len(weights)), source.uniform(0.2, 5, len(weights))
    child = (1.7, 0.6)
    wanted = posterior(weights, offset, means, variances, child)
    cavities = {f"term{k}": row(m, v) for k, (m, v) in enumerate(zip(means, variances, strict=True))}
    cavities["child"] = row(*child)
    found = SUM.ep(cavities, {"weights": np.array([weights]), "offset": np.array([offset])})
    assert found.is_usable.all()
    assert_allclose(found.log_z, wanted[4], rtol=1e-11)
    for k in range(len(weights)):
        h, precision = (cavities[f"term{k}"] + found.messages[f"term{k}"])[0]
        assert_allclose((h / precision, 1 / precision), (wanted[0][k], wanted[1][k]), rtol=1e-10)
    h, precision = (cavities["child"] + found.messages["child"])[0]
    assert_allclose((h / precision, 1 / precision), wanted[2:4], rtol=1e-10)


def test_what_is_known_moves_the_offset() -> None:
    cavities = {"term0": row(1.0, 2.0), "term2": row(-1.0, 0.5)}
    weights = np.array([[2.0, 3.0, -1.0]])
    values = {"weights": weights, "offset": np.array([0.5]), "term1": np.array([4.0]), "child": np.array([10.0])}
    found = SUM.ep(cavities, values)
    # 2·x0 + 12 − x2 + 0.5 = 10, so x0 = (x2 − 2.5)/2
    assert_allclose(found.messages["term0"], row((-1.0 - 2.5) / 2, 0.5 / 4), rtol=1e-12)
    assert_allclose(found.messages["term2"], row(2.0 * 1.0 + 2.5, 8.0), rtol=1e-12)
    heard = log_normalizer(1.0, 2.0) + log_normalizer(-1.0, 0.5)
    density = multivariate_normal.logpdf(10.0, 2 + 12 + 1 + 0.5, 4 * 2 + 0.5)
    assert_allclose(found.log_z, heard + density, rtol=1e-12)


def test_a_term_of_weight_zero_takes_no_part() -> None:
    values = {"weights": np.array([[0.0, 2.0]]), "offset": np.zeros(1)}
    cavities = {"term0": row(3.0, 9.0), "term1": row(1.0, 2.0), "child": row(0.0, 4.0)}
    found = SUM.ep(cavities, values)
    alone = SUM.ep({"term0": row(1.0, 2.0), "child": row(0.0, 4.0)}, {**values, "weights": np.array([[2.0]])})
    assert_array_equal(found.messages["term0"], 0.0)
    assert_allclose(found.messages["child"], alone.messages["child"], rtol=1e-12)
    assert_allclose(found.messages["term1"], alone.messages["term0"], rtol=1e-12)
    assert_allclose(found.log_z, alone.log_z + log_normalizer(3.0, 9.0), rtol=1e-12)


def test_one_that_says_nothing_makes_the_others_hear_nothing() -> None:
    values = {"weights": np.ones((1, 2)), "offset": np.zeros(1)}
    found = SUM.ep({"term0": np.zeros((1, 2)), "term1": row(1.0, 2.0), "child": row(0.0, 4.0)}, values)
    assert found.is_usable.all()
    assert_array_equal(found.messages["term1"], 0.0)
    assert_array_equal(found.messages["child"], 0.0)
    assert_allclose(found.messages["term0"], row(-1.0, 6.0), rtol=1e-12)
    assert_allclose(found.log_z, log_normalizer(1.0, 2.0) + log_normalizer(0.0, 4.0), rtol=1e-12)


def test_one_improper_message_is_legal_as_long_as_the_integral_exists() -> None:
    values = {"weights": np.ones((1, 2)), "offset": np.zeros(1)}
    heard = {"term0": row(1.0, -9.0), "term1": row(1.0, 2.0), "child": row(0.5, 4.0)}
    found = SUM.ep(heard, values)
    assert found.is_usable.all()
    assert_allclose(found.messages["child"], row(2.0, -7.0), rtol=1e-12)
    assert_allclose(found.messages["term0"], row(-0.5, 6.0), rtol=1e-12)
    diverging = SUM.ep({**heard, "term0": row(1.0, -1.0)}, values)
    assert not diverging.is_usable.any()
    assert np.isposinf(diverging.log_z).all()


@pytest.mark.parametrize("unknown", ["left", "right"])
def test_a_product_with_a_number_is_a_sum_of_one_term(unknown: str) -> None:
    known = "right" if unknown == "left" else "left"
    found = PRODUCT.ep({unknown: row(1.0, 2.0), "child": row(3.0, 5.0)}, {known: np.array([-2.5])})
    wanted = SUM.ep(
        {"term0": row(1.0, 2.0), "child": row(3.0, 5.0)}, {"weights": np.array([[-2.5]]), "offset": np.zeros(1)}
    )
    assert_array_equal(found.messages[unknown], wanted.messages["term0"])
    assert_array_equal(found.messages["child"], wanted.messages["child"])
    assert_allclose(wanted.messages["child"], row(-2.5, 12.5), rtol=1e-12)
    assert_array_equal(found.log_z, wanted.log_z)


REFUSED = [
    ("sum", "ep", {"child"}, "'sum' has no rule for 'child': all others are known"),
    ("sum", "vmp", {"term0", "term1"}, "VMP cannot observe a sum without noise; put a 'gaussian'"),
    ("product", "ep", {"left", "right", "child"}, "'product' has no rule for 'right': EP needs 'left' or 'right'"),
    ("product", "ep", {"left"}, "all others are known"),
    ("product", "vmp", {"left", "right"}, "VMP cannot observe a product without noise"),
    ("product", "vmp", {"child"}, "both factors are known"),
]


@pytest.mark.parametrize(("kind", "method", "unknown", "message"), REFUSED)
def test_what_has_no_rule_is_refused_with_the_nearest_form(
    kind: str, method: str, unknown: set[str], message: str
) -> None:
    rules = KINDS[kind].rules
    heard = {role: row(1.0, 2.0) for role in unknown}
    known = {role: np.ones(1) for role in ("left", "right", "child", "term0", "term1")}
    values = {"weights": np.ones((1, 2)), "offset": np.zeros(1), **known}
    for ask in (lambda: rules.quality(method, unknown), lambda: getattr(rules, method)(heard, values)):
        with pytest.raises(UnsupportedQuery, match=message):
            ask()


def test_an_observed_factor_of_zero_is_refused() -> None:
    with pytest.raises(UnsupportedQuery, match="'left': it is observed to be 0"):
        PRODUCT.ep({"right": row(1.0, 2.0), "child": row(1.0, 2.0)}, {"left": np.zeros(1)})


def test_linear_forms() -> None:
    total = Factor("f", "sum", ("a", "c", "b"), {"child": "c", "weights": [2, -1], "offset": 3})
    form = SUM.linear(total)
    assert (form.child, dict(form.terms), form.offset, form.variance) == ("c", {"a": 2.0, "b": -1.0}, 3.0, 0.0)
    assert dict(SUM.linear(Factor("f", "sum", ("a", "b", "c"))).terms) == {"a": 1.0, "b": 1.0}
    scaled = PRODUCT.linear(Factor("f", "product", ("a", "c"), {"left": 2, "right": "a"}))
    assert (scaled.child, dict(scaled.terms), scaled.offset, scaled.variance) == ("c", {"a": 2.0}, 0.0, 0.0)
    assert PRODUCT.linear(Factor("f", "product", ("a", "b", "c"), {"left": "a", "right": "b"})) is None
    noisy = GAUSSIAN.linear(Factor("f", "gaussian", ("a", "c"), {"mean": "a", "precision": 4}))
    assert (noisy.child, dict(noisy.terms), noisy.offset, noisy.variance) == ("c", {"a": 1.0}, 0.0, 0.25)
    prior = GAUSSIAN.linear(Factor("f", "gaussian", ("c",), {"mean": 7, "variance": 4}))
    assert (prior.child, dict(prior.terms), prior.offset, prior.variance) == ("c", {}, 7.0, 4.0)
    assert GAUSSIAN.linear(Factor("f", "gaussian", ("r", "c"), {"mean": 7, "precision": "r"})) is None


def test_roles_name_the_terms_in_scope_order() -> None:
    total = Factor("f", "sum", ("a", "c", "b"), {"child": "c", "weights": [2, -1]})
    played = SUM.roles(total)
    assert {role: played[role] for role in ("child", "term0", "term1", "offset")} == {
        "child": "c",
        "term0": "a",
        "term1": "b",
        "offset": 0.0,
    }
    assert_array_equal(played["weights"], [2.0, -1.0])
