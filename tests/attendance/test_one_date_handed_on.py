"""A unit sends somebody else to one date of a series: from the mail that names them to the series' next change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from attendance import answer_link, deputies
from attendance.answers import standing
from attendance.state import given_to
from attendance.tables import Deputy
from meetings.letters import Letterhead
from meetings.series_changes import change_series
from meetings.tables import Invitation, InviteState, Meeting, Series
from notifications.tables import Disposition, OutboundMail
from tests.attendance.asked import BY, readable
from tests.attendance.mailing import answer, take_in
from tests.meetings.series_set_up import TUESDAYS, dates, lines, of_police, panel, police, posted, series_of
from tests.notifications.outgoing.outbox_checks import check_all_sent
from web.moments import LONDON

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
DEPUTY = "sergeant@central-south.police.example"
HOUR = timedelta(hours=1)
HANDED_ON = "20261208T093000"  # the third date


def named(meeting: Meeting) -> str:
    """The RECURRENCE-ID of this date, as a calendar answers it."""
    assert meeting.recurrence_id is not None
    return f"RECURRENCE-ID;TZID=Europe/London:{meeting.recurrence_id.astimezone(LONDON):%Y%m%dT%H%M%S}\r\n"


async def handed_on(series: Series, now: datetime, letterhead: Letterhead) -> Invitation:
    """The police name a deputy for the third date by mail, who is approved; the deputy's own invitation."""
    whole, third = await of_police(series), (await dates(series))[2]
    to = letterhead.reply_address(whole.id)
    beside = f'DELEGATED-TO="mailto:{DEPUTY}";'
    asks = {"uid": series.uid, "to": to, "sender": whole.address, "at": now + HOUR, "lines": named(third)}
    raw = answer(**asks, partstat="DELEGATED", beside=beside)  # type: ignore[arg-type]  # words and one moment
    mail = await take_in(raw, to, letterhead=letterhead, now=now + HOUR, sender=whole.address)
    assert mail.disposition == Disposition.APPLIED
    (deputy,) = await Deputy.objects()
    await deputies.approve(deputy.id, by=BY, now=now + 2 * HOUR, letterhead=letterhead)
    found = await Invitation.objects().where(Invitation.address == DEPUTY).first()
    assert found is not None
    return found


async def stands(series: Series) -> list[list[str]]:
    """What counts for the police seat, date by date: of every invitation that was ever for it."""
    found = []
    for meeting in await dates(series):
        rows = await Invitation.objects().where(
            (Invitation.meeting == meeting.id) & (Invitation.seat.unit == await police())
        )
        given = await given_to([row.id for row in rows if row.state == InviteState.ACTIVE])
        counts = [standing(one, meeting.last_major_sequence) for one in given.values()]
        found.append([one.partstat if one else "" for one in counts])
    return found


async def to_police(series: Series, since: int) -> list[OutboundMail]:
    whole = await of_police(series)
    return [letter for letter in await posted(series, since=since) if letter.recipient == whole.address]


