"""Strict numbers everywhere, hypothesis without time limits (a busy machine is no failure), and both executors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from mbml_core.inference.exact import joint_table, tools
from mbml_core.inference.exact.tools import Tools
from mbml_core.kernels import loading

settings.register_profile("mbml", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mbml")

EXECUTORS = ("numpy", "numba")
BY_EVERY_EXECUTOR = (
    "tests.properties",
    "tests.oracles",
    "tests.inference.exact",
    "tests.inference.test_junction_tree",
    "tests.test_engine",
    "tests.test_networks",
)
"""Modules all of whose tests run once with numpy and once with machine code."""
CHOOSE_THEMSELVES = ("tests.inference.exact.test_executors",)


@pytest.fixture(autouse=True)
def strict_numbers() -> Iterator[None]:
    """A division by zero, an overflow or a NaN is an error; code that means log(0) says so itself."""
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        yield


@pytest.hookimpl(tryfirst=True)  # so that all tests of a module with numpy come before those with machine code
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = f"{metafunc.module.__name__}."
    is_by_every = module.startswith(tuple(f"{name}." for name in BY_EVERY_EXECUTOR))
    if is_by_every and not module.startswith(CHOOSE_THEMSELVES):
        metafunc.parametrize("executor", _chosen_executors(), indirect=True)


def _chosen_executors() -> tuple[str, ...]:
    chosen = os.environ.get("MBML_EXECUTOR")
    return (chosen,) if chosen in EXECUTORS else EXECUTORS


@pytest.fixture(autouse=True)
def executor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Tools | None:
    """The tools of the executor that the test is run with; None where it may be either."""
    name = getattr(request, "param", None)
    if name is None:
        return None
    if name == "numba" and not loading.wait():
        pytest.fail("there is no machine code; MBML_EXECUTOR=numba tells why")
    use_executor(monkeypatch, name)
    return tools.best_tools()


def use_executor(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make every module that asks for a kernel, or for the tools, get those of one executor.

    With machine code even tiny networks, which have one table, run trees: tests of whole engines meet both.
    """
    loaded, best = loading._loader.fast, tools.best_tools
    chosen = Tools(is_machine_code=True) if name == "numba" else tools.PLAIN
    if name == "numba":
        monkeypatch.setattr(joint_table, "MOST_PRODUCTS", 0)
    for module in list(sys.modules.values()):
        names = vars(module) if getattr(module, "__name__", "").startswith(("mbml_core.", "tests.")) else {}
        if names.get("fast") == loaded:
            monkeypatch.setattr(module, "fast", loaded if name == "numba" else lambda kernel: None)
        if names.get("best_tools") is best:
            monkeypatch.setattr(module, "best_tools", lambda: chosen)
