"""Marginals as a lazy view of one array."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.inference.beliefs import Beliefs, Layout, flat_beliefs
from mbml_core.inference.result import Marginal, Marginals
from mbml_core.model import Categorical, FactorGraph, Variable, boolean

MODEL = FactorGraph(
    (
        boolean("b", "Bell"),
        Variable("a", Categorical(("x", "y", "z")), "Twin"),
        boolean("c", "Twin"),
        boolean("d", "b"),
    )
)
NUMBERS = [0.25, 0.75, 0.2, 0.3, 0.5, 1.0, 0.0, 0.5, 0.5]


def marginals(numbers: list[float] = NUMBERS) -> Marginals:
    return Marginals(Layout.of(MODEL), np.array(numbers))


def test_marginals_are_read_by_id_or_unique_name() -> None:
    found = marginals()
    assert found["a"].states == ("x", "y", "z")
    assert found["a"].probabilities.tolist() == [0.2, 0.3, 0.5]
    assert found["Bell"].to_dict() == {"no": 0.25, "yes": 0.75}
    assert found["b"]["yes"] == 0.75  # an id comes before a name


@pytest.mark.parametrize("key", ["nobody", "Twin", ""])
def test_what_is_no_variable_is_named(key: str) -> None:
    with pytest.raises(KeyError, match=f"there is no variable '{key}'"):
        marginals()[key]
    assert key not in marginals()
    assert marginals().get(key) is None


def test_they_are_a_mapping_in_the_models_order() -> None:
    found = marginals()
    assert list(found) == list(found.keys()) == ["b", "a", "c", "d"]
    assert len(found) == 4
    assert "a" in found
    assert "Bell" in found
    assert [id for id, _ in found.items()] == list(found)
    assert [marginal.to_dict() for marginal in found.values()] == [found[id].to_dict() for id in found]
    assert all(marginal == found[id] for id, marginal in found.items())
    assert dict(found)["c"].to_dict() == {"no": 1.0, "yes": 0.0}


def test_all_numbers_at_once() -> None:
    found = marginals()
    assert found.flat.tolist() == NUMBERS
    assert found.offsets.tolist() == [0, 2, 5, 7, 9]
    for array in (found.flat, found.offsets, found["a"].probabilities):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_equal_numbers_of_equal_variables_are_equal() -> None:
    assert marginals() == marginals()
    assert marginals() != marginals([0.5, 0.5, *NUMBERS[2:]])
    renamed = FactorGraph((boolean("e"), *MODEL.variables[1:]))
    assert marginals() != Marginals(Layout.of(renamed), np.array(NUMBERS))
    assert marginals()["c"] != marginals()["d"]
    assert marginals()["b"] == marginals()["b"]
    assert hash(marginals()["b"]) == hash(marginals()["b"])
    assert marginals()["b"] != Marginal(("no", "maybe"), np.array([0.25, 0.75]))
    assert marginals()["b"] != [0.25, 0.75]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])  # noqa: S301
def test_copies_are_equal_and_read_only(again: object) -> None:
    found = marginals()
    list(found.items())
    assert callable(again)
    other = again(found)
    assert other == found
    assert not other.flat.flags.writeable
    assert not other["a"].probabilities.flags.writeable


def test_a_whole_result_can_be_pickled() -> None:
    prior = mb.Factor("f", "prior", ("rain",), {"probabilities": [0.8, 0.2]})
    result = mb.infer(mb.FactorGraph((boolean("rain"),), (prior,)))
    other = pickle.loads(pickle.dumps(result))  # noqa: S301
    assert (other.marginals, other.log_evidence) == (result.marginals, result.log_evidence)


def test_they_print_their_numbers() -> None:
    assert repr(marginals()["b"]) == "Marginal({'no': 0.25, 'yes': 0.75})"
    assert repr(marginals()).startswith("Marginals({'b': {'no': 0.25, 'yes': 0.75}, 'a': {")


def test_no_variables_no_marginals() -> None:
    empty = Marginals(Layout.of(FactorGraph(())), np.empty(0))
    assert (len(empty), dict(empty), empty.offsets.tolist()) == (0, {}, [0])


# --- beliefs by number -------------------------------------------------------------------------------------


def test_beliefs_are_a_sequence_of_arrays() -> None:
    beliefs = Beliefs(np.array(NUMBERS), Layout.of(MODEL).slices)
    assert len(beliefs) == 4
    assert [belief.tolist() for belief in beliefs] == [beliefs[v].tolist() for v in range(4)]
    assert beliefs[-1].tolist() == [0.5, 0.5]
    assert [belief.tolist() for belief in beliefs[1:3]] == [[0.2, 0.3, 0.5], [1, 0]]
    with pytest.raises(ValueError, match="read-only"):
        beliefs[0][0] = 1
    with pytest.raises(IndexError):
        beliefs[4]


def test_beliefs_side_by_side() -> None:
    beliefs = Beliefs(np.array(NUMBERS), Layout.of(MODEL).slices)
    assert flat_beliefs(beliefs) is beliefs.flat
    assert flat_beliefs(list(beliefs)).tolist() == NUMBERS
    assert flat_beliefs([]).shape == (0,)
    assert not flat_beliefs(list(beliefs)).flags.writeable