class TestTheTwoLetters:
    async def test_the_deputy_is_asked_to_that_date(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        whole, deputy = await of_police(series), await handed_on(series, now, letterhead)
        (letter,) = [one for one in await posted(series) if one.recipient == DEPUTY]
        said = readable(letter).replace("\r\n", "\n")
        reference = (await dates(series))[2].reference
        assert said.startswith(
            f"To: {deputy.cn} <{DEPUTY}>\n"
            f"Say whether you can attend: Lambeth weekly panel {series.reference}, "
            "Tuesday 8 December 2026 at 9:30am\n"
            f"{whole.address} named you to come in their place. "
        )
        assert f"Meeting: {reference}\nWhen: Tuesday 8 December 2026 at 9:30am, for 60 minutes\n" in said
        assert "The other dates of the series stand as they were." not in said  # they were asked to no other
        assert f'DELEGATED-FROM="mailto:{whole.address}"' in said
        assert lines(letter, "RECURRENCE-ID") == [f"RECURRENCE-ID;TZID=Europe/London:{HANDED_ON}"]
        assert lines(letter, "RRULE", "EXDATE") == []

    async def test_who_named_them_reads_that_the_other_dates_are_still_theirs(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        await handed_on(series, now, letterhead)
        (letter,) = await to_police(series, since=3)
        said = readable(letter)
        subject = f"{DEPUTY} is invited in your place: Lambeth weekly panel {series.reference}, Tuesday 8 December"
        assert subject in said
        assert f"now has your seat's invitation to this one date of Lambeth weekly panel {series.reference}." in said
        assert "The other dates of the series stand as they were." in said
        assert "Changes of the date go to them from now on, and not to you." in said
        assert letter.calendar is None


class TestTheNextChangeOfTheSeries:
    async def test_leaves_that_date_out_for_the_unit_that_handed_it_on_and_for_no_other(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole, _ = await of_police(series), await handed_on(series, now, letterhead)
        before = len(await posted(series))
        rule = replace(TUESDAYS, last_on=date(2027, 3, 30))
        told = {"by": BY, "now": now + 3 * HOUR, "letterhead": letterhead}
        await change_series(series.reference, rule, place="", link="https://meet.example/r/7", **told)  # type: ignore[arg-type]  # a dict of words
        letters = [one for one in await posted(series, since=before) if lines(one, "RRULE")]
        left_out = {one.recipient: HANDED_ON in "".join(lines(one, "EXDATE")) for one in letters}
        assert len(left_out) == 3
        assert [recipient for recipient, out in left_out.items() if out] == [whole.address]
        (theirs,) = [one for one in letters if one.recipient == whole.address]
        assert "Somebody else comes on: Tuesday 8 December 2026\n" in readable(theirs).replace("\r\n", "\n")
        assert "Not held on: Tuesday 8 December" not in readable(theirs)
        assert await check_all_sent()

    async def test_says_nothing_to_the_deputy_while_their_date_stays_as_it_is(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        await handed_on(series, now, letterhead)
        rule = replace(TUESDAYS, last_on=date(2027, 3, 30))
        told = {"by": BY, "now": now + 3 * HOUR, "letterhead": letterhead}
        await change_series(series.reference, rule, place="", link="https://meet.example/r/7", **told)  # type: ignore[arg-type]  # a dict of words
        letters = [one for one in await posted(series) if one.recipient == DEPUTY]
        assert [one.kind for one in letters] == ["request"]


@pytest.mark.parametrize("way", ["mail", "link"])
async def test_the_deputys_answer_counts_for_that_date_and_the_units_for_the_others(
    now: datetime, letterhead: Letterhead, way: str
) -> None:
    series = await panel(now, letterhead)
    whole, deputy = await of_police(series), await handed_on(series, now, letterhead)
    series = await series_of(series.reference)
    to = letterhead.reply_address(whole.id)
    raw = answer(uid=series.uid, to=to, sender=whole.address, at=now + 3 * HOUR, partstat="DECLINED")
    await take_in(raw, to, letterhead=letterhead, now=now + 3 * HOUR, sender=whole.address)
    await says(deputy, series, now + 4 * HOUR, letterhead, way)
    assert await stands(series) == [["DECLINED"]] * 2 + [["ACCEPTED"]] + [["DECLINED"]] * 17


async def says(deputy: Invitation, series: Series, at: datetime, letterhead: Letterhead, way: str) -> None:
    if way == "link":
        await answer_link.answer(UUID(str(deputy.id)), "ACCEPTED", shown=deputy.sent_sequence, now=at)
        return
    to = letterhead.reply_address(deputy.id)
    third = (await dates(series))[2]
    sequence = deputy.sent_sequence
    raw = answer(uid=series.uid, to=to, sender=DEPUTY, at=at, sequence=sequence, lines=named(third))
    mail = await take_in(raw, to, letterhead=letterhead, now=at, sender=DEPUTY)
    assert mail.disposition == Disposition.APPLIED
