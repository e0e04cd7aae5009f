"""Each unit with outcomes in a draft is told once, and sees them until the window closes: a round of the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from attendance.errors import LinkGone
from directory.contacts import ways_to_reach
from directory.one_by_one import one_by_one
from directory.tables import Contact
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead
from notifications import outbox
from reports import periods
from reports.delivery_steps import claimed, count_letters, without
from reports.delivery_tables import PublicationStep, Step, ToldUnit
from reports.figures import Asked
from reports.outcome_letters import ToCheck, to_check
from reports.outcomes import OutcomesOfUnit, outcomes_by_unit
from reports.publication_tables import Publication, State
from web.moments import london_date

MOST_TOLD: Final = 3  # contacts of one unit
OPEN: Final = (State.DRAFTED.value, State.APPROVED.value)


@dataclass(frozen=True)
class Told:
    """What a unit's link opens: its outcomes in this draft, until the window closes."""

    id: UUID
    unit: UUID
    name: str
    publication: UUID
    period: periods.Period
    type: str
    closes_at: datetime


async def tell_units(*, letterhead: Letterhead, now: datetime) -> int:
    """Every draft whose window is open has told its units; returns how many drafts were new."""
    waiting = await without(Step.UNITS, Publication.state.is_in(list(OPEN)) & (Publication.challenge_until > now))
    return await one_by_one("telling units", waiting, lambda one: tell(one, letterhead=letterhead, now=now))


async def tell(publication: UUID, *, letterhead: Letterhead, now: datetime) -> bool:
    """The draft's units have their letters on their way; False when they were told before, or it is no draft now.

    1. Two workers at once: the step's row is unique, and the second waits for the first to commit.
    2. Killed half-way: nothing was committed, and the next round tells all of them.
    """
    async with PublicationStep._meta.db.transaction():
        row = await Publication.objects().where(Publication.id == publication).lock_rows("NO KEY UPDATE").first()
        if row is None or row.state not in OPEN or not await claimed(publication, Step.UNITS, now):
            return False
        period = periods.parse(row.period)
        units = await outcomes_by_unit(Asked(period.since, period.until, row.type, now))
        ways = await ways_to_reach(london_date(now), [one.unit for one in units])
        letters = sum(
            [await _tell_unit(row, period.name, one, ways.get(one.unit, []), letterhead, now) for one in units]
        )
        await count_letters(publication, Step.UNITS, letters)
    return True


async def behind(told: UUID, *, now: datetime) -> Told:
    """What the unit's link opens; nothing is changed, because mail scanners open links as well.

    :raises LinkGone: once the window closed, or the draft was withdrawn or released.
    """
    row: dict[str, Any] | None = (
        await ToldUnit.select(
            ToldUnit.id,
            ToldUnit.unit,
            ToldUnit.unit._.name.as_alias("name"),
            ToldUnit.publication,
            ToldUnit.publication._.period.as_alias("period"),
            ToldUnit.publication._.type.as_alias("type"),
            ToldUnit.publication._.challenge_until.as_alias("closes_at"),
            ToldUnit.publication._.state.as_alias("state"),
        )
        .where(ToldUnit.id == told)
        .first()
    )
    if row is None or row.pop("state") not in OPEN or now >= row["closes_at"]:
        raise LinkGone
    return Told(**{**row, "period": periods.parse(row["period"])})


async def untold(publication: UUID) -> list[str]:
    """The units of a draft that nobody could be told for: the directory has no contact of theirs."""
    rows: list[dict[str, Any]] = (
        await ToldUnit.select(ToldUnit.unit._.name.as_alias("name"))
        .where((ToldUnit.publication == publication) & (ToldUnit.letters == 0))
        .order_by(ToldUnit.unit._.name)
    )
    return [row["name"] for row in rows]


async def _tell_unit(
    row: Publication, period: str, one: OutcomesOfUnit, ways: list[Contact], letterhead: Letterhead, now: datetime
) -> int:
    """How many letters the unit has on their way."""
    contacts = ways[:MOST_TOLD]
    told = ToldUnit(id=uuid4(), publication=row.id, unit=one.unit, told_at=now, letters=len(contacts))
    await ToldUnit.insert(told)
    said = ToCheck(
        unit=one.name,
        period=period,
        type=row.type,
        revision=row.revision,
        outcomes=one.outcomes,
        closes_at=row.challenge_until,
        link=letterhead.outcomes_link(told.id),
    )
    for contact in contacts:
        letter = to_check(said, letterhead, to=contact.email, message_id=new_message_id(letterhead), now=now)
        key = f"outcomes:{told.id}:{contact.id}"
        await outbox.enqueue(letter, key=key, kind="outcomes", useful_until=row.challenge_until, now=now)
    return len(contacts)
