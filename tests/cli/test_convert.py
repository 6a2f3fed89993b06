"""`mbml convert`: writes what it can, says what it cannot, never destroys what was there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mbml_core.cli import main
from mbml_core.files import load
from tests.cli.models import SPRINKLER, write_mixed, write_model


def test_says_what_the_target_cannot_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_model(tmp_path / "m.json", {"a": ["no", "yes"]}, evidence={"a": {"state": "yes"}})
    target = str(tmp_path / "m.uai")
    assert main(["convert", model, target]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"wrote {target}\n"
    assert printed.err.startswith(f"{target} does not hold everything:\n")
    assert "the observations of a (1) are left out" in printed.err
    assert load(target).variables[0].id == "x0"


def test_is_silent_where_nothing_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.uai").write_text("BAYES 1 2 1 1 0 2 0.25 0.75\n")
    assert main(["convert", str(tmp_path / "a.uai"), str(tmp_path / "b.json")]) == 0
    assert capsys.readouterr().err == ""
    assert load(tmp_path / "b.json") == load(tmp_path / "a.uai")


def test_json_to_json_keeps_layout_and_unknown_fields(tmp_path: Path) -> None:
    plain = {**json.loads(Path(SPRINKLER).read_text()), "colour": {"of": "grass"}}
    (tmp_path / "a.json").write_text(json.dumps(plain))
    assert main(["convert", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 0
    assert json.loads((tmp_path / "b.json").read_text()) == plain


def test_json_onto_itself_is_fine(tmp_path: Path) -> None:
    path = shutil.copy(SPRINKLER, tmp_path / "a.json")
    assert main(["convert", str(path), str(path)]) == 0
    assert load(path) == load(SPRINKLER)


@pytest.mark.parametrize("name", ["a.bif", "link.bif"])
def test_a_lossy_format_onto_itself_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.bif"
    assert main(["convert", SPRINKLER, str(source)]) == 0
    source.write_text("// a comment that converting would drop\n" + source.read_text())
    before = source.read_bytes()
    if name != source.name:
        (tmp_path / name).symlink_to(source)
    capsys.readouterr()
    assert main(["convert", str(source), str(tmp_path / name)]) == 2
    assert "IN and OUT are the same file" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_a_meaning_that_the_target_cannot_hold_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.uai").write_text("MARKOV 1 2 1 1 0 2 1 3\n")
    (tmp_path / "a.bif").write_text("old")
    assert main(["convert", str(tmp_path / "a.uai"), str(tmp_path / "a.bif")]) == 3
    assert "free potential" in capsys.readouterr().err
    assert (tmp_path / "a.bif").read_text() == "old"


def test_an_unknown_target_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "nix.json", str(tmp_path / "a.xml")]) == 3
    assert "has the suffix '.xml'" in capsys.readouterr().err


def test_a_target_that_cannot_be_written_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "missing" / "a.json"
    assert main(["convert", SPRINKLER, str(target)]) == 2
    assert f"'{target}' cannot be written: no such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".bif", ".uai"])
def test_numbers_have_no_place_in_tables(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / f"m{suffix}"
    assert main(["convert", write_mixed(tmp_path / "mixed.json"), str(target)]) == 3
    told = capsys.readouterr().err
    assert f"(height): 'Height' is real; a {suffix[1:].upper()} file holds states and tables only" in told
    assert "(rate): 'rate' is positive" in told
    assert "(p): 'p' is a simplex of size 3" in told
    assert not target.exists()


def test_numbers_survive_in_json(tmp_path: Path) -> None:
    path = write_mixed(tmp_path / "mixed.json")
    assert main(["convert", path, str(tmp_path / "again.json")]) == 0
    assert load(tmp_path / "again.json") == load(path)
