"""Bars: right lengths, aligned whatever the names, nothing hidden and nothing that disturbs a terminal."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from mbml_core.cli import main
from mbml_core.cli.bars import MAX_SHOWN, bar, bars_text, mark
from mbml_core.cli.screen import Screen, write
from mbml_core.distributions.values import Dirichlet, Gaussian, PointMass
from mbml_core.inference.result import Marginal
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    ExcludedState,
    Likelihood,
    Observation,
    Observed,
    Real,
    Simplex,
    Value,
    Variable,
)
from mbml_core.wording import display_width
from tests.cli.models import SPRINKLER, write_model


def chart(
    states: dict[str, list[str]], screen: Screen | None = None, *, is_exact: bool = True, **evidence: Observation
) -> list[str]:
    """The lines for variables with uniform beliefs."""
    variables = [Variable(id, Categorical(tuple(names))) for id, names in states.items()]
    marginals = {v.id: Marginal(v.states, np.full(v.size, 1 / v.size)) for v in variables}
    return bars_text(variables, marginals, evidence, screen or Screen(), is_exact=is_exact).splitlines()


@pytest.mark.parametrize(
    ("probability", "unicode", "ascii"),
    [
        (0.0, "    ", "    "),
        (1e-9, "▏   ", "#   "),  # possible is never drawn as nothing
        (0.5, "██  ", "##  "),
        (0.53125, "██▏ ", "##  "),
        (1.0, "████", "####"),
    ],
)
def test_a_bar_is_as_long_as_the_probability(probability: float, unicode: str, ascii: str) -> None:
    assert bar(probability, 4, is_unicode=True) == unicode
    assert bar(probability, 4, is_unicode=False) == ascii


def test_columns_are_aligned_over_all_variables() -> None:
    lines = [line for line in chart({"a": ["x", "long state"], "日本語": ["y", "z"]}) if line]
    starts = {display_width(line[: line.index("█")]) for line in lines}
    numbers = {display_width(line[: line.index("0.5000")]) for line in lines}
    assert len(starts) == len(numbers) == 1


@pytest.mark.parametrize("width", [48, 80, 110])
def test_lines_stay_within_the_screen(width: int) -> None:
    lines = chart({"n" * 200: ["s" * 200, "t"]}, Screen(width))
    if width >= 80:
        assert max(map(display_width, lines)) <= width
    assert all("…" in line for line in lines[:1])


def test_many_variables_stand_close_together() -> None:
    assert "" in chart({f"v{i}": ["x", "y"] for i in range(12)})
    assert "" not in chart({f"v{i}": ["x", "y"] for i in range(13)})


def test_of_many_states_the_probable_ones_are_shown_and_the_rest_is_counted() -> None:
    states = [f"s{i}" for i in range(100)]
    lines = chart({"v": states}, v=Observed("s99"))
    assert len(lines) == MAX_SHOWN
    assert lines[-1].split() == ["77", "more", "states", "0.7700", "together"]
    assert "s99" in lines[-2]
    assert lines[-2].endswith("← observed")


@pytest.mark.parametrize(
    ("observation", "marks"),
    [
        (None, ["", "", ""]),
        (Observed("b"), ["", "observed", ""]),
        (ExcludedState("b"), ["", "excluded", ""]),
        (AllowedStates(("a", "b")), ["allowed", "allowed", "excluded"]),
        (Likelihood((1.0, 0.25, 0.0)), ["likelihood 1", "likelihood 0.25", "likelihood 0"]),
        (Belief((0.5, 0.25, 0.25)), ["set", "set", "set"]),
    ],
)
def test_every_kind_of_observation_has_its_mark(observation: Observation | None, marks: list[str]) -> None:
    assert [mark(observation, i, state) for i, state in enumerate("abc")] == marks


def test_approximate_numbers_carry_a_sign_and_observed_ones_do_not() -> None:
    lines = chart({"a": ["x", "y"], "b": ["x", "y"]}, is_exact=False, b=Observed("y"))
    assert "≈0.5000" in lines[0]
    assert "≈" not in lines[-1]
    assert "~0.5000" in chart({"a": ["x", "y"]}, Screen(is_unicode=False), is_exact=False)[0]


def test_ascii_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, "--observe", "wet=yes", "--ascii"]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert "###" in printed
    assert "<- observed" in printed


def test_ascii_where_the_terminal_cannot_do_more(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", write_through=True)
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["infer", SPRINKLER, "--observe", "wet=yes"]) == 0
    text = output.buffer.getvalue().decode("latin-1")
    assert "###" in text
    assert "\\u" not in text


def test_hostile_names_cannot_disturb_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["\u202eevil", "zero\u200bwidth", "\u2066isolate\u2069", "<script>", "x" * 200, "__proto__", "🎲"]
    model = write_model(tmp_path / "m.json", {name: [name, "other"] for name in names})
    assert main(["infer", model, "--observe", "\u202eevil=\u202eevil"]) == 0
    printed = capsys.readouterr().out
    assert not {"\u202e", "\u200b", "\u2066", "\u2069", "\x1b"} & set(printed)
    assert r"\u202eevil" in printed
    assert "x" * 30 not in printed


def test_hostile_names_are_shown_in_errors_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_model(tmp_path / "m.json", {"\u202eevil": ["a", "a"]})
    assert main(["check", model]) == 3
    assert r"\u202eevil" in capsys.readouterr().err


def test_half_a_character_in_an_argument_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", "nix\udcff.json"]) == 3
    assert r"nix\udcff.json" in capsys.readouterr().err


def test_what_a_stream_cannot_encode_becomes_an_escape() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    write(stream, "a€")
    assert stream.buffer.getvalue() == b"a\\u20ac"


def test_the_width_is_that_of_the_terminal_within_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for columns, width in ((20, 48), (100, 100), (400, 110)):
        size = os.terminal_size((columns, 24))
        monkeypatch.setattr("shutil.get_terminal_size", lambda size=size: size)
        assert Screen.of(Terminal(), ascii_only=False) == Screen(width, True)
    assert Screen.of(io.StringIO(), ascii_only=True) == Screen(80, False)


def test_json_ignores_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", SPRINKLER, "--json", "--ascii"]) == 0
    assert json.loads(capsys.readouterr().out)["is_exact"] is True


NUMBERS = (Variable("skill", Real(), "Skill"), Variable("p", Simplex(3)))
SPREADS = {"skill": Gaussian(25.0, 4.0), "p": Dirichlet([1.0, 1.0, 2.0])}


def spreads(screen: Screen | None = None, *, is_exact: bool = True, **evidence: Observation) -> list[str]:
    known = {id: PointMass(seen.value) for id, seen in evidence.items() if isinstance(seen, Value)}
    text = bars_text(NUMBERS, {**SPREADS, **known}, evidence, screen or Screen(), is_exact=is_exact)
    return [line for line in text.splitlines() if line]


def test_a_number_has_its_mean_and_standard_deviation() -> None:
    # sd of component i of a Dirichlet is sqrt(m(1 - m)/(1 + Σα)): for α = (1, 1, 2) 0.19365 twice and 0.22361.
    assert spreads() == [
        "Skill      25 ± 2",
        "p      0   0.25 ± 0.1936",
        "       1   0.25 ± 0.1936",
        "       2   0.5 ± 0.2236",
    ]


def test_numbers_that_are_not_exact_carry_their_sign() -> None:
    assert spreads(is_exact=False)[0] == "Skill     ≈25 ± 2"
    plain = spreads(Screen(is_unicode=False), is_exact=False)
    assert plain[0] == "Skill     ~25 +- 2"
    assert all(line.isascii() for line in plain)


def test_an_observed_number_is_marked_and_certain() -> None:
    lines = spreads(is_exact=False, skill=Value(1.8), p=Value((0.2, 0.3, 0.5)))
    assert lines[0] == "Skill      1.8 ← observed"
    assert lines[3] == "       2   0.5 ← observed"


def test_a_long_vector_is_counted() -> None:
    wide = Variable("p", Simplex(100))
    lines = bars_text([wide], {"p": Dirichlet([1.0] * 100)}, {}, Screen(), is_exact=True).splitlines()
    assert len(lines) == MAX_SHOWN + 1
    assert lines[-1].strip() == f"and {100 - MAX_SHOWN} more"


def test_states_and_numbers_stand_together() -> None:
    rain = Variable("rain", Categorical(("no", "yes")))
    beliefs = {"rain": Marginal(rain.states, np.array([0.25, 0.75])), **SPREADS}
    lines = bars_text([rain, *NUMBERS], beliefs, {}, Screen(), is_exact=True).splitlines()
    assert any("0.7500" in line for line in lines)
    assert "Skill        25 ± 2" in lines
