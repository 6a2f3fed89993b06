"""What a step is called in the menu: "Undo Move Rain"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mbml_core.document import Document
from mbml_core.editing import commands
from mbml_core.editing.evidence import read_observation
from mbml_core.editing.lookup import label, variable_of
from mbml_core.phrases import counted
from mbml_core.wording import observation_text, shortened

MAX_WIDTH = 60
"""Columns of a label; a tooltip is one line."""

_WHOLE_DRAWING: Mapping[str, str] = {
    "arrange": "Arrange the drawing",
    "open": "Open a drawing",
    "new": "New drawing",
}
"""Commands that bring a drawing from elsewhere."""


def label_of(command: Mapping[str, Any], document: Document) -> str:
    """A short sentence for an edit of `document`, as it was before. Raises CommandRefused where it is no edit."""
    foreign = _WHOLE_DRAWING.get(str(command.get("type")))
    return shortened(foreign or _label(commands.parse(command), document), MAX_WIDTH)


def _label(command: commands.Edit, document: Document) -> str:
    def name(id: str) -> str:
        return label(document, id)

    match command:
        case commands.Batch():
            return command.label or "Edit"
        case commands.AddVariable():
            return f"Add {command.name or 'variable'}"
        case commands.AddFactor():
            return "Add prior" if command.kind == "prior" else "Add factor"
        case commands.Connect() | commands.Disconnect():
            verb = "Connect" if isinstance(command, commands.Connect) else "Disconnect"
            return f"{verb} {name(command.variable)} and {name(command.factor)}"
        case commands.AddParent():
            return f"Connect {name(command.parent)} → {name(command.child)}"
        case commands.Rename():
            return f"Rename {name(command.id)} to {command.name or command.id}"
        case commands.RenameModel():
            return "Rename the drawing"
        case commands.SetLesson():
            return "Change the lesson" if command.lesson is not None else "Remove the lesson"
        case commands.SetStates():
            return f"Change the states of {name(command.id)}"
        case commands.SetParameters():
            return f"Change {name(command.factor)}"
        case commands.SetScope():
            return f"Reorder {name(command.factor)}"
        case commands.Insert():
            return f"Insert {counted(len(command.ids), 'node')}"
        case commands.Move():
            return f"Move {_listed([id for id, _, _ in command.positions], document)}"
        case commands.Observe():
            return f"Observe {name(command.id)} {_observation_text(command, document)}"
        case commands.ObserveAll():
            return _observe_all_label(command)
    return f"{_VERBS[command.type]} {_listed(command.ids, document)}"


_VERBS: Mapping[str, str] = {"delete": "Delete", "retract": "Retract", "suspend": "Suspend", "resume": "Resume"}
"""Of the commands that name any number of nodes."""


def _listed(ids: Sequence[str], document: Document) -> str:
    return label(document, ids[0]) if len(ids) == 1 else counted(len(ids), "node")


def _observation_text(command: commands.Observe, document: Document) -> str:
    return observation_text(read_observation(variable_of(document, command.id), command.observation))


def _observe_all_label(command: commands.ObserveAll) -> str:
    count = len(command.evidence)
    return f"Observe {counted(count, 'variable')}" if count else "Retract everything"
