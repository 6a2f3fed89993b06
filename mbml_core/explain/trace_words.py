"""How a run went and how far its beliefs can be trusted, in sentences."""

from __future__ import annotations

from mbml_core.explain import road_words
from mbml_core.inference.result import Status
from mbml_core.inference.trace import Trace, cost_of
from mbml_core.phrases import counted, rounded

SCHEDULES = {
    "two-pass": "collect to the chosen variable, then distribute: each message once",
    "flooding": "flooding: all messages at once, again and again",
    "sequential": "sequential: factor after factor, each with the newest messages",
    "residual": "residual: always the factor that has most to tell",
    "random": "random: all messages in a shuffled order, again and again",
    "by hand": "by hand: the nodes that you chose",
}


def summary(trace: Trace) -> tuple[str, ...]:
    """How the messages were passed, how the run ended, what it cost, and what is not shown."""
    if trace.algorithm != "bp":
        return tuple(text for text in (*road_words.summary(trace), _cost(trace), _left_out(trace)) if text)
    name = SCHEDULES[trace.ending.schedule]
    found = [f"Schedule {name}.", _ending(trace), _cost(trace), _left_out(trace)]
    return tuple(text for text in found if text)


def _ending(trace: Trace) -> str:
    ending = trace.ending
    if ending.schedule == "by hand":
        return "The bars show what each variable has been told so far; they are no beliefs yet."
    after = counted(ending.sweeps, "sweep")
    match ending.status:
        case Status.EXACT:
            return "No loop is left, so the beliefs at the end are exact."
        case Status.CONVERGED:
            return (
                f"The graph has loops: after {after} the messages stopped changing "
                f"(residual {ending.residual:.1e}). The beliefs at the end are approximate."
            )
        case Status.OSCILLATING:
            return (
                f"After {after} the messages repeat with period two (residual {ending.residual:.1e}): there is no "
                "answer at the end. Damping usually cures this."
            )
    return (
        f"Stopped after {after} without converging (residual {ending.residual:.1e}): the beliefs at the end are "
        "approximate, and still moving. Try damping."
    )


def _cost(trace: Trace) -> str:
    cost = cost_of(trace.steps)
    if not cost.results:
        return ""
    hidden = f", not counting {cost.hidden} whose tables are too large to be shown" if cost.hidden else ""
    return (
        f"{counted(len(trace.steps), 'step')}: {rounded(cost.multiplications)} multiplications and "
        f"{rounded(cost.additions)} additions{hidden}; the largest product has {rounded(cost.largest)} entries."
    )


def _left_out(trace: Trace) -> str:
    """What is not shown of the run."""
    steps = len(trace.steps)
    if steps == trace.taken:
        return ""
    if trace.is_whole:
        return f"Shown are the {steps:,} steps of what feeds the chosen variable, of {trace.taken:,} in all."
    if trace.is_cut:
        return (
            f"Shown are the first {steps:,} of {trace.taken:,} steps: the beliefs at the end of what is shown are "
            "not those at the end of the run."
        )
    return (
        f"Shown are {steps:,} of {trace.taken:,} steps, those nearest to the chosen variable: "
        "messages from further away are not shown, but they count."
    )
