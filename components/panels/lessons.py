"""The sample graphs with their lessons."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from mbml_core.model import FactorGraph, Observation, resolve_evidence
from mbml_core.wording import visible

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
    """Something to observe, and what it shows."""

    caption: str
    evidence: Mapping[str, Any]
    look_at: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Lesson:
    """A model to open, and what to tell about it."""

    path: Path
    title: str
    summary: str = ""
    text: str = ""
    suggestions: tuple[Suggestion, ...] = ()


def sample_lessons(folder: Path) -> list[Lesson]:
    """The lessons of a folder of sample graphs, the first one to show first."""
    found = [_read(path) for path in folder.glob("*.lesson.json")]
    rank = {name: i for i, name in enumerate(ORDER)}
    return sorted(found, key=lambda lesson: (rank.get(lesson.path.stem, len(rank)), lesson.title))


def _read(path: Path) -> Lesson:
    plain = json.loads(path.read_text(encoding="utf-8"))
    suggestions = tuple(
        Suggestion(item["caption"], item["evidence"], tuple(item["look_at"]), item["says"])
        for item in plain["suggestions"]
    )
    graph = path.with_name(f"{plain['graph']}.json")
    return Lesson(graph, plain["title"], plain["summary"], plain["text"], suggestions)


def active_suggestion(
    lesson: Lesson, graph: FactorGraph, evidence: Mapping[str, Observation]
) -> Suggestion | None:
    """The suggestion whose observations are exactly the present ones."""
    matches = (s for s in lesson.suggestions if resolve_evidence(graph, s.evidence) == evidence)
    return next(matches, None)


def story_html(text: str) -> str:
    """The text of a lesson, its steps (Describe, Observe, Infer) side by side."""
    steps = [step.strip() for step in _STEPS.split(visible(text)) if step.strip()]
    return f'<div class="mbml-story">{"".join(map(_step_html, steps))}</div>'


def _step_html(step: str) -> str:
    verb, colon, rest = step.partition(": ")
    if not colon or " " in verb:
        return f"<p>{escape(step)}</p>"
    return f"<p><strong>{escape(verb)}</strong> {escape(rest[:1].upper() + rest[1:])}</p>"
