"""Machine code that is loaded while questions are being asked changes no answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mbml_core as mb
from mbml_core.inference import methods
from mbml_core.inference.exact.tools import KERNELS, PLAIN, Tools
from mbml_core.kernels import loading
from mbml_core.model import FactorGraph
from tests.strategies import directed_graphs, evidence_for, gate_graphs, loopy_graphs


@pytest.fixture(scope="module")
def machine() -> Tools:
    assert loading.wait(), "there is no machine code; MBML_EXECUTOR=numba tells why"
    return Tools(is_machine_code=True)


def answers(engine: mb.Engine, evidence: object) -> tuple[np.ndarray, float, float] | None:
    try:
        result = engine.infer(evidence)
    except mb.ImpossibleEvidence:
        return None
    beliefs = [marginal.probabilities for marginal in result.marginals.values()]
    return np.concatenate(beliefs), result.log_evidence, engine.map(evidence).log_probability


@settings(max_examples=30)
@given(data=st.data())
def test_answers_before_and_after(data: st.DataObject, machine: Tools) -> None:
    graph: FactorGraph = data.draw(st.one_of(directed_graphs(), loopy_graphs(with_zeros=True), gate_graphs()))
    questions = [{}, data.draw(evidence_for(graph)), data.draw(evidence_for(graph))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(methods, "best_tools", lambda: PLAIN)
        engine = mb.compile(graph, "exact")
        before = [answers(engine, question) for question in questions]
        patch.setattr(methods, "best_tools", lambda: machine)
        after = [answers(engine, question) for question in questions]
    for left, right in zip(before, after, strict=True):
        assert (left is None) == (right is None)
        if left is not None and right is not None:
            np.testing.assert_allclose(left[0], right[0], atol=1e-12, rtol=0)
            assert left[1:] == pytest.approx(right[1:], abs=1e-11)


def test_what_an_engine_asks_is_what_is_loaded(machine: Tools) -> None:
    assert machine.is_machine_code
    assert not PLAIN.is_machine_code
    for kernel in KERNELS:
        assert getattr(PLAIN, kernel.__name__) is kernel
        assert getattr(machine, kernel.__name__) is loading._loader.fast(kernel) is not None
