"""Deadlines and cancel tokens, polled by every long call."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mbml_core.errors import Cancelled, DeadlineExceeded


class CancelToken:
    """A flag that another thread raises to stop a running call."""

    def __init__(self) -> None:
        self.is_set = False

    def cancel(self) -> None:
        """Ask the call that holds this token to stop at its next poll."""
        self.is_set = True


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a call may still take.

    Attributes:
        seconds: allowed wall time from construction on; None means no limit.
        token: cancel token of the caller, if any.

    `check` raises `DeadlineExceeded` or `Cancelled`. Loops call it at least every 50 ms of work.
    """

    seconds: float | None = None
    token: CancelToken | None = None
    _started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, seconds: float | None, token: CancelToken | None) -> Deadline:
        """A deadline that starts now; the shared UNLIMITED one where nothing is limited."""
        return UNLIMITED if seconds is None and token is None else cls(seconds, token)

    @property
    def is_limited(self) -> bool:
        """Whether `check` could ever raise."""
        return self.seconds is not None or self.token is not None

    def check(self) -> None:
        """Return while there is time left; raise otherwise."""
        if self.token is not None and self.token.is_set:
            raise Cancelled("the calculation was cancelled")
        if self.seconds is not None and time.monotonic() - self._started > self.seconds:
            raise DeadlineExceeded(f"no answer within {self.seconds:g} s; allow more time or use method='bp'")

    def spent(self) -> float:
        """Seconds since this deadline was set."""
        return time.monotonic() - self._started


UNLIMITED = Deadline()
