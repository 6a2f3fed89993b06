"""Which number of the model the answer hangs on.

With m_e(x) = Σ_rest Π_other factors · weights of the evidence, the total weight of everything but one factor f,

    P(t | e)(θ) = Σ_x m_te(x) f_θ(x) / Σ_x m_e(x) f_θ(x) = (a + b θ) / (c + d θ)

since f is linear in each of its numbers θ. From a, b, c, d follow the slope at the present value, the answer at
any other value, and the value at which the answer crosses a threshold:  θ* = (τ c − a) / (b − τ d).
Source: Coupé & van der Gaag (2002), Ann. Math. Artif. Intell. 36; Chan & Darwiche (2002), JAIR 17.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine, compile
from mbml_core.errors import UnsupportedQuery
from mbml_core.explain.arrows import is_known
from mbml_core.explain.claims import Claim, Progress, claim_of, moved_most, without
from mbml_core.explain.limits import limits
from mbml_core.explain.odds import equals_text
from mbml_core.explain.parameters import MAX_ENTRIES, Parameter, is_too_large, parameters_of
from mbml_core.explain.settled import settled
from mbml_core.model import Evidence, Factor, FactorGraph, Likelihood, Observation, Observed, weights
from mbml_core.phrases import counted
from mbml_core.wording import probability_text

STEP = 0.1
"""How far each number is moved for the bars; in a free potential, that part of its value, or of its largest number
where it is zero."""
MOST = 40
"""Numbers that are kept: those that move the answer most."""
NOTHING = 1e-10
"""Slopes below are rounding: probabilities carry about twelve digits."""


@dataclass(frozen=True, slots=True)
class Influence:
    """One number of the model and what hangs on it.

    Attributes:
        factor: id of the factor that holds it.
        name: what it is, for people.
        value: as drawn.
        slope: dP(target | evidence) / dθ at that value.
        lower, upper: the number moved down and up by STEP, as far as it can be.
        at_lower, at_upper: P(target | evidence) there.
        flip: the value at which the target crosses the threshold; None where no value does.
        text: caption of its bar.
        flip_text: the change that flips the decision, in words; "" where none does.
    """

    factor: str
    name: str
    value: float
    slope: float
    lower: float
    upper: float
    at_lower: float
    at_upper: float
    flip: float | None
    text: str
    flip_text: str

    @property
    def span(self) -> float:
        """How much the answer moves between the two ends."""
        return abs(self.at_upper - self.at_lower)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """All of it.

    Attributes:
        claim: the target.
        probability: of it now.
        threshold: that a decision rests on.
        influences: those that move it most first.
        flips: those that can flip the decision, the smallest change first.
        text: in words.
    """

    claim: Claim
    probability: float
    threshold: float
    influences: tuple[Influence, ...]
    flips: tuple[Influence, ...]
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class _Answer:
    """P(t | e) = (a + bδ) / (c + dδ) at θ = value + δ. From the present value on, since 1 − θ would cancel where
    the evidence is all but impossible.
    """

    value: float
    a: float
    b: float
    c: float
    d: float

    def at(self, theta: float) -> float:
        """Where the evidence would be impossible there, the answer stays undefined: NaN."""
        change = theta - self.value
        below = self.c + self.d * change
        return min(max((self.a + self.b * change) / below, 0.0), 1.0) if below > 0 else math.nan

    def slope(self) -> float:
        """At the present value."""
        return (self.b - self.d * self.a / self.c) / self.c

    def crossing(self, threshold: float, most: float) -> float | None:
        across = self.b - threshold * self.d
        if abs(across) <= NOTHING * (abs(self.b) + abs(self.d)):
            return None
        change = (threshold * self.c - self.a) / across
        theta = self.value + change
        is_change = 0.0 <= theta <= most and theta != self.value
        return theta if is_change and self.c + self.d * change > 0 else None


def sensitivity(
    engine: Engine,
    evidence: Evidence,
    target: str | None = None,
    state: str | None = None,
    threshold: float = 0.5,
    deadline: Deadline = UNLIMITED,
    progress: Progress | None = None,
) -> Sensitivity:
    """Every number of the model by how much P(target = state | evidence) hangs on it.

    Args:
        engine: by the exact method.
        evidence: what is observed.
        target: the variable, default the one the evidence moved most.
        state: of it, default its last.
        threshold: the decision is whether the probability is above it.
        deadline: polled between factors.
        progress: told the factors done.

    Raises UnsupportedQuery where the target is observed, ImpossibleEvidence as `Engine.infer`.
    """
    model = engine.model
    claim = claim_of(model, target or moved_most(engine, evidence, deadline), state)
    if claim.variable in evidence and is_known(model, claim.variable, evidence[claim.variable]):
        raise UnsupportedQuery(f"{claim.name} is observed: no number of the model can move it")
    fixed = settled(engine, evidence, deadline)
    claimed = {**fixed, claim.variable: _claimed(model, fixed, claim)}
    now = float(engine.infer(fixed, **limits(deadline)).marginals[claim.variable].probabilities[claim.index])
    found: list[Influence] = []
    for done, factor in enumerate(model.factors):
        if progress is not None:
            progress(done, len(model.factors))
        found += _of_factor(engine, factor, (fixed, claimed), claim, threshold, now, deadline)
    strongest = tuple(sorted(found, key=lambda influence: -influence.span)[:MOST])
    flips = [influence for influence in found if influence.flip is not None]
    nearest = tuple(sorted(flips, key=lambda i: abs((i.flip or 0.0) - i.value))[:MOST])
    said = _text(claim, now, threshold, strongest, nearest) + _passed_over(model)
    return Sensitivity(claim, now, threshold, strongest, nearest, said)


def _claimed(model: FactorGraph, evidence: Evidence, claim: Claim) -> Observation:
    """That the claim is true, with the weight that what was seen of its variable gives it."""
    if claim.variable not in evidence:
        return Observed(claim.state)
    weight = weights(evidence[claim.variable], model.variable(claim.variable).states)
    if weight[claim.index] == 0:
        raise UnsupportedQuery(f"{claim.text} is ruled out by what was seen: no number of the model can move it")
    others = np.arange(weight.size) != claim.index
    return Likelihood(tuple(np.where(others, 0.0, weight).tolist()))


def _of_factor(
    engine: Engine, factor: Factor, seen: tuple[Evidence, Evidence], claim: Claim, threshold: float, now: float,
    deadline: Deadline,
) -> Iterator[Influence]:  # fmt: skip
    """`seen` is the evidence, without and with the claim."""
    deadline.check()
    parameters = list(parameters_of(engine.model, factor))
    if not parameters:
        return
    own = parameters[0].table(parameters[0].value)
    whole, part = _weights_around(engine, factor, own, seen, deadline)
    if not (whole * own).sum() > 0:
        return  # the evidence is so improbable that its weights are no doubles
    for parameter in parameters:
        answer = _Answer(
            parameter.value,
            float((part * own).sum()), float((part * parameter.slope).sum()),
            float((whole * own).sum()), float((whole * parameter.slope).sum()),
        )  # fmt: skip
        influence = _influence(parameter, answer, claim, threshold, now)
        if influence is not None:
            yield influence


def _weights_around(
    engine: Engine, factor: Factor, own: FloatArray, seen: tuple[Evidence, Evidence], deadline: Deadline
) -> tuple[FloatArray, FloatArray]:
    """m_e and m_te over the factor's scope, both divided by the same number.

    The weight of everything else is that of a joint state with the factor's own value divided out; where that is
    zero, the factor is taken out of the model instead.
    """
    around = engine
    if not (own > 0).all():
        around, own = compile(_without(engine.model, factor), "exact", **limits(deadline)), np.ones(own.shape)
    logs = [_log_weights(around, factor.scope, evidence, deadline) for evidence in seen]
    peak = logs[0].max()
    return np.exp(logs[0] - peak) / own, np.exp(logs[1] - peak) / own


def _log_weights(engine: Engine, scope: Sequence[str], evidence: Evidence, deadline: Deadline) -> FloatArray:
    """Ln P(x, e) for every joint state x of the scope; −inf where what is seen of its variables excludes it."""
    domains = [engine.model.variable(id) for id in scope]
    shape = tuple(variable.size for variable in domains)
    rest = without(evidence, *scope)
    states = [{v.id: Observed(v.states[k]) for v, k in zip(domains, at, strict=True)} for at in np.ndindex(shape)]
    found = engine.infer_many([{**rest, **row} for row in states], variables=(), **limits(deadline))
    logs: FloatArray = found.log_evidence.reshape(shape).copy()
    for axis, variable in enumerate(domains):
        if variable.id in evidence:
            seen = log(weights(evidence[variable.id], variable.states))
            logs += seen.reshape([-1 if other == axis else 1 for other in range(len(shape))])
    return logs


def _without(model: FactorGraph, factor: Factor) -> FactorGraph:
    """The model with ones in the place of a factor."""
    sizes = [variable.size for variable in model.domains(factor)]
    ones = Factor(factor.id, "table", factor.scope, {"values": np.ones(sizes)})
    return replace(model, factors=tuple(ones if other is factor else other for other in model.factors))


def _influence(
    parameter: Parameter, answer: _Answer, claim: Claim, threshold: float, now: float
) -> Influence | None:
    step = STEP if math.isfinite(parameter.most) else STEP * (parameter.value or float(parameter.constant.max()))
    lower, upper = max(parameter.value - step, 0.0), min(parameter.value + step, parameter.most)
    at_lower, at_upper = (now if math.isnan(p) else p for p in map(answer.at, (lower, upper)))
    slope = answer.slope()
    if abs(slope) < NOTHING and abs(at_upper - at_lower) < NOTHING:
        return None
    flip = answer.crossing(threshold, parameter.most)
    return Influence(
        parameter.factor, parameter.text, parameter.value, slope, lower, upper, at_lower, at_upper, flip,
        _caption(parameter, lower, upper, at_lower, at_upper, claim),
        _flip_text(parameter, flip, claim, threshold, now),
    )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.4g}"


def _caption(
    parameter: Parameter, lower: float, upper: float, at_lower: float, at_upper: float, claim: Claim
) -> str:
    ends = [(lower, at_lower), (upper, at_upper)]
    moves = [f"at {_number(theta)} it is {probability_text(p)}" for theta, p in ends if theta != parameter.value]
    return f"{parameter.text} is {_number(parameter.value)}. For P({claim.text}): {', '.join(moves)}."


def _flip_text(parameter: Parameter, flip: float | None, claim: Claim, threshold: float, now: float) -> str:
    if flip is None:
        return ""
    how = "Raised" if flip > parameter.value else "Lowered"
    side = "fall below" if now > threshold else "rise above"
    value, other = _told_apart(parameter.value, flip)
    return f"{how} from {value} to {other}, {parameter.text} would make P({claim.text}) {side} {threshold:g}."


def _told_apart(value: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ."""
    texts = ((f"{value:.{digits}g}", f"{other:.{digits}g}") for digits in (4, 6, 9, 13))
    return next((pair for pair in texts if pair[0] != pair[1]), (repr(value), repr(other)))


def _passed_over(model: FactorGraph) -> str:
    """Which numbers were not looked at."""
    count = sum(is_too_large(model, factor) for factor in model.factors)
    if not count:
        return ""
    return f" ({counted(count, 'factor')} of more than {MAX_ENTRIES:,} numbers left aside.)"


def _text(
    claim: Claim, now: float, threshold: float, strongest: Sequence[Influence], nearest: Sequence[Influence]
) -> str:
    if not strongest:
        return f"P({claim.text}) {equals_text(now)} does not hang on any single number of the model."
    first = strongest[0]
    said = f"P({claim.text}) {equals_text(now)} hangs most on {first.name}."
    if nearest:
        return f"{said} The smallest change that flips the decision at {threshold:g}: {nearest[0].flip_text}"
    return f"{said} No single number of the model can move it across {threshold:g}."
