"""Access in an emergency to a case that is not one's own: taken with a reason, told to its owner, ended, reviewed.

Whether there is a case of a reference is not told by the answer: it is the same either way, and so is the limit.
Who then opens the case finds it or not, and by then has left their name, a reason, and an entry that their manager or
the owner reviews. Appointments and this access follow the real time (`now`), letters the application's (`posted_at`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from audit import trail
from meetings import break_glass_letters as letters
from meetings.break_glass_cases import Case, case_of
from meetings.break_glass_rules import (
    AT_MOST,
    TOLD,
    WITHIN,
    NoOutcome,
    NoSuchGlass,
    Review,
    TooOften,
    reason_of,
    reference_of,
    time_of,
)
from meetings.letterhead import Letterhead
from notifications import outbox
from web.appointed import holders
from web.roles import Role
from web.tables import BreakGlass, Person
from web.viewer import Viewer


async def take(
    asked: Mapping[str, str], *, by: Viewer, now: datetime, posted_at: datetime, letterhead: Letterhead
) -> UUID:
    """The person may see the case of `asked["reference"]` from now on, and the agency whose case it is is being told.

    :param asked: reference, reason and hours, as a form has them.
    :raises GlassError: when one of them is missing, or the person asked too often; the last is in the log.
    """
    reference, reason = reference_of(asked.get("reference", "")), reason_of(asked.get("reason", ""))
    until = now + time_of(asked.get("hours", ""))
    async with BreakGlass._meta.db.transaction():
        person = await Person.objects().where(Person.id == by.person).lock_rows().first()
        assert person is not None, "whoever is signed in has an account"
        too_often = await _too_often(person.id, now)
        if too_often:
            await trail.record(str(person.id), "was refused emergency access", f"person {person.id}", now=posted_at)
        else:
            case = await case_of(reference)
            glass = BreakGlass(
                id=uuid4(),
                person=person.id,
                reference=reference,
                meeting=case.meeting if case else None,
                child=case.child if case else None,
                owner_agency=case.owner if case else _own_agency(by),
                reason=reason,
                since=now,
                until=until,
            )
            await BreakGlass.insert(glass)
            if case:
                await _tell(glass, case, person, now, posted_at, letterhead)
            detail = {"access": glass.id, "until": until, "found": case is not None}
            subject = _subject(glass, case)
            await trail.record(str(person.id), "took emergency access", subject, now=posted_at, detail=detail)
    if too_often:
        raise TooOften
    return glass.id


async def end(access: UUID, *, by: Viewer, now: datetime, posted_at: datetime) -> None:
    """The access holds no more. Ending it again is harmless.

    :raises NoSuchGlass: when there is none, or it is neither the person's own nor of a case of their agency.
    """
    async with BreakGlass._meta.db.transaction():
        glass = await _locked(access)
        if glass.person != by.person and not is_reviewer(by, glass.owner_agency):
            raise NoSuchGlass
        if glass.ended_at is None and glass.until > now:
            await BreakGlass.update({BreakGlass.ended_at: now}).where(BreakGlass.id == access)
            await trail.record(str(by.person), "ended emergency access", f"access:{access}", now=posted_at)


async def review(access: UUID, outcome: str, note: str, *, by: Viewer, now: datetime, posted_at: datetime) -> None:
    """What a manager of the agency whose case it is made of it is on record; an access that lasts yet goes on.

    :raises NoOutcome: when the outcome is none of `Review`.
    :raises NoSuchGlass: when there is none, it is of another agency, one's own, or reviewed already.
    """
    if outcome not in [one.value for one in Review]:
        raise NoOutcome
    async with BreakGlass._meta.db.transaction():
        glass = await _locked(access)
        if glass.person == by.person or glass.reviewed_at or not is_reviewer(by, glass.owner_agency):
            raise NoSuchGlass
        await BreakGlass.update(
            {
                BreakGlass.reviewed_by: str(by.person),
                BreakGlass.reviewed_at: now,
                BreakGlass.review_outcome: outcome,
                BreakGlass.review_note: " ".join(note.split())[:500],
            }
        ).where(BreakGlass.id == access)
        about, detail = f"access:{access}", {"outcome": outcome}
        await trail.record(str(by.person), "reviewed emergency access", about, now=posted_at, detail=detail)


def is_reviewer(viewer: Viewer, agency: str) -> bool:
    """Whether the viewer is a manager of this agency, or of every one."""
    managed = {post.agency for post in viewer.posts if post.role is Role.MANAGER and not post.unit}
    return bool(managed & {agency, ""})


async def _too_often(person: UUID, now: datetime) -> bool:
    taken = await BreakGlass.count().where(BreakGlass.person == person, BreakGlass.since > now - WITHIN)
    return bool(taken >= AT_MOST)


async def _tell(
    glass: BreakGlass, case: Case, person: Person, now: datetime, posted_at: datetime, letterhead: Letterhead
) -> None:
    """Coordinators and managers of the agency whose case it is each have a letter."""
    taken = letters.Taken(
        f"meeting {case.called}" if case.called else "a child's case",
        person.title,
        person.agency_code,
        glass.since,
        glass.until,
    )
    for holder in await holders(case.owner, TOLD, now=now):
        if holder.person == person.id:
            continue
        message_id = f"<break-glass.{glass.id}.{holder.person}@{letterhead.domain}>"
        letter = letters.told(
            taken, letterhead, to=holder.email, to_name=holder.title, message_id=message_id, now=posted_at
        )
        key = f"break-glass:{glass.id}:{holder.person}"
        await outbox.enqueue(letter, key=key, kind="break-glass", now=posted_at)


async def _locked(access: UUID) -> BreakGlass:
    glass = await BreakGlass.objects().where(BreakGlass.id == access).lock_rows().first()
    if glass is None:
        raise NoSuchGlass
    return glass


def _own_agency(viewer: Viewer) -> str:
    """Where no case was found, the asker's own manager reviews that they asked."""
    return next((post.agency for post in viewer.posts if post.agency), "")


def _subject(glass: BreakGlass, case: Case | None) -> str:
    if case and case.called:
        return f"meeting:{case.called}"
    return f"child:{case.child}" if case else f"access:{glass.id}"
