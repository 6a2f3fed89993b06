"""Versions: older documents are brought up to date step by step, newer ones refused and left alone."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import CURRENT, read, read_bytes
from mbml_core.document.migrate import MIGRATIONS, migrate, version_of
from mbml_core.errors import DocumentTooNew, InvalidModel
from tests.document.sample import broken, paths_of, problems_of, sample, text


def _rename_nodes(document: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in document.items() if k != "nodes"}, "variables": document["nodes"]}


def _add_factors(document: dict[str, Any]) -> dict[str, Any]:
    return {"factors": [], **document}


FAKE = {1: _rename_nodes, 2: _add_factors}


def test_there_is_a_migration_from_every_older_version() -> None:
    assert MIGRATIONS.keys() == set(range(1, CURRENT))


def test_migrations_run_one_after_another_and_change_nothing_in_place() -> None:
    old = {"format": "mbml-graph", "version": 1, "nodes": [], "mine": {"x": 1}}
    new = migrate(old, 1, FAKE, 3)
    assert new == {"format": "mbml-graph", "version": 3, "variables": [], "factors": [], "mine": {"x": 1}}
    assert old == {"format": "mbml-graph", "version": 1, "nodes": [], "mine": {"x": 1}}
    assert migrate({"version": 2}, 2, FAKE, 3) == {"version": 3, "factors": []}
    assert migrate(new, 3, FAKE, 3) == new


@pytest.fixture
def third_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program reads version 3, whose records are those of version 1."""

    def version(value: Any, source: str = "") -> int:
        return version_of(value, source, current=3)

    def migrated(document: dict[str, Any], version: int) -> dict[str, Any]:
        return {**migrate(document, version, FAKE, 3), "version": CURRENT}

    monkeypatch.setattr(read, "CURRENT", 3)
    monkeypatch.setattr(read, "version_of", version)
    monkeypatch.setattr(read, "migrate", migrated)


@pytest.mark.usefixtures("third_version")
def test_an_old_document_is_read() -> None:
    old = sample()
    old["nodes"] = old.pop("variables")
    assert read_bytes(text(old)).graph == read_bytes(text({**sample(), "version": 3})).graph
    assert read_bytes(text({**sample(), "version": 2})).graph.factors


@pytest.mark.usefixtures("third_version")
def test_an_unusable_number_in_an_old_document_is_found_at_its_old_place() -> None:
    old = sample()
    old["nodes"] = old.pop("variables")
    old["nodes"][0]["name"] = "HUGE"
    assert paths_of(text(old).replace('"HUGE"', "NaN")) == ["$.nodes[0].name"]


@pytest.mark.usefixtures("third_version")
def test_newer_is_what_is_above_the_current_version() -> None:
    with pytest.raises(DocumentTooNew, match=r"version 4; this program reads up to 3"):
        read_bytes(text({**sample(), "version": 4}))


@pytest.mark.parametrize("version", [2, 7, 10**300])
def test_a_newer_version_is_refused_with_a_reason(version: int) -> None:
    with pytest.raises(DocumentTooNew) as caught:
        read_bytes(text({"format": "mbml-graph", "version": version, "nobody knows": [1]}))
    (problem,) = caught.value.problems
    assert problem.what == f"made with a newer version of mbml (version {version}; this program reads up to 1)"
    assert problem.remedy == "update mbml; the file is left as it is"
    assert problem.path == "$.version"


def test_a_newer_version_is_refused_as_such_whatever_else_it_holds() -> None:
    with pytest.raises(DocumentTooNew):
        read_bytes('{"format": "mbml-graph", "version": 2, "variables": NaN, "x": 1, "x": 2}')


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (0, "the number 0"),
        (-1, "the number -1"),
        (1.0, "the number 1.0"),
        (1.5, "the number 1.5"),
        ("1", 'the text "1"'),
        (True, "true"),
        (None, "null"),
        ([1], "a list of length 1"),
        ({}, "an object"),
    ],
)
def test_a_version_that_is_none_is_refused(version: Any, found: str) -> None:
    (problem,) = problems_of(broken(lambda d: d.update(version=version)))
    assert problem.path == "$.version"
    assert problem.what == f"expected a version number, 1 or more, found {found}"


def test_a_missing_version_is_refused() -> None:
    (problem,) = problems_of(broken(lambda d: d.pop("version")))
    assert (problem.path, problem.what) == ("$.version", "the field 'version' is missing")


@pytest.mark.parametrize("format", ["nbformat", "MBML-GRAPH", "", None, 1, ["mbml-graph"]])
def test_another_format_is_refused(format: Any) -> None:
    (problem,) = problems_of(broken(lambda d: d.update(format=format)), "a.json")
    assert problem.path == "$.format"
    assert problem.what.startswith("a.json is not an mbml graph: expected the format 'mbml-graph', found ")


def test_a_missing_format_is_refused() -> None:
    (problem,) = problems_of("{}")
    assert (problem.path, problem.what) == (
        "$.format",
        "the file is not an mbml graph: the field 'format' is missing",
    )


def test_an_unusable_version_comes_with_the_other_unusable_values() -> None:
    data = broken(lambda d: d.update(version="HUGE", x="HUGE")).replace('"HUGE"', "NaN")
    assert paths_of(data) == ["$.version", "$.x", "$.version"]
    with pytest.raises(InvalidModel, match="something unusable"):
        read_bytes(data)
