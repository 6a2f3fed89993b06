"""The reported distributions."""

from __future__ import annotations

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, stats

from mbml_core.distributions.families import FAMILIES
from mbml_core.distributions.values import (
    Beta,
    Dirichlet,
    Gamma,
    Gaussian,
    PointMass,
    VectorGaussian,
    value_of,
)
from mbml_core.errors import ImproperDistribution, InvalidModel, UnsupportedQuery
from tests.distributions.rows import IMPROPER, PROPER

SQUARE = [[2.0, 0.5], [0.5, 1.0]]
SCALARS = [Gaussian(1, 2), Gamma(3, 2), Gamma(0.4, 5), Beta(2, 5), Beta(0.5, 0.5)]
VECTORS = [Dirichlet([1, 2, 3]), VectorGaussian([1, -1], SQUARE)]
ALL = [*SCALARS, *VECTORS, PointMass(1.5), PointMass((0.2, 0.8))]
NAMED = [name for name in PROPER if name != "categorical"]


# --- what they say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Gaussian(1, 2), {"family": "gaussian", "mean": 1.0, "variance": 2.0}),
        (Gamma(3, 2), {"family": "gamma", "shape": 3.0, "rate": 2.0, "mean": 1.5, "variance": 0.75}),
        (Beta(1, 3), {"family": "beta", "a": 1.0, "b": 3.0, "mean": 0.25, "variance": 0.0375}),
        (
            Dirichlet([1, 3]),
            {"family": "dirichlet", "alpha": [1.0, 3.0], "mean": [0.25, 0.75], "variance": [0.0375, 0.0375]},
        ),
        (
            VectorGaussian([1, -1], SQUARE),
            {"family": "vector_gaussian", "mean": [1.0, -1.0], "covariance": SQUARE},
        ),
        (PointMass(2), {"family": "point_mass", "value": 2.0, "mean": 2.0, "variance": 0.0}),
        (
            PointMass((0.5, 0.5)),
            {"family": "point_mass", "value": [0.5, 0.5], "mean": [0.5, 0.5], "variance": [0.0, 0.0]},
        ),
    ],
)
def test_to_dict_is_plain(value: Any, expected: dict[str, Any]) -> None:
    assert value.to_dict() == expected
    assert json.loads(json.dumps(value.to_dict(), allow_nan=False)) == expected
    assert value.family == expected["family"]


@pytest.mark.parametrize(
    ("value", "text", "latex"),
    [
        (Gaussian(1, 2), "Gaussian(mean 1, variance 2)", r"\mathcal{N}(1, 2)"),
        (
            Gaussian(-1e-7, 1 / 3),
            "Gaussian(mean -1e-07, variance 0.333333)",
            r"\mathcal{N}(-1 \times 10^{-7}, 0.333333)",
        ),
        (Gamma(3, 2), "Gamma(shape 3, rate 2)", r"\mathrm{Gamma}(3, 2)"),
        (Beta(2, 5), "Beta(a 2, b 5)", r"\mathrm{Beta}(2, 5)"),
        (Dirichlet([1, 2.5]), "Dirichlet(1, 2.5)", r"\mathrm{Dirichlet}(1, 2.5)"),
        (
            VectorGaussian([1, -1], SQUARE),
            "VectorGaussian(mean 1, -1, covariance 2, 0.5; 0.5, 1)",
            r"\mathcal{N}\left(\begin{pmatrix} 1 \\ -1 \end{pmatrix}, "
            r"\begin{pmatrix} 2 & 0.5 \\ 0.5 & 1 \end{pmatrix}\right)",
        ),
        (PointMass(1.5), "PointMass(1.5)", r"\delta_{1.5}"),
        (PointMass((0.2, 0.8)), "PointMass(0.2, 0.8)", r"\delta_{0.2, 0.8}"),
    ],
)
def test_text_and_latex(value: Any, text: str, latex: str) -> None:
    assert str(value) == text
    assert value.latex == latex


