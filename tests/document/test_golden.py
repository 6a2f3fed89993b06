"""Documents of every released version open as the graphs they were saved from."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mbml_core.document import Document, Extras, read_bytes, write_bytes
from mbml_core.document.schema import schema_text
from mbml_core.factors import KINDS
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    Count,
    ExcludedState,
    Factor,
    FactorGraph,
    Likelihood,
    Observed,
    Positive,
    Probability,
    Real,
    Simplex,
    Value,
    Variable,
    boolean,
)

GOLDEN = Path(__file__).parent / "golden"

SPRINKLER = Document(
    FactorGraph(
        (
            boolean("cloudy", "Cloudy"),
            boolean("sprinkler", "Sprinkler", ("off", "on")),
            boolean("rain", "Rain"),
            boolean("wet", "Wet grass"),
        ),
        (
            Factor("f_cloudy", "prior", ("cloudy",), {"probabilities": [0.5, 0.5]}),
            Factor(
                "f_sprinkler",
                "table",
                ("cloudy", "sprinkler"),
                {"values": [[0.5, 0.5], [0.9, 0.1]], "child": "sprinkler"},
            ),
            Factor("f_rain", "table", ("cloudy", "rain"), {"values": [[0.8, 0.2], [0.2, 0.8]], "child": "rain"}),
            Factor(
                "f_wet",
                "table",
                ("sprinkler", "rain", "wet"),
                {"values": [[[1.0, 0.0], [0.1, 0.9]], [[0.1, 0.9], [0.01, 0.99]]], "child": "wet"},
            ),
        ),
        {"wet": Observed("yes"), "rain": Likelihood((0.3, 0.7))},
        "Sprinkler",
    ),
    {
        "cloudy": (240, 40),
        "sprinkler": (120, 200),
        "rain": (360, 200),
        "wet": (240, 360.5),
        "f_wet": (240, -0.001),
    },
)

EVERY_KIND = Document(
    FactorGraph(
        (
            boolean("a"),
            boolean("b"),
            boolean("c", states=("false", "true")),
            Variable("n", Categorical(("0", "1", "2"))),
            Variable("m", Categorical(("low", "middle", "high"))),
        ),
        (
            Factor("table", "table", ("a", "n"), {"values": [[0.0, 1e-320, 3.0], [1e308, 2.5, 0.1]]}),
            Factor("prior", "prior", ("n",), {"probabilities": [0.2, 0.3, 0.5]}),
            Factor("noisy_or", "noisy_or", ("a", "b", "c"), {"probabilities": [0.8, 0.25], "leak": 0.01}),
            Factor("noisy_and", "noisy_and", ("a", "b", "c"), {"probabilities": [1.0, 0.0], "child": "b"}),
            Factor("all_true", "all_true", ("a", "b", "c"), {"child": "a"}),
            Factor("any_true", "any_true", ("a", "b", "c")),
            Factor("not", "not", ("a", "b")),
            Factor("xor", "xor", ("a", "b", "c")),
            Factor("equal", "equal", ("n", "m", "c"), {"child": "c"}),
            Factor("count_true", "count_true", ("n", "a", "b"), {"child": "n"}),
            Factor("add_noise", "add_noise", ("n", "m"), {"flip": 0.1}),
            Factor("add_noise_by_state", "add_noise", ("n", "m"), {"flip": [0.2, 0.1, 0.0]}),
        ),
    )
)

EVERY_NUMBER = Document(
    FactorGraph(
        (
            *(Variable(id, Real(), name) for id, name in (("skill", "Skill"), ("performance", ""), ("gap", ""))),
            *(Variable(id, Positive()) for id in ("precision", "rate")),
            Variable("bias", Probability(), "Bias"),
            Variable("goals", Count()),
            Variable("weights", Simplex(3)),
            boolean("won"),
            Variable("topic", Categorical(("a", "b", "c"))),
        ),
        (
            Factor("gaussian", "gaussian", ("skill",), {"mean": 25, "variance": 69.5}),
            Factor(
                "gaussian_of",
                "gaussian",
                ("performance", "skill", "precision"),
                {"child": "performance", "mean": "skill", "precision": "precision"},
            ),
            Factor("gamma", "gamma", ("precision",), {"shape": 2.0, "rate": 0.1}),
            Factor("gamma_of", "gamma", ("precision", "rate"), {"shape": 1.5, "rate": "precision"}),
            Factor("beta", "beta", ("bias",), {"a": 1.0, "b": 3.5}),
            Factor("dirichlet", "dirichlet", ("weights",), {"alpha": [1.0, 1.0, 0.5]}),
            Factor("bernoulli", "bernoulli", ("bias", "won"), {"probability": "bias"}),
            Factor("categorical", "categorical", ("weights", "topic"), {"probabilities": "weights"}),
            Factor("poisson", "poisson", ("rate", "goals"), {"rate": "rate"}),
            Factor("binomial", "binomial", ("bias", "goals"), {"trials": 10, "probability": "bias"}),
            Factor("sum", "sum", ("skill", "performance", "gap"), {"weights": [1.0, -1.0], "offset": 0.5}),
            Factor(
                "product", "product", ("skill", "performance", "gap"), {"left": "skill", "right": "performance"}
            ),
            Factor("greater_than", "greater_than", ("skill", "gap", "won"), {"left": "skill", "right": "gap"}),
            Factor("is_positive", "is_positive", ("won", "gap"), {"child": "won", "of": "gap"}),
            Factor("between", "between", ("gap", "won"), {"of": "gap", "low": -1.0, "high": 1.0}),
            Factor("probit", "probit", ("gap", "won"), {"of": "gap", "variance": 1.0}),
            Factor("logistic", "logistic", ("gap", "won"), {"of": "gap"}),
        ),
        {
            "performance": Value(-1.8),
            "precision": Value(5e-324),
            "bias": Value(1 / 3),
            "goals": Value(3.0),
            "weights": Value((0.2, 0.3, 0.5)),
            "won": Observed("yes"),
        },
    ),
)

EVERY_OBSERVATION = Document(
    FactorGraph(
        (
            boolean("__proto__"),
            boolean("constructor", "<img src=x onerror=alert(1)>", ("</script>", "\u202eyes")),
            Variable("Größe", Categorical(("klein", "mittel", "groß"))),
            Variable("two words", Categorical(('"', "\\", "/"))),
            boolean("set", states=("x", "y")),
        ),
        (),
        {
            "__proto__": Observed("yes"),
            "constructor": ExcludedState("</script>"),
            "Größe": AllowedStates(("klein", "groß")),
            "two words": Likelihood((0.0, 0.5, 3.0)),
            "set": Belief((0.25, 0.75)),
        },
        "Überraschung 🎲",
    ),
    {"__proto__": (0, 0)},
)

UNKNOWN_FIELDS = Document(
    FactorGraph(
        (boolean("coin", states=("heads", "tails")),),
        (
            Factor(
                "f",
                "prior",
                ("coin",),
                {"probabilities": [0.5, 0.5], "source": "a book", "counts": [7.0, 8.0]},
            ),
        ),
        {"coin": Observed("heads")},
    ),
    {"coin": (1, 2), "erased node": (3, 4)},
    Extras(
        top={"made_by": {"program": "other", "history": [1, "two", None, True, [0.1]]}},
        variables={"coin": {"colour": "gold"}},
        domains={"coin": {"unit": None}},
        factors={"f": {"name": "how the coin falls", "note": ""}},
        evidence={"coin": {"seen_by": ["Ada"]}},
    ),
)

STORED = {
    "v1/sprinkler.json": SPRINKLER,
    "v1/every_kind.json": EVERY_KIND,
    "v1/every_number.json": EVERY_NUMBER,
    "v1/every_observation.json": EVERY_OBSERVATION,
    "v1/unknown_fields.json": UNKNOWN_FIELDS,
}


def test_every_golden_file_is_stored_here() -> None:
    found = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.json")}
    assert found == STORED.keys()


def test_golden_files_cover_every_kind() -> None:
    stored = [*EVERY_KIND.graph.factors, *EVERY_NUMBER.graph.factors]
    assert {factor.kind for factor in stored} == KINDS.keys()


@pytest.mark.parametrize("name", STORED)
def test_golden_file_reads_to_the_stored_document(name: str) -> None:
    assert read_bytes((GOLDEN / name).read_bytes()) == STORED[name]


@pytest.mark.parametrize("name", STORED)
def test_golden_file_survives_a_round_trip(name: str) -> None:
    assert read_bytes(write_bytes(STORED[name])) == STORED[name]


@pytest.mark.parametrize("name", STORED)
def test_golden_file_fits_the_json_schema(name: str) -> None:
    jsonschema.validate(json.loads((GOLDEN / name).read_bytes()), json.loads(schema_text()))
