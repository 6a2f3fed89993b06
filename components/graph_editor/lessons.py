"""The sample graphs with their lessons, as they are on the disk."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from components.graph_editor.arranging import placed
from mbml_core.document import Document
from mbml_core.files import load_document

ORDER = (
    "sprinkler",
    "coin",
    "test_for_a_disease",
    "murder_mystery",
    "monty_hall",
    "fuel_gauge",
    "burglar_alarm",
    "skills_three_questions",
    "skills_four_questions",
    "student",
    "cancer",
    "asia",
    "umbrella",
    "hamming_7_4",
    "ising_grid",
)
"""From the best first sight to the largest; samples that are not named here follow by title."""

_STEPS = re.compile(r"(?=\b(?:Describe|Observe|Infer): )")


@dataclass(frozen=True)
class Suggestion:
    """Something to observe, and what it shows.

    Attributes:
        caption: what one sees.
        evidence: as in a document, by id or unique name of a variable.
        look_at: ids of the variables whose beliefs move.
        says: what they show.
    """

    caption: str
    evidence: Mapping[str, Any]
    look_at: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True, eq=False)
class Sample:
    """A model that comes with the editor, and its lesson.

    Attributes:
        id: name of its file without the suffix.
        document: the drawing; every node has a place.
        title, summary, text: what to tell about it.
        suggestions: what to try.
    """

    id: str
    document: Document
    title: str
    summary: str = ""
    text: str = ""
    suggestions: tuple[Suggestion, ...] = ()


@cache
def samples(folder: Path) -> tuple[Sample, ...]:
    """The samples of a folder, the first one to show first; read once."""
    found = [_read(path) for path in folder.glob("*.lesson.json")]
    rank = {name: i for i, name in enumerate(ORDER)}
    return tuple(sorted(found, key=lambda sample: (rank.get(sample.id, len(rank)), sample.title)))


def steps(text: str) -> list[tuple[str, str]]:
    """The steps of a lesson as (verb, what to do); a text without steps is one without a verb."""
    parts = (part.strip() for part in _STEPS.split(text))
    return [_step(part) for part in parts if part]


def _step(part: str) -> tuple[str, str]:
    if not _STEPS.match(part):
        return "", part
    verb, _, rest = part.partition(": ")
    return verb, rest[:1].upper() + rest[1:]


def _read(path: Path) -> Sample:
    plain = json.loads(path.read_text(encoding="utf-8"))
    suggestions = tuple(
        Suggestion(item["caption"], item["evidence"], tuple(item["look_at"]), item["says"])
        for item in plain["suggestions"]
    )
    document = placed(load_document(path.with_name(f"{plain['graph']}.json")))
    return Sample(plain["graph"], document, plain["title"], plain["summary"], plain["text"], suggestions)
