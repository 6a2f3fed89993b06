"""`mbml infer` and `mbml map`: the contract of --json, and what people read."""

from __future__ import annotations

import inspect
import json
import math
from pathlib import Path
from typing import Any

import pytest

from mbml_core.cli import main
from mbml_core.cli.arguments import parse
from mbml_core.engine import compile
from tests.cli.models import CHAIN, MONTY_HALL, SAMPLES, SPRINKLER, write_chain, write_model


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("\n") == 1
    plain: dict[str, Any] = json.loads(printed.out)
    return plain


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    plain = as_json(capsys, "infer", SPRINKLER, "--observe", "wet=yes")
    assert plain["method"] == "exact"
    assert plain["status"] == "exact"
    assert plain["is_exact"] is True
    # Murphy's sprinkler network: P(rain | wet) = 0.7079, P(wet) = 0.6471.
    assert plain["log_evidence"] == pytest.approx(math.log(0.6471), abs=1e-12)
    assert list(plain["marginals"]) == ["cloudy", "sprinkler", "rain", "wet"]
    assert list(plain["marginals"]["rain"]) == ["no", "yes"]
    assert plain["marginals"]["rain"]["yes"] == pytest.approx(0.7079276773296245, abs=1e-12)
    assert plain["marginals"]["wet"] == {"no": 0.0, "yes": 1.0}
    assert plain["evidence"] == {"wet": {"state": "yes"}}
    assert plain["message"] == "Exact."
    assert plain["sweeps"] == 0
    assert plain["residual"] == 0


def test_json_of_an_approximate_result_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    plain = as_json(capsys, "infer", SPRINKLER, "--observe", "wet=yes", "--method", "bp")
    assert (plain["method"], plain["status"], plain["is_exact"]) == ("bp", "converged", False)
    # The value of loopy belief propagation, which two other engines report as well: 0.78 instead of 0.71.
    assert plain["marginals"]["rain"]["yes"] == pytest.approx(0.784074259557, abs=1e-6)
    assert plain["sweeps"] > 1


def test_json_of_a_run_that_was_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    plain = as_json(capsys, "infer", SPRINKLER, "--observe", "wet=yes", "--method", "bp", "--max-sweeps", "1")
    assert (plain["status"], plain["is_exact"]) == ("max_sweeps", False)


@pytest.mark.parametrize("schedule", ["flooding", "sequential", "residual"])
def test_every_schedule_can_be_asked_for(capsys: pytest.CaptureFixture[str], schedule: str) -> None:
    options = ["--method", "bp", "--schedule", schedule, "--damping", "0.3", "--tolerance", "1e-11"]
    plain = as_json(capsys, "infer", SPRINKLER, "--observe", "wet=yes", *options)
    assert plain["marginals"]["rain"]["yes"] == pytest.approx(0.784074259557, abs=1e-6)


def test_enumeration_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_json(capsys, "infer", SPRINKLER, "--method", "enumeration")["method"] == "enumeration"


def test_query_chooses_and_orders(capsys: pytest.CaptureFixture[str]) -> None:
    queries = ["--query", "wet", "--query", "Cloudy", "--query", "cloudy"]
    assert list(as_json(capsys, "infer", SPRINKLER, *queries)["marginals"]) == ["wet", "cloudy"]
    assert list(as_json(capsys, "map", SPRINKLER, *queries)["assignment"]) == ["wet", "cloudy"]


def test_an_unknown_query_is_a_usage_error_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, "--query", "clowdy", "--query", "nix"]) == 2
    error = capsys.readouterr().err
    assert "did you mean 'cloudy'?" in error
    assert "--query nix" in error


def test_json_is_ascii_whatever_the_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_model(tmp_path / "m.json", {"größe\u202e": ["日", "本"]})
    assert main(["infer", model, "--json"]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed)["marginals"]["größe\u202e"] == {"日": 0.5, "本": 0.5}


def test_json_of_map(capsys: pytest.CaptureFixture[str]) -> None:
    plain = as_json(capsys, "map", SPRINKLER, "--observe", "wet=yes")
    assert plain["assignment"] == {"cloudy": "yes", "sprinkler": "no", "rain": "yes", "wet": "yes"}
    assert plain["log_probability"] == pytest.approx(math.log(0.5 * 0.9 * 0.8 * 0.9), abs=1e-12)
    assert plain["is_exact"] is True
    assert plain["method"] == "exact"
    assert plain["message"] == ""


