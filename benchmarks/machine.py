"""The machine the numbers were taken on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from datetime import date
from pathlib import Path

VERSIONS = "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in %r))"


def described(peers: Path | None, peer_names: tuple[str, ...] = ()) -> str:
    """One paragraph: date, processor, memory, system, versions."""
    parts = [
        date.today().isoformat(),
        f"{os.cpu_count()} cores of {processor()}",
        f"{memory_gib():.0f} GiB",
        system(),
        f"Python {platform.python_version()}",
        f"numpy {version('numpy')}",
        f"numba {version('numba')}",
    ]
    if peers is not None and peer_names:
        parts.append("peers: " + peer_versions(peers, peer_names))
    return ", ".join(parts)


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory_gib() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def peer_versions(python: Path, names: tuple[str, ...]) -> str:
    command = [str(python), "-c", VERSIONS % (names,)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
