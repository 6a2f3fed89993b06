"""A deadline handed on to the engine, which takes seconds and a token."""

from __future__ import annotations

from typing import TypedDict

from mbml_core.deadline import CancelToken, Deadline


class Limits(TypedDict):
    """The arguments of `Engine.infer` and its like that limit it."""

    deadline: float | None
    cancel: CancelToken | None


def limits(deadline: Deadline) -> Limits:
    """What is left of a deadline: `engine.infer(evidence, **limits(deadline))`. Raises as `Deadline.check`."""
    deadline.check()
    left = None if deadline.seconds is None else max(deadline.seconds - deadline.spent(), 0.0)
    return {"deadline": left, "cancel": deadline.token}
