"""Which executor runs the kernels, and how machine code comes into the process without anybody waiting for it.

`MBML_EXECUTOR` chooses: "auto" (or unset) computes with numpy until machine code has been loaded by a thread;
"numpy" never imports numba; "numba" loads at the first call and reports what is in the way.
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from mbml_core.errors import MbmlError

Function = TypeVar("Function", bound=Callable[..., object])
Kernel = Callable[..., Any]

EXECUTORS = ("auto", "numpy", "numba")
ENTRY_POINTS_MODULE = "mbml_core.kernels.entry_points"
EXIT_SECONDS = 2.0
"""How long the end of the process waits for the step under way (importing numba: 0.2 s; a kernel: milliseconds).
Machine code must not be mapped while the interpreter is taken down."""

_log = logging.getLogger("mbml_core")


class ExecutorUnavailable(MbmlError):
    """MBML_EXECUTOR asks for something that does not exist here; the message says what is missing."""


class Loader:
    """The machine code of one module's ENTRY_POINTS, in this process."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._machine_code: dict[Kernel, Kernel] = {}
        self._lock = threading.RLock()
        self._is_decided = False
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._is_ending = False
        self._end_of_process = threading.Event()

    def fast(self, kernel: Function) -> Function | None:
        """The kernel's machine code; None while it is not loaded and where there will be none.

        Never starts loading in the background: `prefetch` does. Raises ExecutorUnavailable.
        """
        found = self._machine_code.get(kernel)
        if found is None and not self._is_decided:
            self._decide()
            found = self._machine_code.get(kernel)
        return cast("Function | None", found)

    def prefetch(self, delay: float = 0.0) -> None:
        """Begin to load in the background, once, after `delay` seconds. Raises ExecutorUnavailable."""
        if self._decide() == "auto" and self._thread is None:
            with self._lock:
                if self._thread is None:
                    atexit.register(self._end)
                    self._thread = threading.Thread(
                        target=self._load, args=(delay,), name="mbml machine code", daemon=True
                    )
                    self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Begin to load and wait for its end; whether machine code is in use. Raises ExecutorUnavailable."""
        self.prefetch()
        if self._thread is not None:
            self._thread.join(timeout)
        return bool(self._machine_code)

    def _decide(self) -> str:
        executor = os.environ.get("MBML_EXECUTOR") or "auto"
        if executor not in EXECUTORS:
            raise ExecutorUnavailable(f"MBML_EXECUTOR is {executor!r}; set it to one of {', '.join(EXECUTORS)}")
        if executor == "numba":
            with self._lock:
                if not self._is_decided:
                    self._load_now()
        self._is_decided = True
        return executor

    def _load_now(self) -> None:
        try:
            self._machine_code = self._loaded(_fill_here)
        except ImportError as error:
            raise ExecutorUnavailable(
                f"MBML_EXECUTOR is 'numba', but numba cannot be imported ({error}); "
                "install it with `pip install numba`, or unset MBML_EXECUTOR"
            ) from error
        except Exception as error:
            raise ExecutorUnavailable(
                f"MBML_EXECUTOR is 'numba', but there is no machine code ({error}); put that right, or unset it"
            ) from error

    def _load(self, delay: float) -> None:
        """The thread: no error leaves it, since numpy gives the same answers."""
        if self._end_of_process.wait(delay):
            return
        try:
            loaded = self._loaded(self._fill_elsewhere)
            if not self._is_ending:
                self._machine_code = loaded
        except ImportError as error:
            _log.info("Computing with numpy: numba cannot be imported (%s).", error)
        except Exception as error:
            if not self._is_ending:
                _log.warning("Computing with numpy, which is slower: no machine code (%s).", error)

    def _loaded(self, fill: Callable[[Path, Sequence[Kernel]], None]) -> dict[Kernel, Kernel]:
        from mbml_core.kernels import cache, machine_code

        if machine_code.is_disabled():
            raise RuntimeError("NUMBA_DISABLE_JIT is set")
        kernels = entry_points(self._module)
        folder = cache.cache_folder(kernels)
        fill(folder, kernels)
        try:
            return cache.load(folder, kernels, lambda: not self._is_ending)
        except cache.CacheDamaged:
            cache.discard(folder)
            fill(folder, kernels)
            return cache.load(folder, kernels, lambda: not self._is_ending)

    def _fill_elsewhere(self, folder: Path, kernels: Sequence[Kernel]) -> None:
        """Have another process compile, which would hold this interpreter for seconds."""
        if folder.exists():
            return
        with self._lock:
            if self._is_ending:
                return
            self._child = subprocess.Popen(  # noqa: S603 - this interpreter, our own module
                _command(self._module),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        status = self._child.wait()
        if status or not folder.exists():
            raise RuntimeError(f"the process that compiles ended with status {status}")

    def _after_fork(self) -> None:
        """A forked process has neither the thread nor the child, and keeps computing with what it has."""
        self._lock = threading.RLock()
        self._child = None

    def _end(self) -> None:
        """At exit: nothing is left running, here or elsewhere."""
        with self._lock:
            self._is_ending = True
            self._end_of_process.set()
            if self._child is not None:
                with suppress(OSError):
                    self._child.kill()
        if self._thread is not None:
            self._thread.join(EXIT_SECONDS)


def entry_points(module: str) -> tuple[Kernel, ...]:
    """The kernels a module lists; imported late, since most programs end without calling one."""
    return cast("tuple[Kernel, ...]", importlib.import_module(module).ENTRY_POINTS)


def _fill_here(folder: Path, kernels: Sequence[Kernel]) -> None:
    from mbml_core.kernels import cache

    cache.fill(folder, kernels)


def _command(module: str) -> list[str]:
    """Compile in a new interpreter that finds modules exactly where this one does.

    A packed or embedded interpreter is no program that could be started so: it would start the application again.
    """
    name = os.path.basename(sys.executable or "").lower()
    if getattr(sys, "frozen", False) or not name.startswith(("python", "pypy")):
        raise RuntimeError(f"{name or 'this interpreter'} cannot start another one to compile")
    paths = "import sys; sys.path[:] = sys.argv[2:]"
    start = f"{paths}; from mbml_core.kernels.__main__ import main; sys.exit(main(sys.argv[1]))"
    return [sys.executable, "-W", "ignore", "-c", start, module, *sys.path]


_loader = Loader(ENTRY_POINTS_MODULE)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_loader._after_fork)
fast = _loader.fast
prefetch = _loader.prefetch
wait = _loader.wait
