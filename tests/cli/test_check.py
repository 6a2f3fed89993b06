"""`mbml check`: everything that is wrong or, where nothing is, what the model is and what it costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mbml_core.cli import main
from tests.cli.models import SAMPLES, write_mixed, write_model
from tests.cli.test_exit_codes import big_grid


def test_a_sound_file_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "asia.json")
    assert main(["check", path]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{path}: fine. 8 variables, 8 factors, 16 edges, 0 observations."
    assert second.startswith(
        "Exact inference takes 1.38 kB and 240 operations per query; its largest table has 8 "
    )


def test_one_of_anything_is_singular(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_model(tmp_path / "m.json", {"a": ["x", "y"]}, evidence={"a": {"state": "x"}})
    assert main(["check", model]) == 0
    assert "fine. 1 variable, 1 factor, 1 edge, 1 observation." in capsys.readouterr().out


def test_notes_are_listed_up_to_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    factors = [
        {
            "id": f"f{i}",
            "kind": "prior",
            "scope": [f"v{i}"],
            "parameters": {"probabilities": [0.3333333, 0.6666666]},
        }
        for i in range(12)
    ]
    model = write_model(tmp_path / "m.json", {f"v{i}": ["x", "y"] for i in range(12)}, factors=factors)
    assert main(["check", model]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "Notes:"
    assert sum("$.factors[" in line for line in lines) == 10
    assert lines[-1] == "  ... and 2 more; --json lists them all"
    assert main(["check", model, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["notes"]) == 12


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(SAMPLES / "asia.json"), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["problems"] == plain["notes"] == []
    assert plain["counts"] == {"variable": 8, "factor": 8, "edge": 16, "observation": 0}
    assert plain["exact_inference"]["largest_table"] == 8
    assert plain["exact_inference"]["fits"] is True


def test_every_problem_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_model(tmp_path / "m.json", {"a": ["x", "x"], "b": []}, evidence={"c": {"state": "x"}})
    assert main(["check", model]) == 3
    error = capsys.readouterr().err
    assert "$.variables[0]" in error
    assert "$.variables[1]" in error
    assert "$.evidence" in error


def test_a_hopeless_model_is_fine_and_says_what_will_happen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = big_grid(tmp_path / "grid.json", 40)
    assert main(["check", model]) == 0
    assert "over the budget; `mbml infer` will use belief propagation" in capsys.readouterr().out


def test_a_model_with_numbers_is_fine_and_has_no_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_mixed(tmp_path / "mixed.json")
    assert main(["check", path]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{path}: fine. 4 variables, 0 factors, 0 edges, 1 observation."
    assert second == "Domains: 1 categorical, 1 real, 1 positive, 1 simplex."
    assert main(["check", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["exact_inference"] is None