# --- what they compute -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "theirs"),
    [
        (Gaussian(1, 2), stats.norm(1, math.sqrt(2))),
        (Gamma(3, 2), stats.gamma(3, scale=0.5)),
        (Gamma.from_scale(3, 0.5), stats.gamma(3, scale=0.5)),
        (Beta(2, 5), stats.beta(2, 5)),
    ],
)
def test_scalars_are_scipys(value: Any, theirs: stats.rv_continuous) -> None:
    places = np.array([-0.5, 0.1, 0.5, 0.9, 4.0])
    assert_allclose(value.density(places), theirs.pdf(places), rtol=1e-12)
    assert_allclose(value.log_density(places), theirs.logpdf(places), rtol=1e-12)
    assert_allclose([value.mean, value.variance, value.sd], [theirs.mean(), theirs.var(), theirs.std()])
    assert_allclose(value.entropy, theirs.entropy())
    for p in (0.0, 0.025, 0.5, 1.0):
        assert_allclose(value.quantile(p), theirs.ppf(p), rtol=1e-10)
    assert_allclose(value.interval(0.9), theirs.interval(0.9), rtol=1e-10)
    assert_allclose(value.interval(), [value.quantile(0.025), value.quantile(0.975)])


@pytest.mark.parametrize("value", SCALARS, ids=str)
def test_an_interval_holds_its_mass(value: Any) -> None:
    low, high = value.interval(0.8)
    inside = integrate.quad(value.density, low, high, epsrel=1e-10)[0]
    assert_allclose(inside, 0.8, rtol=1e-8)


def test_vectors() -> None:
    dirichlet, gaussian = VECTORS
    assert_allclose(dirichlet.mean, [1 / 6, 2 / 6, 3 / 6])
    assert_allclose(dirichlet.sd, np.sqrt(dirichlet.variance))
    assert dirichlet.components == (Beta(1, 5), Beta(2, 4), Beta(3, 3))
    assert gaussian.components == (Gaussian(1, 2), Gaussian(-1, 1))
    assert_allclose(gaussian.variance, [2, 1])
    assert_allclose(gaussian.sd, np.sqrt([2, 1]))
    for value in VECTORS:
        low, high = value.interval(0.9)
        assert_array_equal([c.interval(0.9) for c in value.components], np.stack((low, high), axis=-1))
        assert_array_equal(value.quantile(0.3), [c.quantile(0.3) for c in value.components])
    inside = [0.2, 0.3, 0.5]
    assert_allclose(dirichlet.density(inside), stats.dirichlet([1, 2, 3]).pdf(inside))
    assert_allclose(gaussian.log_density([0, 0]), stats.multivariate_normal([1, -1], SQUARE).logpdf([0, 0]))
    assert_allclose(gaussian.entropy, stats.multivariate_normal([1, -1], SQUARE).entropy())


def test_a_point_mass_is_certain() -> None:
    value, row = PointMass(1.5), PointMass((0.2, 0.8))
    assert (value.mean, value.variance, value.sd, value.entropy) == (1.5, 0.0, 0.0, -math.inf)
    assert (value.quantile(0.2), value.interval()) == (1.5, (1.5, 1.5))
    assert_array_equal(value.density([1.0, 1.5]), [0.0, math.inf])
    assert_array_equal(value.log_density([1.0, 1.5]), [-math.inf, math.inf])
    assert_array_equal(row.density([[0.2, 0.8], [0.2, 0.7]]), [math.inf, 0.0])
    assert (row.mean, row.variance, row.sd) == ((0.2, 0.8), (0.0, 0.0), (0.0, 0.0))
    assert_array_equal(value.sample(0, 3), [1.5] * 3)
    assert_array_equal(row.sample(0, 2), [[0.2, 0.8]] * 2)
    with pytest.raises(UnsupportedQuery, match="no natural parameters"):
        _ = value.natural


@pytest.mark.parametrize("value", [*SCALARS, *VECTORS], ids=str)
def test_samples_come_from_the_seed(value: Any) -> None:
    draws = value.sample(11, 40_000)
    assert_array_equal(draws, value.sample(11, 40_000))
    assert not np.array_equal(draws, value.sample(12, 40_000))
    assert np.all(np.abs(draws.mean(axis=0) - value.mean) < 5 * np.asarray(value.sd) / 200)


@pytest.mark.parametrize("value", [*SCALARS, *VECTORS], ids=str)
def test_a_value_survives_its_natural_parameters(value: Any) -> None:
    back = value_of(value.family, value.natural)
    assert type(back) is type(value)
    for found, expected in zip(back.parameters, value.parameters, strict=True):
        assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("name", NAMED)
