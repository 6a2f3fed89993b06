"""What can be asked about the beliefs: one module for each question, by the name the page gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from components.graph_editor.asking import Asked, Plain
from components.graph_editor.protocol import Raw
from components.graph_editor.questions import (
    answers,
    compare,
    conflict,
    frequencies,
    independence,
    intervene,
    laboratory,
    ladder,
    modes,
    next_look,
    roads,
    sensitivity,
    steps,
    why,
)

Question: TypeAlias = Callable[[Asked, Raw], Plain]

QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "compare": compare.answer,
        "conflict": conflict.answer,
        "export": steps.export,
        "fire": steps.fire,
        "frequencies": frequencies.answer,
        "independence": independence.answer,
        "intervene": intervene.answer,
        "laboratory": laboratory.answer,
        "ladder": ladder.answer,
        "mark": answers.marked,
        "modes": modes.answer,
        "next": next_look.answer,
        "predict": answers.predicted,
        "roads": roads.answer,
        "sensitivity": sensitivity.answer,
        "steps": steps.answer,
        "why": why.answer,
    }
)
