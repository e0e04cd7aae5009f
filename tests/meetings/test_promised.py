"""By when a unit promised to answer: working hours stand still at night, at weekends and on bank holidays."""

from datetime import UTC, datetime

import pytest

from meetings.promised import promised_by


@pytest.mark.parametrize(
    ("invited", "amount", "counted_in", "by"),
    [
        ("2026-11-18T10:00", 4, "working hours", "2026-11-18T14:00"),
        ("2026-11-18T15:00", 4, "working hours", "2026-11-19T11:00"),
        ("2026-11-20T16:00", 4, "working hours", "2026-11-23T12:00"),
        ("2026-12-24T16:00", 4, "working hours", "2026-12-29T12:00"),
        ("2026-03-27T16:00", 2, "working hours", "2026-03-30T09:00"),  # the clocks go forward between
        ("2026-11-18T10:00", 1, "working days", "2026-11-19T10:00"),
    ],
)
def test_the_promise_is_counted_in_working_time(invited: str, amount: int, counted_in: str, by: str) -> None:
    at = datetime.fromisoformat(invited).replace(tzinfo=UTC)

    assert promised_by(at, amount, counted_in) == datetime.fromisoformat(by).replace(tzinfo=UTC)
