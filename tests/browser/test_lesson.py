"""A lesson as a student takes it, an author records it and a teacher shows it; and predictions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.editor import LONG, Editor
from tests.browser.served import ROOT
from tests.browser.watched import Tab, expect_label, opened_tab

PRIOR = "Murderer: Miss Auburn 0.7000, Major Grey 0.3000"
GIVEN_REVOLVER = "Murderer: Miss Auburn 0.3415, Major Grey 0.6585"
GIVEN_BOTH = "Murderer: Miss Auburn 0.0493, Major Grey 0.9507"
GIVEN_DAGGER = "Murderer: Miss Auburn 0.9492, Major Grey 0.0508"

# What has the keyboard, inside the shadow root.
FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.getAttribute("aria-label") ?? element.textContent;
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address, permissions=["clipboard-read", "clipboard-write"]) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    """The murder mystery with the drawer open, its lesson not begun."""
    with tab.test() as found:
        found.button("Lesson and samples").click()
        found.frames()
        for leave in ("Done", "Leave the lesson"):
            if found.button(leave).count():
                found.button(leave).click()
                found.frames()
        found.page.locator(".gallery .sample", has_text="Who murdered Mr Black?").click()
        found.acknowledged()
        expect_label(found, "murderer", PRIOR)
        yield found
        if predict_toggle(found).get_attribute("aria-pressed") == "true":
            predict_toggle(found).click()


def predict_toggle(editor: Editor) -> Locator:
    return editor.button("Predict first")


def start(editor: Editor) -> None:
    editor.button("Start the lesson").click()
    at_step(editor, 1)


def at_step(editor: Editor, number: int, caption: str = "") -> None:
    expect(editor.page.locator(".lesson-count")).to_have_text(f"{number} of 7")
    if caption:
        expect(editor.page.locator(".lesson-caption")).to_have_text(caption)


def question(editor: Editor) -> Locator:
    return editor.page.get_by_role("region", name="Question")


def number_field(editor: Editor) -> Locator:
    return question(editor).get_by_label("as a number")


def observed(editor: Editor) -> dict[str, Any]:
    evidence: dict[str, Any] = editor.saved()["evidence"]
    return {id: form["state"] for id, form in evidence.items()}


# A student


def test_a_students_path_with_predictions_and_a_wrong_answer(editor: Editor) -> None:
    start(editor)
    editor.button("Next step").click()
    editor.button("Next step").click()
    at_step(editor, 3, "The first clue")
    number_field(editor).fill("0.9")
    editor.button("Check").click()
    expect(question(editor)).to_contain_text("Too high")
    expect(question(editor)).not_to_contain_text("0.6585")
    expect_label(editor, "murderer", PRIOR)  # nothing is given away
    number_field(editor).fill("0.66")
    editor.button("Check").click()
    expect(question(editor)).to_contain_text("Right")
    expect(question(editor)).to_contain_text("Murderer = Major Grey has probability 0.6585.")
    expect(question(editor)).to_contain_text("you turned the question round")
    expect_label(editor, "murderer", GIVEN_REVOLVER)
    expect(editor.button("Check")).to_be_disabled()

    editor.button("Next step").click()
    at_step(editor, 4, "Why not 0.90?")
    expect(editor.page.get_by_role("complementary", name="Reasoning")).to_be_visible()
    editor.button("Next step").click()
    at_step(editor, 5)
    expect(editor.page.get_by_role("complementary", name="Reasoning")).to_be_hidden()
    question(editor).get_by_role("slider").fill("0.95")
    editor.button("Check").click()
    expect(question(editor)).to_contain_text("Right")
    expect_label(editor, "murderer", GIVEN_BOTH)

    editor.button("Next step").click()
    editor.button("Next step").click()
    at_step(editor, 7)
    expect_label(editor, "murderer", GIVEN_DAGGER)
    question(editor).get_by_role("button", name="It goes up").click()
    expect(question(editor)).to_contain_text("it does not go up")
    expect(question(editor).get_by_role("button", name="It goes up")).to_be_disabled()
    question(editor).get_by_role("button", name="It goes down").click()
    expect(question(editor)).to_contain_text("goes down from 0.9492 to 0.6512")
    editor.button("End of the lesson").click()
    expect(editor.button("Start the lesson")).to_be_visible()


def test_whoever_gives_up_is_shown_the_answer(editor: Editor) -> None:
    start(editor)
    editor.button("Next step").click()
    editor.button("Next step").click()
    number_field(editor).fill("0.1")
    number_field(editor).press("Enter")
    expect(question(editor)).to_contain_text("Too low")
    editor.button("Show the answer").click()
    expect(question(editor)).to_contain_text("0.6585")
    expect_label(editor, "murderer", GIVEN_REVOLVER)


def test_a_step_observes_in_one_step_of_the_history(editor: Editor) -> None:
    start(editor)
    for _ in range(5):
        editor.button("Next step").click()
    at_step(editor, 6)
    expect_label(editor, "murderer", GIVEN_BOTH)
    assert observed(editor) == {"weapon": "revolver", "hair": "yes"}
    editor.button("Step before").click()
    expect_label(editor, "murderer", GIVEN_REVOLVER)
    editor.press("Control+z")
    expect_label(editor, "murderer", GIVEN_BOTH)


def test_the_lesson_is_taken_with_the_keyboard_alone(editor: Editor) -> None:
    editor.page.locator("svg.canvas").focus()
    editor.press("n", 3)
    at_step(editor, 3)
    editor.press("a")
    editor.frames()
    assert "Probability of Murderer = Major Grey" in editor.page.evaluate(FOCUSED)
    editor.press("Tab")
    editor.keyboard.type("0.9")
    editor.press("Enter")
    expect(question(editor)).to_contain_text("Too high")
    editor.press("Control+a")
    editor.keyboard.type("0.66")
    editor.press("Enter")
    expect(question(editor)).to_contain_text("Right")
    editor.page.locator("svg.canvas").focus()
    editor.press("PageDown")
    at_step(editor, 4)
    editor.press("Shift+N")
    at_step(editor, 3)
    expect(question(editor)).to_contain_text("Right")  # it is remembered
    editor.press("n", 4)
    at_step(editor, 7)
    editor.press("a")
    editor.frames()
    assert "It goes up" in editor.page.evaluate(FOCUSED)
    editor.press("Tab")
    editor.press("Enter")
    expect(question(editor)).to_contain_text("Right")


# Predictions


def held(editor: Editor) -> Locator:
    return editor.page.get_by_role("dialog", name="Predict first")


def test_the_bars_stay_until_the_prediction_is_made(editor: Editor) -> None:
    predict_toggle(editor).click()
    editor.button("Observe Weapon = revolver").click()
    expect(held(editor)).to_contain_text("You see Weapon = revolver")
    editor.acknowledged()
    expect_label(editor, "murderer", PRIOR)
    expect(editor.page.get_by_role("complementary", name="Inspector")).to_be_hidden()
    expect(editor.page.locator(".says")).to_be_hidden()  # the drawer would tell too
    held(editor).get_by_role("slider", name="Major Grey").fill("0.6")
    expect(held(editor).locator("output").first).to_have_text("0.40")  # the other bar gives way
    held(editor).get_by_role("button", name="Reveal").click()
    expect(held(editor)).to_contain_text("Close: you miss by 0.01 bits, and it went the right way")
    expect(held(editor)).to_contain_text("from 0.7000 to 0.3415")
    expect_label(editor, "murderer", GIVEN_REVOLVER)
    expect(editor.page.locator(".says")).to_be_visible()
    editor.press("Enter")  # Go on
    expect(held(editor)).to_be_hidden()


def test_a_direction_is_enough(editor: Editor) -> None:
    predict_toggle(editor).click()
    editor.button("Observe Weapon = dagger").click()
    held(editor).get_by_role("button", name="up").click()
    expect(held(editor)).to_contain_text("No: it goes down.")
    expect_label(editor, "murderer", GIVEN_DAGGER)
    editor.button("Go on").click()
    editor.button("Observe Grey hair found = yes").click()  # the next one is asked about again
    expect_label(editor, "murderer", GIVEN_DAGGER)
    held(editor).get_by_role("button", name="up").click()
    expect(held(editor)).to_contain_text("Right.")


def test_a_prediction_is_skipped_with_escape_and_goes_with_its_observation(editor: Editor) -> None:
    editor.page.locator("svg.canvas").focus()
    editor.press("q")
    editor.button("Observe Weapon = revolver").click()
    expect(held(editor)).to_be_visible()
    editor.press("Escape")
    expect(held(editor)).to_be_hidden()
    expect_label(editor, "murderer", GIVEN_REVOLVER)
    editor.press("Control+z")
    editor.acknowledged()
    expect(held(editor)).to_be_hidden()  # taking back shows nothing new
    expect_label(editor, "murderer", PRIOR)
    editor.button("Observe Weapon = dagger").click()
    expect(held(editor)).to_be_visible()
    editor.press("Control+z")
    expect(held(editor)).to_be_hidden()
    expect_label(editor, "murderer", PRIOR)


def test_what_a_question_has_asked_is_not_asked_twice(editor: Editor) -> None:
    predict_toggle(editor).click()
    start(editor)
    editor.button("Next step").click()
    editor.button("Next step").click()
    number_field(editor).fill("0.66")
    editor.button("Check").click()
    expect_label(editor, "murderer", GIVEN_REVOLVER)
    expect(held(editor)).to_be_hidden()


# An author


def open_coin(editor: Editor) -> None:
    """A drawing that comes from a file, without a lesson."""
    document = json.loads((ROOT / "sample_graphs" / "coin.json").read_text(encoding="utf-8"))
    editor.open_document(document, "coin.json")


def record(editor: Editor) -> None:
    editor.button("Save or share").click()
    editor.page.get_by_role("menuitem", name="Record a lesson").click()
    expect(editor.page.get_by_role("heading", name="Record a lesson")).to_be_visible()


def test_a_lesson_is_recorded_saved_opened_and_played(editor: Editor) -> None:
    open_coin(editor)
    record(editor)
    field = editor.page.get_by_label
    editor.button("Take a snapshot").click()
    expect(editor.page.locator(".recorder-step")).to_have_count(1)
    editor.button("Observe Toss 1 = heads").click()
    editor.button("Take a snapshot").click()
    expect(editor.page.locator(".recorder-step")).to_have_count(2)
    field("Caption").fill("A head")
    field("Caption").press("Enter")
    field("Text").fill("The first toss shows heads.")
    field("Kind").select_option("choice")
    field("Answers, one in each line").fill("fair\ntwo-headed")
    field("Answers, one in each line").press("Tab")
    field("The right one").select_option(label="fair")
    editor.acknowledged()
    editor.button("Move step 2 up").click()
    expect(editor.page.locator(".recorder-step").first).to_contain_text("1. A head")
    editor.acknowledged()
    editor.undo_button.click()  # the order
    expect(editor.page.locator(".recorder-step").first).to_contain_text("1. Step 1")
    editor.button("Done").click()

    saved = editor.saved()
    assert [step["caption"] for step in saved["lesson"]["steps"]] == ["Step 1", "A head"]
    assert saved["lesson"]["steps"][1]["evidence"] == {"toss_1": {"state": "heads"}}
    editor.button("New drawing").click()
    editor.acknowledged()
    editor.open_document(saved, "lesson.json")
    editor.button("Start the lesson").click()
    editor.button("Next step").click()
    expect(editor.page.locator(".lesson-text")).to_have_text("The first toss shows heads.")
    question(editor).get_by_role("button", name="two-headed").click()
    expect(question(editor)).to_contain_text("No, that is not it")
    question(editor).get_by_role("button", name="fair", exact=True).click()
    expect(question(editor)).to_contain_text("Right")


# Links, and in front of a class


def copied_link(editor: Editor) -> str:
    editor.page.evaluate("() => navigator.clipboard.writeText('')")
    editor.button("Link to this step").click()
    for _ in range(100):
        link: str = editor.page.evaluate("() => navigator.clipboard.readText()")
        if link:
            return link
        editor.frames()
    raise AssertionError("nothing was copied")


def test_a_link_opens_a_sample_at_a_step(editor: Editor, tab: Tab) -> None:
    start(editor)
    editor.button("Next step").click()
    link = copied_link(editor)
    assert link.endswith("#sample=murder_mystery&step=2")
    page = tab.window.new_page()
    other = Editor.opened(page, link.replace("step=2", "step=6"))
    at_step(other, 6, "One clue after the other")
    expect_label(other, "murderer", GIVEN_BOTH)
    page.evaluate("() => { location.hash = '#sample=coin&step=1' }")
    expect(page.locator(".lesson-caption")).to_have_text("Ten coins in a bag")
    page.close()


def test_a_link_to_a_step_of_a_lesson_of_ones_own_holds_the_drawing(editor: Editor, tab: Tab) -> None:
    open_coin(editor)
    record(editor)
    editor.button("Take a snapshot").click()
    editor.page.get_by_label("Caption").fill("My own step")
    editor.page.get_by_label("Caption").press("Enter")
    editor.acknowledged()
    editor.button("Done").click()
    expect(editor.page.locator(".lesson-caption")).to_have_text("My own step")
    link = copied_link(editor)
    assert "#m=" in link
    page = tab.window.new_page()
    Editor.opened(page, link)
    expect(page.locator(".lesson-caption")).to_have_text("My own step", timeout=LONG)
    page.close()


def test_the_presenter_view_has_the_lesson_in_large_type(editor: Editor) -> None:
    start(editor)
    small = font_size(editor.page)
    editor.page.locator("svg.canvas").focus()
    editor.press("p")
    strip = editor.page.get_by_role("region", name="Lesson", exact=True)
    expect(strip).to_contain_text("Mr Black is dead")
    assert font_size(editor.page) > 1.1 * small
    editor.press("n", 2)
    at_step(editor, 3)
    editor.press("a")
    editor.press("Tab")
    editor.keyboard.type("0.7")
    editor.press("Enter")
    expect(question(editor)).to_contain_text("Right: close enough")
    expect_label(editor, "murderer", GIVEN_REVOLVER)
    editor.button("Next step").click()
    expect(editor.page.get_by_role("complementary", name="Reasoning")).to_be_visible()
    editor.button("Leave the presenter view").click()


def font_size(page: Page) -> float:
    size: float = page.locator(".lesson-text").evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)"
    )
    return size
