"""An answer to a series counts for each of its coming dates; one to a single date for that date alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import proposals
from attendance.answers import standing
from attendance.state import given_to
from attendance.tables import Absence, Proposal, Response
from meetings.letters import Letterhead
from meetings.scheduling import move
from meetings.tables import Invitation, Meeting, Series, SeriesInvitation
from meetings.when import When
from notifications.imip import open_message
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.mailing import answer, by_a_person, take_in
from tests.meetings.series_set_up import panel
from web.moments import LONDON

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


class Unit:
    """The health unit of a weekly panel, and what it sends."""

    def __init__(self, series: Series, invitation: SeriesInvitation, letterhead: Letterhead) -> None:
        self.series, self.invitation, self.letterhead = series, invitation, letterhead

    @property
    def to(self) -> str:
        return self.letterhead.reply_address(self.invitation.id)

    async def answers(self, at: datetime, *, date: datetime | None = None, **how: Any) -> InboundMail:
        lines = f"RECURRENCE-ID:{date:%Y%m%dT%H%M%SZ}\r\n" if date else ""
        given = {"uid": self.series.uid, "to": self.to, "sender": self.invitation.address, "lines": lines} | how
        raw = by_a_person(answer(**given, at=at))
        sender = self.invitation.address
        return await take_in(raw, self.to, letterhead=self.letterhead, now=at, sender=sender)

    async def dates(self) -> list[tuple[Meeting, Invitation]]:
        rows = await Invitation.objects(Invitation.meeting).where(Invitation.of_series == self.invitation.id)
        return sorted(((row.meeting, row) for row in rows), key=lambda pair: pair[0].recurrence_id)

    async def stands(self) -> list[str]:
        """What counts for each date, "" where nothing does."""
        dates = await self.dates()
        given = await given_to([invitation.id for _, invitation in dates])
        found = [standing(given[invitation.id], meeting.last_major_sequence) for meeting, invitation in dates]
        return [one.partstat if one else "" for one in found]


@pytest.fixture
async def health(now: datetime, letterhead: Letterhead) -> Unit:
    series = await panel(now, letterhead)
    invitation = (
        await SeriesInvitation.objects()
        .where(SeriesInvitation.series == series.id)
        .where(SeriesInvitation.capacities.any("health"))
        .first()
    )
    assert invitation is not None
    return Unit(series, invitation, letterhead)


async def test_an_answer_to_all_counts_for_every_date(health: Unit, now: datetime) -> None:
    mail = await health.answers(now + MINUTE)
    stands = await health.stands()
    assert len(stands) > 10
    assert set(stands) == {"ACCEPTED"}
    assert (mail.disposition, mail.kind, mail.uid) == ("applied", "answer", health.series.uid)
    assert mail.reason.endswith(f": It counts for {len(stands)} of {len(stands)} dates.")


async def test_an_answer_to_one_date_counts_for_that_date(health: Unit, now: datetime) -> None:
    (_, (second, _), *_) = await health.dates()
    mail = await health.answers(now + MINUTE, date=second.recurrence_id, partstat="DECLINED")
    assert mail.disposition == "applied"
    assert [number for number, one in enumerate(await health.stands()) if one] == [1]


async def test_the_answer_to_one_date_outlasts_an_earlier_one_to_all_that_comes_later(
    health: Unit, now: datetime
) -> None:
    (_, (second, _), *_) = await health.dates()
    await health.answers(now + 2 * MINUTE, date=second.recurrence_id, partstat="DECLINED")
    to_all = by_a_person(
        answer(uid=health.series.uid, to=health.to, sender=health.invitation.address, at=now + MINUTE)
    )
    mail = await take_in(to_all, health.to, letterhead=health.letterhead, now=now + 3 * MINUTE)
    stands = await health.stands()
    assert (stands[0], stands[1], stands[2]) == ("ACCEPTED", "DECLINED", "ACCEPTED")
    assert f"It counts for {len(stands) - 1} of {len(stands)} dates." in mail.reason


async def test_a_later_answer_to_all_replaces_that_to_one(health: Unit, now: datetime) -> None:
    (_, (second, _), *_) = await health.dates()
    await health.answers(now + MINUTE, date=second.recurrence_id, partstat="DECLINED")
    await health.answers(now + 2 * MINUTE, partstat="TENTATIVE")
    assert set(await health.stands()) == {"TENTATIVE"}


async def test_dates_that_are_over_are_not_answered(health: Unit, now: datetime) -> None:
    await health.answers(now + 3 * WEEK)
    stands = await health.stands()
    assert stands[:3] == ["", "", ""]
    assert set(stands[3:]) == {"ACCEPTED"}


async def test_a_date_that_the_series_does_not_have_waits_for_a_person(health: Unit, now: datetime) -> None:
    mail = await health.answers(now + MINUTE, date=now + 100 * WEEK)
    assert mail.disposition == "set aside"
    assert mail.reason.endswith("It answers a date that the series does not have.")
    assert not await Response.exists()


async def test_the_same_answer_again_is_a_duplicate(health: Unit, now: datetime) -> None:
    await health.answers(now + MINUTE)
    responses = await Response.count()
    raw = by_a_person(answer(uid=health.series.uid, to=health.to, sender=health.invitation.address, at=now + MINUTE))
    mail = await take_in(b"Received: again\r\n" + raw, health.to, letterhead=health.letterhead, now=now + HOUR)
    assert mail.disposition == "duplicate"
    assert await Response.count() == responses


async def test_an_answer_to_one_date_that_moved_since_is_stale_for_it_alone(health: Unit, now: datetime) -> None:
    dates = await health.dates()
    moved = dates[1][0]
    when = When(moved.starts_at + HOUR, 60, "", "https://meet.example/r/7")
    await move(moved.reference, when, by="coordinator", now=now + MINUTE, letterhead=health.letterhead)
    mail = await health.answers(now + HOUR, date=moved.recurrence_id)
    assert (mail.disposition, mail.reason.partition(": ")[2]) == ("recorded", "It answers the earlier time.")
    assert await OutboundMail.exists().where(OutboundMail.key.like("again:%"))
    assert set(await health.stands()) == {""}


async def test_another_time_for_one_date_is_a_proposal_and_for_all_is_for_a_person(
    health: Unit, now: datetime
) -> None:
    ((first, invitation), *_) = await health.dates()
    one = await health.answers(
        now + MINUTE,
        date=first.recurrence_id,
        method="COUNTER",
        partstat="TENTATIVE",
        starts_at=first.starts_at + HOUR,
    )
    to_all = await health.answers(
        now + 2 * MINUTE, method="COUNTER", partstat="TENTATIVE", starts_at=first.starts_at + HOUR
    )
    (proposal,) = await Proposal.objects()
    assert (proposal.invitation, proposal.starts_at) == (invitation.id, first.starts_at + HOUR)
    assert (one.disposition, one.kind) == ("applied", "proposal")
    assert (to_all.disposition, to_all.kind) == ("set aside", "proposal")


async def test_another_time_for_one_date_is_declined_for_that_date_alone(health: Unit, now: datetime) -> None:
    (meeting, _), *_ = await health.dates()
    date = meeting.recurrence_id
    await health.answers(now + MINUTE, date=date, method="COUNTER", starts_at=date + HOUR)
    (proposal,) = await Proposal.objects()
    await proposals.decline(proposal.id, reason="", by="coordinator", now=now + HOUR, letterhead=health.letterhead)

    (letter,) = await OutboundMail.objects().where(OutboundMail.kind == "declined")
    lines = bytes(letter.calendar).decode().replace("\r\n ", "").splitlines()
    assert {"METHOD:DECLINECOUNTER", f"UID:{health.series.uid}"} <= set(lines)
    assert f"RECURRENCE-ID;TZID=Europe/London:{date.astimezone(LONDON):%Y%m%dT%H%M%S}" in lines
    (organizer,) = [line for line in lines if line.startswith("ORGANIZER")]
    assert organizer.endswith(f"mailto:{health.to}")


async def test_a_fresh_copy_of_the_series_goes_out_once(health: Unit, now: datetime) -> None:
    for minute in (1, 2):
        mail = await health.answers(now + minute * MINUTE, method="REFRESH")
        assert mail.disposition == "recorded"
    (again,) = await OutboundMail.objects().where(OutboundMail.key.like("again:%"))
    assert again.calendar is not None
    assert b"RRULE" in bytes(again.calendar)


async def test_an_absence_stands_beside_the_dates_that_fall_into_it(health: Unit, now: datetime) -> None:
    raw = (
        f"From: {health.invitation.address}\r\nAuto-Submitted: auto-replied\r\n\r\n"
        "I am away from 20 November until 3 December 2026.\r\n"
    ).encode()
    mail = await take_in(raw, health.to, letterhead=health.letterhead, now=now + MINUTE)
    dates = await health.dates()
    rows = await Absence.select(Absence.invitation).where(Absence.mail == mail.id)
    assert {row["invitation"] for row in rows} == {dates[0][1].id, dates[1][1].id}


async def test_a_stranger_moves_no_date_and_causes_no_mail(health: Unit, now: datetime) -> None:
    letters = await OutboundMail.count()
    mail = await health.answers(now + MINUTE, sender="somebody@elsewhere.example")
    assert (mail.disposition, mail.kind) == ("set aside", "stranger")
    assert set(await health.stands()) == {""}
    assert await OutboundMail.count() == letters


@pytest.mark.parametrize("first", ["all", "one"])
async def test_of_two_answers_in_one_message_that_to_one_date_counts_for_it(
    health: Unit, now: datetime, first: str
) -> None:
    (_, (second, _), *_) = await health.dates()
    raw = answer(uid=health.series.uid, to=health.to, sender=health.invitation.address, at=now + MINUTE)
    ((_, stream),) = open_message(by_a_person(raw)).calendars
    before, _, rest = stream.decode().partition("BEGIN:VEVENT")
    event, _, after = rest.partition("END:VEVENT")
    other = event.replace("PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED")
    other += f"RECURRENCE-ID:{second.recurrence_id:%Y%m%dT%H%M%SZ}\r\n"
    events = [f"BEGIN:VEVENT{one}END:VEVENT\r\n" for one in ((event, other) if first == "all" else (other, event))]
    head = f"From: {health.invitation.address}\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
    whole = f"{head}{before}{''.join(events)}{after.lstrip()}".encode()

    mail = await take_in(whole, health.to, letterhead=health.letterhead, now=now + MINUTE)

    stands = await health.stands()
    assert (stands[0], stands[1], stands[2]) == ("ACCEPTED", "DECLINED", "ACCEPTED")
    assert mail.reason.endswith(f"It counts for {len(stands)} of {len(stands)} dates.")
