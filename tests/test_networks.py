"""The networks of the Bayesian Network Repository, against the numbers of another exact engine.

The numbers in oracles/networks.json were made by oracles/make_networks.py; the networks come from the pgmpy wheel.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path

import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.formats import bif
from tests.networks import network_names, network_text
from tests.oracles.checksum import weight

ORACLE = json.loads((Path(__file__).parent / "oracles" / "networks.json").read_text(encoding="utf-8"))["networks"]
HEAVY = ("barley", "link", "mildew", "munin1", "munin2", "munin3", "munin4", "munin", "pathfinder", "diabetes")
"""Compiled or read in more than a second: part of make check-all."""
MEMORY = 4 << 30
"""Raised budget: munin1 needs 2.1 GB as one tree."""
TOLERANCE = 1e-9

CASES = [
    pytest.param(name, label, marks=[pytest.mark.slow] if name in HEAVY else [], id=f"{name}, {label}")
    for name in ORACLE
    for label in ORACLE[name]
]


@lru_cache(maxsize=1)
def engine(name: str) -> mb.Engine:
    return mb.compile(bif.read(network_text(name)), "exact", memory_limit=MEMORY)


def test_every_network_of_the_wheel_has_an_oracle() -> None:
    assert sorted(ORACLE) == network_names()


@pytest.mark.parametrize(("name", "label"), CASES)
def test_exact_equals_another_exact_engine(name: str, label: str) -> None:
    case = ORACLE[name][label]
    result = engine(name).infer(case["evidence"])
    assert result.is_exact
    for id, expected in case["marginals"].items():
        assert_allclose(result.marginals[id].probabilities, expected, atol=TOLERANCE, rtol=0, err_msg=id)
    checksum = math.fsum(
        weight(i, s) * p
        for i, marginal in enumerate(result.marginals.values())
        for s, p in enumerate(marginal.probabilities.tolist())
    )
    assert checksum == pytest.approx(case["checksum"], abs=TOLERANCE * len(result.marginals))
    if case["log_evidence"] is not None:
        assert result.log_evidence == pytest.approx(case["log_evidence"], abs=TOLERANCE)
