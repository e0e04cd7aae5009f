"""A quarter of the simulated London as it was published: on the calendar, with a challenge raised and answered.

Added when the year is over. The one challenge is answered by keeping the outcome, so the year stays as it was.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from attendance.challenges import Claim, answer, raise_challenge
from attendance.tables import Outcome
from demo.exchange import Exchange
from demo.simulated_press import PRESS
from meetings.letterhead import Letterhead
from meetings.tables import MeetingType
from reports import posting, publishing, telling_units
from reports.calendar_dates import containing, days_until_working_day, drawn_at
from reports.calendar_tables import Every, ReportCalendar
from reports.delivery_tables import ToldUnit
from reports.figures import Asked
from reports.outcomes import OwnOutcome, outcomes_of
from reports.periods import Period
from reports.publication_tables import Publication
from reports.report_calendars import Terms, add, add_address
from web.moments import london_date, start_of

COORDINATOR: Final = "demonstration"
APPROVES, RELEASES = "Head of performance, demonstration", "Director, demonstration"
MISSING: Final = MeetingType.MISSING.value
LIST: Final = (
    ("clerk@scrutiny-committee.example", "Clerk to the scrutiny committee"),
    ("chair@scrutiny-committee.example", "Chair of the scrutiny committee"),
)
TERMS: Final = Terms()
_DAY: Final = timedelta(days=1)


async def publish_a_quarter(now: datetime, *, letterhead: Letterhead, post: Exchange) -> None:
    """The calendar is set, and the latest quarter that could be released by now is; where it is, nothing is done."""
    if await ReportCalendar.exists():
        return
    period = _quarter(now)
    drawn = drawn_at(period, TERMS.drawn_after)
    publication = await publishing.draft(
        period,
        MISSING,
        press=PRESS,
        threshold=TERMS.threshold,
        window_days=days_until_working_day(london_date(drawn), TERMS.challenge_days),
        despite=True,
        by=COORDINATOR,
        now=drawn,
    )
    await telling_units.tell(publication, letterhead=letterhead, now=drawn)
    await _posted(post, drawn)
    await _challenge(publication, period, drawn + _DAY, letterhead)
    await _posted(post, drawn + 2 * _DAY)
    row = await publishing.found(publication)
    await posting.post_due(now)
    await publishing.redraw(publication, press=PRESS, despite=True, by=COORDINATOR, now=row.challenge_until)
    await _release(publication, row.challenge_until)
    await _set_calendar(now)


async def _posted(post: Exchange, at: datetime) -> None:
    """The letters are with their officers, those that were put off as well."""
    for hours in range(0, 24, 4):
        await post.deliver(at + timedelta(hours=hours))


def _quarter(now: datetime) -> Period:
    """The latest quarter whose window has been over for a day."""
    period = containing(Every.QUARTER, london_date(now))
    while _closes_at(period) + _DAY > now:
        period = containing(Every.QUARTER, period.first - _DAY)
    return period


def _closes_at(period: Period) -> datetime:
    drawn = london_date(drawn_at(period, TERMS.drawn_after))
    return start_of(drawn + timedelta(days=days_until_working_day(drawn, TERMS.challenge_days) + 1))


async def _challenge(publication: UUID, period: Period, at: datetime, letterhead: Letterhead) -> None:
    """One unit says that it came where a no-show is recorded, and the outcome is kept."""
    for told in await ToldUnit.objects().where(ToldUnit.publication == publication).order_by(ToldUnit.unit._.name):
        own = await outcomes_of(told.unit, Asked(period.since, period.until, MISSING, at))
        seat = next((one for one in own if one.outcome == Outcome.NO_SHOW), None)
        if seat is not None:
            await _raised_and_kept(publication, period, told.unit, seat, at, letterhead)
            return


async def _raised_and_kept(
    publication: UUID, period: Period, unit: UUID, seat: OwnOutcome, at: datetime, letterhead: Letterhead
) -> None:
    claim = Claim(
        says=Outcome.ATTENDED.value,
        reason="Our duty log has a sergeant in the call.",
        who="Missing team inspector",
        publication=publication,
        period=period.code,
    )
    challenge = await raise_challenge(seat.seat, unit, claim, now=at)
    words = "The chair's minutes and the file of the call show nobody of the unit."
    await answer(challenge, upheld=False, words=words, by=COORDINATOR, now=at + _DAY, letterhead=letterhead)


async def _release(publication: UUID, at: datetime) -> None:
    row: Publication = await publishing.found(publication)
    statement = "I have read the report and compared it with the registers of three units."
    await publishing.approve(publication, statement, seen=row.sha256, press=PRESS, by=APPROVES, now=at)
    await publishing.release(publication, seen=row.sha256, press=PRESS, by=RELEASES, now=at + timedelta(hours=2))


async def _set_calendar(now: datetime) -> None:
    """From now on; earlier quarters are left alone."""
    since: date = london_date(now)
    terms = Terms(since=since)
    calendar = await add(Every.QUARTER, MISSING, terms, by=COORDINATOR, now=now)
    for address, name in LIST:
        await add_address(calendar, address, name, by=COORDINATOR, now=now)
