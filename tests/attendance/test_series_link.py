"""The link in a letter about a series: one page to answer for every date, or for one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from attendance import deputies, series_link
from attendance.errors import LinkGone, UnknownAnswer
from attendance.tables import Deputy, Response
from meetings import scheduling
from meetings.letterhead import Letterhead
from meetings.series import remove_unit
from meetings.series_changes import change_series
from meetings.tables import Invitation, Meeting, Series, SeriesInvitation
from meetings.when import When
from tests.attendance.answers_by_date import answers
from tests.attendance.reading_pages import words
from tests.browsing import Browser, path_of
from tests.meetings.series_set_up import BY, TUESDAYS, calendar, dates, of_police, panel, police, posted

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


@pytest.fixture
def letterhead() -> Letterhead:
    """As the application under test has it."""
    return Letterhead(
        domain="localhost",
        mailbox="meetings",
        sender_name="Convene meetings",
        marking="",
        base_url="http://convene.example",
        secret="s" * 40,
    )


async def link_in_letter(series: Series) -> str:
    whole = await of_police(series)
    letter = next(one for one in await posted(series) if one.recipient == whole.address)
    found = re.search(r"http://convene\.example/answer/series/[0-9a-f]{32}\.[a-z2-7]{26}", calendar(letter))
    assert found is not None
    return path_of(found[0])


async def move(meeting: Meeting, now: datetime, letterhead: Letterhead) -> None:
    when = When(meeting.starts_at + timedelta(hours=2), 60, "", meeting.link)
    await scheduling.move(meeting.reference, when, by=BY, now=now, letterhead=letterhead)


class TestTheLink:
    async def test_answers_every_date_that_is_to_come(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        await series_link.answer(whole.id, "ACCEPTED", date=None, shown=0, now=now)
        assert await answers(series) == ["ACCEPTED"] * 20

    async def test_answers_one_date_and_a_later_one_for_all_overwrites_it(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        third = (await series_link.asked(whole.id, now=now)).dates[2]
        await series_link.answer(whole.id, "ACCEPTED", date=None, shown=0, now=now)
        later = now + timedelta(hours=1)
        await series_link.answer(whole.id, "DECLINED", date=third.invitation, shown=0, now=later)
        assert await answers(series) == ["ACCEPTED"] * 2 + ["DECLINED"] + ["ACCEPTED"] * 17
        await series_link.answer(whole.id, "TENTATIVE", date=None, shown=0, now=later + timedelta(hours=1))
        assert await answers(series) == ["TENTATIVE"] * 20

    async def test_a_page_left_open_while_a_date_moved_does_not_answer_that_date(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        await move((await dates(series))[1], now, letterhead)
        await series_link.answer(whole.id, "ACCEPTED", date=None, shown=0, now=now)
        assert await answers(series) == ["ACCEPTED", ""] + ["ACCEPTED"] * 18
        shown = (await series_link.asked(whole.id, now=now)).shown
        await series_link.answer(whole.id, "ACCEPTED", date=None, shown=shown, now=now + timedelta(hours=1))
        assert await answers(series) == ["ACCEPTED"] * 20

    async def test_a_new_time_for_the_series_asks_again(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        await series_link.answer(whole.id, "ACCEPTED", date=None, shown=0, now=now)
        later = replace(TUESDAYS, starts=TUESDAYS.starts.replace(hour=11))
        await change_series(
            series.reference, later, place="", link=series.link, by=BY, now=now, letterhead=letterhead
        )
        assert await answers(series) == [""] * 20
        await series_link.answer(whole.id, "DECLINED", date=None, shown=0, now=now + timedelta(hours=1))
        assert await answers(series) == [""] * 20

    async def test_is_gone_when_the_unit_is_removed_or_nothing_is_left(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        with pytest.raises(LinkGone):
            await series_link.asked(whole.id, now=now + timedelta(days=300))
        with pytest.raises(LinkGone):
            await series_link.answer(whole.id, "ACCEPTED", date=whole.id, shown=0, now=now)
        with pytest.raises(UnknownAnswer):
            await series_link.answer(whole.id, "MAYBE", date=None, shown=0, now=now)
        other = (
            await SeriesInvitation.objects()
            .where((SeriesInvitation.series == series.id) & (SeriesInvitation.unit != await police()))
            .first()
        )
        assert other is not None
        await remove_unit(series.reference, other.unit, by=BY, now=now, letterhead=letterhead)
        with pytest.raises(LinkGone):
            await series_link.asked(other.id, now=now)


class TestThePage:
    async def test_opens_without_signing_in_and_changes_nothing(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        text = words(await stranger.get(await link_in_letter(series)))
        assert "Every Tuesday at 9:30am" in text
        assert "5 later dates are not shown" in text
        assert not await Response.exists()

    async def test_takes_an_answer_for_all_and_for_one(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        link = await link_in_letter(series)
        answer = await stranger.send_form(link, answer="ACCEPTED", shown="0")
        assert answer.headers["location"].endswith("?done=answered")
        first = (await series_link.asked((await of_police(series)).id, now=now)).dates[0]
        await stranger.send_form(link, answer="DECLINED", shown="0", date=str(first.invitation))
        assert "Declined" in words(await stranger.get(link))

    async def test_says_what_is_missing_or_did_not_count(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        link = await link_in_letter(series)
        assert "Choose accept, tentative or decline" in words(await stranger.send_form(link, shown="0"))
        await move((await dates(series))[1], now, letterhead)
        answer = await stranger.send_form(link, answer="ACCEPTED", shown="0")
        assert "For 1 of 20 dates" in words(answer)

    async def test_a_link_that_was_never_made_is_not_found(self, stranger: Browser) -> None:
        assert (await stranger.get(f"/answer/series/{'0' * 32}.{'a' * 26}")).status_code == 404


class TestNamingADeputyForOneDate:
    DEPUTY = "sergeant@central-south.police.example"

    async def test_it_waits_for_a_coordinator_and_the_other_dates_stay(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        third = (await series_link.asked(whole.id, now=now)).dates[2].invitation
        await series_link.name_deputy(whole.id, self.DEPUTY, date=third, shown=0, now=now)
        (deputy,) = await Deputy.objects()
        assert (deputy.address, deputy.invitation) == (self.DEPUTY, third)
        assert await answers(series) == [""] * 2 + ["DELEGATED"] + [""] * 17

    async def test_once_approved_they_are_invited_to_that_date_alone(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        third = (await series_link.asked(whole.id, now=now)).dates[2].invitation
        await series_link.name_deputy(whole.id, self.DEPUTY, date=third, shown=0, now=now)
        (deputy,) = await Deputy.objects()
        await deputies.approve(deputy.id, by=BY, now=now, letterhead=letterhead)
        held = await Invitation.objects().where(Invitation.address == self.DEPUTY)
        assert [one.meeting for one in held] == [(await dates(series))[2].id]

    async def test_a_date_of_another_unit_cannot_be_handed_on(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        others = await Invitation.objects().where(Invitation.of_series != whole.id).first()
        assert others is not None
        with pytest.raises(LinkGone):
            await series_link.name_deputy(whole.id, self.DEPUTY, date=others.id, shown=0, now=now)
        assert await Deputy.count() == 0

    async def test_the_page_takes_it_and_says_what_is_missing(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        page = await link_in_letter(series)
        refused = await stranger.send_form(page, step="name", shown="0", deputy="", on="")
        assert refused.status_code == 400
        assert "Choose the date to which they come" in refused.text
        third = (await series_link.asked((await of_police(series)).id, now=now)).dates[2].invitation
        sent = await stranger.send_form(page, step="name", shown="0", deputy=self.DEPUTY, on=str(third))
        assert sent.headers["location"].endswith("?done=named")
        assert await Deputy.exists().where(Deputy.invitation == third)
