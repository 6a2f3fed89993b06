"""How long it takes to begin: imports, and the first answer of a new process that has no machine code on disk."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import limits
from tests.networks import network_text

NETWORK = "alarm"
REPEATS = 5
IMPORT = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
LOADED = "import sys, mbml_core; print('numba' in sys.modules)"
PATIENCE, MEMORY = 180.0, 8 << 30


@dataclass(frozen=True)
class Start:
    """Seconds.

    Attributes:
        importing: `import mbml_core` in a new process.
        peer_importing: `import pyagrum`.
        imports_numba: whether the import alone brings numba in.
        first_answer: from the end of the import to all marginals of a network file, no machine code on disk.
        slowest_click: of the clicks while the machine code is being compiled, and how many there were.
        compiling: until the machine code was there.
    """

    importing: float
    peer_importing: float
    imports_numba: bool
    first_answer: float
    slowest_click: float
    clicks: int
    compiling: float


def measure(peers_python: Path) -> Start:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{NETWORK}.bif"
        path.write_text(network_text(NETWORK), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.cold_start", str(path)]
        environment = {"MBML_CACHE_DIR": str(Path(folder) / "cache")}
        done = limits.run(command, seconds=PATIENCE, n_bytes=MEMORY, environment=environment)
    if done.failure:
        raise RuntimeError(f"cold start: {done.failure}")
    (said,) = done.lines
    return Start(
        import_seconds(sys.executable, "mbml_core"),
        import_seconds(str(peers_python), "pyagrum"),
        output(sys.executable, LOADED) == "True",
        said["first_answer"],
        max(said["clicks"]),
        len(said["clicks"]),
        said["compiling"],
    )


def import_seconds(python: str, module: str) -> float:
    """Median over new processes; the first one warms the disk and does not count."""
    times = [float(output(python, IMPORT.format(module))) for _ in range(REPEATS + 1)]
    return statistics.median(times[1:])


def output(python: str, code: str) -> str:
    command = [python, "-c", code]
    done = subprocess.run(command, cwd=limits.ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
