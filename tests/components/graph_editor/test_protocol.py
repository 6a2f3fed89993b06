"""Messages from outside: read where they can be, refused where not, never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.graph_editor.protocol import MAX_BYTES, MAX_COMMANDS, Message, read_message
from mbml_core.errors import Problem


def log(*commands: Any, page: Any = 1, **more: Any) -> dict[str, Any]:
    return {"page": page, "have": {}, "commands": list(commands), **more}


def move(n: Any, **more: Any) -> dict[str, Any]:
    return {"n": n, "type": "move", "positions": [], **more}


def numbers(message: Message) -> list[int]:
    return [command.n for command in message.commands]


def test_nothing_said_is_an_empty_message() -> None:
    assert read_message(None) == Message()


@pytest.mark.parametrize("as_text", [False, True])
def test_a_message_is_read_from_its_value_or_its_text(as_text: bool) -> None:
    value = log(move(1), move(2), have={"graph": "3.ab"})
    message = read_message(json.dumps(value) if as_text else value)
    assert (message.page, dict(message.have), numbers(message)) == (1, {"graph": "3.ab"}, [1, 2])
    assert not message.refused
    content = message.commands[0].content
    assert not isinstance(content, Problem)
    assert dict(content) == move(1)


def test_commands_come_by_rising_number_and_once() -> None:
    assert numbers(read_message(log(move(9), move(2), move(9), move(4)))) == [2, 4, 9]


@pytest.mark.parametrize(
    "value",
    [
        0, 1.5, True, [], [1], "", "{", "[1, 2]", "null", {}, {"page": None}, {"page": "1"}, {"page": True},
        {"page": 1.0}, {"page": -1}, {"page": 2**70}, {"page": 1, "commands": {}}, {"page": 1, "commands": "x"},
        {"page": 1, "commands": 7}, {1: 2}, object(), b"bytes", float("nan"), "[" * 100_000, "9" * 10_000,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_malformed_message_is_empty_and_refused(value: Any) -> None:
    message = read_message(value)
    assert message.page is None
    assert not message.commands
    assert [problem.remedy for problem in message.refused] == ["reload the page"]


@pytest.mark.parametrize(
    "have",
    [None, 3, [], "x", {"graph": 3}, {3: "x"}, {"graph": None}, {str(i): "" for i in range(99)}, {"a" * 99: ""}],
)
def test_unreadable_revisions_count_as_none(have: Any) -> None:
    message = read_message(log(move(1), have=have))
    assert dict(message.have) == {}
    assert numbers(message) == [1]


@pytest.mark.parametrize("n", [None, "1", 1.0, True, 0, -1, 2**60, [], {}])
def test_what_has_no_number_is_left_out(n: Any) -> None:
    assert numbers(read_message(log(move(n), move(2), 7, None, "x", [], {}))) == [2]


@pytest.mark.parametrize("type_", [None, 1, "", "x" * 41, [], {}])
def test_what_has_no_type_is_refused_by_its_number(type_: Any) -> None:
    message = read_message(log(move(1), {"n": 2, "type": type_}, {"n": 3}, move(4)))
    assert [isinstance(command.content, Problem) for command in message.commands] == [False, True, True, False]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x", object()])
def test_a_value_that_is_no_json_is_refused_alone(value: Any) -> None:
    message = read_message(log(move(1, x=value), move(2)))
    assert [isinstance(command.content, Problem) for command in message.commands] == [True, False]


def test_a_text_with_nan_is_refused_like_the_value() -> None:
    message = read_message('{"page": 1, "commands": [{"n": 1, "type": "move", "x": NaN}]}')
    assert isinstance(message.commands[0].content, Problem)


def test_nesting_without_end_is_refused_alone() -> None:
    deep: list[Any] = []
    deep.append(deep)
    message = read_message(log(move(1, x=deep), move(2)))
    assert [isinstance(command.content, Problem) for command in message.commands] == [True, False]


def test_only_the_command_that_is_too_large_is_refused() -> None:
    message = read_message(log(move(1), move(2, x="x" * MAX_BYTES), move(3)))
    refused = [command.n for command in message.commands if isinstance(command.content, Problem)]
    assert refused == [2]


def test_the_limit_holds_for_all_commands_together() -> None:
    half = "x" * (MAX_BYTES // 2)
    message = read_message(log(move(1, x=half), move(2, x=half), move(3)))
    refused = [command.n for command in message.commands if isinstance(command.content, Problem)]
    assert refused == [2]


def test_of_too_many_commands_the_first_are_read() -> None:
    message = read_message(log(*(move(n) for n in range(1, MAX_COMMANDS + 10))))
    assert numbers(message) == list(range(1, MAX_COMMANDS + 1))
