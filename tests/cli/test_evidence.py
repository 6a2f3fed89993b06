"""Where observations come from, which of them counts, and every way to get them wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mbml_core.cli import main
from mbml_core.cli.arguments import parse
from mbml_core.cli.evidence import gather, plain_evidence
from mbml_core.files import load
from tests.cli.models import SPRINKLER, write_mixed, write_model


def evidence_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["infer", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["evidence"]


def problems_of(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 3) -> list[dict[str, str]]:
    assert main(["infer", *arguments, "--json"]) == code
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)["error"]["problems"]
    return found


@pytest.fixture
def drawn(tmp_path: Path) -> str:
    """A model with an observation drawn in it."""
    variables = {"a": ["no", "yes"], "b": ["no", "yes"], "c": ["1", "0", "2"]}
    return write_model(tmp_path / "drawn.json", variables, evidence={"a": {"state": "yes"}, "b": {"state": "no"}})


def write(path: Path, value: Any) -> str:
    path.write_text(json.dumps(value) if not isinstance(value, str) else value, encoding="utf-8")
    return str(path)


def test_later_sources_go_over_earlier_ones_per_variable(
    drawn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "e.json", {"b": "yes", "c": "2"})
    options = ["--evidence", file, "--observe", "c=0"]
    assert evidence_of(capsys, drawn, *options) == {
        "a": {"state": "yes"},
        "b": {"state": "yes"},
        "c": {"state": "0"},
    }
    assert evidence_of(capsys, drawn, "--no-drawn-evidence", *options) == {
        "b": {"state": "yes"},
        "c": {"state": "0"},
    }


def test_a_state_name_goes_before_a_state_number(drawn: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert evidence_of(capsys, drawn, "--observe", "c=1")["c"] == {"state": "1"}  # the name, not the second state
    assert evidence_of(capsys, drawn, "--observe", "b=1")["b"] == {"state": "yes"}


def test_a_state_can_be_excluded(drawn: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert evidence_of(capsys, drawn, "--observe", "c!=0")["c"] == {"not": "0"}
    assert evidence_of(capsys, drawn, "--observe", "b!=1")["b"] == {"not": "yes"}


def test_names_may_hold_the_signs_themselves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    states = ["x", "y=z", "=", "q"]
    model = write_model(
        tmp_path / "m.json", {"a": states, "a=x": states, "a!": states, "n": states}, names={"n": "the = sign"}
    )
    assert evidence_of(capsys, model, "--observe", "a=y=z") == {"a": {"state": "y=z"}}
    assert evidence_of(capsys, model, "--observe", "a=x=q") == {"a=x": {"state": "q"}}
    assert evidence_of(capsys, model, "--observe", "a!=x") == {"a!": {"state": "x"}}
    assert evidence_of(capsys, model, "--observe", "a!!=x") == {"a!": {"not": "x"}}
    assert evidence_of(capsys, model, "--observe", "the = sign==") == {"n": {"state": "="}}


def test_an_observation_may_be_repeated_but_not_changed(drawn: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert evidence_of(capsys, drawn, "--observe", "b=yes", "--observe", "b=1")["b"] == {"state": "yes"}
    assert main(["infer", drawn, "--observe", "b=yes", "--observe", "b=no"]) == 2
    assert "--observe b=yes and --observe b=no are about one variable" in capsys.readouterr().err
    assert main(["infer", drawn, "--observe", "b=yes", "--observe", "b!=yes"]) == 2


@pytest.mark.parametrize("text", ["wet", "=yes", "", "!=yes"])
def test_what_is_no_assignment_is_a_usage_error(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, f"--observe={text}"]) == 2
    assert "expected NAME=VALUE" in capsys.readouterr().err


def test_every_problem_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "e.json", {"rain": "maybe", "snow": "yes", "wet": {"likelihood": [1]}})
    found = problems_of(
        capsys, SPRINKLER, "--evidence", file, "--observe", "clody=yes", "--observe", "sprinkler=7"
    )
    assert [problem["path"] for problem in found] == [
        "e.json $.rain",
        "e.json $.snow",
        "e.json $.wet",
        "--observe clody=yes",
        "--observe sprinkler=7",
    ]
    assert "did you mean 'cloudy'?" in found[3]["remedy"]
    assert "no state number 7" in found[4]["what"]


def test_a_name_that_several_variables_have_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_model(tmp_path / "m.json", {"a": ["x", "y"], "b": ["x", "y"]}, names={"a": "same", "b": "same"})
    (problem,) = problems_of(capsys, model, "--observe", "same=x", code=2)
    assert "several variables are named 'same'" in problem["what"]


def test_a_json_file_takes_every_form_of_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = {
        "cloudy": 1,
        "Sprinkler": {"not": "yes"},
        "rain": {"likelihood": [0.3, 0.7]},
        "wet": {"states": ["yes"]},
    }
    assert evidence_of(capsys, SPRINKLER, "--evidence", write(tmp_path / "e.json", given)) == {
        "cloudy": {"state": "yes"},
        "sprinkler": {"not": "yes"},
        "rain": {"likelihood": [0.3, 0.7]},
        "wet": {"states": ["yes"]},
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"rain": "yes", "rain": "no"}', "rain"),
        ('["rain"]', "expected an object of observations, found a list"),
        ("rain=yes", "expected"),
        ("", "is empty"),
        ('{"rain": 1.5}', "cannot observe 1.5"),
        ('{"rain": NaN}', "NaN"),
        ('{"rain": "yes", "Rain": "yes"}', "observed twice"),
        ('{"rain": {"value": 1.8}}', "'Rain' has states"),
    ],
)
def test_a_broken_evidence_file_is_a_problem_of_the_evidence(
    text: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["infer", SPRINKLER, "--evidence", write(tmp_path / "e.json", text), "--json"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "invalid_evidence"
    assert what in error["message"]
    assert all(problem["path"].startswith("e.json") for problem in error["problems"])


def test_a_missing_evidence_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (problem,) = problems_of(capsys, SPRINKLER, "--evidence", str(tmp_path / "nix.json"))
    assert "there is no file" in problem["what"]


@pytest.mark.parametrize("text", ["1 0 1", "1 1 0 1", '\ufeff {"x0": "1"}', '{"x0": 1}'])
def test_a_uai_model_takes_both_kinds_of_evidence_file(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write(tmp_path / "m.UAI", "MARKOV 1 2 1 1 0 2 1 3\n")
    evidence = write(tmp_path / "seen", text)
    assert evidence_of(capsys, model, "--evidence", evidence) == {"x0": {"state": "1"}}


def test_a_problem_of_a_uai_evidence_file_has_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write(tmp_path / "m.uai", "MARKOV 1 2 1 1 0 2 1 3\n")
    (problem,) = problems_of(capsys, model, "--evidence", write(tmp_path / "m.evid", "1\n0 2\n"))
    assert problem["path"].startswith("m.evid line 2, column 3")


def test_a_json_model_takes_no_uai_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = problems_of(capsys, SPRINKLER, "--evidence", write(tmp_path / "m.evid", "1 0 1"))
    assert found


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    return write_mixed(tmp_path / "mixed.json")


def gathered(path: str, *arguments: str) -> Any:
    graph = load(path)
    return plain_evidence(graph, gather(graph, parse(["infer", path, *arguments])))


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.8", 1.8), ("-3", -3), ("+.5", 0.5), ("2.", 2), ("1e-3", 0.001), (" 1E2 ", 100), ("0", 0)],
)
def test_a_number_is_typed_as_it_is(mixed: str, typed: str, value: float) -> None:
    seen = gathered(mixed, "--observe", f"Height={typed}", "--observe", "rain=1")
    assert seen == {"rain": {"state": "yes"}, "height": {"value": value}, "rate": {"value": 2.5}}


def test_a_vector_is_typed_with_commas(mixed: str) -> None:
    assert gathered(mixed, "--observe", "p=0.2,0.3, 0.5")["p"] == {"value": [0.2, 0.3, 0.5]}


def test_numbers_come_from_a_file_in_every_form(mixed: str, tmp_path: Path) -> None:
    given = write(tmp_path / "e.json", {"height": 1.8, "rate": {"value": 1}, "p": [0.5, 0.25, 0.25]})
    assert gathered(mixed, "--evidence", given) == {
        "height": {"value": 1.8},
        "rate": {"value": 1},
        "p": {"value": [0.5, 0.25, 0.25]},
    }


def test_every_number_that_does_not_fit_is_told(mixed: str, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["height=tall", "rate=-1", "p=0.5,0.6,0", "rain=1.8", "height!=2"]
    arguments = [part for text in typed for part in ("--observe", text)]
    problems = problems_of(capsys, mixed, *arguments, code=2)
    assert [(problem["path"], problem["what"]) for problem in problems] == [
        ("--observe height=tall", "'Height' is real and has no states, found 'tall'"),
        ("--observe rate=-1", "'rate' is positive, -1 is not"),
        ("--observe p=0.5,0.6,0", "'p' is a simplex of size 3, but the value sums to 1.1"),
        ("--observe rain=1.8", "'Rain' has no state '1.8'"),
        ("--observe height!=2", "'Height' is real and has no states, found {'not': 2.0}"),
    ]


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e999", "1_000", "0x10", "1,8", "", "１"])
def test_what_is_no_number_is_not_taken_for_one(
    mixed: str, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (problem,) = problems_of(capsys, mixed, "--observe", f"height={typed}", code=2)
    assert problem["where"] == "height"
    assert problem["remedy"] == "give a finite number"