def test_text_tells_status_evidence_and_its_probability(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, "--observe", "wet=yes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "Sprinkler",
        "Observed: Wet grass = yes.",
        "Exact.",
        "log evidence -0.435254 nats, P(evidence) = 0.6471.",
    ]
    assert any(line.split()[:1] == ["yes"] and line.endswith("0.7079") for line in lines[4:])
    assert [line for line in lines if line.endswith("← observed")] == [lines[-1]]


def test_text_without_observations_shows_no_rounding_noise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", str(SAMPLES / "hamming_7_4.json")]) == 0
    assert "log evidence 0 nats.\n" in capsys.readouterr().out


def test_text_never_shows_an_approximate_number_as_exact(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, "--observe", "wet=yes", "--method", "bp"]) == 0
    printed = capsys.readouterr().out
    assert "Approximate: the graph has loops." in printed
    assert "P(evidence) ≈ " in printed
    assert "≈0.7841" in printed
    assert " 0.7841" not in printed
    assert "Exact" not in printed


def test_text_of_free_potentials_claims_no_probability(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", str(SAMPLES / "ising_grid.json")]) == 0
    printed = capsys.readouterr().out
    assert "log Z" in printed
    assert "P(evidence)" not in printed


def test_text_of_a_likelihood_above_one_claims_no_probability(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_model(tmp_path / "m.json", {"a": ["x", "y"]}, evidence={"a": {"likelihood": [1, 3]}})
    assert main(["infer", model]) == 0
    printed = capsys.readouterr().out
    assert "log evidence 0.693147 nats.\n" in printed  # ln(1/2 · 1 + 1/2 · 3)
    assert "Observed: a has likelihood 1 : 3." in printed


def test_text_of_map_marks_what_was_observed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", SPRINKLER, "--observe", "wet=yes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:4] == ["Exact.", "log P(assignment, evidence) -1.12701 nats."]
    assert lines[5:] == ["Cloudy     yes", "Sprinkler  no", "Rain       yes", "Wet grass  yes  ← observed"]


def test_text_of_an_approximate_map_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", SPRINKLER, "--method", "bp"]) == 0
    assert "Approximate: there may be a more probable assignment." in capsys.readouterr().out


def test_many_observations_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    observed = [part for i in range(1, 8) for part in ("--observe", f"r{i}=0")]
    more = ["--observe", "t1=0", "--observe", "t2=0"]
    assert main(["infer", str(SAMPLES / "hamming_7_4.json"), *observed, *more]) == 0
    assert " and 1 more." in capsys.readouterr().out


def test_uai_models_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.uai").write_text("MARKOV 1 2 1 1 0 2 1 3\n")
    assert as_json(capsys, "infer", str(tmp_path / "a.uai"))["marginals"] == {"x0": {"0": 0.25, "1": 0.75}}


def test_memory_too_small_for_exact_falls_back_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    plain = as_json(capsys, "infer", MONTY_HALL, "--memory", "1B")
    assert plain["method"] == "bp"
    assert "xact inference needs" in plain["message"]


@pytest.mark.parametrize("option", ["method", "schedule", "damping", "tolerance", "max_sweeps", "seed"])
def test_options_default_to_those_of_the_engine(option: str) -> None:
    typed = vars(parse(["infer", SPRINKLER]))[option]
    assert typed == inspect.signature(compile).parameters[option].default


def test_json_of_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = as_json(capsys, "infer", write_chain(tmp_path / "m.json"), "--observe", "y=1.8")
    assert (plain["status"], plain["is_exact"]) == ("exact", True)
    # x ~ N(0, 4) and y ~ N(x, 1): x given y is N(0.8 y, 0.8), and y is N(0, 5).
    x = plain["marginals"]["x"]
    assert x["family"] == "gaussian"
    assert (x["mean"], x["variance"]) == (pytest.approx(1.44), pytest.approx(0.8))
    assert plain["marginals"]["y"]["value"] == 1.8
    assert plain["log_evidence"] == pytest.approx(-0.5 * math.log(10 * math.pi) - 1.8**2 / 10)
    assert plain["evidence"] == {"y": {"value": 1.8}}


def test_text_of_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", write_chain(tmp_path / "m.json"), "--observe", "y=1.8"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert lines[0] == "Observed: y = 1.8."
    assert "log evidence -2.04766 nats." in lines  # a density, and no probability
    assert lines[-2:] == ["Height     1.44 ± 0.8944", "y          1.8 ← observed"]


def test_nothing_is_said_of_a_number_that_nothing_pins_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.json").write_text(json.dumps({**CHAIN, "factors": []}))
    assert main(["infer", str(tmp_path / "m.json")]) == 5
    assert "Height" in capsys.readouterr().err


def test_the_most_probable_assignment_is_of_states(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", write_chain(tmp_path / "m.json")]) == 2
    assert "states" in capsys.readouterr().err
