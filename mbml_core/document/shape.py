"""What in a document does not have the shape of its records, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mbml_core.document.place import Finding, Place, describe
from mbml_core.document.schema import EVIDENCE_FORMS, DocumentRecord

_DOMAINS = "categorical, real, positive, probability, simplex or count"

_EXPECTED = {
    "string_type": ("text", "write it in double quotes"),
    "float_type": ("a number", "write a number, without quotes"),
    "finite_number": ("a finite number", "write a finite number"),
    "int_type": ("a whole number", "write a whole number, without quotes"),
    "list_type": ("a list", "put it in square brackets"),
    "too_short": ("two numbers, x and y", "write [x, y]"),
    "too_long": ("two numbers, x and y", "write [x, y]"),
    "union_tag_invalid": (f"the type {_DOMAINS}", "correct the type"),
}
"""What was expected and what to do, by the validator's type of error. Anything else wants an object."""


def read_records(document: dict[str, Any]) -> tuple[DocumentRecord | None, list[Finding]]:
    """The records, or None and every field that is missing or has the wrong type, at its place."""
    try:
        return DocumentRecord.model_validate(document), []
    except ValidationError as error:
        return None, list(_translated(error))


def _translated(error: ValidationError) -> Iterator[Finding]:
    for detail in error.errors(include_url=False, include_context=False):
        yield _finding(detail, _place(detail["loc"]))


def _place(loc: Place) -> Place:
    """A validator's location without the names of the alternatives it tried for a domain, an observation and its
    value.
    """
    if loc[0] == "variables" and loc[2:3] == ("domain",):
        return loc[:3] + loc[4:]
    if loc[0] != "evidence":
        return loc
    return loc[:2] + loc[3:4] + (loc[5:] if loc[3:4] == ("value",) else loc[4:])


def _finding(detail: ErrorDetails, place: Place) -> Finding:
    if detail["type"] == "missing":
        return Finding(place, f"the field '{place[-1]}' is missing", "add it")
    if detail["type"] == "union_tag_not_found" and isinstance(detail["input"], dict):
        return _without_form(place, detail["input"])
    what, remedy = _EXPECTED.get(detail["type"], ("an object", "put it in curly brackets"))
    found = detail["input"]
    if detail["type"] == "union_tag_invalid":
        place, found = (*place, "type"), found["type"]
    return Finding(place, f"expected {what}, found {describe(found)}", remedy)


def _without_form(place: Place, record: dict[str, Any]) -> Finding:
    if place[0] == "variables":
        return Finding((*place, "type"), "the field 'type' is missing", f"add the type {_DOMAINS}")
    forms = [form for form in EVIDENCE_FORMS if form in record]
    what = f"the observation gives {' and '.join(forms)}" if forms else "the observation says nothing"
    return Finding(place, what, f"give exactly one of {', '.join(EVIDENCE_FORMS)}")
