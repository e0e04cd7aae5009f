"""The demonstration's clock runs on from where it was put; in the mailroom it is moved forward only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.clock import MovedClock
from tests.browsing import COORDINATOR, Browser, application, sign_in_as

LONG_PAST = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
A_MOMENT = timedelta(seconds=30)


@pytest.fixture
def clock(tmp_path: Path) -> MovedClock:
    return MovedClock(tmp_path / "clock")


def shows(clock: MovedClock, at: datetime) -> bool:
    return at <= clock() < at + A_MOMENT


def test_a_clock_that_was_never_moved_shows_the_real_time(clock: MovedClock) -> None:
    assert shows(clock, datetime.now(UTC) - timedelta(seconds=1))


@pytest.mark.parametrize("moment", [LONG_PAST, datetime(2100, 6, 9, 9, 30, tzinfo=UTC)])
def test_a_clock_is_put_to_a_moment_before_or_after_the_real_time_for_every_process(
    clock: MovedClock, tmp_path: Path, moment: datetime
) -> None:
    clock.put_to(moment)
    assert shows(clock, moment)
    assert shows(MovedClock(tmp_path / "clock"), moment)


def test_a_clock_that_is_behind_the_real_time_moves_forward_from_where_it_stands(clock: MovedClock) -> None:
    clock.put_to(LONG_PAST)
    clock.move(timedelta(hours=1))
    clock.move(-timedelta(days=1))
    assert shows(clock, LONG_PAST + timedelta(hours=1))


@pytest.mark.parametrize(
    ("until", "stands"),
    [
        (LONG_PAST + timedelta(days=1), LONG_PAST + timedelta(days=1)),
        (LONG_PAST - timedelta(days=1), LONG_PAST),
        (LONG_PAST + timedelta(days=90), LONG_PAST + timedelta(days=60)),
    ],
)
async def test_the_mailroom_moves_the_clock_forward_only_wherever_it_stands(
    rolled_back: None, clock: MovedClock, tmp_path: Path, until: datetime, stands: datetime
) -> None:
    clock.put_to(LONG_PAST)
    async with Browser(application({"CONVENE_STATE": str(tmp_path)})) as browser:
        await sign_in_as(browser, COORDINATOR, "Coordinator")
        await browser.send_form("/mailroom", "/mailroom/clock", until=until.isoformat())
    assert shows(clock, stands)
