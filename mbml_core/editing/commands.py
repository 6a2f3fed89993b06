"""The editing commands as records: what each one carries, checked before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from mbml_core.document.schema import DomainRecord
from mbml_core.editing.refusal import CommandRefused
from mbml_core.errors import Problem
from mbml_core.model.check import text_flaw

MAX_COORDINATE = 1e6
"""Canvas units. A thousand nodes beside each other need 2e5; beyond this a page loses the digits of a position."""

MAX_LISTED = 5
"""Unusable fields of one command that a refusal names."""


def _plain(text: str) -> str:
    flaw = text_flaw(text)
    if flaw:
        raise ValueError(flaw)
    return text


Id: TypeAlias = Annotated[str, AfterValidator(_plain)]
"""Text that can be an id, so that a refusal may quote it."""

Coordinate: TypeAlias = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
Form: TypeAlias = dict[str, Any]
"""An observation or a document as plain JSON; checked where it is read."""

_ROW = Field(strict=False)
"""JSON has no tuples: a row of fixed length comes as a list. What stands in it is checked as strictly."""


class Command(BaseModel):
    """Exact types, finite numbers, no further fields. `n` is the number the page gave it; it changes nothing."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)

    n: int | None = None


class AddVariable(Command):
    """A variable at a place, with states or with a domain as in a document."""

    type: Literal["add_variable"]
    id: Id
    name: str
    states: list[str] = Field(default_factory=list)
    domain: DomainRecord | None = None
    x: Coordinate
    y: Coordinate


class AddFactor(Command):
    """A factor that says nothing yet: a table of ones, or the uniform distribution of one variable."""

    type: Literal["add_factor"]
    id: Id
    kind: Literal["table", "prior"]
    scope: list[Id]
    x: Coordinate
    y: Coordinate


class Connect(Command):
    """A variable joins the scope of a factor; as its child, if asked."""

    type: Literal["connect"]
    factor: Id
    variable: Id
    child: bool = False


class AddParent(Command):
    """An arrow from one variable to another."""

    type: Literal["add_parent"]
    parent: Id
    child: Id
    factor: Id
    x: Coordinate
    y: Coordinate


class Disconnect(Command):
    """A variable leaves the scope of a factor."""

    type: Literal["disconnect"]
    factor: Id
    variable: Id


class Delete(Command):
    """Variables and factors go."""

    type: Literal["delete"]
    ids: list[Id]


class Rename(Command):
    """A variable or factor gets another name, or none."""

    type: Literal["rename"]
    id: Id
    name: str


class RenameModel(Command):
    """The drawing gets another title."""

    type: Literal["rename_model"]
    name: str


class SetStates(Command):
    """States are renamed, added, removed and reordered; `origin[i]` is the old position of new state i."""

    type: Literal["set_states"]
    id: Id
    states: list[str]
    origin: list[int | None] = Field(alias="from")


class SetParameters(Command):
    """A factor says something else: other numbers, or another kind."""

    type: Literal["set_parameters"]
    factor: Id
    kind: Id
    child: Id | None
    parameters: dict[str, Any]


class SetScope(Command):
    """The variables of a factor in another order."""

    type: Literal["set_scope"]
    factor: Id
    scope: list[Id]


class Insert(Command):
    """A fragment of a drawing is pasted under new ids."""

    type: Literal["insert"]
    document: Form
    ids: list[Annotated[tuple[Id, Id], _ROW]]
    dx: Coordinate
    dy: Coordinate


class Move(Command):
    """Nodes stand elsewhere."""

    type: Literal["move"]
    positions: list[Annotated[tuple[Id, Coordinate, Coordinate], _ROW]]


class Observe(Command):
    """A variable is observed."""

    type: Literal["observe"]
    id: Id
    observation: Form


class ObserveAll(Command):
    """These observations and no others."""

    type: Literal["observe_all"]
    evidence: list[Annotated[tuple[Id, Form], _ROW]]


class Retract(Command):
    """Observations are taken back, suspended ones too."""

    type: Literal["retract"]
    ids: list[Id]


class Suspend(Command):
    """Observations are switched off, and remembered."""

    type: Literal["suspend"]
    ids: list[Id]


class Resume(Command):
    """Suspended observations count again."""

    type: Literal["resume"]
    ids: list[Id]


class SetLesson(Command):
    """The drawing gets another lesson of its own, or none."""

    type: Literal["set_lesson"]
    lesson: Form | None


Single: TypeAlias = (
    AddVariable
    | AddFactor
    | Connect
    | AddParent
    | Disconnect
    | Delete
    | Rename
    | RenameModel
    | SetStates
    | SetParameters
    | SetScope
    | Insert
    | Move
    | Observe
    | ObserveAll
    | Retract
    | Suspend
    | Resume
    | SetLesson
)


class Batch(Command):
    """Several edits that are one step to the user. They do not nest."""

    type: Literal["batch"]
    label: str
    commands: list[Annotated[Single, Field(discriminator="type")]]


Edit: TypeAlias = Single | Batch

_REMEDY = "reload the page and try again"

_EDITS: TypeAdapter[Edit] = TypeAdapter(Annotated[Edit, Field(discriminator="type")])


def parse(command: Mapping[str, Any]) -> Edit:
    """The record of a command as it came from the page. Raises CommandRefused where it is none."""
    try:
        return _EDITS.validate_python(command)
    except ValidationError as error:
        raise CommandRefused(_problems(error)) from None


def _problems(error: ValidationError) -> list[Problem]:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    if details[0]["type"] == "union_tag_invalid":  # its message would quote whatever came
        return [Problem("", "this is no editing command that mbml knows", _REMEDY)]
    return [
        Problem("", f"the command has no usable {_place(detail['loc'])}: {detail['msg']}", _REMEDY)
        for detail in details[:MAX_LISTED]
    ]


def _place(loc: tuple[int | str, ...]) -> str:
    """Where in the command, without the values an attacker could have put there."""
    parts = [str(part) for part in loc if isinstance(part, int) or part.isidentifier()]
    return "field " + ".".join(parts)[:100] if parts else "form"
