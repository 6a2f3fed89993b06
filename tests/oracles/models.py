"""The discrete models behind the published numbers of discrete.json, each in the factorisation its source states.

The factorisation matters: a loopy belief holds for one factor graph only, not for the distribution it describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np

from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean


def categorical(id: str, *states: str) -> Variable:
    return Variable(id, Categorical(states))


def booleans(*ids: str) -> list[Variable]:
    return [boolean(id) for id in ids]


def prior(id: str, probabilities: Sequence[float]) -> Factor:
    return Factor(f"f_{id}", "prior", (id,), {"probabilities": list(probabilities)})


def chance(id: str, p_true: float) -> Factor:
    """The prior of a boolean."""
    return prior(id, [1 - p_true, p_true])


def conditional(child: str, parents: Sequence[str], values: Any) -> Factor:
    """P(child | parents), one axis per parent and the child's last."""
    return Factor(f"f_{child}", "table", (*parents, child), {"values": np.array(values), "child": child})


def chance_given(child: str, parents: Sequence[str], p_true: Any) -> Factor:
    """P(child | parents) of a boolean child, from the probability that it is true."""
    p = np.asarray(p_true, dtype=np.float64)
    return conditional(child, parents, np.stack([1 - p, p], axis=-1))


def potential(id: str, scope: Sequence[str], values: Any) -> Factor:
    return Factor(id, "table", tuple(scope), {"values": np.array(values, dtype=np.float64)})


def gate(kind: str, child: str, *parents: str) -> Factor:
    return Factor(f"f_{child}", kind, (*parents, child), {"child": child})


def noisy_copy(child: str, parent: str) -> Factor:
    """The book's AddNoise: true with 0.9 where the parent is true, with 0.2 where it is not."""
    return Factor(f"f_{child}", "add_noise", (parent, child), {"flip": [0.2, 0.1], "child": child})


# --- Model-Based Machine Learning --------------------------------------------------------------------------


def murder_mystery(grey: float = 0.3) -> FactorGraph:
    return FactorGraph(
        [
            categorical("suspect", "Grey", "Auburn"),
            categorical("weapon", "revolver", "dagger"),
            boolean("hair"),
        ],
        [
            prior("suspect", [grey, 1 - grey]),
            conditional("weapon", ["suspect"], [[0.9, 0.1], [0.2, 0.8]]),
            chance_given("hair", ["suspect"], [0.5, 0.05]),
        ],
    )


def skills(questions: int = 3) -> FactorGraph:
    """Two skills; questions 1 and 2 need one each, every further one both, through an and-factor of its own."""
    needs = {1: "csharp", 2: "sql"} | {q: f"has_both_{q}" for q in range(3, questions + 1)}
    both = [id for id in needs.values() if id.startswith("has_both")]
    return FactorGraph(
        booleans("csharp", "sql", *both, *(f"is_correct_{q}" for q in needs)),
        [
            chance("csharp", 0.5),
            chance("sql", 0.5),
            *(gate("all_true", id, "csharp", "sql") for id in both),
            *(noisy_copy(f"is_correct_{q}", id) for q, id in needs.items()),
        ],
    )


def quiz(skills_needed: Sequence[Sequence[int]], skill_count: int = 7) -> FactorGraph:
    """One person's quiz: `skills_needed[q]` lists the skills that question q needs together."""
    relevant = {
        q: f"skill_{needed[0]}" if len(needed) == 1 else f"able_{q}" for q, needed in enumerate(skills_needed)
    }
    joint = {q: needed for q, needed in enumerate(skills_needed) if len(needed) > 1}
    persons_skills = [f"skill_{s}" for s in range(skill_count)]
    return FactorGraph(
        booleans(*persons_skills, *(relevant[q] for q in joint), *(f"is_correct_{q}" for q in relevant)),
        [
            *(chance(id, 0.5) for id in persons_skills),
            *(gate("all_true", relevant[q], *(f"skill_{s}" for s in needed)) for q, needed in joint.items()),
            *(noisy_copy(f"is_correct_{q}", id) for q, id in relevant.items()),
        ],
    )


def crowd_label() -> FactorGraph:
    """A label and three workers with known confusion matrices; worker C answers at random."""
    return FactorGraph(
        [categorical(id, "0", "1", "2") for id in ("label", "a", "b", "c")],
        [
            prior("label", [0.5, 0.3, 0.2]),
            conditional("a", ["label"], [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]]),
            conditional("b", ["label"], [[0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]),
            conditional("c", ["label"], np.full((3, 3), 1 / 3)),
        ],
    )


# --- Infer.NET ---------------------------------------------------------------------------------------------


