from __future__ import annotations

import pytest

from mbml_core.deadline import UNLIMITED, CancelToken, Deadline
from mbml_core.errors import Cancelled, DeadlineExceeded


def test_where_nothing_is_limited_nothing_is_measured() -> None:
    assert Deadline.of(None, None) is UNLIMITED
    assert not UNLIMITED.is_limited
    UNLIMITED.check()


def test_a_deadline_starts_when_it_is_made() -> None:
    limit = Deadline.of(3600.0, None)
    assert limit.is_limited
    assert 0 <= limit.spent() < 60
    limit.check()
    with pytest.raises(DeadlineExceeded, match="no answer within -1 s"):
        Deadline.of(-1.0, None).check()


def test_a_token_alone_limits() -> None:
    token = CancelToken()
    limit = Deadline.of(None, token)
    assert limit.is_limited
    limit.check()
    token.cancel()
    with pytest.raises(Cancelled):
        limit.check()
