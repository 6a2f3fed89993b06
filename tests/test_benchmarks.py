"""The benchmarks ask everybody the same, refuse to print what does not agree, and end what does not end."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import mbml_core as mb
from benchmarks import batch, limits, plot, protocol, regressions, report, results
from benchmarks.grids import random_grid, read_job, write_job
from benchmarks.networks import grid_graph, read_network, to_graph
from benchmarks.protocol import CLICK, FIRST, FLIP, Question
from benchmarks.results import Disagreement, Measured

MEGABYTE = 1 << 20


@pytest.mark.parametrize("name", ["cancer", "asia", "alarm"])
def test_workers_read_the_questions_and_the_tables_that_were_written(name: str, tmp_path: Path) -> None:
    network = read_network(name)
    protocol.write_case(tmp_path, network)
    read, asked = protocol.read_case(tmp_path)
    assert asked == protocol.questions(network)
    assert (read.ids, read.sizes, read.scopes) == (network.ids, network.sizes, network.scopes)
    for left, right in zip(read.tables, network.tables, strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("name", ["cancer", "asia", "alarm"])
def test_all_evidence_is_possible(name: str) -> None:
    network = read_network(name)
    engine = mb.compile(to_graph(network), "exact")
    for question in protocol.questions(network):
        assert engine.infer(question.evidence).log_evidence > -np.inf


@pytest.mark.parametrize("name", ["cancer", "asia", "alarm"])
def test_only_a_flip_observes_the_same_variables_again(name: str) -> None:
    asked = [q for q in protocol.questions(read_network(name)) if q.label != FLIP]
    assert len({frozenset(q.evidence) for q in asked}) == len(asked)


def test_a_flip_follows_its_click_and_observes_another_state() -> None:
    asked = protocol.questions(read_network("alarm"))
    flips = [k for k, question in enumerate(asked) if question.label == FLIP]
    assert flips
    for k in flips:
        click, flip = asked[k - 1], asked[k]
        assert click.label == CLICK
        assert click.evidence.keys() == flip.evidence.keys()
        assert click.evidence != flip.evidence


def test_each_round_loads_the_model_anew(capsys: pytest.CaptureFixture[str]) -> None:
    loaded: list[int] = []

    def load() -> int:
        loaded.append(len(loaded))
        return loaded[-1]

    def build(model: int) -> protocol.Ask:
        return lambda evidence: [np.array([float(model), len(evidence)])]

    protocol.answer_all([Question(FIRST, {}), Question(CLICK, {"a": 0})], load, build, budget=60.0, rounds=2)
    lines = [line for line in limits.whole_lines(capsys.readouterr().out) if "asking" not in line]
    assert loaded == [0, 1]
    assert [(line["turn"], line["question"]) for line in lines] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [line.get("answer") for line in lines] == [[[0.0, 0.0]], [[0.0, 1.0]], None, None]


def test_a_question_that_ended_a_worker_is_known_and_can_be_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(evidence: protocol.Evidence) -> protocol.Answer:
        if evidence:
            raise MemoryError
        return [np.ones(1)]

    asked = [Question(FIRST, {}), Question(CLICK, {"a": 0})]
    with pytest.raises(MemoryError):
        protocol.answer_all(asked, lambda: 0, lambda model: fail, budget=60.0, rounds=1)
    assert protocol.unanswered(limits.whole_lines(capsys.readouterr().out)) == 1
    protocol.answer_all(asked, lambda: 0, lambda model: fail, budget=60.0, rounds=1, skipped=[1])
    assert protocol.unanswered(limits.whole_lines(capsys.readouterr().out)) is None


def measured(engine: str, seconds: dict[int, float], answer: float = 0.25) -> Measured:
    return Measured(engine, seconds, dict.fromkeys(seconds, (answer, 1 - answer)))


def test_answers_that_differ_are_refused() -> None:
    ours = measured("mbml", {0: 1.0, 1: 1.0})
    results.check(ours, [measured("LP", {0: 9.0}, 0.25 + 1e-12)])
    with pytest.raises(Disagreement, match="mbml and SS"):
        results.check(ours, [measured("LP", {0: 9.0}), measured("SS", {1: 9.0}, 0.2501)])


def test_an_answer_that_is_no_number_is_refused() -> None:
    with pytest.raises(Disagreement):
        results.check(measured("mbml", {0: 1.0}), [measured("LP", {0: 9.0}, float("nan"))])


def test_the_best_peer_counts_and_only_by_what_it_answered() -> None:
    asked = [Question(FIRST, {}), Question(CLICK, {"a": 0}), Question(CLICK, {"b": 0})]
    ours = measured("mbml", {0: 1.0, 1: 1.0, 2: 5.0})
    peers = [measured("LP", {0: 1.0, 1: 40.0, 2: 60.0}), measured("VE", {0: 1.0, 1: 8.0})]
    found = results.ratio(asked, CLICK, ours, peers)
    assert found is not None
    assert (found.engine, found.value, found.count) == ("VE", 8.0, 1)
    assert results.ratio(asked, "10 %", ours, peers) is None


def test_the_first_round_warms_up() -> None:
    lines = tuple({"question": 0, "turn": turn, "seconds": time} for turn, time in enumerate((9.0, 1.0, 3.0)))
    assert results.measured("LP", limits.Finished(lines, "")).seconds == {0: 2.0}
    assert results.measured("LP", limits.Finished(lines[:1], "")).seconds == {0: 9.0}


def worker(code: str, seconds: float = 60.0, n_bytes: int = 4096 * MEGABYTE) -> limits.Finished:
    return limits.run([sys.executable, "-c", code], seconds=seconds, n_bytes=n_bytes)


def test_a_runaway_is_killed_and_what_it_said_is_kept() -> None:
    done = worker(
        """print('{"question": 0}', flush=True)\nprint('{"que', end="", flush=True)\nwhile True: pass""", 1.0
    )
    assert done.lines == ({"question": 0},)
    assert done.failure == "stopped after 1 s"


def test_a_glutton_runs_out_of_memory() -> None:
    done = worker("import numpy; numpy.ones(1 << 30)", n_bytes=2048 * MEGABYTE)
    assert done.failure == "out of memory (2 GiB)"


def test_a_worker_that_fails_says_why() -> None:
    assert "no such thing" in worker("raise SystemExit('no such thing')").failure
    assert worker("pass") == limits.Finished((), "")


def test_rows_of_a_batch_hide_all_but_a_tenth() -> None:
    network = read_network("alarm")
    states = batch.sampled_rows(network, 200, seed=1)
    assert ((states >= 0) & (states < np.array(network.sizes))).all()
    same = batch.hidden(states, 0.1, is_same=True, seed=2)
    other = batch.hidden(states, 0.1, is_same=False, seed=2)
    assert ((same >= 0).sum(axis=1) == 4).all()
    assert ((other >= 0).sum(axis=1) == 4).all()
    assert len({row.tobytes() for row in same >= 0}) == 1 < len({row.tobytes() for row in other >= 0})


def test_rows_of_a_batch_follow_the_network() -> None:
    network = read_network("asia")
    states = batch.sampled_rows(network, 20_000, seed=3)
    result = mb.compile(to_graph(network), "exact").infer({})
    for v, id in enumerate(network.ids):
        expected = result.marginals[id].probabilities
        np.testing.assert_allclose(
            (states[:, v, None] == np.arange(network.sizes[v])).mean(axis=0), expected, atol=0.02
        )


def test_a_grid_is_the_same_model_on_both_sides(tmp_path: Path) -> None:
    grid = random_grid(3)
    write_job(tmp_path, grid, sweeps=4, repeats=2)
    read, sweeps, repeats = read_job(tmp_path)
    assert (sweeps, repeats, read.shape) == (4, 2, (3, 3))
    np.testing.assert_array_equal(read.edges, grid.edges)
    spins = np.array(np.meshgrid(*[[-1, 1]] * 9, indexing="ij")).reshape(9, -1)
    energy = grid.fields @ spins + (
        grid.couplings[:, None] * spins[grid.edges[:, 0]] * spins[grid.edges[:, 1]]
    ).sum(0)
    chances = np.exp(energy) / np.exp(energy).sum()
    result = mb.compile(grid_graph(grid), "exact").infer({})
    ours = [marginal.probabilities[1] for marginal in result.marginals.values()]
    np.testing.assert_allclose(ours, [chances[spin > 0].sum() for spin in spins], rtol=1e-12)


def test_a_section_is_replaced_between_its_marks_only(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("by hand\n<!-- exact: begin -->\nold\n<!-- exact: end -->\nby hand too\n", encoding="utf-8")
    report.insert(page, "exact", "new")
    report.insert(page, "exact", "newer")
    assert page.read_text(encoding="utf-8") == (
        "by hand\n<!-- exact: begin -->\nnewer\n<!-- exact: end -->\nby hand too\n"
    )
    with pytest.raises(ValueError, match="loopy"):
        report.insert(page, "loopy", "new")


def test_the_page_has_a_place_for_every_part(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes((limits.ROOT / "docs" / "benchmarks.md").read_bytes())
    for part in ("exact", "loopy", "batch", "start"):
        report.insert(page, part, "new")


def test_numbers_are_written_out() -> None:
    assert [report.number(x) for x in (0.0123456, 1234.5, 12.0, 98765.4)] == ["0.0123", "1,230", "12", "98,800"]


def test_the_drawing_is_sound_and_names_every_network() -> None:
    drawing = plot.svg([plot.Bar("a<b", 30.0, 20.0, (0.5, 900.0)), plot.Bar("asia", 1.0, 1.0, ())])
    names = [element.text for element in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314
    assert {"a<b", "asia", "0.1×", "1000×"} <= set(names)


def test_a_score_below_its_floor_or_missing_is_a_regression() -> None:
    floors = {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}
    assert regressions.slower({"a": 1.0, "b": 0.9, "d": float("nan"), "e": 0.0}, floors) == ["b", "c", "d"]
