"""The front door for files: every suffix, every way a file can be unreadable, and what a format cannot hold."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from mbml_core import files
from mbml_core.errors import InvalidModel, Problem
from mbml_core.files import dumps_json, load, load_document, loads_json, save
from mbml_core.model import Factor, FactorGraph, Observed, boolean

SAMPLES = Path(__file__).parents[1] / "sample_graphs"
SPRINKLER = SAMPLES / "sprinkler.json"


def coin() -> FactorGraph:
    factor = Factor("f_coin", "table", ("coin",), {"values": [0.25, 0.75], "child": "coin"})
    return FactorGraph((boolean("coin"),), (factor,))


def problems(error: pytest.ExceptionInfo[InvalidModel]) -> tuple[Problem, ...]:
    return error.value.problems


@pytest.mark.parametrize("suffix", [".json", ".bif", ".uai", ".JSON", ".Bif"])
def test_what_was_saved_loads_with_the_same_numbers(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"coin{suffix}"
    save(coin(), path)
    (factor,) = load(path).factors
    assert factor.parameters["values"].tolist() == [0.25, 0.75]


def test_paths_may_be_text(tmp_path: Path) -> None:
    path = str(tmp_path / "coin.json")
    save(coin(), path)
    assert load(path) == coin()


def test_a_json_document_keeps_its_layout_and_unknown_fields(tmp_path: Path) -> None:
    plain = {**json.loads(SPRINKLER.read_text()), "colour": "green"}
    (tmp_path / "in.json").write_text(json.dumps(plain))
    document = load_document(tmp_path / "in.json")
    assert save(document, tmp_path / "out.json") == []
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["colour"] == "green"
    assert written["layout"]["wet"] == [280, 510]


def test_a_foreign_format_gives_a_document_without_layout(tmp_path: Path) -> None:
    save(coin(), tmp_path / "coin.bif")
    assert load_document(tmp_path / "coin.bif").layout == {}


def test_a_foreign_format_carries_notes_on_what_was_tolerated(tmp_path: Path) -> None:
    (tmp_path / "a.uai").write_text("BAYES 1 2 1 1 0 2 0.3333333 0.6666666\n")
    (note,) = load_document(tmp_path / "a.uai").notes
    assert "renormalised" in note.what


def test_saving_tells_what_the_format_cannot_hold(tmp_path: Path) -> None:
    document = load_document(SPRINKLER)
    observed = document.with_graph(document.graph.with_evidence({"wet": Observed("yes")}))
    lost = " | ".join(problem.what for problem in save(observed, tmp_path / "a.uai"))
    assert "the positions of the nodes (8)" in lost
    assert "the observations of wet" in lost
    assert "x0, x1" in lost


def test_saving_a_format_that_would_change_the_meaning_is_refused_and_keeps_the_old_file(tmp_path: Path) -> None:
    free = FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [1.0, 2.0]}),))
    (tmp_path / "a.bif").write_text("old")
    with pytest.raises(InvalidModel) as error:
        save(free, tmp_path / "a.bif")
    assert "free potential" in problems(error)[0].what
    assert (tmp_path / "a.bif").read_text() == "old"


def test_text_and_graph_are_two_forms_of_one_thing() -> None:
    assert loads_json(dumps_json(coin())) == coin()


def test_text_that_is_no_model_is_refused() -> None:
    with pytest.raises(InvalidModel) as error:
        loads_json('{"format": "something else"}')
    assert "not an mbml graph" in problems(error)[0].what


@pytest.mark.parametrize("name", ["model.txt", "model", "model.bif.gz", ".json"])
def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path, name: str) -> None:
    for call in (lambda: load(tmp_path / name), lambda: save(coin(), tmp_path / name)):
        with pytest.raises(InvalidModel) as error:
            call()
        assert problems(error)[0].remedy == "use a file that ends in .json, .bif or .uai"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidModel) as error:
        load(tmp_path / "nix.json")
    assert problems(error)[0].what == f"there is no file '{tmp_path / 'nix.json'}'"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InvalidModel) as error:
        load(tmp_path / "folder.json")
    assert problems(error)[0].what.endswith("is a folder")


def test_a_path_no_system_can_open_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    for name in ("a\0b.json", "x" * 5000 + ".json"):
        with pytest.raises(InvalidModel) as error:
            load(tmp_path / name)
        assert "cannot be read" in problems(error)[0].what


def test_a_file_the_system_refuses_to_open_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(
            errno.EACCES, os.strerror(errno.EACCES)
        )  # what open() does, except for administrators

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(InvalidModel) as error:
        load(SPRINKLER)
    assert problems(error)[0].what == f"'{SPRINKLER}' cannot be read: permission denied"


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(InvalidModel) as error:
        load(SPRINKLER)
    assert "larger than" in problems(error)[0].what


def test_a_file_that_is_not_text_says_what_it_looks_like(tmp_path: Path) -> None:
    (tmp_path / "a.bif").write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(InvalidModel) as error:
        load(tmp_path / "a.bif")
    assert "gzip" in problems(error)[0].what
