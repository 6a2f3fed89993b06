"""A browser in three functions, for the tests of a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.graph_editor.arranging import arrange, placed
from components.graph_editor.engines import Engines
from components.graph_editor.lessons import samples
from components.graph_editor.opening import open_bytes
from components.graph_editor.origin import sample_origin
from components.graph_editor.protocol import read_message
from components.graph_editor.session import Services, Session, payload, start, step
from components.graph_editor.work import Tools
from mbml_core.document import Document
from mbml_core.errors import InvalidModel, Problem

SAMPLES = samples(Path(__file__).parents[3] / "sample_graphs")
ORIGIN = sample_origin(SAMPLES[0])


@dataclass(frozen=True)
class Saved:
    """What an export gives."""

    name: str
    mime: str
    text: str
    lost: tuple[str, ...]


def export(document: Document, format: str) -> Any:
    if format == "bif":
        raise InvalidModel([Problem("f_wet", "no form in BIF", "save as JSON")])
    return Saved(f"model.{format}", "text/plain", document.graph.name, ("the layout",))


def services() -> Services:
    tools = Tools(ORIGIN, SAMPLES, open_bytes, arrange, placed)
    return Services(tools, Engines(), export)


SERVICES = services()


def talked(*messages: Any, session: Session | None = None) -> Session:
    """The session after these values of the log, one run of the page each."""
    session = session or step(start(ORIGIN), read_message(None), SERVICES)
    for message in messages:
        session = step(session, read_message(message), SERVICES)
    return session


def log(*commands: Mapping[str, Any], page: int = 1, first: int = 1) -> dict[str, Any]:
    """A log of these commands, numbered from `first` on."""
    return {"page": page, "have": {}, "commands": [{"n": first + i, **c} for i, c in enumerate(commands)]}


def command(type_: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, **fields}


def observe(id: str, state: str) -> dict[str, Any]:
    return command("observe", id=id, observation={"state": state})


def section(session: Session, name: str) -> Any:
    """One section as it is sent to a browser that has nothing."""
    return payload(session, {})["sections"][name]


def beliefs(session: Session) -> dict[str, list[float]]:
    return dict(section(session, "beliefs")["values"])


def replies(session: Session) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = payload(session, {})["replies"]
    return found


def document(session: Session) -> Document:
    return session.work.document
