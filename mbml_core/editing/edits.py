"""One command, one new drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mbml_core.document import Document
from mbml_core.editing import commands, evidence, structure
from mbml_core.editing.insert import insert
from mbml_core.editing.lesson import set_lesson
from mbml_core.editing.states import set_states

_EDITS: Mapping[str, Callable[[Document, Any], Document]] = MappingProxyType(
    {
        "add_variable": structure.add_variable,
        "add_factor": structure.add_factor,
        "connect": structure.connect,
        "add_parent": structure.add_parent,
        "disconnect": structure.disconnect,
        "delete": structure.delete,
        "rename": structure.rename,
        "rename_model": structure.rename_model,
        "set_states": set_states,
        "set_parameters": structure.set_parameters,
        "set_scope": structure.set_scope,
        "insert": insert,
        "move": structure.move,
        "observe": evidence.observe,
        "observe_all": evidence.observe_all,
        "retract": evidence.retract,
        "suspend": evidence.suspend,
        "resume": evidence.resume,
        "set_lesson": set_lesson,
    }
)


EDITING_COMMANDS = frozenset({*_EDITS, "batch"})
"""The types that `apply` takes. Those that bring a whole drawing, and undo and redo, are not among them."""


def apply(document: Document, command: Mapping[str, Any]) -> Document:
    """The drawing after an editing command; `document` is left as it is.

    `document` is drawable (`mbml_core.document.is_drawable`) but need not be sound, and so is the result. A sound
    one stays sound under every command except `set_parameters`, which may bring numbers that are not finished.
    Raises CommandRefused where the command cannot be applied as a whole.
    """
    record = commands.parse(command)
    singles = record.commands if isinstance(record, commands.Batch) else [record]
    for single in singles:
        document = _EDITS[single.type](document, single)
    return document
