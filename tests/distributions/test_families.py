"""What holds for every family."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions.categorical_family import indicator
from mbml_core.distributions.families import FAMILIES
from mbml_core.distributions.family import Family
from mbml_core.errors import ImproperDistribution
from tests.distributions.rows import IMPROPER, NAMES, PROPER

EVERY = pytest.mark.parametrize("name", NAMES)
VALUES = {
    "gaussian": [-3.0, 0.0, 2.5],
    "gamma": [0.1, 1.0, 7.0],
    "beta": [0.01, 0.5, 0.9],
    "dirichlet": [[0.2, 0.3, 0.5], [0.98, 0.01, 0.01]],
    "categorical": indicator([0, 1, 2], 3),
    "vector_gaussian": [[0.0, 1.0], [-2.0, 3.0]],
}


def values(name: str) -> np.ndarray:
    return np.asarray(VALUES[name], dtype=float)


def row(data: st.DataObject, name: str) -> np.ndarray:
    return data.draw(PROPER[name]())


def numbers_of(family: Family, natural: np.ndarray) -> list[np.ndarray]:
    """Everything a family reports of rows."""
    moments = [family.mean(natural), family.variance(natural), family.expected_statistics(natural)]
    return [*moments, family.log_normalizer(natural), family.entropy(natural)]


def test_the_registry_names_each_family() -> None:
    assert set(FAMILIES) == {"categorical", "gaussian", "vector_gaussian", "gamma", "beta", "dirichlet"}
    assert all(FAMILIES[name].name == name for name in FAMILIES)


@pytest.mark.parametrize(
    ("name", "width"),
    [("gaussian", 2), ("gamma", 2), ("beta", 2), ("dirichlet", 3), ("categorical", 3), ("vector_gaussian", 12)],
)
def test_width(name: str, width: int) -> None:
    assert FAMILIES[name].width(3) == width
    assert_array_equal(FAMILIES[name].uniform(3), np.zeros(width))


# --- products and quotients --------------------------------------------------------------------------------


@EVERY
@given(data=st.data())
def test_the_row_of_a_product_is_that_of_multiplied_densities(name: str, data: st.DataObject) -> None:
    family, left, right = FAMILIES[name], row(data, name), row(data, name)
    product = family.product(left, right)
    if not family.is_proper(product):  # two gammas with shape < ½
        return
    apart = family.log_density(left, values(name)) + family.log_density(right, values(name))
    difference = apart - family.log_density(product, values(name))
    scale = 1e-13 * np.abs(np.concatenate((family.statistics(values(name)) @ np.abs(product), apart))).max()
    assert_allclose(difference, np.full_like(difference, difference[0]), atol=1e-9 + scale, rtol=0)


@EVERY
@given(data=st.data())
def test_a_quotient_takes_a_factor_out_again(name: str, data: st.DataObject) -> None:
    family, left, right = FAMILIES[name], row(data, name), row(data, name)
    back = family.quotient(family.product(left, right), right)
    assert_allclose(back, left, rtol=1e-12, atol=1e-13 * np.abs(right).max())
    assert_array_equal(family.product(left, np.zeros_like(left)), left)


def test_a_forbidden_state_stays_forbidden_in_a_quotient() -> None:
    left, right = np.array([-math.inf, -math.inf, 1.0]), np.array([-math.inf, 0.0, 0.5])
    assert_array_equal(FAMILIES["categorical"].quotient(left, right), [-math.inf, -math.inf, 0.5])


# --- the exponential family --------------------------------------------------------------------------------


@EVERY
@given(data=st.data())
def test_log_density_is_the_inner_product_less_the_normalizer(name: str, data: st.DataObject) -> None:
    family, natural = FAMILIES[name], row(data, name)
    statistics = family.statistics(values(name))
    expected = statistics @ natural - family.log_normalizer(natural)
    scale = np.abs(statistics).max() * np.abs(natural).max() + abs(float(family.log_normalizer(natural)))
    assert_allclose(family.log_density(natural, values(name)), expected, rtol=1e-10, atol=1e-13 * (1 + scale))


@EVERY
@given(data=st.data())
def test_the_gradient_of_the_normalizer_is_the_expected_statistics(name: str, data: st.DataObject) -> None:
    family, natural = FAMILIES[name], row(data, name)
    nearest_edge = {
        "gaussian": natural[-1],
        "gamma": min(natural[0] + 1.0, -natural[1]),
        "beta": natural.min() + 1.0,
        "dirichlet": natural.min() + 1.0,
        "vector_gaussian": 1.0,
        "categorical": 1.0,
    }[name]
    size = 1e-3 * min(1.0, float(nearest_edge))
    if name == "vector_gaussian":
        size *= float(np.linalg.eigvalsh(natural[2:].reshape(2, 2))[0])
    at = natural + size * np.array([-2.0, -1.0, 1.0, 2.0])[:, None, None] * np.eye(natural.size)
    normalizers = family.log_normalizer(at)
    slope = np.array([1.0, -8.0, 8.0, -1.0]) @ normalizers / (12.0 * size)  # error O(size⁴)
    rounding = 1e-14 * np.abs(normalizers).max() / size
    expected = family.expected_statistics(natural)
    assert_allclose(slope, expected, rtol=1e-7, atol=10 * rounding + 1e-7 * np.abs(expected).max())


@EVERY
@given(data=st.data())
def test_entropy_is_the_normalizer_less_the_inner_product(name: str, data: st.DataObject) -> None:
    family, natural = FAMILIES[name], row(data, name)
    inner = natural * family.expected_statistics(natural)
    expected = family.log_normalizer(natural) - inner.sum()
    assert_allclose(family.entropy(natural), expected, rtol=1e-10, atol=1e-12 * (1 + np.abs(inner).max()))


# --- improper rows -----------------------------------------------------------------------------------------


@EVERY
def test_an_improper_row_reports_infinities_and_never_nan(name: str) -> None:
    family, natural = FAMILIES[name], np.array(IMPROPER[name], dtype=float)
    assert not family.is_proper(natural).any()
    if name == "categorical":
        natural = natural[:1]
    for found in numbers_of(family, natural):
        assert_array_equal(found, np.full_like(found, math.inf))
    assert_array_equal(family.log_density(natural, values(name)[0]), np.full(len(natural), -math.inf))


def test_a_row_that_forbids_every_state_has_no_mass() -> None:
    family, natural = FAMILIES["categorical"], np.full(3, -math.inf)
    assert not family.is_proper(natural)
    assert family.log_normalizer(natural) == -math.inf
    assert_array_equal(family.mean(natural), [math.inf] * 3)


@EVERY
def test_an_improper_row_leaves_its_neighbours_alone(name: str) -> None:
    family = FAMILIES[name]
    proper = family.stand_in(len(IMPROPER[name][0]))
    mixed = np.array([proper, IMPROPER[name][0], proper], dtype=float)
    assert_array_equal(family.is_proper(mixed), [True, False, True])
    for alone, among in zip(numbers_of(family, proper), numbers_of(family, mixed), strict=True):
        assert_array_equal(among[0], alone)
        assert_array_equal(among[2], alone)


@EVERY
def test_an_improper_row_is_not_sampled(name: str) -> None:
    with pytest.raises(ImproperDistribution, match="cannot be sampled"):
        FAMILIES[name].sample(np.array(IMPROPER[name][0], dtype=float), np.random.default_rng(0), 2)


def test_two_improper_rows_may_multiply_to_a_proper_one() -> None:
    family = FAMILIES["gaussian"]
    improper, wide = np.array([1.0, -0.5]), np.array([0.0, 1.0])
    product = family.product(improper, wide)
    assert not family.is_proper(improper)
    assert_allclose([family.mean(product), family.variance(product)], [2.0, 2.0])


# --- shapes ------------------------------------------------------------------------------------------------


@EVERY
@given(data=st.data())
def test_rows_are_computed_one_by_one(name: str, data: st.DataObject) -> None:
    family = FAMILIES[name]
    natural = np.array([[row(data, name) for _ in range(2)] for _ in range(3)])
    together = numbers_of(family, natural)
    for i, j in np.ndindex(3, 2):
        for alone, all_of_them in zip(numbers_of(family, natural[i, j]), together, strict=True):
            assert_allclose(all_of_them[i, j], alone, rtol=1e-12, atol=1e-300)


@EVERY
def test_values_are_broadcast_against_rows(name: str) -> None:
    family = FAMILIES[name]
    good = family.stand_in(len(IMPROPER[name][0]))
    natural = np.array([good, IMPROPER[name][0], good, good], dtype=float)
    found = family.log_density(natural, values(name)[:, None])
    assert found.shape == (len(values(name)), 4)
    assert np.isneginf(found[:, 1]).all()
    assert_array_equal(found[:, 0], family.log_density(good, values(name)))


# --- samples -----------------------------------------------------------------------------------------------


@EVERY
def test_samples_have_the_moments_and_are_the_same_for_a_seed(name: str) -> None:
    family, count = FAMILIES[name], 100_000
    natural = {
        "gaussian": [[1.0, 0.5], [0.0, 4.0]],
        "gamma": [[1.5, -2.0], [-0.7, -1.0]],
        "beta": [[1.0, 2.0], [-0.5, -0.5]],
        "dirichlet": [[0.0, 1.0, 3.0], [-0.5, -0.5, -0.5]],
        "categorical": [[0.0, 1.0, -1.0], [-math.inf, 0.0, 0.0]],
        "vector_gaussian": [[1.0, 0.0, 2.0, 1.0, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]],
    }[name]
    rows = np.array(natural)
    draws = family.sample(rows, np.random.default_rng(3), count)
    assert draws.shape == (count, *family.mean(rows).shape)
    assert_array_equal(draws, family.sample(rows, np.random.default_rng(3), count))
    spread = np.sqrt(family.variance(rows)) if name != "vector_gaussian" else np.ones((2, 2))
    # five standard errors of a mean; of a variance the same with a kurtosis up to that of the gamma with shape 0.3
    assert_allclose(draws.mean(axis=0), family.mean(rows), atol=float(5 * spread.max() / math.sqrt(count)), rtol=0)
    if name == "vector_gaussian":
        assert_allclose(np.cov(draws[:, 0].T), family.variance(rows)[0], atol=0.02)
    else:
        assert_allclose(draws.var(axis=0), family.variance(rows), rtol=5 * math.sqrt(25 / count), atol=1e-12)


# --- hostile rows ------------------------------------------------------------------------------------------


@EVERY
@given(data=st.data())
def test_no_row_whatever_reports_nan(name: str, data: st.DataObject) -> None:
    family, width = FAMILIES[name], len(IMPROPER[name][0])
    natural = np.array(data.draw(st.lists(st.floats(), min_size=width, max_size=width)))
    for found in [*numbers_of(family, natural), family.log_density(natural, values(name))]:
        assert not np.isnan(found).any()
