"""A load that is stopped in the middle goes on from there, and nothing is doubled."""

from datetime import UTC, datetime, timedelta

import pytest

from demo import london
from demo.year import Year
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.episode_tables import Episode
from meetings.letters import Letterhead
from notifications.tables import InboundMail, OutboundMail, OutState

TODAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SCALE = 1 / 1500


async def load(letterhead: Letterhead) -> None:
    await london.load_once(scale=SCALE, seed=2023, letterhead=letterhead, clock=lambda: TODAY)


async def reported_in_the_city() -> int:
    begun = london.Begun(2023, SCALE, TODAY, TODAY - london.YEAR, finished=False)
    return sum(episode.reported_at <= TODAY for episode in (await london.city_of(begun)).episodes)


async def test_a_load_that_was_stopped_goes_on_and_doubles_nothing(
    committed: None, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load_directory()
    await load_default_rules(TODAY)
    live = Year.live

    async def stopped_in_the_spring(year: Year, until: datetime) -> int:
        acts = await live(year, until)
        if until > TODAY - timedelta(days=200):
            raise InterruptedError
        return acts

    with monkeypatch.context() as patched:
        patched.setattr(Year, "live", stopped_in_the_spring)
        with pytest.raises(InterruptedError):
            await load(letterhead)
    in_the_spring = await Episode.count()
    await load(letterhead)
    assert 0 < in_the_spring < await Episode.count() == await reported_in_the_city()
    assert not await InboundMail.exists().where(InboundMail.copies > 1)
    assert not await OutboundMail.exists().where(OutboundMail.state == OutState.QUEUED)
