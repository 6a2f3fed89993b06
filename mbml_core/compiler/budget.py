"""What exact inference may spend, and what to say when it would spend more."""

from __future__ import annotations

import os
from dataclasses import dataclass

from mbml_core.compiler.cost import Cost

DEFAULT_BYTES = 1 << 30
"""One gibibyte: a laptop in a lecture has it to spare."""
SHARE_OF_FREE_MEMORY = 0.25
"""Never plan for more than this share of what is free now."""
DEFAULT_OPERATIONS = 2e10
"""Multiplications and additions of one query: some ten seconds of numpy."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits on one compiled engine.

    Attributes:
        n_bytes: memory of its tables.
        operations: multiplications and additions of one query.
    """

    n_bytes: float
    operations: float = DEFAULT_OPERATIONS

    @classmethod
    def default(cls) -> Budget:
        """min(1 GiB, a quarter of the free memory)."""
        return cls(min(DEFAULT_BYTES, SHARE_OF_FREE_MEMORY * free_memory()))

    @classmethod
    def of(cls, memory_limit: float | None) -> Budget:
        """The given memory with operations to match, or the default."""
        if memory_limit is None:
            return cls.default()
        return cls(memory_limit, DEFAULT_OPERATIONS * max(1.0, memory_limit / DEFAULT_BYTES))

    def allows(self, cost: Cost) -> bool:
        """Whether the predicted cost fits."""
        return not cost.is_lower_bound and cost.n_bytes <= self.n_bytes and cost.operations <= self.operations


def free_memory() -> float:
    """Bytes of physical memory free now; the default budget where the system does not tell."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES")) * float(os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return DEFAULT_BYTES / SHARE_OF_FREE_MEMORY


def human_bytes(n_bytes: float) -> str:
    """A size people can read: '1.5 GB'."""
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if n_bytes < 999.5:  # three digits would round to 1000 from there
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g} EB"
