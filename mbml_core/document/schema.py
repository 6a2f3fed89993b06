"""The records of a version 1 document, and its JSON Schema.

`python -m mbml_core.document.schema` writes `mbml-graph-1.schema.json` anew; a test compares the two.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

SCHEMA_FILE = Path(__file__).with_name("mbml-graph-1.schema.json")

EVIDENCE_FORMS = ("state", "states", "not", "likelihood", "belief", "value")


class Record(BaseModel):
    """Exact types, finite numbers; unknown fields are kept."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False, frozen=True)


class CategoricalRecord(Record):
    """Finitely many named states, in order. A boolean has two, the second of which counts as true."""

    type: Literal["categorical"]
    states: list[str]


class RealRecord(Record):
    """Every real number."""

    type: Literal["real"]


class PositiveRecord(Record):
    """Every number above zero."""

    type: Literal["positive"]


class ProbabilityRecord(Record):
    """Every number from zero to one."""

    type: Literal["probability"]


class SimplexRecord(Record):
    """Vectors of `size` non-negative numbers that sum to one."""

    type: Literal["simplex"]
    size: int


class CountRecord(Record):
    """The whole numbers from zero on."""

    type: Literal["count"]


DomainRecord: TypeAlias = Annotated[
    CategoricalRecord | RealRecord | PositiveRecord | ProbabilityRecord | SimplexRecord | CountRecord,
    Field(discriminator="type"),
]


class VariableRecord(Record):
    """A round node. `id` is unique among variables and factors; `name` is what people read."""

    id: str
    name: str = ""
    domain: DomainRecord
    plates: list[str] = Field(default_factory=list)


class FactorRecord(Record):
    """A square node. Axes of a table follow `scope`, the last one varying fastest; `parameters` by kind, each a
    number, lists of numbers or the id of a variable of `scope`.
    """

    id: str
    name: str = ""
    kind: str
    scope: list[str]
    parameters: dict[str, Any] = Field(default_factory=dict)
    plates: list[str] = Field(default_factory=list)


class StateEvidence(Record):
    """The variable is in this state."""

    state: str


class StatesEvidence(Record):
    """The variable is in one of these states."""

    states: list[str]


class NotEvidence(Record):
    """The variable is not in this state."""

    excluded: str = Field(alias="not")


class LikelihoodEvidence(Record):
    """One weight per state, proportional to the probability of what was seen given that state."""

    likelihood: list[float]


class BeliefEvidence(Record):
    """What the marginal becomes once everything else was seen: one probability per state."""

    belief: list[float]


def _number_form(value: Any) -> str:
    return "list" if isinstance(value, list) else "number"


class ValueEvidence(Record):
    """The variable has this value: a number or, for a simplex, a list of numbers."""

    value: Annotated[
        Annotated[float, Tag("number")] | Annotated[list[float], Tag("list")],
        Discriminator(_number_form),
    ]


def _form(value: Any) -> str | None:
    forms = [form for form in EVIDENCE_FORMS if isinstance(value, dict) and form in value]
    return forms[0] if len(forms) == 1 else None


EvidenceRecord: TypeAlias = Annotated[
    Annotated[StateEvidence, Tag("state")]
    | Annotated[StatesEvidence, Tag("states")]
    | Annotated[NotEvidence, Tag("not")]
    | Annotated[LikelihoodEvidence, Tag("likelihood")]
    | Annotated[BeliefEvidence, Tag("belief")]
    | Annotated[ValueEvidence, Tag("value")],
    Discriminator(_form),
]

Position: TypeAlias = Annotated[list[float], Field(min_length=2, max_length=2)]


class DocumentRecord(Record):
    """A factor graph, the observations drawn with it (by variable id) and where its nodes stand (by id: x, y)."""

    format: Literal["mbml-graph"]
    version: Literal[1]
    name: str = ""
    variables: list[VariableRecord]
    factors: list[FactorRecord]
    evidence: dict[str, EvidenceRecord] = {}
    plates: list[Any] = []
    layout: dict[str, Position] = {}


def schema_text() -> str:
    """The JSON Schema of a version 1 document, as the file in this folder holds it."""
    schema = DocumentRecord.model_json_schema()
    titled = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "mbml graph, version 1",
    }
    return json.dumps(titled, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
