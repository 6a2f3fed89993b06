"""The JSON Schema beside the code is the one the records give, and says what the reader does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from mbml_core.document.schema import SCHEMA_FILE, LikelihoodEvidence, schema_text
from tests.document.sample import SAMPLE, broken

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text()))


def test_the_stored_schema_is_the_one_the_records_give() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run: python -m mbml_core.document.schema"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


def test_the_command_that_writes_it_is_quiet() -> None:
    before = SCHEMA_FILE.read_bytes()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "mbml_core.document.schema"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.stdout + done.stderr == b""
    assert SCHEMA_FILE.read_bytes() == before


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_the_records_themselves_take_finite_numbers_only(number: float) -> None:
    with pytest.raises(ValidationError, match="finite number"):
        LikelihoodEvidence.model_validate({"likelihood": [number]})


def test_the_sample_fits() -> None:
    VALIDATOR.validate(SAMPLE)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version=2),
        lambda d: d.update(format="other"),
        lambda d: d.pop("variables"),
        lambda d: d.pop("factors"),
        lambda d: d["variables"][0].pop("id"),
        lambda d: d["variables"][0]["domain"].update(type="gaussian"),
        lambda d: d["variables"][0]["domain"].update(states=[1]),
        lambda d: d["factors"][0].update(scope="cloudy"),
        lambda d: d["evidence"].update(rain={"state": "yes", "not": "no"}),
        lambda d: d["evidence"].update(rain={}),
        lambda d: d["evidence"].update(rain={"likelihood": ["0.5"]}),
        lambda d: d["layout"].update(rain=[1]),
    ],
)
def test_what_the_reader_refuses_by_its_shape_does_not_fit(change: Any) -> None:
    assert not VALIDATOR.is_valid(json.loads(broken(change)))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["variables"][0].update(domain={"type": "simplex", "size": 3}),
        lambda d: d["evidence"].update(rain={"value": 1.8}),
        lambda d: d.update(plates=[{"id": "people"}], mine={}),
        lambda d: d["factors"][0].update(plates=["people"], name="a", mine=1),
    ],
)
def test_the_parts_for_later_and_unknown_fields_fit(change: Any) -> None:
    VALIDATOR.validate(json.loads(broken(change)))
