"""TrueSkill against numbers that others printed; each test names its source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

import pytest

import mbml_core as mb
from mbml_core.model import FactorGraph

from .sketch import (
    close,
    factor,
    gaussian,
    graph,
    moments,
    real,
    yes_no,
)

PRIOR = (25.0, 25 / 3)

CASES = {
    "1 vs 1": ([[PRIOR], [PRIOR]], [0, 1], 0.1, [[(29.395832, 7.171476)], [(20.604168, 7.171476)]]),
    "draws are half": ([[PRIOR], [PRIOR]], [0, 1], 0.5, [[(30.267096, 7.076921)], [(19.732904, 7.076921)]]),
    "2 vs 2": (
        [[PRIOR] * 2, [PRIOR] * 2], [0, 1], 0.1, [[(28.108323, 7.774363)] * 2, [(21.891677, 7.774363)] * 2],
    ),
    "3 players": (
        [[PRIOR]] * 3, [0, 1, 2], 0.1, [[(31.675352, 6.655985)], [(25.0, 6.207897)], [(18.324648, 6.655985)]],
    ),
    "8 players": (
        [[PRIOR]] * 8, list(range(8)), 0.1,
        [[(36.771096, 5.749283)], [(32.242346, 5.132911)], [(29.073984, 4.942713)], [(26.322179, 4.874547)],
         [(23.677821, 4.874547)], [(20.926016, 4.942713)], [(17.757654, 5.132911)], [(13.228904, 5.749283)]],
    ),
    "2 vs 4 vs 2, a draw": (
        [[(40, 4), (45, 3)], [(20, 7), (19, 6), (30, 9), (10, 4)], [(50, 5), (30, 2)]], [0, 1, 1], 0.1,
        [[(40.876849, 3.839528), (45.493394, 2.933672)],
         [(19.608651, 6.396044), (18.712464, 5.624556), (29.353112, 7.673456), (9.872175, 3.891408)],
         [(48.829832, 4.590019), (29.8125, 1.976315)]],
    ),
}  # fmt: skip


class TestTrueSkill:
    def test_the_favourite_wins(self) -> None:
        """Winn & Bishop, chapter 3; Infer.NET prints Jill N(140.1, 810) and Fred N(99.69, 24.81)."""
        model = graph(
            real("jill", "fred", "jill_plays", "fred_plays"), yes_no("jill_wins"),
            gaussian("jill", 120, 1600), gaussian("fred", 100, 25),
            gaussian("jill_plays", "jill", 25), gaussian("fred_plays", "fred", 25),
            factor("greater_than", "jill_wins", left="jill_plays", right="fred_plays"),
        )  # fmt: skip
        before = mb.infer(model)
        assert before.marginals["jill_wins"]["yes"] == pytest.approx(0.687465080435, rel=1e-6)
        after = mb.infer(model, {"jill_wins": "yes"})
        expected = [(140.133345, 810.011362), (99.685416, 24.807132)]
        close(moments(after, "jill", "fred"), expected, rtol=1e-6)
        assert after.method == "ep"
        assert not after.is_exact
        assert after.log_evidence == pytest.approx(math.log(0.687465080435), abs=1e-9)

    def test_performances_alone(self) -> None:
        """Winn & Bishop, chapter 3: Φ(20/√3200)."""
        model = graph(
            real("jill", "fred"), yes_no("wins"), gaussian("jill", 120, 1600), gaussian("fred", 100, 1600),
            factor("greater_than", "wins", left="jill", right="fred"),
        )  # fmt: skip
        assert mb.infer(model).marginals["wins"]["yes"] == pytest.approx(0.638163195084, abs=1e-9)

    @pytest.mark.parametrize("schedule", ["auto", "flooding"])
    def test_five_players_six_games(self, schedule: str) -> None:
        """dotnet/docs, matchup-app-infer-net.md: the console output of a graph with loops."""
        winners, losers = [0, 0, 0, 1, 3, 4], [1, 3, 4, 2, 1, 2]
        parts: list[Any] = [real(*(f"skill{p}" for p in range(5)))]
        parts += [gaussian(f"skill{p}", 6, 9) for p in range(5)]
        for game, (winner, loser) in enumerate(zip(winners, losers, strict=True)):
            parts += [
                real(f"w{game}", f"l{game}"), yes_no(f"won{game}"), gaussian(f"w{game}", f"skill{winner}", 1),
                gaussian(f"l{game}", f"skill{loser}", 1),
                factor("greater_than", f"won{game}", left=f"w{game}", right=f"l{game}"),
            ]  # fmt: skip
        result = mb.infer(graph(*parts), {f"won{game}": "yes" for game in range(6)}, schedule=schedule)
        expected = [
            (9.517464, 3.925824), (4.955249, 3.503478), (2.639161, 4.28766), (6.833958, 3.892018),
            (6.054168, 4.730991),
        ]  # fmt: skip
        close(moments(result, *(f"skill{p}" for p in range(5))), expected, atol=1e-4)

    @pytest.mark.parametrize("name", CASES)
    def test_teams(self, name: str) -> None:
        """sublee/trueskill, trueskilltest.py: (mean, sd) of each player, printed with three digits."""
        teams, ranks, draws, expected = CASES[name]
        model, evidence = match(teams, ranks, draws)
        result = mb.infer(model, evidence)
        found = [
            [(skill.mean, skill.sd) for p in range(len(team)) if (skill := result.marginals[f"s{t}_{p}"])]
            for t, team in enumerate(teams)
        ]
        close(list(chain(*found)), list(chain(*expected)), atol=1e-3)


def match(
    teams: Sequence[Sequence[tuple[float, float]]], ranks: Sequence[int], draws: float
) -> tuple[FactorGraph, dict[str, str]]:
    """One match between teams in the order of their ranks, with TrueSkill's default constants."""
    from scipy.special import ndtri

    beta, tau = 25 / 6, 25 / 300
    parts: list[Any] = []
    for t, team in enumerate(teams):
        players = [f"{t}_{p}" for p in range(len(team))]
        parts += [real(*(f"s{p}" for p in players), *(f"p{p}" for p in players), f"t{t}")]
        parts += [gaussian(f"s{p}", mean, sd**2 + tau**2) for p, (mean, sd) in zip(players, team, strict=True)]
        parts += [gaussian(f"p{p}", f"s{p}", beta**2) for p in players]
        parts += [factor("sum", f"t{t}", terms=[f"p{p}" for p in players])]
    evidence = {}
    for t in range(len(teams) - 1):
        margin = float(ndtri((1 + draws) / 2)) * math.sqrt(len(teams[t]) + len(teams[t + 1])) * beta
        parts += [
            real(f"d{t}"),
            yes_no(f"o{t}"),
            factor("sum", f"d{t}", terms=[f"t{t}", f"t{t + 1}"], weights=[1, -1]),
        ]
        if ranks[t] == ranks[t + 1]:
            parts += [factor("between", f"o{t}", of=f"d{t}", low=-margin, high=margin)]
        else:
            above = f"above{t}"
            parts += [
                real(above), factor("sum", above, terms=[f"d{t}"], offset=-margin),
                factor("is_positive", f"o{t}", of=above),
            ]  # fmt: skip
        evidence[f"o{t}"] = "yes"
    return graph(*parts), evidence
