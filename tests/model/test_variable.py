from __future__ import annotations

import dataclasses

import pytest

from mbml_core.model import MAX_STATES, Categorical, Variable, boolean


def test_a_variable_shows_its_name_or_else_its_id() -> None:
    assert Variable("v1", Categorical(("a",)), "Rain").label == "Rain"
    assert Variable("v1", Categorical(("a",))).label == "v1"


def test_a_variable_has_the_states_of_its_domain() -> None:
    variable = Variable("v1", Categorical(("red", "green", "blue")))
    assert variable.states == ("red", "green", "blue")
    assert variable.size == variable.domain.size == 3


def test_a_boolean_has_two_states_the_second_of_which_is_true() -> None:
    assert boolean("b") == Variable("b", Categorical(("no", "yes")), "")
    assert boolean("b", "Bell", ("silent", "ringing")) == Variable("b", Categorical(("silent", "ringing")), "Bell")


def test_states_given_as_a_list_are_kept_as_a_tuple() -> None:
    given = ["no", "yes"]
    domain = Categorical(given)
    given.append("perhaps")
    assert domain == Categorical(("no", "yes"))
    assert hash(domain) == hash(Categorical(("no", "yes")))


@pytest.mark.parametrize(("field", "value"), [("id", "w"), ("name", "W"), ("domain", Categorical(("a",)))])
def test_a_variable_cannot_be_changed(field: str, value: object) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(boolean("v"), field, value)


def test_ten_thousand_states_are_the_limit() -> None:
    assert MAX_STATES == 10_000
