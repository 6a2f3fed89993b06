"""Labels are text, whatever they say: on the page, in its dialogs, in an exported picture, typed or opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mbml_core.wording import visible
from tests.browser.editor import Editor
from tests.hostile import HOSTILE_LABELS

IDS = tuple(f"v{index}" for index in range(len(HOSTILE_LABELS)))
TITLE = " ".join(HOSTILE_LABELS[:4])

# Elements and attributes through which text could act. (Streamlit's own page around the editor is not looked at.)
ACTIVE = """(root) => [...root.querySelectorAll("*")].filter((element) =>
  /^(img|script|iframe|object|embed|form|a|foreignObject|image|use|animate|set)$/i.test(element.localName)
  || [...element.attributes].some(({ name, value }) =>
    /^on|href$|^src|action$/i.test(name) || (name === "style" && /url\\(/i.test(value))))
  .map((element) => element.outerHTML.slice(0, 200))"""


def hostile_document() -> dict[str, Any]:
    """Every label as a name of a variable, of a state and of a factor; one of each also as an id."""
    variables = [
        {"id": id, "name": label, "domain": {"type": "categorical", "states": [label, f"not {label}"[:200]]}}
        for id, label in zip(IDS, HOSTILE_LABELS, strict=True)
    ]
    special = [
        {"id": label, "domain": {"type": "categorical", "states": ["no", "yes"]}} for label in HOSTILE_LABELS
    ]
    factors = [
        {
            "id": f"f{id}",
            "name": label,
            "kind": "prior",
            "scope": [id],
            "parameters": {"probabilities": [0.5, 0.5]},
        }
        for id, label in zip(IDS, HOSTILE_LABELS, strict=True)
    ]
    return {
        "format": "mbml-graph",
        "version": 1,
        "name": TITLE,
        "variables": [*variables, *special],
        "factors": factors,
        "evidence": {id: {"state": label} for id, label in zip(IDS[::2], HOSTILE_LABELS[::2], strict=True)},
    }


@dataclass
class Watch:
    """What a page did that no label may make it do."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def over(cls, page: Page) -> Watch:
        watch = cls(page)
        page.on("request", lambda request: watch.asked.append(request.url))
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        page.on("dialog", lambda dialog: watch.complaints.append(dialog.message))
        return watch

    def expect_nothing(self, *allowed: str) -> None:
        assert [url for url in self.asked if not url.startswith(("data:", "blob:", *allowed))] == []
        assert self.complaints == []
        assert self.page.evaluate("typeof window.__pwned") == "undefined"
        assert self.page.evaluate("({}).polluted === undefined && Object.keys(Object.prototype).length === 0")


@pytest.fixture
def watch(page: Page, address: str) -> Iterator[Watch]:
    found = Watch.over(page)
    yield found
    found.expect_nothing(address)
    assert page.locator(".mbml").evaluate(ACTIVE) == []


@pytest.fixture
def editor(watch: Watch) -> Editor:
    editor = Editor(watch.page).with_room()
    editor.open_document(hostile_document(), name="<img src=x onerror=window.__pwned=1>.json")
    expect(editor.node(IDS[0])).to_be_attached()
    return editor


def test_labels_are_shown_as_they_are_written(editor: Editor) -> None:
    for id, label in zip(IDS, HOSTILE_LABELS, strict=True):
        said = editor.label(id)
        assert said.startswith(f"{visible(label)}: {visible(label)} ")
        assert editor.label(f"f{id}") == f"Factor {visible(label)}, prior, of {visible(label)}"
        assert editor.label(label).startswith(f"{visible(label)}: no ")
    expect(editor.page.locator(".topbar .name")).to_have_text(visible(TITLE))


def test_observations_of_hostile_states(editor: Editor) -> None:
    chips = editor.page.get_by_role("list", name="Observations").get_by_role("listitem")
    said = [chip.inner_text() for chip in chips.all()]
    assert len(said) == len(HOSTILE_LABELS[::2])
    for label, text in zip(HOSTILE_LABELS[::2], said, strict=True):
        assert text.split() == f"{visible(label)} = {visible(label)}".split()
    editor.press("r")
    expect(chips).to_have_count(0)
    editor.acknowledged()
    editor.press("Control+z")
    expect(chips).to_have_count(len(HOSTILE_LABELS[::2]))


def test_panels_and_gallery_of_hostile_names(editor: Editor, watch: Watch) -> None:
    """Every node is looked at in the inspector, then all beliefs, then the list of drawings."""
    editor.button("Inspector").click()
    editor.page.locator(".canvas").focus()
    for _ in range(2 * len(IDS)):
        editor.press("Tab")
    editor.frames()
    assert editor.page.locator(".mbml").evaluate(ACTIVE) == []
    for panel in ("All beliefs", "Lesson and samples"):
        editor.button(panel).click()
        editor.frames()
        assert editor.page.locator(".mbml").evaluate(ACTIVE) == []
    expect(editor.page.get_by_role("heading", name="Your drawings")).to_be_visible()


def test_an_exported_picture_does_nothing(editor: Editor, window: BrowserContext, tmp_path: Any) -> None:
    file = tmp_path / "picture.svg"
    editor.save_as("SVG picture").save_as(file)
    alone = Watch.over(window.new_page())
    alone.page.goto(file.as_uri())
    assert alone.page.locator("svg").first.is_visible()
    alone.expect_nothing(file.as_uri())
    assert alone.page.evaluate(f"({ACTIVE})(document)") == []
    text = alone.page.evaluate("document.documentElement.textContent")
    for label in ("__proto__", "&lt;b&gt;&amp;", "abc\\u202etxt.exe"):
        assert label in text


def test_saved_and_opened_again_they_are_the_same(editor: Editor) -> None:
    saved = editor.saved()
    names = [variable.get("name") for variable in saved["variables"][: len(IDS)]]
    assert names == list(HOSTILE_LABELS)
    editor.reload()
    assert editor.saved() == saved


def test_names_typed_by_hand(page: Page, watch: Watch) -> None:
    editor = Editor(page).with_room()
    for label in HOSTILE_LABELS:
        editor.select("cloudy")
        editor.press("F2")
        editor.type_name(label)
        editor.acknowledged()
        typed = label.strip().strip("\ufeff")  # what a browser counts as space at the ends
        expect(editor.node("cloudy")).to_have_attribute("aria-label", f"{visible(typed)}: no 0.5000, yes 0.5000")
    assert editor.saved()["variables"][0]["name"] == HOSTILE_LABELS[-1]
    editor.undo_exactly(len(HOSTILE_LABELS))


def test_control_characters_are_refused_kindly(page: Page, watch: Watch) -> None:
    editor = Editor(page).with_room()
    before = editor.saved()
    editor.select("cloudy")
    editor.press("F2")
    editor.type_name("a\x07b")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Cloudy")
    expect(toast).to_contain_text("U+0007")
    expect(editor.node("cloudy")).to_have_attribute("aria-label", "Cloudy: no 0.5000, yes 0.5000")
    assert editor.saved() == before
    expect(editor.undo_button).to_be_disabled()
