from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from mbml_core.model import (
    MAX_STATES,
    Categorical,
    Count,
    Numeric,
    Positive,
    Probability,
    Real,
    Simplex,
    Variable,
    boolean,
)

NUMERIC = (Real(), Positive(), Probability(), Count(), Simplex(3))


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


def test_a_domain_knows_the_position_of_each_state() -> None:
    domain = Categorical(("red", "green", "blue"))
    assert domain.position == {"red": 0, "green": 1, "blue": 2}
    assert domain == Categorical(("red", "green", "blue"))


def test_what_a_domain_remembers_is_not_pickled() -> None:
    domain, fresh = Categorical(("red", "green")), Categorical(("red", "green"))
    assert len(domain.position) == 2
    assert pickle.dumps(domain) == pickle.dumps(fresh)
    assert pickle.loads(pickle.dumps(domain)) == fresh  # noqa: S301
    assert copy.deepcopy(domain) == fresh


@pytest.mark.parametrize("domain", NUMERIC, ids=lambda domain: domain.type_name)
def test_a_variable_of_numbers_has_no_states(domain: Numeric) -> None:
    variable = Variable("x", domain)
    assert not variable.is_categorical
    assert (variable.states, variable.size, dict(domain.position)) == ((), 0, {})
    assert boolean("b").is_categorical


@pytest.mark.parametrize("domain", NUMERIC, ids=lambda domain: domain.type_name)
def test_domains_are_values(domain: Numeric) -> None:
    again = pickle.loads(pickle.dumps(domain))  # noqa: S301
    assert again == domain
    assert hash(again) == hash(domain)
    assert [other for other in (*NUMERIC, Simplex(2)) if other == domain] == [domain]


@pytest.mark.parametrize("domain", NUMERIC, ids=lambda domain: domain.type_name)
def test_a_domain_holds_its_own_kind_of_value_only(domain: Numeric) -> None:
    assert domain.holds((0.2, 0.3, 0.5)) == isinstance(domain, Simplex)
    assert domain.holds(1.0) == (not isinstance(domain, Simplex))
