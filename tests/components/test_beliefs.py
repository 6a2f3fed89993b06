"""The bar chart: well-formed, true to its numbers, and deaf to whatever names say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.panels.beliefs import MAX_BARS, Bar, bars_of, bars_svg
from mbml_core.inference.result import Marginal
from mbml_core.model import Categorical, Variable
from mbml_core.wording import visible

SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</text></svg><iframe src=//evil>",
    "' onload='alert(1)",
    "<![CDATA[x]]> <!-- c --> &amp; &#x41; &nbsp;",
    "javascript:alert(1)",
    "**bold** $x^2$ :red[a] ![i](http://x/y.png)",
    "\u202egnp.exe\u202c",
    "zero\u200bwidth\u2060\ufeff",
    "\ud800 half a pair, \uffff no character",
    "👩‍🔬🎲🇩🇪",
    "שלום عالم",
    "日本語の変数名",
    "e\u0301" * 100,
    "x" * 200,
    "__proto__",
    "constructor",
    "{{7*7}} ${7*7} %s",
    "",
    " ",
]


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own text, and parsing it is the test


def texts(svg: str, kind: str) -> list[str]:
    return [element.text or "" for element in parse(svg).iter(f"{SVG}text") if element.get("class") == kind]


def widths(svg: str, kind: str) -> list[float]:
    return [float(rect.get("width", "")) for rect in parse(svg).iter(f"{SVG}rect") if rect.get("class") == kind]


def assert_harmless(svg: str, rows: int) -> None:
    elements = list(parse(svg).iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= {"svg", "title", "g", "rect", "text"}
    assert sum(element.tag == f"{SVG}g" for element in elements) == rows
    known = {
        "class",
        "viewBox",
        "role",
        "aria-label",
        "x",
        "y",
        "width",
        "height",
        "rx",
        "font-size",
        "text-anchor",
    }
    assert {name for element in elements for name in element.keys()} <= known  # noqa: SIM118 - not a mapping
    assert "\n" not in svg  # a blank line would end the HTML block, and markdown would begin


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_nothing_else(name: str) -> None:
    svg = bars_svg(name, [Bar(name, 0.25, 0.5), Bar("other", 0.75, 0.5)], observed=True, marked=True)
    assert_harmless(svg, rows=2)
    assert not {"\u202e", "\u200b", "\u2060", "\ufeff"} & set(svg)
    assert next(parse(svg).iter(f"{SVG}title")).text == (visible(name) or None)


@given(st.text(), st.text())
def test_any_names_are_text_and_nothing_else(heading: str, label: str) -> None:
    assert_harmless(bars_svg(heading, [Bar(label, 1.0)]), rows=1)


def test_the_full_name_is_there_for_the_pointer_and_the_screen_reader() -> None:
    svg = bars_svg("n" * 200, [Bar("s" * 200, 0.5)])
    assert texts(svg, "heading")[0].endswith("…")
    assert texts(svg, "label")[0].endswith("…")
    titles = [title.text for title in parse(svg).iter(f"{SVG}title")]
    assert titles == ["n" * 200, "s" * 200 + ": 0.5000"]
    assert parse(svg).get("aria-label") == "n" * 200 + ": " + "s" * 200 + " 0.5000"


def test_bars_are_as_long_as_the_numbers_say() -> None:
    svg = bars_svg("Rain", [Bar("no", 0.25, 0.5), Bar("yes", 0.75, 0.5)])
    (track, _) = widths(svg, "track")
    assert widths(svg, "belief") == pytest.approx([0.25 * track, 0.75 * track], abs=0.01)
    assert widths(svg, "prior") == pytest.approx([0.5 * track] * 2, abs=0.01)
    assert texts(svg, "number") == ["0.2500", "0.7500"]
    assert texts(svg, "label") == ["no", "yes"]


def test_the_belief_stands_before_its_ghost() -> None:
    kinds = [r.get("class") for r in parse(bars_svg("Rain", [Bar("no", 0.25, 0.5)])).iter(f"{SVG}rect")]
    assert kinds == ["track", "prior", "belief"]


def test_nothing_is_drawn_outside_the_picture() -> None:
    svg = bars_svg("W" * 50, [Bar("M" * 50, 1.0, 1.0), Bar("m", 1.0, 1.0)], observed=True, marked=True)
    _, _, width, height = map(float, (parse(svg).get("viewBox") or "").split())
    for rect in parse(svg).iter(f"{SVG}rect"):
        assert float(rect.get("x", "")) + float(rect.get("width", "")) <= width + 0.01
        assert float(rect.get("y", "")) + float(rect.get("height", "")) <= height
    for text in parse(svg).iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "")) <= width
        assert 0 <= float(text.get("y", "")) <= height


def test_approximate_numbers_carry_their_sign() -> None:
    svg = bars_svg("Rain", [Bar("yes", 0.75)], exact=False)
    assert texts(svg, "number") == ["≈0.7500"]
    assert "≈0.7500" in (parse(svg).find(f"{SVG}g/{SVG}title").text or "")  # type: ignore[union-attr]


def test_states_of_the_chart_are_classes_for_the_style_sheet() -> None:
    bars = [Bar("yes", 1.0)]
    assert parse(bars_svg("a", bars)).get("class") == "mbml-bars"
    assert parse(bars_svg("a", bars, observed=True, stale=True)).get("class") == "mbml-bars observed stale"
    assert texts(bars_svg("a", bars, observed=True), "note") == ["observed"]
    assert texts(bars_svg("a", bars), "note") == []
    assert "before the contradiction" in (parse(bars_svg("a", bars, stale=True)).get("aria-label") or "")
    assert "mark" in {r.get("class") for r in parse(bars_svg("a", bars, marked=True)).iter(f"{SVG}rect")}


def test_no_colour_is_written_into_the_picture() -> None:
    svg = bars_svg("a", [Bar("yes", 1.0, 0.5)], observed=True, stale=True, marked=True)
    assert not re.search(r"#[0-9a-f]{3,6}|rgb|style=|fill=", svg)


def test_of_many_states_the_probable_ones_are_drawn_and_the_rest_is_one_bar() -> None:
    variable = Variable("v", Categorical(tuple(f"s{i}" for i in range(100))))
    now = np.array([i / 4950 for i in range(100)])
    bars = bars_of(variable, Marginal(variable.states, now), Marginal(variable.states, np.full(100, 0.01)))
    assert [bar.label for bar in bars] == [*(f"s{i}" for i in range(89, 100)), "89 others"]
    assert len(bars) == MAX_BARS
    assert sum(bar.probability for bar in bars) == pytest.approx(1)
    assert sum(bar.prior or 0 for bar in bars) == pytest.approx(1)


def test_few_states_keep_their_order_and_may_have_no_ghost() -> None:
    variable = Variable("v", Categorical(("a", "b")))
    assert bars_of(variable, Marginal(variable.states, np.array([0.25, 0.75])), None) == [
        Bar("a", 0.25),
        Bar("b", 0.75),
    ]
