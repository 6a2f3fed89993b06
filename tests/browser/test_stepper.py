"""Belief propagation walked through in a real browser: forward, back, by keys, by hand, and as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from mbml_core.explain.trace_document import replay_document
from tests.browser.editor import Editor
from tests.browser.watched import Tab, opened_tab, with_sprinkler

IDS = ("cloudy", "sprinkler", "rain", "wet")


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def panel(tab: Tab) -> Iterator[Locator]:
    with tab.test() as editor:
        with_sprinkler(editor)
        editor.row("wet", 1).click()
        editor.acknowledged()
        editor.button("Look into the reasoning").click()
        editor.page.locator("[role^=menuitem]").filter(has_text="Step by step").click()
        found = editor.page.get_by_role("complementary", name="Reasoning")
        expect(scrubber(found)).to_be_enabled()
        yield found


def scrubber(panel: Locator) -> Locator:
    return panel.get_by_role("slider", name="Place in the run")


def press(panel: Locator, name: str) -> None:
    panel.get_by_role("button", name=name, exact=True).click()


def at(panel: Locator) -> int:
    return int(scrubber(panel).input_value())


def bars(panel: Locator) -> list[str | None]:
    """What the nodes tell a screen reader, their bars included."""
    editor = Editor(panel.page)
    editor.frames()
    return [editor.node(id).get_attribute("aria-label") for id in IDS]


def test_forward_to_the_end_and_back_to_the_start_with_the_same_beliefs(panel: Locator) -> None:
    start = bars(panel)
    assert "0.5" in (start[2] or "")
    for _ in range(3):
        press(panel, "Next step")
    early = bars(panel)
    press(panel, "To the end")
    assert "0.7841" in (bars(panel)[2] or "")
    expect(panel.get_by_role("status").filter(has_text="End of the run")).to_contain_text("went round a loop")
    end = bars(panel)
    press(panel, "Step back")
    press(panel, "Next step")
    assert bars(panel) == end
    scrubber(panel).fill("3")
    assert bars(panel) == early
    press(panel, "To the beginning")
    assert bars(panel) == start


def test_the_keyboard_alone(panel: Locator) -> None:
    start = bars(panel)
    panel.get_by_role("button", name="Next step").focus()
    keyboard = panel.page.keyboard
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    expect(scrubber(panel)).to_have_value("2")
    keyboard.press("ArrowLeft")
    expect(scrubber(panel)).to_have_value("1")
    keyboard.press("End")
    length = scrubber(panel).get_attribute("max") or ""
    expect(scrubber(panel)).to_have_value(length)
    Editor(panel.page).frames()
    keyboard.press("Home")  # the button that has the focus has nothing to do at the end, and still hears keys
    expect(scrubber(panel)).to_have_value("0")
    assert bars(panel) == start
    scrubber(panel).focus()
    keyboard.press("ArrowRight")
    expect(scrubber(panel)).to_have_value("1")
    keyboard.press("Space")
    expect(panel.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    keyboard.press("Space")
    expect(panel.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_playing_moves_by_itself_at_the_chosen_speed(panel: Locator) -> None:
    panel.get_by_role("slider", name="Speed").fill("6")
    press(panel, "Play")
    panel.page.wait_for_function("slider => Number(slider.value) >= 3", arg=scrubber(panel).element_handle())
    press(panel, "Pause")
    stopped = at(panel)
    panel.page.wait_for_timeout(200)
    assert at(panel) == stopped


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?", text)]


def test_the_numbers_in_the_panel_add_up(panel: Locator) -> None:
    """In every line "a + b = c ÷ d = e", and every row's product is that of its columns."""
    checked = 0
    for place in range(1, 26):
        scrubber(panel).fill(str(place))
        Editor(panel.page).frames()
        for line in panel.locator(".study-steps-table .made").all_inner_texts():
            sums = line.split(":", 1)[1]
            if " + " not in sums:
                continue
            left, right = sums.split(" = ")[:2]
            assert sum(numbers(left)) == pytest.approx(numbers(right)[0], abs=1e-4)
            if "÷" in right:
                made, total = numbers(right)
                assert made / total == pytest.approx(numbers(sums.split(" = ")[2])[0], abs=1e-4)
            checked += 1
        for row in panel.locator(".study-steps-table tbody tr:not(.made):has(td.product)").all():
            *factors, product = numbers(" ".join(row.locator("td.number:not(.result)").all_inner_texts()))
            expected = 1.0
            for factor in factors:
                expected *= factor
            assert product == pytest.approx(expected, abs=1e-4)
    assert checked > 8


def test_nodes_are_fired_by_hand_taken_back_and_started_over(panel: Locator) -> None:
    editor = Editor(panel.page)
    press(panel, "Fire by hand")
    editor.node("wet").click()
    expect(panel.locator(".study-steps-fired")).to_contain_text("Wet grass")
    editor.node("f_wet").click()
    expect(panel.locator(".study-steps-place")).to_contain_text("Step 4 of 4")
    assert "0.6774" in (bars(panel)[2] or "")
    editor.press("Escape")
    expect(panel).to_contain_text("Clicks observe again")
    press(panel, "Fire by hand")
    expect(panel.locator(".study-steps-place")).to_contain_text("Step 4 of 4")
    press(panel, "Take the last firing back")
    expect(panel.locator(".study-steps-place")).to_contain_text("Step 1 of 1")
    press(panel, "Start over")
    expect(panel.locator(".study-steps-fired")).to_have_count(0)
    press(panel, "Run")
    expect(panel.get_by_role("combobox", name="Schedule")).to_be_visible()


def test_another_schedule_and_other_evidence_are_another_run(panel: Locator) -> None:
    editor = Editor(panel.page)
    press(panel, "To the end")
    panel.get_by_role("combobox", name="Schedule").select_option(label="Flooding")
    expect(panel.locator(".study-steps-summary")).to_contain_text("all messages at once")
    expect(scrubber(panel)).to_have_value("0")
    panel.get_by_role("combobox", name="Schedule").select_option(label="Automatic")
    editor.row("cloudy", 1).click()
    expect(panel.locator(".study-steps-summary")).to_contain_text("exact")
    press(panel, "To the end")
    expect(panel.get_by_role("status").filter(has_text="End of the run")).to_contain_text(
        "the beliefs of the page"
    )


def test_the_trace_is_saved_as_a_file_that_replays(panel: Locator) -> None:
    with panel.page.expect_download() as found:
        press(panel, "Save the trace as JSON")
    document = json.loads(found.value.path().read_text(encoding="utf-8"))
    assert replay_document(document)["rain"][1] == pytest.approx(0.784074, abs=1e-6)
