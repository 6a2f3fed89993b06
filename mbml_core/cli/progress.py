"""A line on stderr that says what is taking so long, and vanishes when it is done."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from mbml_core.cli.screen import write
from mbml_core.wording import shortened

PATIENCE = 0.5
"""Seconds before the line appears: most calls are over by then."""
TICK = 0.1
"""Seconds between two looks at the clock."""


class Progress:
    """Shows the current phase while it lasts: `munin: planning … 1.2 s`. Silent where stderr is no terminal."""

    def __init__(self, name: str, *, is_enabled: bool | None = None) -> None:
        self._name = shortened(name, 40, "~")
        self._phase = ""
        self._started = time.monotonic()
        self._shown = 0
        self._done = threading.Event()
        is_enabled = sys.stderr.isatty() if is_enabled is None else is_enabled
        self._thread = threading.Thread(target=self._tick, daemon=True) if is_enabled else None

    def phase(self, phase: str) -> None:
        """What is done from now on."""
        self._phase = phase

    def __enter__(self) -> Progress:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread:
            self._thread.join()
        if self._shown:
            self._print("")

    def _tick(self) -> None:
        if self._done.wait(PATIENCE):
            return
        while not self._done.wait(TICK):
            seconds = time.monotonic() - self._started
            self._print(f"{self._name}: {self._phase} ... {seconds:.1f} s")

    def _print(self, line: str) -> None:
        """Replace the line on the screen."""
        write(sys.stderr, "\r" + line.ljust(self._shown) + ("" if line else "\r"))
        sys.stderr.flush()
        self._shown = len(line)
