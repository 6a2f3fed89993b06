"""What commands work on: the document with its undo history, and which sample it came from. Replayable."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from components.graph_editor.lessons import Sample
from components.graph_editor.origin import Origin
from components.graph_editor.protocol import MAX_COMMANDS, Raw
from mbml_core.document import Document, read_draft, require_page
from mbml_core.editing import History, apply, label_of
from mbml_core.errors import InvalidModel, MbmlError, Problem
from mbml_core.model import FactorGraph
from mbml_core.wording import shortened

MAX_LABEL = 60
"""Columns of what a step is called."""

METHODS = ("auto", "exact", "bp")

Positions: TypeAlias = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False, slots=True)
class Tools:
    """What commands need from outside.

    Attributes:
        origin: what the session was started with.
        samples: the models that come with the editor.
        open_bytes: a document from the bytes of a file and its name; raises MbmlError.
        arrange: positions of all nodes.
        placed: the document with positions for nodes that lack one.
    """

    origin: Origin
    samples: tuple[Sample, ...]
    open_bytes: Callable[[bytes, str], Document]
    arrange: Callable[[FactorGraph], Positions]
    placed: Callable[[Document], Document]


@dataclass(frozen=True, eq=False, slots=True)
class Arrival:
    """A document that replaced the one before.

    Attributes:
        step: how many steps of the history lead to it.
        sample: the sample it is; None for files, links and new drawings.
    """

    step: int
    sample: str | None


@dataclass(frozen=True, eq=False, slots=True)
class Work:
    """The state that commands change.

    Attributes:
        history: the document, and those before and after it.
        method: of inference, as chosen by the user.
        step: edits made, less those undone. (The history forgets its oldest steps, this does not.)
        arrivals: every replacement that can still be reached, by rising step; the first is the beginning.
    """

    history: History
    method: str
    step: int
    arrivals: tuple[Arrival, ...]

    @classmethod
    def begin(cls, document: Document, sample: str | None) -> Work:
        """Nothing was done yet."""
        return cls(History.of(document), METHODS[0], 0, (Arrival(0, sample),))

    @property
    def document(self) -> Document:
        """The present document."""
        return self.history.present

    @property
    def arrival(self) -> Arrival:
        """Where the present document came from."""
        return next(arrival for arrival in reversed(self.arrivals) if arrival.step <= self.step)


def changed(work: Work, command: Raw, tools: Tools) -> Work:
    """The work after one command; the same object where it changes nothing.

    Raises MbmlError where the command cannot be applied.
    """
    own = _OWN.get(command["type"])
    if own is not None:
        return own(work, command, tools)
    document = _placed(apply(work.document, command), tools)
    return _edited(work, document, label_of(command, work.document))


def _edited(work: Work, document: Document, label: str) -> Work:
    """One more step; what could be redone is gone, and so are the arrivals in it."""
    history = work.history.commit(document, label)
    if history is work.history:
        return work
    reachable = tuple(arrival for arrival in work.arrivals if arrival.step <= work.step)
    return replace(work, history=history, step=work.step + 1, arrivals=reachable)


def _replaced(work: Work, document: Document, label: str, sample: str | None) -> Work:
    """Another document, or the same one from another place, which is no step but brings its lesson."""
    after = _edited(work, document, shortened(label, MAX_LABEL))
    if after is work and work.arrival.sample == sample:
        return work
    reached = [arrival for arrival in after.arrivals if arrival.step <= after.step]
    later = after.arrivals[len(reached) :]
    return replace(after, arrivals=(*reached, Arrival(after.step, sample), *later))


def _placed(document: Document, tools: Tools) -> Document:
    """The document with all its nodes in a place; cheap where they are. Raises InvalidModel where the page cannot
    draw it.
    """
    require_page(document.graph)
    graph, layout = document.graph, document.layout
    ids = (*graph.variable_index, *(factor.id for factor in graph.factors))
    return document if all(id in layout for id in ids) else tools.placed(document)


def _undo(work: Work, command: Raw, tools: Tools) -> Work:
    history = work.history.undo()
    return work if history is work.history else replace(work, history=history, step=work.step - 1)


def _redo(work: Work, command: Raw, tools: Tools) -> Work:
    history = work.history.redo()
    return work if history is work.history else replace(work, history=history, step=work.step + 1)


def _set_method(work: Work, command: Raw, tools: Tools) -> Work:
    method = command.get("method")
    if method not in METHODS:
        raise refused("there is no such method", f"use one of {', '.join(METHODS)}")
    return replace(work, method=method)


def _arrange(work: Work, command: Raw, tools: Tools) -> Work:
    document = work.document
    layout = {**document.layout, **tools.arrange(document.graph)}
    return _edited(work, replace(document, layout=layout), label_of(command, document))


def _new(work: Work, command: Raw, tools: Tools) -> Work:
    return _replaced(work, Document(FactorGraph(())), label_of(command, work.document), None)


def _open(work: Work, command: Raw, tools: Tools) -> Work:
    match command.get("source"):
        case "sample":
            sample = _sample(_text(command, "sample"), tools)
            return _replaced(work, sample.document, f"Open {sample.title}", sample.id)
        case "file":
            name = _text(command, "name")
            document = tools.open_bytes(_decoded(_text(command, "base64")), name)
            return _replaced(work, _placed(document, tools), f"Open {name}", None)
        case "link":
            document, _ = read_draft(_text(command, "text"), "the link")
            return _replaced(work, _placed(document, tools), "Open link", None)
    raise refused("a model can be opened from a sample, a file or a link", "choose one of them")


def _restore(work: Work, command: Raw, tools: Tools) -> Work:
    """Everything that was done since `base`, done again. Commands that no longer fit are passed over."""
    commands = command.get("commands", [])
    if not isinstance(commands, list):
        raise refused("the saved work cannot be read", "begin anew")
    after = _base(command.get("base"), tools)
    for done in commands[:MAX_COMMANDS]:
        after = _redone(after, done, tools)
    return after


def _redone(work: Work, command: Any, tools: Tools) -> Work:
    if not isinstance(command, dict) or not isinstance(command.get("type"), str) or command["type"] == "restore":
        return work
    try:
        return changed(work, command, tools)
    except MbmlError:
        return work


def _base(base: Any, tools: Tools) -> Work:
    match base:
        case None:
            return Work.begin(tools.origin.document, tools.origin.sample)
        case {"sample": str(id)}:
            return Work.begin(_sample(id, tools).document, id)
        case {"text": str(text)}:
            document, _ = read_draft(text, "the saved work")
            return Work.begin(_placed(document, tools), None)
    raise refused("the saved work names no document to begin with", "begin anew")


_OWN: Mapping[str, Callable[[Work, Raw, Tools], Work]] = MappingProxyType(
    {
        "undo": _undo,
        "redo": _redo,
        "set_method": _set_method,
        "arrange": _arrange,
        "new": _new,
        "open": _open,
        "restore": _restore,
    }
)
"""Commands that need more than the document; every other one is an edit."""


def refused(what: str, remedy: str) -> InvalidModel:
    """The refusal of a command as a whole."""
    return InvalidModel([Problem("", what, remedy)])


def _text(command: Raw, field: str) -> str:
    value = command.get(field)
    if not isinstance(value, str):
        raise refused(f"'{field}' is missing", "choose the model again")
    return value


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: letters beyond ASCII
        raise refused("the file did not arrive whole", "open it again") from None


def _sample(id: str, tools: Tools) -> Sample:
    found = next((sample for sample in tools.samples if sample.id == id), None)
    if found is None:
        raise refused(f"there is no sample '{id[:80]}'", "choose one of the gallery")
    return found
