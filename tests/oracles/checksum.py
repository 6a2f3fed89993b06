"""One number that covers every marginal of a network."""

from __future__ import annotations

import math


def weight(position: int, state: int) -> float:
    """A fixed weight for the probability of `state` of the variable at `position`: errors do not cancel."""
    return math.sin(1.0 + position + 0.37 * state)
