"""The page as a visitor uses it, without a browser."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]


def page(monkeypatch: pytest.MonkeyPatch | None = None, file: Path | None = None) -> AppTest:
    if monkeypatch:
        monkeypatch.setattr(sys, "argv", [str(ROOT / "app.py"), str(file)])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    """Everything the page says."""
    assert not app.exception
    return "".join(element.value for element in app.markdown)


def charts(app: AppTest) -> list[str]:
    return [element.value for element in app.markdown if "<svg" in element.value]


def chart(app: AppTest, name: str) -> str:
    (found,) = [chart for chart in charts(app) if f"<title>{name}</title>" in chart]
    return found


def choose(app: AppTest, variable: str, state: str) -> None:
    app.selectbox(key=f"observe_{variable}").select(state).run()


def test_the_sprinkler_comes_first() -> None:
    app = page()
    assert "Why is the grass wet?" in shown(app)
    assert len(charts(app)) == len(app.selectbox) == 4
    assert [box.value for box in app.selectbox] == ["not observed"] * 4
    assert "Exact" in shown(app)
    assert "Nothing observed" in shown(app)
    assert "0.6471" in chart(app, "Wet grass")
    assert "Describe" in shown(app)


def test_observing_moves_the_beliefs_at_once() -> None:
    app = page()
    choose(app, "wet", "yes")
    assert "0.7079" in chart(app, "Rain")
    assert "0.4298" in chart(app, "Sprinkler")
    assert "observed" in chart(app, "Wet grass")
    assert "P(evidence) = <b>0.6471</b>" in shown(app)
    choose(app, "wet", "not observed")
    assert "0.5000" in chart(app, "Rain")
    assert "Nothing observed" in shown(app)


def test_a_suggestion_sets_everything_with_one_click_and_says_what_to_see() -> None:
    app = page()
    choose(app, "sprinkler", "yes")
    app.button(key="suggestion_0").click().run()
    assert app.selectbox(key="observe_wet").value == "yes"
    assert app.selectbox(key="observe_sprinkler").value == "not observed"
    assert "0.7079" in chart(app, "Rain")
    assert "Exactly, rain rises from 0.50 to 0.71" in shown(app)
    assert 'class="mark"' in chart(app, "Rain")
    assert 'class="mark"' not in chart(app, "Wet grass")


def test_retract_all_takes_everything_back() -> None:
    app = page()
    (button,) = [button for button in app.button if button.label == "Retract all"]
    assert button.disabled
    app.button(key="suggestion_1").click().run()
    (button,) = [button for button in app.button if button.label == "Retract all"]
    button.click().run()
    assert [box.value for box in app.selectbox] == ["not observed"] * 4
    assert "Nothing observed" in shown(app)


def test_impossible_evidence_is_told_kindly_and_the_last_bars_stay() -> None:
    app = page()
    choose(app, "wet", "yes")
    choose(app, "rain", "no")
    before = chart(app, "Cloudy")
    choose(app, "sprinkler", "no")
    said = shown(app)
    assert "These cannot all be true at once" in said
    for observation in ("<b>Wet grass</b> = yes", "<b>Rain</b> = no", "<b>Sprinkler</b> = no"):
        assert observation in said
    assert 'class="badge exact"' not in said
    assert all("stale" in chart for chart in charts(app))
    assert "The grey behind a bar" not in said  # stale bars have none
    numbers = [part.split("<")[0] for part in before.split('class="number"')[1:]]
    assert all(number in chart(app, "Cloudy") for number in numbers)
    app.button(key="retract_rain").click().run()
    assert 'class="badge exact"' in shown(app)
    assert app.selectbox(key="observe_rain").value == "not observed"
    assert app.selectbox(key="observe_wet").value == "yes"


def test_another_lesson_starts_without_the_observations_of_the_last() -> None:
    app = page()
    app.button(key="suggestion_0").click().run()
    app.radio(key="lesson").set_value(1).run()
    assert "Which coin is it?" in shown(app)
    assert "Nothing observed" in shown(app)
    app.radio(key="lesson").set_value(0).run()
    assert "Nothing observed" in shown(app)


@pytest.mark.parametrize("position", range(15))
def test_every_lesson_and_suggestion_works(position: int) -> None:
    app = page()
    app.radio(key="lesson").set_value(position).run()
    for i in range(len([b for b in app.button if (b.key or "").startswith("suggestion_")])):
        app.button(key=f"suggestion_{i}").click().run()
        assert 'class="badge exact"' in shown(app)
        assert "mbml-says" in shown(app)


def test_a_file_given_to_mbml_edit_comes_first_with_its_observations(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = json.loads((ROOT / "sample_graphs" / "sprinkler.json").read_text(encoding="utf-8"))
    evidence = {"wet": {"state": "yes"}, "cloudy": {"likelihood": [0.2, 0.4]}}
    (tmp_path / "mine.json").write_text(json.dumps({**plain, "evidence": evidence}))
    app = page(monkeypatch, tmp_path / "mine.json")
    assert "mine.json" in shown(app)
    assert app.selectbox(key="observe_wet").value == "yes"
    assert app.selectbox(key="observe_cloudy").value == "has likelihood 0.2 : 0.4"
    choose(app, "cloudy", "not observed")
    assert "0.7079" in chart(app, "Rain")


def test_a_file_with_problems_lists_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"format": "mbml-graph", "version": 1, "variables": [{"id": "<b>"}]}')
    app = page(monkeypatch, tmp_path / "bad.json")
    assert "This model cannot be shown:" in shown(app)
    assert "$.variables[0]" in shown(app)
    assert len(app.radio(key="lesson").options) == 16
    app = page(monkeypatch, tmp_path / "nix.json")
    assert "there is no file" in shown(app)


def test_a_model_without_any_possible_state_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "m.uai").write_text("MARKOV 1 2 2 1 0 1 0 2 1 0 2 0 1\n")
    assert "the factors alone allow no joint state" in shown(page(monkeypatch, tmp_path / "m.uai"))


def test_hostile_names_stay_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)> ![a](http://x/y.png) :red[b] \u202e"
    model = {
        "format": "mbml-graph",
        "version": 1,
        "variables": [{"id": name, "domain": {"type": "categorical", "states": [name, "not observed"]}}],
        "factors": [{"id": "f", "kind": "prior", "scope": [name], "parameters": {"probabilities": [0.0, 1.0]}}],
    }
    (tmp_path / "m.json").write_text(json.dumps(model))
    app = page(monkeypatch, tmp_path / "m.json")
    assert len(app.selectbox[0].options) == 3
    app.selectbox[0].select_index(1).run()
    said = shown(app)
    assert "This cannot happen in this model" in said
    assert "<img" not in said
    assert "\u202e" not in said
    assert "](http" not in app.selectbox[0].label
    assert "](http" not in "".join(button.label for button in app.button)


def test_of_a_large_model_only_what_is_searched_for_is_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = ["MARKOV", "100", " ".join(["2"] * 100), "100"]
    lines += [f"1 {i}" for i in range(100)] + ["2 1 1"] * 100
    (tmp_path / "m.uai").write_text("\n".join(lines))
    app = page(monkeypatch, tmp_path / "m.uai")
    assert len(charts(app)) == 60
    app.text_input(key="wanted").input("x99").run()
    assert len(charts(app)) == 1
    choose(app, "x99", "1")
    app.text_input(key="wanted").input("").run()
    assert "<title>x99</title>" in charts(app)[0]
    assert "1 observation" in shown(app)
