"""Names in markdown labels and in narrow places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.panels.text import clipped, fitting_size, markdown_text, text_width


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Wet grass", "Wet grass"),
        ("Guest's first choice, really?", "Guest's first choice, really?"),
        ("**b** _i_", r"\*\*b\*\* \_i\_"),
        ("![i](http://x/y.png)", r"\!\[i\]\(http\://x/y\.png\)".replace("/", r"\/")),
        (":red[x] $x$ <b>", r"\:red\[x\] \$x\$ \<b\>"),
        ("    code", "code"),
        ("a\u202eb", r"a\\u202eb"),
        ("`c` # h | t ~", r"\`c\` \# h \| t \~"),
    ],
)
def test_markdown_shows_names_as_they_are_written(text: str, label: str) -> None:
    assert markdown_text(text) == label


@given(st.text(max_size=300), st.floats(min_value=20, max_value=300))
def test_a_clipped_name_takes_no_more_than_its_room(text: str, room: float) -> None:
    assert text_width(clipped(text, 20, room), 20) <= room


def test_what_fits_is_not_touched() -> None:
    assert clipped("Rain", 20, 100) == "Rain"
    assert clipped("Wet grass and more", 20, 110) == "Wet grass…"


def test_a_long_heading_gets_smaller_type_within_limits() -> None:
    assert fitting_size("Rain", 200, 18, 23) == 23
    assert fitting_size("x" * 200, 200, 18, 23) == 18
    between = fitting_size("Guest's first choice", 180, 18, 23)
    assert 18 < between < 23
    assert 180 - 0.1 * len("Guest's first choice") < text_width("Guest's first choice", between) <= 180


@given(st.text(min_size=1, max_size=40), st.floats(min_value=100, max_value=280))
def test_a_heading_whose_type_was_made_to_fit_is_not_clipped(heading: str, room: float) -> None:
    size = fitting_size(heading, room, 18, 23)
    if size > 18:
        assert clipped(heading, size, room) == clipped(heading, 1, 1e6)
