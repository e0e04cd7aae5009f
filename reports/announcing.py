"""Those who publish are told that a draft waits, and again when the units' time is over: a round of the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from directory.one_by_one import one_by_one
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead
from notifications import outbox
from notifications.imip import Letter
from reports import periods
from reports.challenged import challenges_of
from reports.delivery_steps import claimed, count_letters, without
from reports.delivery_tables import PublicationStep, Step
from reports.publication_letters import Waiting, draft_waits, window_over
from reports.publication_tables import Publication, State
from reports.sealing import verify
from web.tables import Person

OPEN: Final = (State.DRAFTED.value, State.APPROVED.value)
Writes = Callable[..., Letter]
_LETTERS: Final[dict[Step, Writes]] = {Step.DRAFTED: draft_waits, Step.WINDOW_OVER: window_over}


async def announce(*, letterhead: Letterhead, now: datetime) -> int:
    """Every draft was announced, and every end of a window; returns how many were new."""
    open_now = Publication.state.is_in(list(OPEN))
    told = 0
    for step, which in (
        (Step.DRAFTED, open_now),
        (Step.WINDOW_OVER, open_now & (Publication.challenge_until <= now)),
    ):
        waiting = await without(step, which)
        told += await one_by_one(step.value, waiting, lambda one, step=step: _tell(one, step, letterhead, now))  # type: ignore[misc]
    return told


async def _tell(publication: UUID, step: Step, letterhead: Letterhead, now: datetime) -> bool:
    """Everybody who may publish has the letter on its way, once, and however many workers there are."""
    async with PublicationStep._meta.db.transaction():
        row = await Publication.objects().where(Publication.id == publication).lock_rows("NO KEY UPDATE").first()
        if row is None or row.state not in OPEN or not await claimed(publication, step, now):
            return False
        said = await _said(row, letterhead)
        people = await who_publish(now)
        for person in people:
            letter = _LETTERS[step](said, letterhead, to=person.email, message_id=new_message_id(letterhead), now=now)
            await outbox.enqueue(letter, key=f"{step.value}:{publication}:{person.id}", kind="publication", now=now)
        await count_letters(publication, step, len(people))
    return True


async def who_publish(now: datetime) -> list[Person]:
    """Everybody with an account who may approve and release reports."""
    active = Person.active_until.is_null() | (Person.active_until > now)
    return await Person.objects().where(Person.publishes.eq(True) & active).order_by(Person.email)


async def _said(row: Publication, letterhead: Letterhead) -> Waiting:
    document = verify(row.content).published.document
    challenges = await challenges_of(row)
    return Waiting(
        period=periods.parse(row.period).name,
        type=row.type,
        revision=row.revision,
        finding=document.finding,
        closes_at=row.challenge_until,
        registers_open=row.registers_open,
        approved=row.state == State.APPROVED,
        challenges=challenges.raised,
        challenges_open=challenges.open,
        link=page_of(row.id, letterhead),
    )


def page_of(publication: UUID, letterhead: Letterhead) -> str:
    """The page of a publication, for those with an account."""
    return f"{letterhead.base_url.rstrip('/')}/reports/publications/{publication}"
