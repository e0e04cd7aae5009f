"""Entries are confirmed: by whoever has the link that their owner was sent, or by somebody signed in who says how.

Which address a link was sent to is kept with the confirmation. It proves that letters arrive there, and no more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from audit import trail
from directory import contradictions, held, owner_links
from directory.errors import ChangedMeanwhile, LinkGone, NoSuchUnit
from directory.held import Line
from directory.owner_links import Purpose
from directory.tables import Unit
from directory.units import lock_unit
from directory.verification_tables import Step, Verification
from directory.verification_times import is_old
from directory.wording import plain_line
from web.moments import london_date

LONGEST_WHO, LONGEST_HOW = 80, 200


@dataclass(frozen=True)
class Standing:
    """How true a unit's entry is: when it was last confirmed and by whom, and how far an open asking has come.

    :param confirmed_by: a role as given with a link, or the id of somebody signed in.
    :param confirmed_from: the address that the link went to.
    """

    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    confirmed_from: str = ""
    how: str = ""
    asked_at: datetime | None = None
    step: Step | None = None

    def old(self, now: datetime) -> bool:
        return is_old(self.confirmed_at, now)

    @property
    def unanswered(self) -> bool:
        return self.step is Step.UNANSWERED


_STANDING = """
SELECT DISTINCT ON (unit) unit, confirmed_at, confirmed_by, confirmed_from, how
FROM verification WHERE confirmed_at IS NOT NULL AND unit = ANY({}::uuid[]) ORDER BY unit, confirmed_at DESC, id
"""


async def standings(units: Collection[UUID]) -> dict[UUID, Standing]:
    """How each of these units stands; one that nobody was ever asked about stands as never confirmed."""
    wanted = list(units)
    rows: list[dict[str, Any]] = await Verification.raw(_STANDING, wanted) if wanted else []
    confirmed = {row.pop("unit"): row for row in rows}
    open_ones = await Verification.objects().where(Verification.unit.is_in(wanted) & _OPEN) if wanted else []
    asked = {row.unit: (row.asked_at, Step(row.step)) for row in open_ones}
    found = {}
    for unit in wanted:
        asked_at, step = asked.get(unit, (None, None))
        found[unit] = Standing(**confirmed.get(unit, {}), asked_at=asked_at, step=step)
    return found


@dataclass(frozen=True)
class Question:
    """What the page behind a link asks: whether these lines are right.

    :param used: what was done with the link; then nothing of the unit is shown.
    :param fingerprint: of the lines, which comes back with the answer.
    """

    unit: Unit
    sent_to: str
    lines: list[Line]
    fingerprint: str
    used: str


async def question(token: str, *, now: datetime) -> Question:
    """What this link asks; nothing is changed.

    :raises LinkGone: when it is not one of ours, or over.
    """
    link = await owner_links.found(Purpose.VERIFY, token, now=now)
    unit = await _unit(link.unit)
    lines = held.current(await held.lines_of(unit), london_date(now))
    return Question(unit, link.sent_to, lines, held.fingerprint(lines), link.used)


async def confirm(token: str, *, who: str, seen: str, now: datetime) -> None:
    """All that was shown is right, says whoever has the link. The link is used up, and others about it are over.

    :param who: their role; at most 80 characters.
    :param seen: the fingerprint of what they were shown.
    :raises LinkGone: when the link cannot be used.
    :raises ChangedMeanwhile: when something else is held by now; nothing was changed.
    :raises NotPlain: when the role cannot be used.
    """
    who = plain_line(who, "Your role", LONGEST_WHO)
    async with Verification._meta.db.transaction():
        known = await owner_links.found(Purpose.VERIFY, token, now=now)
        code = await lock_unit(known.unit)
        fingerprint = await _as_seen(known.unit, seen, now)
        link = await owner_links.use(Purpose.VERIFY, token, used="confirmed", now=now)
        said = {Verification.confirmed_by: who, Verification.confirmed_from: link.sent_to}
        row = await Verification.objects().where((Verification.id == link.about) & _OPEN).first()
        if row is None:
            raise LinkGone
        await _confirmed(row.id, said | {Verification.fingerprint: fingerprint}, now)
        actor = f"link:{link.id}"
        await _settled(link.unit, code, actor, now)


async def confirm_signed_in(unit: UUID, *, how: str, seen: str, by: str, now: datetime) -> None:
    """All that was shown is right, says somebody signed in, and how they know. An open asking has its answer.

    :raises NoSuchUnit: when there is no such unit.
    :raises ChangedMeanwhile: when something else is held by now; nothing was changed.
    :raises NotPlain: when `how` cannot be used.
    """
    how = plain_line(how, "How you know it", LONGEST_HOW)
    async with Verification._meta.db.transaction():
        code = await lock_unit(unit)
        fingerprint = await _as_seen(unit, seen, now)
        said = {Verification.confirmed_by: by, Verification.how: how, Verification.fingerprint: fingerprint}
        row = await Verification.objects().where((Verification.unit == unit) & _OPEN).first()
        if row is None:
            row = Verification(id=uuid4(), unit=unit, asked_at=now, asked_on=london_date(now))
            await Verification.insert(row)
        await _confirmed(row.id, said, now)
        await _settled(unit, code, by, now)


async def confirmations(unit: UUID) -> list[Verification]:
    """Every time the entry was confirmed, the latest first."""
    return (
        await Verification.objects()
        .where((Verification.unit == unit) & Verification.confirmed_at.is_not_null())
        .order_by(Verification.confirmed_at, ascending=False)
    )


_OPEN = Verification.ended_at.is_null()


async def _confirmed(verification: UUID, said: dict[Any, Any], now: datetime) -> None:
    ended = {Verification.ended_at: now, Verification.confirmed_at: now, Verification.next_at: None}
    await Verification.update(ended | said).where(Verification.id == verification)
    await owner_links.end_all(verification, now=now)


async def _settled(unit: UUID, code: str, by: str, now: datetime) -> None:
    """What spoke against the entry is answered, and the act is on record."""
    await contradictions.close_confirmed(unit, by=by, now=now)
    await trail.record(by, "confirmed a directory entry", f"unit {code}", now=now)


async def _as_seen(unit: UUID, seen: str, now: datetime) -> str:
    """:raises ChangedMeanwhile: when what is held now has another fingerprint."""
    lines = held.current(await held.lines_of(await _unit(unit)), london_date(now))
    if held.fingerprint(lines) != seen:
        raise ChangedMeanwhile
    return seen


async def _unit(unit: UUID) -> Unit:
    row = await Unit.objects(Unit.agency).where(Unit.id == unit).first()
    if row is None:
        raise NoSuchUnit(unit)
    return row
