"""A process with an end: so much time, so much memory, and what it said until then is kept."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUT_OF_MEMORY = (
    "MemoryError",
    "bad_alloc",
    "OutOfMemory",
    "out of memory",
    "RESOURCE_EXHAUSTED",
    "Unable to allocate",
)
LAST_LINES = 500
"""Characters of an error message that are repeated."""


@dataclass(frozen=True)
class Finished:
    """What a worker said, and why it ended early, "" where it did not."""

    lines: tuple[dict[str, Any], ...]
    failure: str


def run(
    command: Sequence[str], *, seconds: float, n_bytes: int, environment: Mapping[str, str] | None = None
) -> Finished:
    """Run a worker in the project folder; it and its children are killed when the time is over."""

    def restrict() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))

    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        process = subprocess.Popen(  # noqa: S603 - our own workers
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=said,
            stderr=complained,
            start_new_session=True,
            preexec_fn=restrict,
        )
        failure = ""
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            failure = f"stopped after {seconds:.0f} s"
        finally:  # also where this program is being interrupted
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        said.seek(0)
        complained.seek(0)
        complaint = complained.read().decode("utf-8", "replace")
        if status != 0 and not failure:
            failure = reason(status, complaint, n_bytes)
        return Finished(tuple(whole_lines(said.read().decode("utf-8", "replace"))), failure)


def compile_kernels() -> None:
    """Machine code is on disk before any worker's time runs; without numba there is none."""
    command = [sys.executable, "-m", "mbml_core.kernels"]
    subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)  # noqa: S603


def reason(status: int, complaint: str, n_bytes: int) -> str:
    if any(sign in complaint for sign in OUT_OF_MEMORY):
        return f"out of memory ({n_bytes / 2**30:.0f} GiB)"
    return f"ended with status {status}: {complaint.strip()[-LAST_LINES:]}"


def whole_lines(text: str) -> list[dict[str, Any]]:
    """A line cut off by the end of its process is dropped, and so is what others print in between."""
    return [json.loads(line) for line in text.split("\n")[:-1] if line.startswith("{")]