def two_coins() -> FactorGraph:
    return FactorGraph(
        booleans("a", "b", "both"), [chance("a", 0.5), chance("b", 0.5), gate("all_true", "both", "a", "b")]
    )


def triangle() -> FactorGraph:
    """A Potts cycle of three: unary and pairwise factors kept apart."""
    agree = [[1.0, 0.5], [0.5, 1.0]]
    return FactorGraph(
        [categorical(id, "0", "1") for id in "xyz"],
        [
            *(chance(id, p) for id, p in {"x": 0.6, "y": 0.3, "z": 0.2}.items()),
            *(potential(f"f_{pair}", pair, agree) for pair in ("xy", "yz", "zx")),
        ],
    )


def pairwise() -> FactorGraph:
    return FactorGraph(
        [categorical(id, "0", "1") for id in ("x1", "x2")],
        [
            prior("x1", [1 / 3, 2 / 3]),
            prior("x2", [3 / 7, 4 / 7]),
            potential("f_pair", ["x1", "x2"], [[5, 6], [7, 8]]),
        ],
    )


def two_by_three() -> FactorGraph:
    return FactorGraph(
        [categorical("x1", "0", "1"), categorical("x2", "0", "1", "2")],
        [
            prior("x1", [0.2, 0.8]),
            conditional("x2", ["x1"], [[5 / 12, 4 / 12, 3 / 12], [2 / 3, 1 / 3, 0.0]]),
        ],
    )


def binomial(trials: int = 5, p: float = 0.4) -> FactorGraph:
    """x ~ Binomial(trials, p), written out as a categorical prior."""
    counts = range(trials + 1)
    return FactorGraph(
        [categorical("x", *map(str, counts))],
        [prior("x", [comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in counts])],
    )


def boss() -> FactorGraph:
    """Rain is always observed, so its prior does not matter."""
    return FactorGraph(
        booleans("raining", "dry", "coffee", "ok", "mood", "approves"),
        [
            chance("raining", 0.5),
            gate("not", "dry", "raining"),
            chance("coffee", 0.6),
            gate("any_true", "ok", "coffee", "dry"),
            chance_given("mood", ["ok"], [0.2, 0.9]),
            chance_given("approves", ["mood"], [0.4, 0.9]),
        ],
    )


def equality() -> FactorGraph:
    return FactorGraph(booleans("x", "y", "z"), [chance("x", 0.2), chance("y", 0.7), gate("equal", "z", "x", "y")])


# --- classics ----------------------------------------------------------------------------------------------


def sprinkler() -> FactorGraph:
    return FactorGraph(
        booleans("cloudy", "sprinkler", "rain", "wet"),
        [
            chance("cloudy", 0.5),
            chance_given("sprinkler", ["cloudy"], [0.5, 0.1]),
            chance_given("rain", ["cloudy"], [0.2, 0.8]),
            chance_given("wet", ["sprinkler", "rain"], [[0.0, 0.9], [0.9, 0.99]]),
        ],
    )


def burglar_alarm(burglary: float, earthquake: float) -> FactorGraph:
    return FactorGraph(
        booleans("burglary", "earthquake", "alarm", "john", "mary"),
        [
            chance("burglary", burglary),
            chance("earthquake", earthquake),
            chance_given("alarm", ["burglary", "earthquake"], [[0.001, 0.29], [0.94, 0.95]]),
            chance_given("john", ["alarm"], [0.05, 0.9]),
            chance_given("mary", ["alarm"], [0.01, 0.7]),
        ],
    )


def student() -> FactorGraph:
    grades = [[[0.3, 0.4, 0.3], [0.05, 0.25, 0.7]], [[0.9, 0.08, 0.02], [0.5, 0.3, 0.2]]]
    return FactorGraph(
        [
            *(categorical(id, "0", "1") for id in ("difficulty", "intelligence")),
            categorical("grade", "0", "1", "2"),
            *(categorical(id, "0", "1") for id in ("sat", "letter")),
        ],
        [
            prior("difficulty", [0.6, 0.4]),
            prior("intelligence", [0.7, 0.3]),
            conditional("grade", ["intelligence", "difficulty"], grades),
            conditional("sat", ["intelligence"], [[0.95, 0.05], [0.2, 0.8]]),
            conditional("letter", ["grade"], [[0.1, 0.9], [0.4, 0.6], [0.99, 0.01]]),
        ],
    )


def asia() -> FactorGraph:
    """Letters as in the source: E is T or L."""
    return FactorGraph(
        booleans("a", "t", "s", "l", "b", "e", "x", "d"),
        [
            chance("a", 0.01),
            chance_given("t", ["a"], [0.01, 0.05]),
            chance("s", 0.5),
            chance_given("l", ["s"], [0.01, 0.1]),
            chance_given("b", ["s"], [0.3, 0.6]),
            gate("any_true", "e", "t", "l"),
            chance_given("x", ["e"], [0.05, 0.98]),
            chance_given("d", ["e", "b"], [[0.1, 0.8], [0.7, 0.9]]),
        ],
    )


