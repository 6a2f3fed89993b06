"""From a drawing to its beliefs: nothing is inferred twice, and no beliefs are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from components.graph_editor.answering import Answer, answer, prepared_of
from components.graph_editor.engines import CLICK_SECONDS, Engines
from mbml_core.engine import Engine
from mbml_core.errors import DeadlineExceeded, ImpossibleEvidence, InvalidModel
from mbml_core.model import Factor, FactorGraph, Observed, boolean
from tests.components.graph_editor.models import SPRINKLER, chain, frustrated, seen

ENGINES = Engines()


def ask(graph: FactorGraph, before: Answer | None = None, method: str = "auto") -> Answer:
    return answer(graph, method, before, ENGINES)


def test_the_sprinkler_after_wet_grass() -> None:
    found = ask(SPRINKLER.with_evidence(seen(wet="yes")))
    assert found.values["rain"] == (0.292072, 0.707928)
    assert found.prior["rain"] == (0.5, 0.5)
    assert (found.badge.kind, found.badge.chance) == ("exact", "P(evidence) = 0.6471")
    assert not found.is_stale


def test_the_method_decides() -> None:
    found = ask(SPRINKLER.with_evidence(seen(wet="yes")), method="bp")
    assert found.badge.kind == "approximate"
    assert found.badge.method == "bp"
    assert found.values["rain"][1] == pytest.approx(0.784074, abs=1e-6)
    assert found.badge.residual is not None
    assert found.badge.sweeps > 0


def test_messages_that_do_not_settle() -> None:
    assert ask(frustrated(8), method="bp").badge.kind == "unconverged"


def test_nothing_relevant_changed_so_nothing_is_inferred(queries: list[Mapping[str, Any]]) -> None:
    graph = SPRINKLER.with_evidence(seen(wet="yes"))
    before = ask(graph)
    queries.clear()
    assert ask(replace(graph, name="other"), before) is before
    assert queries == []


def test_an_observation_costs_one_inference_and_taking_it_back_none(queries: list[Mapping[str, Any]]) -> None:
    before = ask(SPRINKLER)
    queries.clear()
    wet = ask(SPRINKLER.with_evidence(seen(wet="yes")), before)
    assert queries == [seen(wet="yes")]
    assert ask(SPRINKLER, wet).values is before.values
    assert len(queries) == 1


def test_impossible_evidence_keeps_the_last_beliefs() -> None:
    wet = ask(SPRINKLER.with_evidence(seen(wet="yes")))
    found = ask(SPRINKLER.with_evidence(seen(wet="yes", sprinkler="no", rain="no")), wet)
    assert found.badge.kind == "impossible"
    assert found.is_stale
    assert found.values == wet.values
    assert found.prior is wet.prior
    assert set(found.conflict) == {"wet", "sprinkler", "rain"}
    assert "Wet grass = yes" in found.badge.text
    back = ask(SPRINKLER.with_evidence(seen(wet="yes")), found)
    assert not back.is_stale
    assert back.conflict == ()


def test_a_model_opened_with_impossible_evidence_shows_its_prior() -> None:
    found = ask(SPRINKLER.with_evidence(seen(wet="yes", sprinkler="no", rain="no")))
    assert found.is_stale
    assert found.values["rain"] == (0.5, 0.5)


def test_factors_that_allow_nothing() -> None:
    factors = (
        Factor("f", "table", ("a",), {"values": [1.0, 0.0]}),
        Factor("g", "table", ("a",), {"values": [0.0, 1.0]}),
    )
    found = ask(FactorGraph((boolean("a"),), factors))
    assert found.badge.kind == "impossible"
    assert "factors alone" in found.badge.text
    assert dict(found.values) == {}


def test_an_unsound_drawing_keeps_the_beliefs_of_what_is_still_there() -> None:
    before = ask(chain(3))
    wide = replace(boolean("x1"), domain=replace(boolean("x1").domain, states=("a", "b", "c")))
    broken = replace(chain(3), variables=(boolean("x0"), wide, boolean("x9")))
    found = ask(broken, before)
    assert found.badge.kind == "problems"
    assert found.is_stale
    assert dict(found.values) == {"x0": before.values["x0"]}
    assert found.problems
    assert dict(found.prior) == {}


def test_evidence_that_does_not_fit_is_a_problem_of_the_drawing() -> None:
    found = ask(SPRINKLER.with_evidence({"wet": Observed("maybe")}))
    assert found.badge.kind == "problems"
    assert [problem.where for problem in found.problems] == ["wet"]


def test_an_empty_drawing() -> None:
    found = ask(FactorGraph(()))
    assert found.badge.kind == "empty"
    assert dict(found.values) == {}
    assert not found.is_stale


def test_a_query_that_takes_too_long_keeps_the_last_beliefs(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ask(SPRINKLER)

    def late(*args: Any, **options: Any) -> Any:
        raise DeadlineExceeded("late")

    monkeypatch.setattr(Engine, "infer", late)
    found = ask(SPRINKLER.with_evidence(seen(wet="yes")), before)
    assert found.badge.kind == "failed"
    assert "set the method to bp" in found.badge.text
    assert found.values == before.values
    assert found.is_stale


def test_a_model_that_cannot_be_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engines, "prepared", lambda *args: DeadlineExceeded("late"))
    found = answer(SPRINKLER, "auto", None, Engines())
    assert found.badge.kind == "failed"
    assert dict(found.values) == {}


def test_a_failure_is_tried_again_with_other_evidence_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def late(*args: Any) -> Any:
        asked.append(args)
        return DeadlineExceeded("late")

    monkeypatch.setattr(Engines, "prepared", late)
    failed = answer(SPRINKLER, "auto", None, Engines())
    assert answer(replace(SPRINKLER, name="moved"), "auto", failed, Engines()) is failed
    answer(SPRINKLER.with_evidence(seen(wet="yes")), "auto", failed, Engines())
    assert len(asked) == 2


def test_a_defect_of_the_engine_leaves_the_page_usable(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = ask(SPRINKLER)

    def exhausted(*args: Any, **options: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(Engine, "infer", exhausted)
    found = ask(SPRINKLER.with_evidence(seen(wet="yes")), before)
    assert found.badge.kind == "failed"
    assert found.values == before.values
    assert "could not be computed" in caplog.text


def test_every_query_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []
    infer = Engine.infer

    def noted(engine: Engine, evidence: Mapping[str, Any], *, deadline: float | None = None) -> Any:
        limits.append(deadline)
        return infer(engine, evidence, deadline=deadline)

    monkeypatch.setattr(Engine, "infer", noted)
    answer(SPRINKLER.with_evidence(seen(wet="yes")), "auto", None, Engines())
    assert limits == [CLICK_SECONDS, CLICK_SECONDS]


@pytest.mark.parametrize("graph", [FactorGraph(()), replace(SPRINKLER, variables=())])
def test_where_there_is_no_model_there_is_no_engine_to_ask(graph: FactorGraph) -> None:
    with pytest.raises(InvalidModel):
        prepared_of(ask(graph))


def test_an_impossible_moment_has_an_engine_all_the_same() -> None:
    found = ask(SPRINKLER.with_evidence(seen(wet="yes", sprinkler="no", rain="no")))
    with pytest.raises(ImpossibleEvidence):
        prepared_of(found).engine.map(found.evidence)
