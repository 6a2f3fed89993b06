from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from components.graph_editor.exporting import export
from mbml_core.document import Document, read_bytes
from mbml_core.errors import InvalidModel
from mbml_core.files import load_document
from mbml_core.formats import FORMATS
from mbml_core.model import Categorical, Factor, FactorGraph, Observed, Variable, boolean, check_structure
from tests.hostile import HOSTILE_LABELS

ROOT = Path(__file__).parents[3]
SPRINKLER = load_document(ROOT / "sample_graphs" / "sprinkler.json")
LOADING = {"src", "href", "srcset", "data", "action", "background", "poster"}


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def labelled(label: str) -> Document:
    variable = Variable("x", Categorical((label, "other")), label)
    return Document.of(FactorGraph((variable,), (), {"x": Observed(label)}, name=label))


def nodes_of(page: str) -> list[dict[str, object]]:
    found = re.search(r"nodes = new vis\.DataSet\((\[.*\])\);", page)
    assert found
    return json.loads(found[1])


def test_json_is_the_document_itself() -> None:
    exported = export(SPRINKLER, "json")
    assert read_bytes(exported.text) == SPRINKLER
    assert (exported.name, exported.mime, exported.lost) == ("sprinkler.json", "application/json", ())


@pytest.mark.parametrize("format", ["bif", "uai"])
def test_foreign_formats_read_back_and_say_what_they_lose(format: str) -> None:
    exported = export(SPRINKLER, format)
    assert exported.name == f"sprinkler.{format}"
    again = FORMATS[f".{format}"].read(exported.text)
    assert [variable.size for variable in again.variables] == [2, 2, 2, 2]
    assert "the positions of 8 nodes are left out; keep the JSON document beside it" in exported.lost


def test_what_would_change_the_meaning_is_refused() -> None:
    potential = FactorGraph((boolean("x"),), (Factor("f", "table", ("x",), {"values": [1.0, 2.0]}),))
    with pytest.raises(InvalidModel, match="child"):
        export(Document.of(potential), "bif")


def test_an_unsound_drawing_is_refused_by_foreign_formats_and_still_shown_as_a_page() -> None:
    unsound = Factor("f", "prior", ("x",), {"probabilities": [0.5, 0.9]})
    document = Document.of(FactorGraph((boolean("x"),), (unsound,)))
    with pytest.raises(InvalidModel):
        export(document, "uai")
    assert len(nodes_of(export(document, "html").text)) == 2


@pytest.mark.parametrize("format", ["", "exe", "../x", "JSON"])
def test_an_unknown_format_is_refused(format: str) -> None:
    with pytest.raises(InvalidModel, match="json, bif, uai, html"):
        export(SPRINKLER, format)


def test_the_page_shows_nodes_where_the_drawing_has_them() -> None:
    nodes = {node["label"]: node for node in nodes_of(export(SPRINKLER, "html").text)}
    assert (nodes["Rain\nno, yes"]["x"], nodes["Rain\nno, yes"]["y"]) == SPRINKLER.layout["rain"]


def test_observed_variables_stand_out_and_say_what_was_seen() -> None:
    seen = SPRINKLER.with_graph(SPRINKLER.graph.with_evidence({"wet": Observed("yes")}))
    nodes = {node["label"]: node for node in nodes_of(export(seen, "html").text)}
    assert nodes["Wet grass\n= yes"]["color"] != nodes["Rain\nno, yes"]["color"]


def test_arrows_point_at_children_only() -> None:
    page = export(SPRINKLER, "html").text
    edges = json.loads(re.search(r"edges = new vis\.DataSet\((\[.*\])\);", page)[1])  # type: ignore[index]
    numbers = {node["id"]: node["label"].split("\n")[0] for node in nodes_of(page)}  # type: ignore[attr-defined]
    heads = sorted(numbers[edge["to"]] for edge in edges if edge["arrows"] == "to")
    assert heads == ["Cloudy", "Rain", "Sprinkler", "Wet grass"]
    assert len(edges) == 8


def test_the_page_loads_nothing() -> None:
    page = export(SPRINKLER, "html").text
    parsed = Tags(page)
    assert not [(tag, attrs) for tag, attrs in parsed.tags if LOADING & attrs.keys()]
    assert not {tag for tag, _ in parsed.tags} & {"link", "iframe", "object", "embed", "base"}
    styles = " ".join(re.findall(r"<style.*?</style>", page, re.DOTALL))
    urls = re.findall(r"url\([\"']?([^)]{0,40})|@import", styles)
    assert not [url for url in urls if not url.startswith("data:")]
    assert "default-src 'none'" in page[:400]


@pytest.mark.parametrize("label", HOSTILE_LABELS)
def test_no_label_changes_the_structure_of_the_page(label: str) -> None:
    page, plain = export(labelled(label), "html").text, export(labelled("rain"), "html").text
    assert Tags(page).tags == Tags(plain).tags
    assert page.count("</script") == plain.count("</script")


@pytest.mark.parametrize("label", HOSTILE_LABELS)
def test_the_hostile_labels_are_legal_names(label: str) -> None:
    assert not check_structure(labelled(label).graph)


def test_nul_is_no_name() -> None:
    assert check_structure(labelled("a\x00b").graph)
