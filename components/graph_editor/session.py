"""One visitor's session: what the browser says goes in, what the page shows comes out. Immutable and pure.

session = step(session, message, services)      apply what is new in the log, then infer once
payload(session, message.have)                  what the browser does not have yet
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from components.graph_editor.answering import Answer, answer, prepared_of
from components.graph_editor.asking import Asked, Jobs, Plain, Report
from components.graph_editor.engines import Engines, engine_of
from components.graph_editor.origin import Origin
from components.graph_editor.protocol import Message, Numbered, Raw
from components.graph_editor.questions import QUESTIONS
from components.graph_editor.sections import (
    SECTIONS,
    Marks,
    View,
    marked,
    plain_problems,
    plain_sections,
    revisions,
)
from components.graph_editor.work import Tools, Work, changed, refused
from mbml_core.deadline import Deadline
from mbml_core.document import Document
from mbml_core.engine import Engine
from mbml_core.errors import Cancelled, ImpossibleEvidence, InvalidModel, MbmlError, Problem, UnsupportedQuery

if TYPE_CHECKING:
    from components.graph_editor.exporting import Exported

FORMATS = ("json", "bif", "uai", "html")

_DEFECT = Problem("", "this went wrong inside the editor; the drawing is as it was", "undo, or try another way")

Reply: TypeAlias = tuple[int, Mapping[str, Any]]
"""Number of the command and the fields of its answer."""


@dataclass(frozen=True, eq=False, slots=True)
class Services:
    """What a session needs from outside; the same for all sessions.

    Attributes:
        tools: for commands that change the document.
        engines: compiled models.
        export: a document in a format; raises MbmlError.
        jobs: questions that are being answered.
    """

    tools: Tools
    engines: Engines
    export: Callable[[Document, str], Exported]
    jobs: Jobs = field(default_factory=Jobs)


@dataclass(frozen=True, eq=False, slots=True)
class Session:
    """What is kept between two messages.

    Attributes:
        token: random; tells this session's revisions from those of another one.
        work: the document, its history, the method.
        page: number of the page load that spoke last; None: none did.
        acked: number of the last command of that page that was applied.
        replies: answers and refusals that the browser may not have seen.
        answer: the beliefs; None before the first step.
        marks: of the sections as they were after the last step.
        view: what the page shows; None before the first step.
    """

    token: str
    work: Work
    page: int | None = None
    acked: int = 0
    replies: tuple[Reply, ...] = ()
    answer: Answer | None = None
    marks: Marks = field(default_factory=dict)
    view: View | None = None


def start(origin: Origin) -> Session:
    """A session before its first step."""
    return Session(secrets.token_hex(6), Work.begin(origin.document, origin.sample))


def step(session: Session, message: Message, services: Services) -> Session:
    """The session after a message: every command that is new applied in order, then one inference for all.

    What cannot be applied is refused in a reply and changes nothing; no message raises.
    """
    heard = _heard(session, message)
    for command in message.commands:
        if command.n > heard.acked:
            heard = _applied(heard, command, services)
    return _shown(_answered(heard, services), services)


def payload(session: Session, have: Mapping[str, str]) -> dict[str, Any]:
    """What the browser is sent: the sections whose revision it does not have, and the replies."""
    current = revisions(session.marks, session.token)
    missing = [name for name in SECTIONS if name in current and have.get(name) != current[name]]
    return {
        "session": session.token,
        "page": session.page,
        "acked": session.acked,
        "revisions": current,
        "sections": plain_sections(session.view, missing) if session.view is not None else {},
        "replies": [{"n": n, **fields} for n, fields in session.replies],
    }


def _heard(session: Session, message: Message) -> Session:
    """Numbering and replies as the message finds them.

    A command that is still in the log was not acknowledged, as far as the browser knows: a reply to it may have
    been lost on the way and is kept.
    """
    if message.page is not None and message.page != session.page:
        session = replace(session, page=message.page, acked=0, replies=())
    oldest = min((command.n for command in message.commands), default=1)
    kept = tuple((n, fields) for n, fields in session.replies if n >= oldest)
    whole = ((0, _refusal(message.refused)),) if message.refused else ()
    return replace(session, replies=(*whole, *kept))


def _applied(session: Session, command: Numbered, services: Services) -> Session:
    try:
        after = _obeyed(session, command, services)
    except MbmlError as error:
        after = _replied(session, command.n, _refusal(problems_of(error)))
    except Exception:  # the browser would send a command that fails again and again, and all after it would wait
        logging.getLogger(__name__).exception("a command could not be applied")
        after = _replied(session, command.n, _refusal((_DEFECT,)))
    return replace(after, acked=command.n)


def _obeyed(session: Session, command: Numbered, services: Services) -> Session:
    if isinstance(command.content, Problem):
        raise InvalidModel([command.content])
    request = _REQUESTS.get(command.content["type"])
    if request is None:
        return replace(session, work=changed(session.work, command.content, services.tools))
    session = _answered(session, services)
    return _replied(session, command.n, request(session, command.content, services))


def _replied(session: Session, n: int, fields: Mapping[str, Any]) -> Session:
    return replace(session, replies=(*session.replies, (n, fields)))


def _refusal(problems: tuple[Problem, ...]) -> Mapping[str, Any]:
    return {"refused": plain_problems(problems)}


def problems_of(error: MbmlError) -> tuple[Problem, ...]:
    """An error in the form of the page."""
    match error:
        case InvalidModel(problems=problems):
            return problems
        case ImpossibleEvidence(conflict=conflict):
            remedy = "" if conflict else "take an observation back"  # where they are named, the error says so
            return (Problem(conflict[0] if conflict else "", str(error), remedy),)
        case UnsupportedQuery() | Cancelled():
            return (Problem("", str(error), ""),)
    return (Problem("", str(error), "set the method to bp, or make the drawing smaller"),)


def _answered(session: Session, services: Services) -> Session:
    """The session with the beliefs of its present document."""
    work, view = session.work, session.view
    is_another = view is not None and view.work.arrival is not work.arrival
    before = None if is_another else session.answer  # its variables only happen to have the same ids
    return replace(session, answer=answer(work.document.graph, work.method, before, services.engines))


def _shown(session: Session, services: Services) -> Session:
    """The session with its page brought up to date."""
    if session.answer is None:
        return session
    tools, id = services.tools, session.work.arrival.sample
    lesson = next((sample for sample in tools.samples if sample.id == id), None)
    view = View(session.work, session.answer, lesson, tools.origin, tools.samples)
    return replace(session, view=view, marks=marked(view, session.marks))


def _save(session: Session, command: Raw, services: Services) -> Mapping[str, Any]:
    if command.get("format") not in FORMATS:
        raise refused("there is no such format", f"use one of {', '.join(FORMATS)}")
    exported = services.export(session.work.document, command["format"])
    lost = list(exported.lost)
    return {"name": exported.name, "mime": exported.mime, "text": exported.text, "lost": lost}


def _ask(session: Session, command: Raw, services: Services) -> Mapping[str, Any]:
    about = command.get("about")
    question = QUESTIONS.get(about) if isinstance(about, str) else None
    if question is None:
        raise refused("there is no such question", "reload the page")
    if session.answer is None:
        raise refused("nothing is drawn yet", "add a variable")
    graph, engine = session.work.document.graph, prepared_of(session.answer).engine

    def exact() -> Engine:
        return engine_of(services.engines.prepared(graph, "exact"))

    def work(limit: Deadline, progress: Report) -> Plain:
        return question(Asked(graph, engine, exact, limit, progress), command)

    return services.jobs.ask(work)


def _poll(session: Session, command: Raw, services: Services) -> Mapping[str, Any]:
    return services.jobs.poll(str(command.get("job")))


def _cancel(session: Session, command: Raw, services: Services) -> Mapping[str, Any]:
    return services.jobs.cancel(str(command.get("job")))


_REQUESTS: Mapping[str, Callable[[Session, Raw, Services], Mapping[str, Any]]] = {
    "save": _save,
    "ask": _ask,
    "poll": _poll,
    "cancel": _cancel,
}
