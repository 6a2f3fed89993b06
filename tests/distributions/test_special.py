"""Special functions against numbers computed with 400 to 1000 digits (mpmath 1.4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import special as scipy_special

from mbml_core.distributions import special

# x, log Γ(x) less Stirling's formula, log x − ψ(x), x²ψ'(x) − x
GAMMA_FUNCTION = [
    (1e-300, 344.4688254159022, 9.999999999999999e299, 1.0),
    (1e-05, 4.837643556460688, 99989.0642737507, 0.999990000164491),
    (0.5, 0.15342640972002736, 1.2703628454614782, 0.7337005501361699),
    (1.0, 0.08106146679532726, 0.5772156649015329, 0.6449340668482264),
    (9.999, 0.008331396020466343, 0.05083767078797707, 0.5166352251167389),
    (10.0, 0.00833056343336287, 0.05083250392732458, 0.5166335681685746),
    (30.0, 0.0027776749297526936, 0.0167592489766305, 0.5055543219659497),
    (999.0, 8.341674729728974e-05, 0.0005005840007424675, 0.5001668334667333),
    (1000.0, 8.333333055555635e-05, 0.000500083333325, 0.5001666666333333),
    (1e8, 8.333333333333334e-10, 5.0000000083333336e-09, 0.5000000016666667),
    (1e300, 8.333333333333333e-302, 5e-301, 0.5),
]


@pytest.mark.parametrize(("x", "stirling", "gap", "excess"), GAMMA_FUNCTION)
def test_what_cancels_in_the_gamma_function(x: float, stirling: float, gap: float, excess: float) -> None:
    at = np.array(x)
    # below 10 the error is a difference of numbers up to 15: 4e-15
    assert_allclose(special.stirling_error(at), stirling, rtol=1e-14, atol=4e-15 if x < 10 else 0)
    assert_allclose(special.log_minus_digamma(at), gap, rtol=1e-13)
    assert_allclose(special.trigamma_excess(at), excess, rtol=2e-10)


@pytest.mark.parametrize("function", [special.stirling_error, special.log_minus_digamma, special.trigamma_excess])
@pytest.mark.parametrize("seam", [10.0, 1e3])
def test_series_meet_the_direct_formulas(function: object, seam: float) -> None:
    assert callable(function)
    below, above = function(np.array([np.nextafter(seam, 0.0), seam]))
    assert_allclose(below, above, rtol=1e-9 if seam == 1e3 else 1e-12)


@given(st.floats(-1e12, 700))
def test_inverse_digamma(y: float) -> None:
    x = special.inverse_digamma(np.array(y))
    assert x > 0
    assert_allclose(scipy_special.digamma(x), y, rtol=1e-14, atol=1e-14)


# x, mean, x·log(x / mean) + mean − x
DEVIANCES = [
    (1.0, 1.0000001, 4.999999672505363e-15),
    (1e10, 10000100000.0, 0.4999966666916665),
    (5.0, 4.6, 0.016908044695255323),
    (5.0, 4.0, 0.11571775657104878),
    (1e-300, 1e300, 1e300),
    (1e300, 1e-05, 7.01288453363184e302),
    (3.0, 1e-300, 2072.6224205606454),
    (0.0, 2.0, 2.0),
    (0.0, 0.0, 0.0),
    (2.0, 0.0, math.inf),
]


@pytest.mark.parametrize(("x", "mean", "expected"), DEVIANCES)
def test_deviance(x: float, mean: float, expected: float) -> None:
    assert_allclose(special.deviance(np.array(x), np.array(mean)), expected, rtol=1e-14)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_deviance_is_its_formula(x: float, mean: float) -> None:
    expected = x * math.log(x / mean) + mean - x
    assert_allclose(special.deviance(np.array(x), np.array(mean)), expected, rtol=1e-12, atol=1e-13 * (x + mean))


# x, log Φ(x), log of the logistic function (mpmath, 50 digits)
LINKS = [
    (-1e5, -5000000012.431864, -1e5),
    (-40.0, -804.6084420137538, -40.0),
    (-1.0, -1.8410216450092636, -1.3132616875182228),
    (0.0, -0.6931471805599453, -0.6931471805599453),
    (8.0, -6.220960574271786e-16, -0.00033540637289576885),
    (38.0, 0.0, -3.1391327920480296e-17),
    (1e300, 0.0, 0.0),
]


@pytest.mark.parametrize(("x", "probit", "logit"), LINKS)
def test_links(x: float, probit: float, logit: float) -> None:
    # log Φ(38) = −2.9e-316 is denormal
    assert_allclose(special.log_ndtr(x), probit, rtol=1e-13, atol=1e-300)
    assert_allclose(special.log_expit(x), logit, rtol=1e-14)
    assert_allclose(special.ndtr(x), math.exp(probit), rtol=1e-5 if x < -1e3 else 1e-12)
    assert_allclose(special.expit(x), math.exp(logit), rtol=1e-14)
