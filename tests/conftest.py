"""Strict numbers everywhere, and hypothesis without time limits: a busy machine is no failure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("mbml", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mbml")


@pytest.fixture(autouse=True)
def strict_numbers() -> Iterator[None]:
    """A division by zero, an overflow or a NaN is an error; code that means log(0) says so itself."""
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        yield
