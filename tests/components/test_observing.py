"""What a select box offers."""

from __future__ import annotations

from components.panels.observing import choices
from mbml_core.model import Likelihood, Observed, boolean


def test_nothing_first_then_the_states_in_order() -> None:
    assert choices(boolean("rain"), None) == {"not observed": None, "no": Observed("no"), "yes": Observed("yes")}
    assert list(choices(boolean("rain"), None)) == ["not observed", "no", "yes"]


def test_an_observation_that_is_no_state_is_offered_as_long_as_it_holds() -> None:
    soft = Likelihood((0.25, 0.75))
    assert choices(boolean("rain"), soft)["has likelihood 0.25 : 0.75"] == soft
    assert len(choices(boolean("rain"), Observed("yes"))) == 3


def test_states_named_like_other_choices_stay_apart() -> None:
    offered = choices(boolean("v", states=("not observed", "a\u200b")), None)
    assert len(offered) == 3
    assert offered["not observed"] is None
    assert list(offered.values())[1] == Observed("not observed")
