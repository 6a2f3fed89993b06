"""Models that explanations are tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

import mbml_core as mb
from mbml_core.model import FactorGraph

SAMPLES = Path(__file__).parents[2] / "sample_graphs"


@pytest.fixture(scope="session")
def sprinkler() -> FactorGraph:
    return mb.load(SAMPLES / "sprinkler.json")
