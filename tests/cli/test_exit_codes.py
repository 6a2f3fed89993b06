"""Every way to fail: its exit code, its words on stderr, its object on stdout with --json."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mbml_core import engine
from mbml_core.cli import main, question
from tests.cli.models import MONTY_HALL, SPRINKLER, write_model


def error_of(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == code
    printed = capsys.readouterr()
    assert printed.err == ""
    plain: dict[str, Any] = json.loads(printed.out)["error"]
    assert {"kind", "message", "problems", "conflict"} <= plain.keys()
    return plain


def big_grid(path: Path, side: int = 24) -> str:
    """A grid of booleans, hopeless for exact inference: cliques of about `side` variables."""
    cells = [(r, c) for r in range(side) for c in range(side)]
    pairs = [((r, c), (r + dr, c + dc)) for r, c in cells for dr, dc in ((0, 1), (1, 0))]
    factors = [
        {
            "id": f"f{i}",
            "kind": "table",
            "scope": [f"v{a}_{b}", f"v{c}_{d}"],
            "parameters": {"values": [[2, 1], [1, 2]]},
        }
        for i, ((a, b), (c, d)) in enumerate(pairs)
        if c < side and d < side
    ]
    return write_model(path, {f"v{r}_{c}": ["n", "y"] for r, c in cells}, factors=factors)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["infer"], "required: FILE"),
        (["infer", SPRINKLER, "--method", "magic"], "invalid choice: 'magic'"),
        (["infer", SPRINKLER, "--memory", "much"], "'much' is no size"),
        (["infer", SPRINKLER, "--memory", "0"], "'0' is no size"),
        (["infer", SPRINKLER, "--deadline", "nan"], "'nan' is no number"),
        (["infer", SPRINKLER, "--deadline", "-1"], "is no time to wait"),
        (["infer", SPRINKLER, "--tolerance", "nan"], "'nan' is no number"),
        (["infer", SPRINKLER, "--damping", "1"], "damping is 1"),
        (["infer", SPRINKLER, "--max-sweeps", "0"], "at least one sweep"),
        (["infer", SPRINKLER, "--obs", "wet=yes"], "unrecognized arguments"),
        (["infer", SPRINKLER, "--method", "bp", "--schedule", "two-pass"], "two-pass"),
        (["edit", "--port", "0"], "'0' is no port"),
    ],
)
def test_wrong_usage_is_2_and_says_what(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert printed.err.startswith("mbml: ")


def test_usage_errors_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert error_of(capsys, "infer", SPRINKLER, "--method", "magic", code=2)["kind"] == "usage"
    assert error_of(capsys, "infer", SPRINKLER, "--damping", "2", code=2)["kind"] == "unsupported"


def test_a_file_with_problems_is_3_and_lists_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    factors = [
        {"id": "f", "kind": "table", "scope": ["a", "b"], "parameters": {"values": [0.5, 0.5]}},
        {"id": "g", "kind": "tabel", "scope": ["a"], "parameters": {}},
    ]
    model = write_model(tmp_path / "m.json", {"a": ["x", "x"]}, factors=factors)
    assert main(["infer", model]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    header, *lines = printed.err.splitlines()
    assert header == f"{model}: 3 problems"
    assert any("$.factors[0] (f): the scope names 'b'" in line for line in lines)
    assert any("did you mean 'table'?" in line for line in lines)
    plain = error_of(capsys, "infer", model, code=3)
    assert plain["kind"] == "invalid_model"
    assert [sorted(problem) for problem in plain["problems"]] == [["path", "remedy", "what", "where"]] * 3


def test_a_missing_file_is_3(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("infer", "map", "check", "edit"):
        assert main([command, "nix.json"]) == 3
        assert capsys.readouterr().err == (
            "nix.json: 1 problem\n  there is no file 'nix.json'; check its path and spelling\n"
        )


def test_a_document_of_a_newer_version_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.json").write_text('{"format": "mbml-graph", "version": 99}')
    assert error_of(capsys, "check", str(tmp_path / "new.json"), code=3)["kind"] == "document_too_new"


def test_an_observation_that_does_not_fit_is_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, "--observe", "wet=damp"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "the evidence: 1 problem",
        "  --observe wet=damp (wet): 'Wet grass' has no state 'damp'; its states are no, yes",
    ]


def test_impossible_evidence_is_4_and_names_the_conflict(capsys: pytest.CaptureFixture[str]) -> None:
    observed = ["--observe", "guest=door 1", "--observe", "host=door 1"]
    for command in ("infer", "map"):
        assert main([command, MONTY_HALL, *observed]) == 4
        error = capsys.readouterr().err
        assert "contradict each other" in error
        assert "conflict: guest, host" in error
    plain = error_of(capsys, "infer", MONTY_HALL, *observed, code=4)
    assert plain["kind"] == "impossible_evidence"
    assert plain["conflict"] == ["guest", "host"]
    assert plain["is_smallest"] is True


def test_over_the_memory_budget_is_5_with_the_ways_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = big_grid(tmp_path / "grid.json")
    assert main(["infer", model, "--method", "exact", "--memory", "1MB"]) == 5
    error = capsys.readouterr().err
    assert "xact inference needs" in error
    assert "--method bp" in error
    plain = error_of(capsys, "infer", model, "--method", "exact", "--memory", "1MB", code=5)
    assert plain["kind"] == "over_budget"
    assert plain["needed_bytes"] > plain["budget_bytes"] == 1e6
    assert plain["largest_clique"]
    assert plain["remedies"]


def test_over_the_time_budget_is_5(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = big_grid(tmp_path / "grid.json", 12)
    plain = error_of(capsys, "infer", model, "--deadline", "0.000001", code=5)
    assert plain["kind"] == "deadline_exceeded"
    assert "no answer within 1e-06 s" in plain["message"]
    assert main(["infer", model, "--deadline", "0.000001"]) == 5
    assert "--deadline with more seconds" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [("4GB", 4e9), ("500 mb", 5e8), ("1.5KiB", 1536), ("2g", 2e9), ("100", 100), (".5k", 500)],
)
def test_memory_sizes(
    text: str, n_bytes: float, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def spy(*arguments: Any, **options: Any) -> Any:
        asked.append(options["memory_limit"])
        return engine.compile(*arguments, **options)

    monkeypatch.setattr(question, "compile", spy)
    assert main(["infer", SPRINKLER, "--memory", text]) == 0
    assert asked == [n_bytes]


def test_help_and_version_are_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "mbml infer sprinkler.json --observe wet=yes" in printed
    assert all(command in printed for command in ("edit", "infer", "map", "convert", "check"))
    assert main(["infer", "--help"]) == 0
    assert "'rain!=yes'" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("mbml ")


def test_ctrl_c_is_130_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(question, "compile", interrupted)
    assert main(["infer", SPRINKLER]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"


def test_a_reader_that_went_away_is_141_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class ClosedPipe(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", ClosedPipe())
    assert main(["infer", SPRINKLER]) == 141
    assert capsys.readouterr().err == ""
