"""The README runs: its Python block as written, its commands by the command line's own entry point."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

import mbml_core
from mbml_core.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def test_the_python_example_prints_what_its_comments_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile("".join(blocks("python")), "README.md", "exec"), {})  # noqa: S102 - our own example
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("0.70792767732962")
    assert printed[1] == "Status.EXACT True"
    assert printed[2].startswith("-0.435254")
    assert "'rain': 'yes'" in printed[3]
    given = {"wet": ["yes", "no", "yes"], "cloudy": ["no", None, None]}
    engine = mbml_core.compile(mbml_core.load(ROOT / "sample_graphs" / "sprinkler.json"))
    one_by_one = [
        engine.infer({id: column[row] for id, column in given.items() if column[row]}).marginals["rain"]["yes"]
        for row in range(3)
    ]
    assert [float(number) for number in printed[4].strip("[]").split()] == pytest.approx(one_by_one, abs=1e-8)
    assert printed[5] == "(90000, 2) Status.CONVERGED"


def test_the_console_example_shows_the_bars(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (command,) = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    program, *arguments = shlex.split(command)
    assert program == "mbml"
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "0.7079" in printed
    assert "0.4298" in printed
    assert "Exact" in printed


def test_the_example_at_the_front_door_runs() -> None:
    outcome = doctest.testmod(mbml_core)
    assert (outcome.failed, outcome.attempted) == (0, 5)


def test_every_link_leads_to_a_file() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_the_documented_commands_exist_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in set(re.findall(r"make ([a-z-]+)", README)):
        assert re.search(rf"^{command}:", makefile, flags=re.MULTILINE), command


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in README
    assert "\nmake test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_page_about_numbers_says_what_its_model_answers() -> None:
    """Winn & Bishop, Model-Based Machine Learning, chapter 3: the favourite wins."""
    page = (ROOT / "docs" / "continuous.md").read_text(encoding="utf-8")
    model = mbml_core.loads_json(re.findall(r"^```json\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)[0])
    skill = mbml_core.infer(model).marginals["jill"]
    assert (f"{skill.mean:.3f}", f"{skill.variance:.3f}") == ("140.133", "810.011")
    assert f"mean {skill.mean:.3f}, variance {skill.variance:.3f}" in page
