"""Files that are no JSON text, or not quite: each is refused with its place, quickly, and nothing is unpacked."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import re
import time
import zipfile
from typing import Any

import pytest

from mbml_core.document import read_bytes
from mbml_core.document.decode import MAX_BYTES
from tests.document.sample import SAMPLE, broken, problems_of, sample, text

TEXT = text(SAMPLE)
DATA = TEXT.encode()


def only_problem(data: bytes | str, source: str = "") -> Any:
    (problem,) = problems_of(data, source)
    return problem


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", "", "\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_called_empty(data: bytes | str) -> None:
    assert only_problem(data).what == "the file is empty"
    assert only_problem(data, "a.json").what == "a.json is empty"


def test_a_file_cut_anywhere_is_refused_with_a_place() -> None:
    data = text({**sample(), "name": "Regen 🎲"}).encode()
    for end in range(1, len(data)):
        assert only_problem(data[:end]).path.startswith("line 1, column "), data[:end]


def test_a_cut_file_is_called_incomplete() -> None:
    for end in (TEXT.index("0.5"), TEXT.index('"rain"'), len(TEXT) - 1):
        assert only_problem(TEXT[:end]).what == "the text ends before the document is complete"
    assert "ends before" in only_problem('{"a": [tru').what
    assert only_problem("🎲".encode()[:3]).what == "the file ends in the middle of a character"


def test_a_syntax_error_has_its_line_and_column() -> None:
    problem = only_problem('{\n  "a": 1,\n  "é": ?\n}')
    assert problem.path == "line 3, column 8"
    assert problem.what == "this is no valid JSON: a value is expected here"


@pytest.mark.parametrize(
    ("data", "column", "what"),
    [
        ('{"a": 1 "b": 2}', 9, "comma"),
        ('{"a" 1}', 6, "colon"),
        ("{a: 1}", 2, "field name in double quotes"),
        ("{'a': 1}", 2, "field name in double quotes"),
        ('{"a": 1} x', 10, "more text follows"),
        ("{} null", 4, "more text follows"),
        ('{"a": "b\n"}', 9, "bare line break"),
        ('{"a": "\x00"}', 8, "control character"),
        ('{"a": "\\x"}', 8, "backslash"),
        ('{"a": "b}', 7, "never ends"),
        ("// a\n{}", 1, "value is expected"),
        ("not json", 1, "value is expected"),
        ("{}\x00", 3, "more text follows"),
        ('{"a": 01}', 8, "comma"),
    ],
)
def test_syntax_errors_speak_plainly(data: str, column: int, what: str) -> None:
    problem = only_problem(data)
    assert problem.path == f"line 1, column {column}"
    assert what in problem.what


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("[]", "a list of length 0"),
        ("3", "the number 3"),
        ("null", "null"),
        ('"x"', 'the text "x"'),
        ("true", "true"),
    ],
)
def test_another_value_at_the_top_is_no_graph(data: str, found: str) -> None:
    assert only_problem(data).what == (
        f"the file is not an mbml graph: expected an object at the top, found {found}"
    )


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + DATA, "\ufeff" + TEXT, DATA.replace(b", ", b",\r\n"), DATA + b"\n\n"]
)
def test_a_byte_order_mark_and_other_line_ends_are_accepted(data: bytes | str) -> None:
    assert read_bytes(data) == read_bytes(DATA)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_unicode_encodings_are_refused_by_name(encoding: str) -> None:
    problem = only_problem(TEXT.encode(encoding))
    assert f"is {encoding[:6].upper()}" in problem.what
    assert problem.remedy == "save it as UTF-8 text"


def test_latin_1_is_refused_with_the_letter_it_probably_meant() -> None:
    data = '{\n "name": "Grüße"}'.encode("latin-1")
    assert str(only_problem(data)) == (
        "line 2, column 13: the byte 0xFC is not valid UTF-8; in Latin-1 it would be 'ü'; "
        "save the file with the encoding UTF-8"
    )


@pytest.mark.parametrize("byte", [b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80"])
def test_invalid_bytes_are_refused(byte: bytes) -> None:
    assert "is not valid UTF-8" in only_problem(DATA.replace(b"Sprinkler", byte)).what


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("graph.json", DATA)
    return buffer.getvalue()


class _Explosive:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("the pickle was loaded",))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_zipped(), "a zip archive"),
        (gzip.compress(DATA), "a gzip archive"),
        (gzip.compress(bytes(10_000_000)), "a gzip archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
        (b"%PDF-1.7\n", "a PDF file"),
        *((pickle.dumps(_Explosive(), protocol), "a Python pickle") for protocol in (2, 3, 4, 5)),
        (b"<!DOCTYPE html><p>", "an HTML or XML page"),
        (b"\n  <html>", "an HTML or XML page"),
        ("<?xml version='1.0'?>", "an HTML or XML page"),
    ],
)
def test_other_files_are_recognised_and_left_alone(data: bytes | str, kind: str) -> None:
    assert only_problem(data, "a.json").what == f"a.json is {kind}, not JSON text"


@pytest.mark.parametrize("protocol", [0, 1])
def test_pickles_without_a_signature_are_no_json(protocol: int) -> None:
    assert only_problem(pickle.dumps(_Explosive(), protocol)).path.startswith("line 1")


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    assert "at most 64 MB are read" in only_problem(b" " * (MAX_BYTES + 1)).what
    assert "is empty" in only_problem(b" " * MAX_BYTES).what


@pytest.mark.parametrize(
    "start",
    ["", "[", '{"é":', '{"a": "\\"[[[", "b": [1, [2], {}, ', TEXT[:-1] + ', "x": ', '["' + "[" * 200 + '", '],
)
@pytest.mark.parametrize("step", ["[", '{"":', '[["[", '])
@pytest.mark.parametrize("as_bytes", [True, False])
def test_deep_nesting_is_refused_at_once_where_it_gets_too_deep(start: str, step: str, as_bytes: bool) -> None:
    data = start + step * 100_000
    started = time.perf_counter()
    problem = only_problem(data.encode() if as_bytes else data)
    assert time.perf_counter() - started < 1
    assert problem.what == "lists and objects are nested more than 100 deep"
    column = int(problem.path.removeprefix("line 1, column "))
    assert data[column - 1] in "[{"
    assert _depth(data[: column - 1]) == 100


def _depth(data: str) -> int:
    """Levels open at the end of `data`: the same question asked in another way."""
    outside = re.sub(r'"(\\.|[^"])*"', "", data)
    return sum(outside.count(c) for c in "[{") - sum(outside.count(c) for c in "]}")


def test_nesting_is_counted_across_long_stretches_of_text() -> None:
    gap = " " * 1_500_000
    problem = only_problem("[" * 60 + gap + "[" * 60)
    assert problem.path == f"line 1, column {60 + len(gap) + 41}"


def test_nesting_up_to_the_limit_and_brackets_inside_texts_are_fine() -> None:
    deep: Any = 0
    for _ in range(99):
        deep = [deep]
    document = {**sample(), "deep": deep, "text": "[{" * 500 + '"' + "[" * 500 + "\\"}
    assert read_bytes(text(document)).extras.top == {"deep": deep, "text": document["text"]}


def test_scanning_for_depth_takes_linear_time_on_unfinished_escapes() -> None:
    started = time.perf_counter()
    problems_of("[" * 200 + '"' + '\\"' * 1_000_000)
    problems_of('["' + '\\"' * 1_000_000 + "[" * 200 + "\\")
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 330, "1" * 400])
def test_numbers_that_are_none_are_refused_everywhere_with_their_path(token: str) -> None:
    data = TEXT.replace("0.8", token, 1).replace("120", token).replace("}}, {", f'}}, "x": [{token}]}}, {{', 1)
    data = data[:-1] + f', "my field": {{"y": {token}}}}}'
    assert [problem.path for problem in problems_of(data)] == [
        "$.variables[0].x[0]",
        "$.factors[1].parameters.values[0][0]",
        "$.layout.rain[0]",
        '$["my field"].y',
    ]


def test_numbers_that_would_vanish_are_refused() -> None:
    problem = only_problem(TEXT.replace("0.8, 0.2", "1, 1e-400"))
    assert problem.what == "the number 1e-400 is so small that it would be read as zero"
    assert problem.where == "f_rain"
    zero = read_bytes(TEXT.replace("0.8, 0.2", "1, -0.000E-999"))
    assert zero.graph.factors[1].parameters["values"][0, 1] == 0


@pytest.mark.parametrize("token", ["1" * 4301, "0." + "1" * 10_000_000, "-" + "7" * 401])
def test_giant_numbers_are_refused_at_once(token: str) -> None:
    started = time.perf_counter()
    problem = only_problem(TEXT[:-1] + f', "x": {token}}}')
    assert time.perf_counter() - started < 1
    assert f"has {len(token):,} characters, at most 400 are read" in problem.what
    assert problem.path == "$.x"
    assert len(problem.what) < 200


def test_a_number_of_400_characters_is_read() -> None:
    assert read_bytes(TEXT.replace("120", "1." + "0" * 398)).layout["rain"] == (1, 80)


def test_a_giant_text_is_read() -> None:
    document = read_bytes(TEXT[:-1] + ', "x": "' + "é" * 5_000_000 + '"}')
    assert len(document.extras.top["x"]) == 5_000_000


def test_duplicate_fields_are_refused_by_name() -> None:
    data = TEXT.replace('"id": "rain"', '"id": "wet", "id": "rain"').replace(
        '"rain": {"state": "yes"}', '"rain": {"state": "no"}, "rain": {"state": "yes"}, "rain": {"not": "no"}'
    )
    data = data.replace('"name": "Sprinkler"', '"name": "a", "name": "b"')
    assert [(problem.path, problem.what) for problem in problems_of(data)] == [
        ("$.name", 'the field "name" stands 2 times in one object'),
        ("$.variables[1].id", 'the field "id" stands 2 times in one object'),
        ("$.evidence.rain", 'the field "rain" stands 3 times in one object'),
    ]


@pytest.mark.parametrize(
    "field", ["version", "format", "variables", "factors", "evidence", "layout", "plates", "x"]
)
def test_a_duplicate_field_at_the_top_is_refused(field: str) -> None:
    value = json.dumps(SAMPLE.get(field, 3))
    assert [p.path for p in problems_of(f'{{"{field}": {value}, ' + broken(lambda d: d.update(x=1))[1:])] == [
        f"$.{field}"
    ]


@pytest.mark.parametrize(
    ("lone", "shown"),
    [("\\ud800", "\ufffd"), ("\\uDFFF x", "\ufffd x"), ("\\udc00\\ud800", "\ufffd\ufffd"), ("\ud83d", "\ufffd")],
)
def test_half_a_surrogate_pair_is_refused_with_its_path(lone: str, shown: str) -> None:
    data = TEXT.replace('"Rain"', f'"{lone}"').replace('"plates"', f'"{lone}": 1, "plates"')
    data = data.replace('"id": "f_rain"', f'"id": "{lone}"').replace(
        '"layout": {', f'"layout": {{"{lone}": [0, 0], '
    )
    problems = problems_of(data)
    assert [p.path for p in problems] == [
        f'$["{shown}"]',
        "$.variables[1].name",
        "$.factors[1].id",
        f'$.layout["{shown}"]',
    ]
    assert problems[1].where == "rain"
    assert "\n".join(map(str, problems)).encode("utf-8")


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert read_bytes(TEXT.replace("Sprinkler", "\\ud83c\\udfb2")).graph.name == "🎲"