def fuel_gauge() -> FactorGraph:
    return FactorGraph(
        [
            categorical("battery", "flat", "charged"),
            categorical("fuel", "empty", "full"),
            categorical("gauge", "empty", "full"),
        ],
        [
            chance("battery", 0.9),
            chance("fuel", 0.9),
            chance_given("gauge", ["battery", "fuel"], [[0.1, 0.2], [0.2, 0.8]]),
        ],
    )


def hamming_7_4() -> FactorGraph:
    """Three parity factors and no priors: each of the 16 code words weighs one. The checks t1+t2+t3+t5,
    t2+t3+t4+t6 and t1+t3+t4+t7 are even exactly when their last bit is the parity of the others.
    """
    return FactorGraph(
        [categorical(f"t{i}", "0", "1") for i in range(1, 8)],
        [
            gate("xor", "t5", "t1", "t2", "t3"),
            gate("xor", "t6", "t2", "t3", "t4"),
            gate("xor", "t7", "t1", "t3", "t4"),
        ],
    )


def umbrella(days: int = 2) -> FactorGraph:
    """Day 0 has weather but no umbrella, as in the book."""
    return FactorGraph(
        booleans(*(f"rain_{t}" for t in range(days + 1)), *(f"umbrella_{t}" for t in range(1, days + 1))),
        [
            chance("rain_0", 0.5),
            *(chance_given(f"rain_{t}", [f"rain_{t - 1}"], [0.3, 0.7]) for t in range(1, days + 1)),
            *(chance_given(f"umbrella_{t}", [f"rain_{t}"], [0.2, 0.9]) for t in range(1, days + 1)),
        ],
    )


def cancer() -> FactorGraph:
    """`pollution` is true for high."""
    return FactorGraph(
        booleans("pollution", "smoker", "cancer", "xray", "dyspnoea"),
        [
            chance("pollution", 0.1),
            chance("smoker", 0.3),
            chance_given("cancer", ["pollution", "smoker"], [[0.001, 0.03], [0.02, 0.05]]),
            chance_given("xray", ["cancer"], [0.2, 0.9]),
            chance_given("dyspnoea", ["cancer"], [0.3, 0.65]),
        ],
    )


def monty_hall() -> FactorGraph:
    """The host's door is one factor of the guest's choice and the prize."""
    doors = range(3)
    closed = [[[float(h not in (g, p)) for h in doors] for p in doors] for g in doors]
    opened = np.array(closed) / np.sum(closed, axis=2, keepdims=True)
    return FactorGraph(
        [categorical(id, "0", "1", "2") for id in ("prize", "guest", "host")],
        [
            prior("prize", [1 / 3] * 3),
            prior("guest", [1 / 3] * 3),
            conditional("host", ["guest", "prize"], opened),
        ],
    )


def huang_darwiche() -> FactorGraph:
    return FactorGraph(
        booleans(*"abcdefgh"),
        [
            chance("a", 0.5),
            chance_given("b", ["a"], [0.4, 0.5]),
            chance_given("c", ["a"], [0.2, 0.7]),
            chance_given("d", ["b"], [0.5, 0.9]),
            chance_given("e", ["c"], [0.6, 0.3]),
            chance_given("g", ["c"], [0.1, 0.8]),
            chance_given("f", ["d", "e"], [[0.99, 0.01], [0.01, 0.01]]),
            chance_given("h", ["e", "g"], [[0.95, 0.95], [0.95, 0.05]]),
        ],
    )


def pgmpy_j() -> FactorGraph:
    """The network of pgmpy's exact-inference tests; states are indices and 0 comes first."""
    first = {("a", "r"): [[0.9, 0.6], [0.7, 0.1]], ("j", "g"): [[0.9, 0.45], [0.8, 0.1]]}
    second = {parents: 1 - np.array(table) for parents, table in first.items()}
    return FactorGraph(
        [categorical(id, "0", "1") for id in ("a", "r", "g", "j", "q", "l")],
        [
            prior("a", [0.2, 0.8]),
            prior("r", [0.4, 0.6]),
            prior("g", [0.6, 0.4]),
            chance_given("j", ["a", "r"], second["a", "r"]),
            chance_given("q", ["j"], [0.1, 0.8]),
            chance_given("l", ["j", "g"], second["j", "g"]),
        ],
    )


def medical_test() -> FactorGraph:
    return FactorGraph(
        booleans("disease", "positive"),
        [chance("disease", 0.01), chance_given("positive", ["disease"], [0.096, 0.8])],
    )
