"""Truncated Gaussians against numbers computed with 140 digits (mpmath 1.4), and against one another."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special as scipy_special

from mbml_core.distributions.truncated import truncated, v_draw, v_win, w_draw, w_win

INF = math.inf

# mean, variance, low, high, log mass, truncated mean, truncated variance
CUTS = [
    (0, 1, -40, INF, 0.0, 0.0, 1.0),
    (0, 1, -8, INF, -6.220960574271786e-16, 5.052271083536895e-15, 0.9999999999999596),
    (0, 1, 0, INF, -0.6931471805599453, 0.7978845608028654, 0.3633802276324187),
    (0, 1, 3.9999, INF, -10.359678930579474, 4.225511811862594, 0.046674624078887325),
    (0, 1, 4.0001, INF, -10.360524052008378, 4.225702477294911, 0.04667105281102371),
    (0, 1, 37, INF, -689.0305855768906, 37.02698768612699, 0.0007272780988775133),
    (0, 1, 1e3, INF, -500007.82669481216, 1000.000999998, 9.999940000499995e-07),
    (0, 1, 1e5, INF, -5000000012.431864, 100000.00001, 9.999999994e-11),
    (0, 1, -INF, -1e5, -5000000012.431864, -100000.00001, 9.999999994e-11),
    (25, 4, -INF, 20, -5.08164827727869, 19.354510404672187, 0.35589520568446176),
    (25, 1e-6, 25.1, INF, -5005.524208694347, 25.100009998001, 9.99400499482606e-11),
    (0, 1, -1e5, 1e5, 0.0, 0.0, 1.0),
    (0, 1, -1, 2, -0.2001662943244626, 0.22963717909132897, 0.5197625392115339),
    (0, 1, -3, -1, -1.8495664205476083, -1.510049513243984, 0.17345290492412205),
    (0, 1, 1e5, 1e5 + 1, -5000000012.431864, 100000.00001, 9.999999994e-11),
    (0, 1, -1e5 - 1, -1e5, -5000000012.431864, -100000.00001, 9.999999994e-11),
    (0, 1, 0, 1e-12, -28.54995964913322, 5e-13, 8.333333333333333e-26),
    (0, 1, 1e3, 1e3 + 2**-43, -500030.72426729737, 1000.0, 1.0770580892617547e-27),
    (0, 1, 1, 1 + 2**-40, -29.14482575560294, 1.0000000000004547, 6.89317177127523e-26),
    (0, 1, -1e-13, 2e-13, -29.753932453459157, 5e-14, 7.5e-27),
    (0, 1, -9, -8.999, -48.32219060423141, -8.999499250042705, 8.333299309407889e-08),
    (0, 1, 30, 1e5, -454.3212439563432, 30.033259667433676, 0.001103771511890091),
    (7, 9, 6.999, 7.5, -2.713311818637385, 7.248920681944626, 0.020897110346005526),
    (0, 1e10, 1, 2, -12.431863998291568, 1.4999999999875, 0.08333333333305555),
    (0, 1e-10, 1, 2, -5000000012.431864, 1.0000000001, 9.999999994000001e-21),
    (0, 1, -1e5, -5, -15.064998393988725, -5.186503967125842, 0.032696434617112226),
]

distances = st.one_of(st.floats(-40, 40), st.floats(-1e5, 1e5))
widths = st.floats(math.log(1e-6), math.log(100)).map(math.exp)


@pytest.mark.parametrize(("mean", "variance", "low", "high", "log_mass", "expected", "spread"), CUTS)
def test_moments(
    mean: float, variance: float, low: float, high: float, log_mass: float, expected: float, spread: float
) -> None:
    found = truncated(mean, variance, low, high)
    # the bound in standard units is itself rounded: 25.1 − 25 has lost two digits, hence 1e-12 and not less
    rounded = 1e-11 if mean == 25 and high == INF else 2e-13
    assert_allclose(found.log_mass, log_mass, rtol=rounded, atol=2e-14)
    assert_allclose(found.mean, expected, rtol=1e-15, atol=3e-13 * math.sqrt(spread))
    assert_allclose(found.variance, spread, rtol=rounded)


def test_cuts_are_computed_row_by_row() -> None:
    columns = np.array([cut[:4] for cut in CUTS], dtype=float).T
    together = truncated(*columns)
    for i, cut in enumerate(CUTS):
        for found, alone in zip(together, truncated(*cut[:4]), strict=True):
            assert_allclose(found[i], alone, rtol=1e-15)
    assert truncated(np.zeros((3, 1)), np.ones(4), -1.0).mean.shape == (3, 4)


def test_no_bounds_change_nothing() -> None:
    assert_array_equal(truncated(3.0, 4.0), (0.0, 3.0, 4.0))


@pytest.mark.parametrize(("low", "high"), [(2.0, 2.0), (2.0, 1.0), (INF, INF), (-INF, -INF), (INF, -INF)])
def test_an_empty_interval_has_no_mass(low: float, high: float) -> None:
    assert_array_equal(truncated(0.0, 1.0, low, high), (-INF, low, 0.0))


@given(distances, widths)
def test_moments_lie_where_they_must(low: float, width: float) -> None:
    high = low + width
    if high <= low:
        return
    for found in (truncated(0.0, 1.0, low, high), truncated(0.0, 1.0, low)):
        assert not np.isnan(found).any()
        assert low <= found.mean
        assert found.log_mass <= 1e-14
        assert 0.0 < found.variance <= 1.0 + 1e-14
    cut = truncated(0.0, 1.0, low, high)
    assert cut.mean <= high
    assert cut.variance <= (high - low) ** 2 / 12 * (1 + 1e-12)  # no log-concave cut is flatter than the uniform


@given(distances, widths)
def test_mirror_images(low: float, width: float) -> None:
    high = low + width
    if high <= low:
        return
    for left, right in (((low, high), (-high, -low)), ((low, INF), (-INF, -low))):
        a, b = truncated(0.0, 1.0, *left), truncated(0.0, 1.0, *right)
        assert_allclose(a.log_mass, b.log_mass, rtol=1e-14, atol=1e-14)
        assert_allclose([a.mean, a.variance], [-b.mean, b.variance], rtol=1e-13, atol=1e-14)


@given(st.floats(-30, 30), st.floats(-2, 2), st.floats(0.01, 5))
def test_shifting_and_stretching(low: float, shift: float, sd: float) -> None:
    unit = truncated(0.0, 1.0, low, low + 1.0)
    found = truncated(shift, sd * sd, shift + sd * low, shift + sd * (low + 1.0))
    # bounds are rounded to 1e-15 times their size, and the log mass moves by |z| ≤ 30 times that
    assert_allclose(found.log_mass, unit.log_mass, rtol=1e-10, atol=1e-10)
    assert_allclose(found.mean, shift + sd * unit.mean, rtol=1e-12, atol=1e-12)
    assert_allclose(found.variance, sd * sd * unit.variance, rtol=1e-9)


@given(st.floats(-6, 6), st.floats(0.5, 5))
def test_the_textbook_formulas_where_they_do_not_cancel(low: float, width: float) -> None:
    high = low + width
    if low > 1 or high < -1:
        return
    density = np.exp(-0.5 * np.array([low, high]) ** 2) / math.sqrt(2 * math.pi)
    mass = scipy_special.ndtr(high) - scipy_special.ndtr(low)
    mean = (density[0] - density[1]) / mass
    variance = 1 + (low * density[0] - high * density[1]) / mass - mean**2
    assert_allclose(truncated(0.0, 1.0, low, high), (math.log(mass), mean, variance), rtol=1e-11, atol=1e-13)


@given(st.floats(-1e5, 1e5))
def test_two_bounds_become_one(low: float) -> None:
    one, two = truncated(0.0, 1.0, low), truncated(0.0, 1.0, low, low + 3e5)
    assert_allclose(two.log_mass, one.log_mass, rtol=1e-13, atol=1e-14)
    assert_allclose([two.mean, two.variance], [one.mean, one.variance], rtol=2e-13, atol=1e-14)


@given(st.floats(-50, 50), st.floats(0.01, 10))
def test_parts_add_up(low: float, width: float) -> None:
    """Mass, mean and variance of a whole are those of the mixture of its halves."""
    middle, high = low + width / 2, low + width
    whole, left, right = (truncated(0.0, 1.0, *cut) for cut in ((low, high), (low, middle), (middle, high)))
    masses = np.exp(np.array([left.log_mass, right.log_mass]) - whole.log_mass)
    means, variances = np.array([left.mean, right.mean]), np.array([left.variance, right.variance])
    assert_allclose(masses.sum(), 1.0, rtol=1e-12)
    assert_allclose(masses @ means, whole.mean, rtol=1e-12, atol=1e-13)
    assert_allclose(masses @ (variances + (means - whole.mean) ** 2), whole.variance, rtol=1e-9)


def test_bounds_beyond_every_scale() -> None:
    assert_allclose(truncated(0.0, 1.0, -1.7e308, 1.7e308), (0.0, 0.0, 1.0), atol=1e-14)
    far = truncated(0.0, 1.0, 1e200)
    assert_array_equal([far.log_mass, far.mean], [-INF, 1e200])
    assert not np.isnan(truncated(0.0, 1.0, 1e200, 2e200)).any()


# --- v and w -----------------------------------------------------------------------------------------------

# t, v, w
WINS = [
    (-1e5, 100000.00001, 0.9999999999),
    (-1e3, 1000.000999998, 0.999999000006),
    (-37.5, 37.526628874883656, 0.9992919051145792),
    (-10.0, 10.098093233962512, 0.9905546221743438),
    (-4.5, 4.704319844827732, 0.9611859007152245),
    (-4.0, 4.225607144489471, 0.9533271616025774),
    (-1.0, 1.525135276160981, 0.8009023344296512),
    (0.0, 0.7978845608028654, 0.6366197723675814),
    (1.0, 0.2875999709391784, 0.3703137142233946),
    (5.0, 1.4867199409049056e-06, 7.433601914860711e-06),
    (30.0, 1.4736461348785476e-196, 4.420938404635642e-195),
    (100.0, 0.0, 0.0),
]

# t, margin, v, w
DRAWS = [
    (0.0, 1e-6, 0.0, 0.9999999999996667),
    (0.0, 1.0, 0.0, 0.7088749052272068),
    (1.0, 0.5, -0.9206446052220353, 0.9230579020575508),
    (-1.0, 0.5, 0.9206446052220353, 0.9230579020575508),
    (3.0, 0.1, -2.9900725920934073, 0.9967300393410444),
    (50.0, 1.0, -49.02039119883845, 0.999584544074417),
]


@pytest.mark.parametrize(("t", "v", "w"), WINS)
def test_win(t: float, v: float, w: float) -> None:
    assert_allclose(v_win(t), v, rtol=1e-14 if t < 20 else 1e-12)
    assert_allclose(w_win(t), w, rtol=1e-13 if t < 20 else 1e-12)


@pytest.mark.parametrize(("t", "margin", "v", "w"), DRAWS)
def test_draw(t: float, margin: float, v: float, w: float) -> None:
    assert_allclose(v_draw(t, margin), v, rtol=1e-14, atol=1e-16)
    assert_allclose(w_draw(t, margin), w, rtol=1e-14)


@given(st.floats(-1e5, 1e5), st.floats(0.01, 20))
def test_v_and_w_are_the_moments_of_the_cut(t: float, margin: float) -> None:
    win = truncated(t, 1.0, 0.0)
    assert_allclose([v_win(t), 1 - w_win(t)], [win.mean - t, win.variance], rtol=1e-10, atol=1e-10)
    draw = truncated(t, 1.0, -margin, margin)
    assert_allclose(
        [v_draw(t, margin), 1 - w_draw(t, margin)], [draw.mean - t, draw.variance], rtol=1e-9, atol=1e-10
    )
    assert 0.0 <= w_win(t) <= 1.0


@given(st.floats(-6, 6))
def test_a_win_moves_as_the_slope_of_its_log_probability_says(t: float) -> None:
    """V = d log Φ(t)/dt and w = −dv/dt (Herbrich, Minka & Graepel 2006)."""
    h = 1e-5
    slope = (scipy_special.log_ndtr(t + h) - scipy_special.log_ndtr(t - h)) / (2 * h)
    assert_allclose(v_win(t), slope, rtol=1e-7, atol=1e-9)
    assert_allclose(w_win(t), -(v_win(t + h) - v_win(t - h)) / (2 * h), rtol=1e-7, atol=1e-9)
