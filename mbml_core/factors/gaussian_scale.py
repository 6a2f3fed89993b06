"""EP for a Gaussian whose precision r or variance τ = 1/r is unknown and hears a Gamma message.

With child and mean heard as Gaussians of variance v_c and v_m (0 where known), V = v_c + v_m, and d the difference
of their means, both can be integrated out (PRML 2.3.3), which leaves one integral over the scale:

    Z(τ) = exp(A(η_child) + A(η_mean))·N(d; 0, V + τ),      log Z = log ∫ Z exp(η_0·log s − rate·s) ds,  s = r or τ

It is taken over u = log s by quadrature. The scale is projected by its mean and variance, as Infer.NET does (Minka
et al., user guide, `Gaussian from mean and precision`). Given τ, child and mean are Gaussian:

    child | τ ∝ N(child; m_m, v_m + τ)·exp(η_child·t)

and their projections have E[mean | τ] for mean and E[var | τ] + var(E | τ) for variance. With child and mean known
and an unknown precision the message is Gamma exactly: r^½ exp(−½ d² r).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.gamma import GAMMA
from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import HALF_LOG_TWO_PI
from mbml_core.factors.gaussian_inputs import Input, gaussian_input, natural
from mbml_core.factors.quadrature import Quadrature, integrate
from mbml_core.factors.rules import EpUpdate, Rows, ep_update

CHILD, MEAN, VARIANCE, PRECISION = "child", "mean", "variance", "precision"


class _Problem(NamedTuple):
    """One row per factor: the heard Gamma(shape, rate), the V and d of the file's head, and the variances heard
    from child and mean; `power` is −1 where the scale is a precision and 1 where it is a variance: τ = s^power.
    """

    shape: FloatArray
    rate: FloatArray
    spread: FloatArray
    distance: FloatArray
    child: FloatArray
    mean: FloatArray
    power: float


def update(cavities: Rows, values: Rows) -> EpUpdate:
    """Messages to whatever is unknown among child, mean and the one scale."""
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        child, mean = (gaussian_input(role, cavities, values) for role in (CHILD, MEAN))
        if CHILD not in cavities and MEAN not in cavities and PRECISION in cavities:
            return _conjugate(child.mean - mean.mean, cavities[PRECISION])
        return _integrated(child, mean, cavities)


def _conjugate(distance: FloatArray, heard: FloatArray) -> EpUpdate:
    message = natural(np.full_like(distance, 0.5), -0.5 * distance * distance)
    log_z = GAMMA.log_normalizer(heard + message) - HALF_LOG_TWO_PI
    return ep_update({PRECISION: message}, log_z, np.ones(len(distance), dtype=bool))


def _integrated(child: Input, mean: Input, cavities: Rows) -> EpUpdate:
    role = PRECISION if PRECISION in cavities else VARIANCE
    power = -1.0 if role == PRECISION else 1.0
    heard = cavities[role]
    spread = child.variance + mean.variance
    is_flat = child.is_flat | mean.is_flat
    distance = child.mean - mean.mean
    problem = _Problem(heard[:, 0] + 1.0, -heard[:, 1], spread, distance, child.variance, mean.variance, power)
    exists = _exists(problem, is_flat, (child.is_proper | child.is_flat) & (mean.is_proper | mean.is_flat))
    quadrature = _integrate(_only(problem, exists & ~is_flat))
    tau = np.exp(power * quadrature.x)
    messages = {role: np.where(is_flat[:, None], 0.0, _scale_message(quadrature, heard))}
    pairs = ((CHILD, child, mean), (MEAN, mean, child))
    for name, own, other in pairs:
        if name in cavities:
            message = _gaussian_message(cavities[name], own, other, quadrature, tau)
            messages[name] = np.where(is_flat[:, None], _beside_flat(other, heard, power), message)
    flat_z = np.where(child.is_flat & mean.is_flat, np.inf, np.where(child.is_flat, mean.log_z, child.log_z))
    log_z = np.where(is_flat, flat_z + GAMMA.log_normalizer(heard), quadrature.log_z + child.log_z + mean.log_z)
    return ep_update(messages, np.where(exists | is_flat, log_z, np.inf), exists)


def _exists(problem: _Problem, is_flat: BoolArray, is_heard: BoolArray) -> BoolArray:
    """Whether the integral over the scale converges at both of its ends."""
    shape, is_known = problem.shape, problem.spread == 0.0
    if problem.power < 0.0:  # a precision: Z falls as √r towards 0
        at_zero = shape > -0.5
    else:  # a variance: Z tends to N(d; 0, V), and with V = 0 to 0 unless d = 0
        at_zero = np.where(is_known, (problem.distance != 0.0) | (shape > 0.5), shape > 0.0)
    return is_heard & (problem.rate > 0.0) & np.where(is_flat, shape > 0.0, at_zero)


def _only(problem: _Problem, rows: BoolArray) -> _Problem:
    """The problem with harmless numbers in the other rows."""
    shape, rate, spread, distance, child, mean = (np.where(rows, field, 1.0) for field in problem[:-1])
    return _Problem(shape, rate, spread, distance, child, mean, problem.power)


def _integrate(problem: _Problem) -> Quadrature:
    """∫ N(d; 0, V + τ)·s^(shape − 1) exp(−rate·s) ds over u = log s."""
    shape, rate, spread, distance, child, mean = (field[:, None] for field in problem[:-1])
    power, square = problem.power, distance * distance

    def log_integrand(u: FloatArray) -> FloatArray:
        total = spread + np.exp(power * u)
        return shape * u - rate * np.exp(u) - 0.5 * (square / total + np.log(total)) - HALF_LOG_TWO_PI

    def slope(u: FloatArray) -> FloatArray:
        tau = np.exp(power * u)
        total = spread + tau
        return shape - rate * np.exp(u) + 0.5 * power * (tau / total) * (square / total - 1.0)

    def log_variances(u: FloatArray) -> FloatArray:
        tau = np.exp(power * u)
        result: FloatArray = np.log(_given_scale(child, mean + tau) + _given_scale(mean, child + tau))
        return result

    low, high = _precision_bracket(problem) if power < 0.0 else _variance_bracket(problem)
    return integrate(log_integrand, slope, low, high, log_moment=log_variances)


def _given_scale(own: FloatArray, other: FloatArray) -> FloatArray:
    """The variance of the product of two Gaussians; 0 where either is known."""
    return own * (other / (own + other))


def _precision_bracket(problem: _Problem) -> tuple[FloatArray, FloatArray]:
    """Every peak of the integrand has (shape + ½)/(rate + ½V + ½d²) ≤ r ≤ (shape + ½)/rate: there the slope
    shape − rate·r + ½/(1 + rV) − ½d²r/(1 + rV)² has its sign for sure.
    """
    top = problem.shape + 0.5
    lowest = top / (problem.rate + 0.5 * problem.spread + 0.5 * problem.distance**2)
    return np.log(lowest) - 1e-3, np.log(top / problem.rate) + 1e-3


def _variance_bracket(problem: _Problem) -> tuple[FloatArray, FloatArray]:
    """The slope is shape − rate·τ − ½τ/(V + τ) + ½d²τ/(V + τ)²: at most shape − rate·τ + ½d²/τ, at least
    shape − rate·τ − ½τ/V, and shape − ½ − rate·τ + ½d²/τ if V = 0.
    """
    shape, rate, spread, square = problem.shape, problem.rate, problem.spread, problem.distance**2

    def root(shape: FloatArray) -> FloatArray:
        """The τ with shape − rate·τ + ½·square/τ = 0, without cancellation."""
        far = np.sqrt(shape * shape + 2.0 * rate * square)
        result: FloatArray = np.where(shape > 0.0, (shape + far) / (2.0 * rate), square / (far - shape))
        return result

    lowest = np.where(spread > 0.0, shape / (rate + 0.5 / np.where(spread > 0.0, spread, 1.0)), root(shape - 0.5))
    return np.log(lowest) - 1e-3, np.log(root(shape)) + 1e-3


def _scale_message(quadrature: Quadrature, heard: FloatArray) -> FloatArray:
    scale = np.exp(quadrature.x)
    return GAMMA.from_moments(*quadrature.moments(scale)) - heard


def _gaussian_message(
    heard: FloatArray, own: Input, other: Input, quadrature: Quadrature, tau: FloatArray
) -> FloatArray:
    """The projection of the tilted distribution of one of child and mean, without what it said."""
    width = other.variance[:, None] + tau
    variance = _given_scale(own.variance[:, None], width)
    gain = variance / width
    mean = own.mean[:, None] + gain * (other.mean - own.mean)[:, None]
    return GAUSSIAN.from_moments(*quadrature.moments(mean, variance)) - heard


def _beside_flat(other: Input, heard: FloatArray, power: float) -> FloatArray:
    """One that says nothing itself hears N(other's mean, its variance + E[τ]); τ is then what Gamma(shape, rate)
    says, with E[1/r] = rate/(shape − 1) above shape 1 and infinite below. Beside another that says nothing it
    hears nothing.
    """
    shape, rate = heard[:, 0] + 1.0, -heard[:, 1]
    expected = shape / rate if power > 0.0 else np.where(shape > 1.0, rate / (shape - 1.0), np.inf)
    hears_nothing = other.is_flat | ~np.isfinite(expected)
    precision = np.where(hears_nothing, 0.0, 1.0 / (other.variance + np.where(hears_nothing, 1.0, expected)))
    return natural(precision * other.mean, precision)
