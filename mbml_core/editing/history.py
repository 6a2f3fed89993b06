"""Undo and redo: drawings are immutable, so the past is a list of them."""

from __future__ import annotations

from dataclasses import dataclass

from mbml_core.document import Document

MAX_STEPS = 1000
"""Steps that can be undone: more than a lecture has. Drawings share what an edit left alone, so that a step costs
little more than its own changes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One edit, and the drawing on its other side."""

    label: str
    document: Document


@dataclass(frozen=True, slots=True)
class History:
    """The drawing as it is, what it was, and what was undone.

    Attributes:
        present: the drawing shown.
        past: each edit with the drawing before it; the latest last.
        future: each undone edit with the drawing after it; the next one to redo last.
    """

    present: Document
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    @classmethod
    def of(cls, document: Document) -> History:
        """A drawing that nobody has edited yet."""
        return cls(document)

    @property
    def undo_label(self) -> str:
        """The edit that `undo` would take back; "" where there is none."""
        return self.past[-1].label if self.past else ""

    @property
    def redo_label(self) -> str:
        """The edit that `redo` would make again; "" where there is none."""
        return self.future[-1].label if self.future else ""

    def commit(self, document: Document, label: str) -> History:
        """After an edit, which may also be a whole new drawing. An edit that changed nothing is no step."""
        if document == self.present:
            return self
        return History(document, (*self.past, Step(label, self.present))[-MAX_STEPS:])

    def undo(self) -> History:
        """One edit back; the same history where there is none."""
        if not self.past:
            return self
        last = self.past[-1]
        return History(last.document, self.past[:-1], (*self.future, Step(last.label, self.present)))

    def redo(self) -> History:
        """One undone edit made again; the same history where there is none."""
        if not self.future:
            return self
        following = self.future[-1]
        past = (*self.past, Step(following.label, self.present))
        return History(following.document, past, self.future[:-1])
