"""Every EP rule against its factor summed up by brute force on random cavities."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.factors import KINDS
from tests.factors.ep_cases import CASES, Case, random_cavities, rows_of
from tests.factors.tilted import belief_moments, tilt

ROWS = 4

every_case = pytest.mark.parametrize("case", CASES, ids=[f"{i}-{case.label}" for i, case in enumerate(CASES)])


def update(case: Case, cavities: dict[str, np.ndarray]):
    rows = len(next(iter(cavities.values())))
    return KINDS[case.kind].rules.ep(cavities, rows_of(case, rows))


@every_case
def test_beliefs_have_the_moments_of_the_tilted_distribution(case: Case) -> None:
    cavities = random_cavities(case, ROWS, 1)
    found = update(case, cavities)
    assert found.is_usable.all()
    assert found.messages.keys() == case.axes.keys()
    for row in range(ROWS):
        own = {role: cavity[row] for role, cavity in cavities.items()}
        tilted = tilt(case.axes, lambda points: case.log_factor(points, case.values), own)
        assert_allclose(found.log_z[row], tilted.log_z, rtol=case.tolerance, atol=case.tolerance)
        for role, axis in case.axes.items():
            belief = belief_moments(axis.family, own[role] + found.messages[role][row])
            for got, wanted in zip(belief, tilted.moments[role], strict=True):
                assert_allclose(got, wanted, rtol=case.tolerance, atol=case.tolerance, err_msg=role)


@every_case
def test_many_rows_are_the_rows_one_by_one(case: Case) -> None:
    cavities = random_cavities(case, 5, 2)
    together = update(case, cavities)
    for row in range(5):
        alone = update(case, {role: cavity[row : row + 1] for role, cavity in cavities.items()})
        assert_allclose(together.log_z[row], alone.log_z[0], rtol=1e-12, atol=1e-13)
        for role, message in together.messages.items():
            assert_allclose(message[row], alone.messages[role][0], rtol=1e-10, atol=1e-12)


@every_case
@pytest.mark.parametrize("improper", ["flat", "negative", "huge", "tiny"])
def test_a_row_that_cannot_be_used_harms_no_other_and_is_never_nan(case: Case, improper: str) -> None:
    cavities = random_cavities(case, 3, 3)
    alone = update(case, cavities)
    scale = {"flat": 0.0, "negative": -1.0, "huge": 1e12, "tiny": 1e-12}[improper]
    broken = {role: cavity.copy() for role, cavity in cavities.items()}
    for cavity in broken.values():
        cavity[1] *= scale
    found = update(case, broken)
    assert not np.isnan(found.log_z).any()
    for role, message in found.messages.items():
        assert np.isfinite(message[:, 0] if role != "child" else message).all() or role == "child"
        assert not np.isnan(message).any()
        assert_allclose(message[[0, 2]], alone.messages[role][[0, 2]], rtol=1e-10, atol=1e-12)
    assert_array_equal(found.is_usable[[0, 2]], True)
    if not found.is_usable[1]:
        assert all((message[1] == 0.0).all() for message in found.messages.values())
