"""What is said about seeing and doing: where they part, by how much, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.explain.gaps import told_apart
from mbml_core.model import FactorGraph
from mbml_core.phrases import counted
from mbml_core.wording import probability_text, visible

SAME = 1e-6
"""Beliefs that are nowhere further apart count as the same: approximate ones are no more precise."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Beliefs of one variable, in state order.

    Attributes:
        variable: its id.
        before: without the intervention and without the observation; () where that is impossible.
        seen: with the settings observed; () where they cannot be.
        done: with the settings made.
        difference: total variation between seen and done, ½ Σ |seen − done|, from 0 to 1.
    """

    variable: str
    before: tuple[float, ...]
    seen: tuple[float, ...]
    done: tuple[float, ...]
    difference: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one state of the variable that is set leads to.

    Attributes:
        setting: the state.
        seen: probability of the state that is compared where the setting is observed; None: it cannot be.
        done: the same where it is made; None where the evidence cannot be then.
    """

    setting: str
    seen: float | None
    done: float | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """All states of the variable that is set beside each other.

    Attributes:
        variable: id of the variable that is compared: of those that the setting acts on, the one on which seeing
            and doing differ most.
        state: the state that is compared.
        rows: one for each setting.
        is_reversed: whether seeing and doing speak for different settings.
        sentence: says so; "" where they do not.
    """

    variable: str
    state: str
    rows: tuple[Outcome, ...]
    is_reversed: bool
    sentence: str


def contrasted(model: FactorGraph, set_id: str, told: Effect, rows: Sequence[Outcome], is_exact: bool) -> Contrast:
    """The comparison in words: `rows` are about the state of `told` that `compared_state` names."""
    variable = model.variable(told.variable)
    state = variable.states[compared_state(told)]
    seen = [row for row in rows if row.seen is not None]
    done = [row for row in rows if row.done is not None]
    best = max(seen, key=lambda row: row.seen or 0.0), max(done, key=lambda row: row.done or 0.0)
    gaps = (best[0].seen or 0.0) - (best[1].seen or 0.0), (best[1].done or 0.0) - (best[0].done or 0.0)
    is_reversed = best[0] is not best[1] and min(gaps) > SAME
    if not is_reversed:
        return Contrast(told.variable, state, tuple(rows), False, "")
    about = "" if is_exact else "about "
    numbers = [f"{about}{probability_text(p)}" for p in (best[0].seen or 0.0, best[1].done or 0.0)]
    said = (
        f"Seen, {visible(variable.label)} = {visible(state)} is most probable with {visible(best[0].setting)} "
        f"({numbers[0]}); done, with {visible(best[1].setting)} ({numbers[1]}). This reversal is Simpson's "
        f"paradox: what makes {_name(model, set_id)} also tells about {visible(variable.label)}."
    )
    return Contrast(told.variable, state, tuple(rows), True, said)


def compared_state(effect: Effect) -> int:
    """The state on which seeing and doing differ most; of two the second, which is the true one."""
    gaps = np.abs(np.subtract(effect.seen, effect.done))
    return len(gaps) - 1 if len(gaps) == 2 else int(np.argmax(gaps))


def told_effect(effects: Sequence[Effect], acted_on: Collection[str]) -> Effect | None:
    """The effect to speak of: where they differ most, among those that the settings act on if there are any."""
    apart = [effect for effect in effects if effect.difference > SAME]
    below = [effect for effect in apart if effect.variable in acted_on]
    return max(below or apart, key=lambda effect: effect.difference, default=None)


def sentence(
    model: FactorGraph,
    settings: Mapping[str, str],
    effects: Sequence[Effect],
    told: Effect | None,
    aside: Sequence[str],
    is_seeing_possible: bool,
    is_cut: bool,
    is_exact: bool,
) -> str:
    """Where seeing and doing part, and why.

    Args:
        model: what the ids belong to.
        settings: {id: state} of what was set.
        effects: on all other variables.
        told: the one to speak of; None where none differs.
        aside: ids of settings whose own observation was left aside.
        is_seeing_possible: whether the settings can be observed.
        is_cut: whether an edge was cut.
        is_exact: whether the numbers are.
    """
    parts = [_said(model, settings, effects, told, is_seeing_possible, is_cut, is_exact)]
    if aside:
        names = " and ".join(_name(model, id) for id in aside)
        parts.append(f"What was observed of {names} is left aside: setting {_it(aside)} overrides it.")
    return " ".join(parts)


def _said(
    model: FactorGraph,
    settings: Mapping[str, str],
    effects: Sequence[Effect],
    told: Effect | None,
    is_seeing_possible: bool,
    is_cut: bool,
    is_exact: bool,
) -> str:
    act = " and ".join(f"{_name(model, id)} = {visible(state)}" for id, state in settings.items())
    if not is_seeing_possible:
        return f"{act} cannot be seen with the rest of the evidence, but it can be done."
    if told is None and not is_cut:
        return f"Nothing in the drawing makes {_names(model, settings)}, so nothing is cut: seeing is doing here."
    if told is None:
        return f"Seeing and doing {act} lead to the same beliefs, although edges are cut."
    others = sum(effect.difference > SAME for effect in effects) - 1
    verb = "differs" if others == 1 else "differ"
    more = f"; {counted(others, 'more belief')} {verb}" if others else ""
    return f"{_compared(model, act, told, is_exact)}{more}. {_why(model, settings)}"


def _compared(model: FactorGraph, act: str, effect: Effect, is_exact: bool) -> str:
    """One state of one variable in both worlds."""
    variable = model.variable(effect.variable)
    state = compared_state(effect)
    about = "" if is_exact else "about "
    what = f"{visible(variable.label)} = {visible(variable.states[state])}"
    seen, done = (about + text for text in told_apart(effect.seen[state], effect.done[state]))
    return f"After seeing {act}, {what} has probability {seen}; after doing it, {done}"


def _why(model: FactorGraph, settings: Mapping[str, str]) -> str:
    names = _names(model, settings)
    it = _it(settings)
    return f"Seeing {names} also tells about what made {it} so; setting {it} tells nothing about that."


def _it(ids: Collection[str]) -> str:
    return "it" if len(ids) == 1 else "them"


def _names(model: FactorGraph, settings: Mapping[str, str]) -> str:
    return " and ".join(_name(model, id) for id in settings)


def _name(model: FactorGraph, id: str) -> str:
    return visible(model.variable(id).label)
