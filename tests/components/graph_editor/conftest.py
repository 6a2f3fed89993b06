"""Shared by the tests of the editor's Python half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mbml_core.engine import Engine


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """The evidence of every inference since the test began."""
    asked: list[Mapping[str, Any]] = []
    infer = Engine.infer

    def counted(engine: Engine, evidence: Mapping[str, Any], **options: Any) -> Any:
        asked.append(evidence)
        return infer(engine, evidence, **options)

    monkeypatch.setattr(Engine, "infer", counted)
    return asked