@given(data=st.data())
def test_values_and_families_agree(name: str, data: st.DataObject) -> None:
    family, natural = FAMILIES[name], data.draw(PROPER[name]())
    value: Any = value_of(name, natural)
    assert value.family == name
    assert_allclose(value.mean, family.mean(natural))
    variance = value.covariance if name == "vector_gaussian" else value.variance
    assert_allclose(variance, family.variance(natural))
    assert_allclose(value.entropy, family.entropy(natural))
    json.dumps(value.to_dict(), allow_nan=False)


# --- as values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ALL, ids=str)
def test_values_are_compared_hashed_and_copied(value: Any) -> None:
    for twin in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 (our own bytes)
        assert twin == value
        assert hash(twin) == hash(value)
    assert [other for other in ALL if other == value] == [value]
    assert value != "another type"


@pytest.mark.parametrize("value", ALL, ids=str)
def test_values_cannot_be_changed(value: Any) -> None:
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        value.mean = 3.0


def test_arrays_in_values_cannot_be_changed() -> None:
    alpha = np.array([1.0, 2.0])
    value = Dirichlet(alpha)
    alpha[0] = 9.0
    assert_array_equal(value.alpha, [1.0, 2.0])
    for array in (value.alpha, value.mean, VECTORS[1].mean, VECTORS[1].covariance):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3.0


def test_numbers_become_plain_floats() -> None:
    value = Gaussian(np.float64(1), np.array(2.0))
    assert type(value.mean) is type(value.variance) is type(value.sd) is float
    assert type(value.quantile(0.5)) is type(value.entropy) is float


# --- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Gaussian(0, -1), r"variance is -1; give a finite variance above 0"),
        (lambda: Gaussian(0, 0), "variance is 0"),
        (lambda: Gaussian(0, math.inf), "variance is inf"),
        (lambda: Gaussian(math.nan, 1), "mean is nan"),
        (lambda: Gamma(0, 1), "shape is 0"),
        (lambda: Gamma(1, -2), "rate is -2"),
        (lambda: Gamma(1, 1e-200), "variance of the gamma is inf"),
        (lambda: Gamma.from_scale(1, 0), "scale is 0"),
        (lambda: Beta(-1, 1), "a is -1"),
        (lambda: Beta(1, math.nan), "b is nan"),
        (lambda: Beta(1e308, 1e308), "a \\+ b is inf"),
        (lambda: Dirichlet([1.0]), "two or more"),
        (lambda: Dirichlet([1.0, 0.0]), "above 0"),
        (lambda: Dirichlet([[1.0, 2.0]]), "two or more"),
        (lambda: Dirichlet([1e308, 1e308]), "sum of alpha is inf"),
        (lambda: VectorGaussian([0, math.inf], SQUARE), "finite numbers"),
        (lambda: VectorGaussian([0, 1, 2], SQUARE), "3 rows of 3 numbers"),
        (lambda: VectorGaussian([0, 1], [[1, 1], [1, 1]]), "positive definite"),
        (lambda: VectorGaussian([0, 1], [[1, 0.1], [0, 1]]), "symmetric"),
        (lambda: PointMass(math.nan), "value is nan"),
        (lambda: PointMass(()), "finite number or a row"),
        (lambda: Gaussian(0, 1).quantile(1.5), "p is 1.5; give p between 0 and 1"),
        (lambda: Gaussian(0, 1).interval(-0.1), "mass is -0.1"),
        (lambda: Dirichlet([1, 1]).interval(2), "mass is 2"),
        (lambda: PointMass(1).quantile(math.nan), "p is nan"),
    ],
)
def test_what_is_out_of_range_is_refused(make: Any, match: str) -> None:
    with pytest.raises(InvalidModel, match=match):
        make()


@pytest.mark.parametrize("name", NAMED)
def test_improper_rows_have_no_value(name: str) -> None:
    for row in IMPROPER[name]:
        with pytest.raises(ImproperDistribution, match=f"{name.replace('_', ' ')} .* cannot be normalised"):
            value_of(name, np.array(row, dtype=float))


def test_the_error_can_name_the_variable() -> None:
    assert ImproperDistribution("it cannot be normalised").where == ""
    assert ImproperDistribution("it cannot be normalised", "skill").where == "skill"


@pytest.mark.parametrize(("name", "row"), [("gaussian", [1e300, 1e-300]), ("gamma", [1.0, -1e-200])])
def test_moments_beyond_doubles_have_no_value(name: str, row: list[float]) -> None:
    with pytest.raises(ImproperDistribution, match="too large for a number"):
        value_of(name, np.array(row))
