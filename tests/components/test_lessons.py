"""The sample lessons as the page reads them."""

from __future__ import annotations

from pathlib import Path

from components.panels.lessons import ORDER, active_suggestion, sample_lessons, story_html
from mbml_core.files import load
from mbml_core.model import Observed

SAMPLES = Path(__file__).parents[2] / "sample_graphs"


def test_the_sprinkler_comes_first_and_every_sample_is_there() -> None:
    lessons = sample_lessons(SAMPLES)
    assert lessons[0].title == "Why is the grass wet?"
    assert {lesson.path.stem for lesson in lessons} == {p.name.split(".")[0] for p in SAMPLES.glob("*.json")}
    assert {lesson.path.stem for lesson in lessons} >= set(ORDER)
    assert all(lesson.path.is_file() for lesson in lessons)


def test_the_order_is_the_one_named() -> None:
    assert [lesson.path.stem for lesson in sample_lessons(SAMPLES)][: len(ORDER)] == list(ORDER)


def test_a_suggestion_is_active_while_its_observations_are_the_present_ones() -> None:
    lesson = sample_lessons(SAMPLES)[0]
    graph = load(lesson.path)
    wet = active_suggestion(lesson, graph, {"wet": Observed("yes")})
    assert wet is lesson.suggestions[0]
    assert active_suggestion(lesson, graph, {}) is None
    assert active_suggestion(lesson, graph, {"cloudy": Observed("yes")}) is None


def test_a_story_has_its_steps_side_by_side_and_is_escaped() -> None:
    story = story_html("Describe: <b>. Observe: the rest: all. Infer: done.")
    assert story == (
        '<div class="mbml-story"><p><strong>Describe</strong> &lt;b&gt;.</p>'
        "<p><strong>Observe</strong> The rest: all.</p><p><strong>Infer</strong> Done.</p></div>"
    )
    assert story_html("No steps here: none.") == '<div class="mbml-story"><p>No steps here: none.</p></div>'
