"""How an edit that cannot be made is turned down."""

from __future__ import annotations

from mbml_core.errors import InvalidModel, Problem


class CommandRefused(InvalidModel):
    """A command that does not fit the drawing; `problems` says why. The drawing is left as it was."""


def refusal(where: str, what: str, remedy: str) -> CommandRefused:
    """A refusal with one problem."""
    return CommandRefused([Problem(where, what, remedy)])
