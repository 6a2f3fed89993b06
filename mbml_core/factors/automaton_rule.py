"""Messages of automata, for a whole batch at once and in time linear in the number of transitions.

With forward weights α_i(m) over the memory after i variables and backward weights β_i(m) for what follows,

    α_{i+1}(m') = ⊕_{m, x} α_i(m) w_i(m, x, m') μ_i(x)        β_i(m) = ⊕_{x, m'} w_i(m, x, m') μ_i(x) β_{i+1}(m')
    message to the variable read in step i:  μ(x) = ⊕_{m, m'} α_i(m) w_i(m, x, m') β_{i+1}(m')

the forward–backward recursion inside one factor, with ⊕ a sum or a maximum and everything in logs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from mbml_core.distributions.semiring import FloatArray, Grouping, Semiring
from mbml_core.factors.potential import Automaton


def messages(
    automaton: Automaton,
    log_weights: Sequence[FloatArray],
    incoming: Sequence[FloatArray],
    axes: Iterable[int],
    semiring: Semiring,
) -> Mapping[int, FloatArray]:
    """Unnormalised log messages to the scope positions `axes`, each (R, K_axis).

    Args:
        automaton: the common pattern; its own weights are not read.
        log_weights: for each step (R, T).
        incoming: for each scope position the message from its variable, (R, K_position), in logs.
        axes: where to send.
        semiring: how to eliminate; max needs an unambiguous automaton.
    """
    wanted = set(axes)
    forward = _forward(automaton, log_weights, incoming, semiring)
    after = np.zeros((incoming[0].shape[0], 1))
    found = {}
    for i in reversed(range(len(automaton.steps))):
        step = automaton.steps[i]
        onward = log_weights[i] + after[:, step.targets]
        if step.axis in wanted:
            by_state = Grouping.by(step.states, incoming[step.axis].shape[1])
            found[step.axis] = by_state.eliminate(forward[i][:, step.sources] + onward, semiring)
        by_source = Grouping.by(step.sources, automaton.memory[i])
        after = by_source.eliminate(onward + incoming[step.axis][:, step.states], semiring)
    return found


def log_normalizer(
    automaton: Automaton, log_weights: Sequence[FloatArray], incoming: Sequence[FloatArray], semiring: Semiring
) -> FloatArray:
    """Log ⊕_x f_a(x) Π_j μ_{j→a}(x_j) for each factor of the batch, (R,)."""
    return _forward(automaton, log_weights, incoming, semiring)[-1][:, 0]


def _forward(
    automaton: Automaton, log_weights: Sequence[FloatArray], incoming: Sequence[FloatArray], semiring: Semiring
) -> list[FloatArray]:
    """α before each step and after the last, each (R, memory)."""
    found = [np.zeros((incoming[0].shape[0], 1))]
    for i, step in enumerate(automaton.steps):
        terms = found[-1][:, step.sources] + log_weights[i] + incoming[step.axis][:, step.states]
        found.append(Grouping.by(step.targets, automaton.memory[i + 1]).eliminate(terms, semiring))
    return found
