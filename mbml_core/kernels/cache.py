"""Where machine code is kept between runs: a folder that is either complete or absent.

The folder's name is a digest of all that machine code depends on. numba keeps a cache too, but looks only at the
file of the kernel itself: a change in a kernel that it calls from another file would go unnoticed. The code is
compiled into a folder of another name, renamed once complete, so that several processes may do it at once. A list
of checksums tells a folder that was damaged since: to load damaged code can end the process.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mbml_core.kernels import machine_code

Kernel = Callable[..., Any]

CHECKSUMS = "checksums"
UNUSED_SECONDS = 30 * 24 * 3600.0
"""A folder that no process loaded for a month is from an older version."""
ABANDONED_SECONDS = 3600.0
"""Compiling takes seconds: one that began an hour ago was ended from outside."""
COMPLETE = re.compile(r"kernels-[0-9a-f]{20}")
INCOMPLETE = re.compile(r"kernels-[0-9a-f]{20}\.filling-\w+")


class CacheUnusable(Exception):
    """There is no folder to keep machine code in."""


class CacheDamaged(Exception):
    """The machine code on disk is not what was written."""


def cache_folder(kernels: Sequence[Kernel]) -> Path:
    """The folder for the machine code of these kernels on this machine; what is in it is complete.

    Raises ImportError without numba, CacheUnusable where nothing can be written.
    """
    return _root() / f"kernels-{_digest(kernels)}"


def _root() -> Path:
    """The first place that is writable and, unless chosen by the user, nobody else's: what lies there is run."""
    for root, is_chosen in _candidates():
        with suppress(OSError):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if is_chosen or _is_only_ours(root):
                tempfile.TemporaryFile(dir=root).close()
                return root
    raise CacheUnusable("no folder for machine code can be written; set MBML_CACHE_DIR to one that can")


def _candidates() -> Iterator[tuple[Path, bool]]:
    chosen = os.environ.get("MBML_CACHE_DIR")
    if chosen:
        yield Path(chosen).expanduser().absolute(), True
    with suppress(RuntimeError):  # there need not be a home
        yield _user_cache() / "mbml", False
    user = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir()) / f"mbml-{user}", False


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    return Path(chosen) if os.path.isabs(chosen) else Path.home() / ".cache"


def _is_only_ours(folder: Path) -> bool:
    """Whether nobody else can put files there. A link is not followed: in a shared folder it may be a trap."""
    if not hasattr(os, "getuid"):
        return True
    info = folder.lstat()
    others_write = info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid() and not others_write


def _digest(kernels: Sequence[Kernel]) -> str:
    """Of everything that machine code, or numba's own opinion whether it is fresh, depends on."""
    found = hashlib.sha256(machine_code.target().encode())
    folders = {Path(inspect.getfile(kernel)).absolute().parent for kernel in kernels}
    for source in sorted(source for folder in folders for source in folder.glob("*.py")):
        found.update(repr((str(source), source.stat().st_mtime_ns)).encode())
        found.update(source.read_bytes())
    return found.hexdigest()[:20]


def load(folder: Path, kernels: Sequence[Kernel], go_on: Callable[[], bool]) -> dict[Kernel, Kernel]:
    """Kernel → machine code, from a complete folder. Raises CacheDamaged.

    `go_on` is asked before every kernel (some milliseconds each); once it says no, the rest is left out.
    """
    _verify(folder)
    with suppress(OSError):
        os.utime(folder)  # in use: `remove_unused` looks at this
    with machine_code.kept_in(folder):
        return {kernel: machine_code.compiled(kernel) for kernel in kernels if go_on()}


def fill(folder: Path, kernels: Sequence[Kernel]) -> None:
    """Compile the kernels into the folder, unless it is there. Holds the interpreter for seconds."""
    if folder.exists():
        return
    filling = Path(tempfile.mkdtemp(prefix=f"{folder.name}.filling-", dir=folder.parent))
    try:
        machine_code.forget()  # what is compiled already would not be written
        with machine_code.kept_in(filling), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numba's remarks are for those who write kernels
            for kernel in kernels:
                machine_code.compiled(kernel)
        (filling / CHECKSUMS).write_text(_checksums(filling), encoding="utf-8")
        with suppress(OSError):  # another process was faster
            filling.rename(folder)
    finally:
        shutil.rmtree(filling, ignore_errors=True)


def discard(folder: Path) -> None:
    """Remove a folder. It is renamed first, so that nobody finds half of it."""
    doomed = folder.with_name(f"{folder.name.partition('.')[0]}.filling-{os.getpid()}_{time.monotonic_ns()}")
    with suppress(OSError):
        folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def remove_unused(root: Path, now: float) -> None:
    """Remove our folders that no process has loaded for a month or completed; nothing else is touched."""
    with suppress(OSError):
        for folder in list(root.iterdir()):
            age = now - folder.lstat().st_mtime
            is_old = (COMPLETE.fullmatch(folder.name) and age > UNUSED_SECONDS) or (
                INCOMPLETE.fullmatch(folder.name) and age > ABANDONED_SECONDS
            )
            if is_old and folder.is_dir() and not folder.is_symlink():
                discard(folder)


def _verify(folder: Path) -> None:
    try:
        recorded = (folder / CHECKSUMS).read_text(encoding="utf-8")
        if not _is_only_ours(folder) or recorded != _checksums(folder):
            raise CacheDamaged(str(folder))
    except (OSError, ValueError) as error:
        raise CacheDamaged(str(folder)) from error


def _checksums(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)
    return "".join(lines)
