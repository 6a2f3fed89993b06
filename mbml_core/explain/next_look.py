r"""What to look at next: how much each variable that was not seen yet would tell about a target.

    gain(X) = H(T | e) − Σ_x P(x | e) H(T | x, e) = I(T; X | e)                   in bits
            = Σ_t P(t | e) KL( P(X | t, e) ‖ P(X | e) )

The last form needs one query for each state of the target instead of one for each state of every variable.
Source: Cover & Thomas (2006), Elements of Information Theory, §2.4; Lindley (1956), Ann. Math. Stat. 27(4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.errors import UnsupportedQuery
from mbml_core.explain.arrows import is_known
from mbml_core.explain.claims import Progress, moved_most, named
from mbml_core.explain.limits import limits
from mbml_core.explain.settled import settled
from mbml_core.model import Evidence, Observed
from mbml_core.wording import probability_text, visible

NOTHING = 1e-9
"""Bits below which a gain is rounding: probabilities carry about twelve digits."""


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What would be believed after one answer.

    Attributes:
        state: the state that would be seen.
        probability: that it will be.
        target: (K,) distribution of the target then; empty where this cannot be seen.
        bits: entropy of the target then; 0 where this cannot be seen.
    """

    state: str
    probability: float
    target: FloatArray
    bits: float


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """One variable that could be looked at.

    Attributes:
        variable, name: its id and label.
        gain: expected reduction of the target's entropy, in bits; never negative.
        share: of the target's present entropy, from 0 to 1.
        outcomes: by state.
        text: in words.
    """

    variable: str
    name: str
    gain: float
    share: float
    outcomes: tuple[Outcome, ...]
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class NextLook:
    """All of them.

    Attributes:
        target, name: its id and label.
        states, belief: of the target now.
        bits: its entropy now.
        looks: the most telling first; equal ones in the order of the drawing.
        text: what to do, in words.
        is_exact: whether all numbers are.
    """

    target: str
    name: str
    states: tuple[str, ...]
    belief: FloatArray
    bits: float
    looks: tuple[Look, ...]
    text: str
    is_exact: bool


def next_look(
    engine: Engine,
    evidence: Evidence,
    target: str | None = None,
    deadline: Deadline = UNLIMITED,
    progress: Progress | None = None,
) -> NextLook:
    """Every unobserved variable by what it would tell about `target` (default: the one the evidence moved most).

    Raises UnsupportedQuery where the target is observed and where loopy beliefs contradict each other,
    ImpossibleEvidence as `Engine.infer`.
    """
    model = engine.model
    variable = model.variable(target if target is not None else moved_most(engine, evidence, deadline))
    if variable.id in evidence and is_known(model, variable.id, evidence[variable.id]):
        raise UnsupportedQuery(f"{visible(variable.label)} is observed: nothing more can be learned about it")
    fixed = settled(engine, evidence, deadline)
    now = engine.infer(fixed, **limits(deadline))
    belief = now.marginals[variable.id].probabilities
    possible = np.flatnonzero(belief > 0).tolist()
    rows = [{**fixed, variable.id: Observed(variable.states[k])} for k in possible]
    given = engine.infer_many(rows, progress=progress, **limits(deadline))
    if not given.is_possible.all():
        raise UnsupportedQuery(
            f"belief propagation contradicts itself about {visible(variable.label)}: it believes in a state that "
            "it then finds impossible; set the method to exact"
        )
    bits = entropy(belief)
    free = [v for v in model.variables if v.id != variable.id and not _is_seen(engine, v.id, evidence)]
    is_exact = bool(now.is_exact and given.is_exact_row.all())
    looks = []
    for v in free:
        joint = np.zeros((belief.size, v.size))
        joint[possible] = belief[possible, None] * given.marginals[v.id].probabilities
        looks.append(_look(v.id, named(model, v.id), v.states, joint, bits, visible(variable.label), is_exact))
    ranked = tuple(sorted(looks, key=lambda look: -look.gain))
    return NextLook(
        variable.id, visible(variable.label), variable.states, belief, bits, ranked,
        _advice(ranked, visible(variable.label), bits, is_exact), is_exact,
    )  # fmt: skip


def entropy(probabilities: FloatArray) -> float:
    """−Σ p log₂ p, in bits."""
    positive = probabilities[probabilities > 0]
    return max(float(-(positive * np.log2(positive)).sum()), 0.0)


def _is_seen(engine: Engine, id: str, evidence: Evidence) -> bool:
    return id in evidence and is_known(engine.model, id, evidence[id])


def _look(
    id: str, name: str, states: Sequence[str], joint: FloatArray, bits: float, target: str, is_exact: bool
) -> Look:
    outcomes = tuple(_outcome(state, joint[:, k]) for k, state in enumerate(states))
    left = sum(outcome.probability * outcome.bits for outcome in outcomes)
    gain = max(bits - left, 0.0)
    gain = 0.0 if gain < NOTHING else gain
    share = min(gain / bits, 1.0) if bits > 0 else 0.0
    return Look(id, name, gain, share, outcomes, _text(name, gain, share, outcomes, target, is_exact))


def _outcome(state: str, column: FloatArray) -> Outcome:
    probability = float(column.sum())
    if probability <= 0.0:
        return Outcome(state, 0.0, np.zeros(0), 0.0)
    target = column / probability
    return Outcome(state, probability, target, entropy(target))


def _text(name: str, gain: float, share: float, outcomes: Sequence[Outcome], target: str, is_exact: bool) -> str:
    about = "" if is_exact else "about "
    if gain == 0.0:
        return f"{name} would tell nothing about {target} now."
    seen = [o for o in outcomes if o.probability > 0]
    likely = max(seen, key=lambda outcome: outcome.probability)
    return (
        f"Seeing {name} would be expected to take away {about}{_bits_text(gain)}, {share:.0%} of the doubt about "
        f"{target}. Most likely ({about}{probability_text(likely.probability)}) it would be "
        f"{visible(likely.state)}."
    )


def _bits_text(bits: float) -> str:
    """As in: 0.276 bits, 1 bit."""
    size = f"{bits:.3g}"
    return f"{size} bit" if size == "1" else f"{size} bits"


def _advice(looks: Sequence[Look], target: str, bits: float, is_exact: bool) -> str:
    about = "" if is_exact else "about "
    if bits < NOTHING:
        return f"There is no doubt left about {target}."
    doubt = f"The doubt about {target} is {about}{_bits_text(bits)}"
    if not looks or looks[0].gain == 0.0:
        return f"{doubt}, and nothing that was not seen yet would tell more about it."
    best = looks[0]
    return f"{doubt}. Look at {best.name} next: it is expected to take away {about}{_bits_text(best.gain)} of it."
