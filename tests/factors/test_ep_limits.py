"""EP rules where they must agree with simpler ones, with their mirror image."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions.gamma import GAMMA
from tests.factors.rows import gamma_row, row, rules

N, INF = np.array, math.inf


def assert_same(left, right, rtol: float = 1e-11, atol: float = 1e-13) -> None:
    assert left.messages.keys() == right.messages.keys()
    assert_allclose(left.log_z, right.log_z, rtol=rtol, atol=atol)
    for role, message in left.messages.items():
        assert_allclose(message, right.messages[role], rtol=rtol, atol=atol)


# --- structured rules and simpler ones ---------------------------------------------------------------------

CHILDREN = [{"child": N([1])}, {"child": N([0])}, None]


def split(child, **cavities):
    """A child that is known, or one that leans towards true."""
    if child is None:
        return {**cavities, "child": N([[-0.3, 0.5]])}, {}
    return cavities, child


@pytest.mark.parametrize("child", CHILDREN, ids=["true", "false", "unknown"])
def test_between_zero_and_infinity_is_positive(child) -> None:
    cavities, values = split(child, of=row(-0.7, 2.0))
    half_line = rules("between").ep(cavities, {**values, "low": N([0.0]), "high": N([INF])})
    assert_same(half_line, rules("is_positive").ep(cavities, values))


@pytest.mark.parametrize("child", CHILDREN, ids=["true", "false", "unknown"])
def test_a_comparison_with_zero_is_a_sign(child) -> None:
    cavities, values = split(child, of=row(-0.7, 2.0))
    sign = rules("is_positive").ep(cavities, values)
    cavities["left"] = cavities.pop("of")
    compared = rules("greater_than").ep(cavities, {**values, "right": N([0.0])})
    assert_array_equal(compared.messages.pop("left"), sign.messages.pop("of"))
    assert_same(compared, sign)


@pytest.mark.parametrize("child", CHILDREN, ids=["true", "false", "unknown"])
def test_a_probit_without_noise_is_a_sign(child) -> None:
    cavities, values = split(child, of=row(-0.7, 2.0))
    noisy = rules("probit").ep(cavities, {**values, "variance": N([1e-13])})
    assert_same(noisy, rules("is_positive").ep(cavities, values), rtol=1e-10)


@pytest.mark.parametrize("child", CHILDREN, ids=["true", "false", "unknown"])
def test_a_probit_is_a_noisy_copy_and_its_sign(child) -> None:
    cavities, values = split(child, of=row(0.4, 2.0))
    probit = rules("probit").ep(cavities, {**values, "variance": N([3.0])})
    copied = rules("gaussian").ep({"mean": cavities["of"], "child": row(0, 1e9)}, {"variance": N([3.0])})
    sign = rules("is_positive").ep({**cavities, "of": copied.messages["child"]}, values)
    back = rules("gaussian").ep({"mean": cavities["of"], "child": sign.messages["of"]}, {"variance": N([3.0])})
    assert_allclose(probit.messages["of"], back.messages["mean"], rtol=1e-11)


def test_swapping_the_sides_of_a_comparison_swaps_true_and_false() -> None:
    left, right, child = row(1.0, 2.0), row(0.3, 0.5), N([[0.2, -0.9]])
    one = rules("greater_than").ep({"left": left, "right": right, "child": child}, {})
    other = rules("greater_than").ep({"left": right, "right": left, "child": child[:, ::-1]}, {})
    assert_allclose(one.log_z, other.log_z, rtol=1e-13)
    assert_allclose(one.messages["left"], other.messages["right"], rtol=1e-12)
    assert_allclose(one.messages["right"], other.messages["left"], rtol=1e-12)
    assert_allclose(one.messages["child"], other.messages["child"][:, ::-1], rtol=1e-13)


@pytest.mark.parametrize("child", [{"child": N([1])}, {"child": N([0])}, None], ids=["true", "false", "unknown"])
def test_two_unknown_sides_hear_what_a_difference_hears(child) -> None:
    """greater_than(a, b) is is_positive(a − b), passed through the exact messages of the sum."""
    cavities, values = split(child, left=row(1.0, 2.0), right=row(0.3, 0.5))
    direct = rules("greater_than").ep(cavities, values)
    terms = {"term0": cavities["left"], "term1": cavities["right"]}
    weights = {"weights": N([[1.0, -1.0]]), "offset": N([0.0])}
    forward = rules("sum").ep({**terms, "child": np.zeros((1, 2))}, weights)
    said = {"child": cavities["child"]} if child is None else {}
    sign = rules("is_positive").ep({"of": forward.messages["child"], **said}, values)
    back = rules("sum").ep({**terms, "child": sign.messages["of"]}, weights)
    assert_allclose(direct.messages["left"], back.messages["term0"], rtol=1e-11)
    assert_allclose(direct.messages["right"], back.messages["term1"], rtol=1e-11)


def test_mirrored_logistic() -> None:
    one = rules("logistic").ep({"of": row(0.8, 3.0)}, {"child": N([1])})
    other = rules("logistic").ep({"of": row(-0.8, 3.0)}, {"child": N([0])})
    assert_allclose(one.messages["of"], other.messages["of"] * [[-1, 1]], rtol=1e-12)
    assert_allclose(one.log_z, other.log_z, rtol=1e-13)


@pytest.mark.parametrize("kind", ["is_positive", "probit", "logistic", "bernoulli"])
def test_a_child_of_which_nothing_is_known_says_nothing(kind: str) -> None:
    role, heard = ("probability", N([[2.0, 0.5]])) if kind == "bernoulli" else ("of", row(0.8, 3.0))
    found = rules(kind).ep({role: heard, "child": N([[0.4, 0.4]])}, {"variance": N([1.0])})
    assert_array_equal(found.messages[role], 0.0)


@pytest.mark.parametrize("role", ["precision", "variance"])
@pytest.mark.parametrize("known", [{"child": N([1.5])}, {"mean": N([1.5])}, {}], ids=["child", "mean", "neither"])
def test_a_scale_that_is_nearly_known_is_as_if_known(role: str, known: dict) -> None:
    scale, shape = 0.7, 1e12
    heard = {r: row(m, v) for r, m, v in (("child", 2.0, 1.5), ("mean", -1.0, 0.5)) if r not in known}
    sharp = rules("gaussian").ep({**heard, role: gamma_row(shape, shape / scale)}, known)
    fixed = rules("gaussian").ep(heard, {**known, role: N([scale])})
    assert sharp.is_usable.all()
    for name in heard:
        assert_allclose(sharp.messages[name], fixed.messages[name], rtol=1e-6)
    assert_allclose(sharp.log_z - GAMMA.log_normalizer(gamma_row(shape, shape / scale)), fixed.log_z, atol=1e-2)


@pytest.mark.parametrize("role", ["precision", "variance"])
@pytest.mark.parametrize("flat", ["child", "mean"])
def test_hearing_nothing_is_the_limit_of_hearing_little(role: str, flat: str) -> None:
    other = "mean" if flat == "child" else "child"
    heard = {other: row(2.0, 1.5), role: gamma_row(4.0, 3.0)}
    nothing = rules("gaussian").ep({**heard, flat: np.zeros((1, 2))}, {})
    little = rules("gaussian").ep({**heard, flat: row(0.0, 1e9)}, {})
    assert nothing.is_usable.all()
    assert_array_equal(nothing.messages[other], 0.0)
    assert_array_equal(nothing.messages[role], 0.0)
    assert_allclose(nothing.messages[flat], little.messages[flat], rtol=1e-6)
    assert_allclose(little.messages[other], 0.0, atol=1e-6)
    assert_allclose(little.messages[role], 0.0, atol=1e-6)
    assert_allclose(nothing.log_z, little.log_z, atol=1e-6)


def test_a_precision_too_vague_for_a_variance_says_nothing_to_one_that_knows_nothing() -> None:
    """E[1/r] is infinite for a shape of one or less."""
    heard = {"mean": row(2.0, 1.5), "child": np.zeros((1, 2)), "precision": gamma_row(0.9, 3.0)}
    assert_array_equal(rules("gaussian").ep(heard, {}).messages["child"], 0.0)


def test_both_child_and_mean_known_is_the_density() -> None:
    values = {"child": N([1.0]), "mean": N([0.2]), "variance": N([2.0])}
    found = rules("gaussian").ep({}, values)
    assert found.messages == {}
    assert_allclose(found.log_z, -0.5 * 0.64 / 2 - 0.5 * math.log(4 * math.pi), rtol=1e-14)


def test_a_child_of_an_unknown_rate_that_says_nothing_is_the_limit_of_saying_little() -> None:
    rate = gamma_row(5.0, 3.0)
    nothing = rules("gamma").ep({"rate": rate, "child": np.zeros((1, 2))}, {"shape": N([1.6])})
    little = rules("gamma").ep({"rate": rate, "child": N([[0.0, -1e-9]])}, {"shape": N([1.6])})
    for role in ("rate", "child"):
        assert_allclose(nothing.messages[role], little.messages[role], atol=1e-5)
    assert_allclose(nothing.log_z, little.log_z, atol=1e-7)
    assert_allclose(nothing.messages["rate"], 0.0, atol=1e-12)


def test_a_child_whose_variance_is_infinite_hears_nothing() -> None:
    found = rules("gamma").ep({"rate": gamma_row(1.8, 3.0), "child": np.zeros((1, 2))}, {"shape": N([1.6])})
    assert found.is_usable.all()
    assert_array_equal(found.messages["child"], 0.0)


@pytest.mark.parametrize("role", ["precision", "variance"])
@pytest.mark.parametrize("improper", ["child", "mean", "scale"])
def test_an_integral_that_diverges_makes_the_row_unusable(role: str, improper: str) -> None:
    heard = {"child": row(1.0, 2.0), "mean": row(0.0, 2.0), role: gamma_row(3.0, 2.0)}
    name = role if improper == "scale" else improper
    heard[name] = gamma_row(3.0, 0.0) if improper == "scale" else row(1.0, -3.0)
    found = rules("gaussian").ep(heard, {})
    assert not found.is_usable.any()
    assert np.isposinf(found.log_z).all()
    assert all((message == 0.0).all() for message in found.messages.values())


@pytest.mark.parametrize("child", [[0.0, 0.5], [-2.0, -1.0]], ids=["rising", "no mass at zero"])
def test_a_child_of_an_unknown_rate_that_says_something_improper(child: list[float]) -> None:
    found = rules("gamma").ep({"rate": gamma_row(5.0, 3.0), "child": N([child])}, {"shape": N([0.6])})
    assert not found.is_usable.any()
    assert np.isposinf(found.log_z).all()
