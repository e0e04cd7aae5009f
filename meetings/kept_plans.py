"""All that waits is planned at once, and the plan is kept, so that what a coordinator sends is what she saw."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec

from audit import trail
from directory.availability import Free, Period
from directory.errors import NoUnit
from meetings import errors
from meetings.clocks import outside_hours
from meetings.diaries import diaries
from meetings.plan_tables import KeptPlan, KeptTime
from meetings.planning import Plan, plan
from meetings.seats import unfilled
from meetings.slot_words import seen
from meetings.slots import Slot, Wanted, window
from meetings.waiting import list_waiting
from meetings.wanting import wanted
from web.viewer import Viewer

MOST: Final = 100  # meetings in one plan; those with the soonest deadlines
FORGOTTEN: Final = timedelta(days=14)
LENGTHS: Final = (30, 60, 90)
_STATES: Final = {"f": Free.FREE, "u": Free.UNKNOWN, "o": Free.OFF_DUTY, "b": Free.BUSY}


@dataclass(frozen=True)
class Offer:
    """A time that was offered for a meeting, and a letter for each seat: whether it could come."""

    starts_at: datetime
    letters: str


async def propose_all(*, minutes: int, by: str, now: datetime, viewer: Viewer) -> UUID:
    """Times for all that waits are kept, of the MOST with the soonest deadlines; returns the plan's id.

    Plans that nobody can send any more are forgotten. Nothing else is changed, and nobody is asked anything.

    :raises NothingWaiting: where nothing waits.
    """
    waiting = await list_waiting(viewer)
    if not waiting:
        raise errors.NothingWaiting
    asked, left = await _asked([one.child for one in waiting[:MOST]], minutes, now, viewer)
    made = await _planned(list(asked.values()), now)
    kept = KeptPlan(id=uuid4(), made_at=now, made_by=by, minutes=minutes, beyond=len(waiting[MOST:]))
    times = [_kept(kept.id, one, made) for one in asked.values()]
    due = {one.child: one.due_at for one in waiting}
    times += [KeptTime(id=uuid4(), plan=kept.id, child=c, due_at=due[c], remark=why) for c, why in left.items()]
    if not times:
        raise errors.NothingWaiting
    async with KeptPlan._meta.db.transaction():
        await KeptPlan.delete().where(KeptPlan.made_at < now - FORGOTTEN)
        kept.link = await _last_link(by)
        await KeptPlan.insert(kept)
        await KeptTime.insert(*times)
        detail = {"meetings": len(times), "with a time": len(made.placed)}
        await trail.record(by, "proposed times for all", f"plan:{kept.id}", now=now, detail=detail)
    return kept.id


def offers(row: KeptTime) -> tuple[Offer, ...]:
    """The times that were offered for it, the proposed one first."""
    return tuple(Offer(datetime.fromisoformat(at), letters) for at, letters in json.loads(row.times))


def wanted_of(row: KeptTime) -> Wanted | None:
    """The meeting as it was wanted when the plan was made; None where nobody could say who is asked."""
    return msgspec.json.decode(row.wanted, type=Wanted | None)


def as_seen(asked: Wanted, offer: Offer, made_at: datetime) -> Slot:
    """The time as the diaries had it when the plan was made."""
    seats = {seat.unit: _STATES[letter] for seat, letter in zip(asked.seats, offer.letters, strict=True)}
    able = [c for s in asked.seats if seats[s.unit] not in (Free.BUSY, Free.OFF_DUTY) for c in s.capacities]
    period = Period(offer.starts_at, offer.starts_at + timedelta(minutes=asked.minutes))
    return Slot(
        wanted=asked,
        period=period,
        seats=seats,
        missing=tuple(unfilled(asked.quorum, able)),
        notice=offer.starts_at - made_at,
        out_of_hours=outside_hours(period.starts_at, period.ends_at),
        late=offer.starts_at > asked.due_at,
    )


async def _asked(
    children: Iterable[UUID], minutes: int, now: datetime, viewer: Viewer
) -> tuple[dict[UUID, Wanted], dict[UUID, str]]:
    """What each child's meeting wants, and why it cannot be said of some."""
    found, left = {}, {}
    for child in children:
        try:
            found[child] = await wanted(child, now, viewer, minutes=minutes)
        except NoUnit as unknown:
            left[child] = f"{unknown} Complete the directory, then propose again."
        except errors.NothingWaiting:
            continue  # somebody set its meeting up a moment ago
    return found, left


async def _planned(asked: Sequence[Wanted], now: datetime) -> Plan:
    """The plan by the diaries of everybody asked, made in a thread: others' pages do not wait for it."""
    windows = [window(one, now) for one in asked]
    if not windows:
        return Plan({}, {}, {}, {})
    within = Period(min(w.starts_at for w in windows), max(w.ends_at for w in windows))
    known = await diaries({seat.unit for one in asked for seat in one.seats}, within)
    return await asyncio.to_thread(plan, asked, known, now)


def _kept(kept: UUID, asked: Wanted, made: Plan) -> KeptTime:
    slot = made.placed.get(asked.key)
    times = [] if slot is None else [slot, *made.others[asked.key]]
    return KeptTime(
        id=uuid4(),
        plan=kept,
        child=asked.key,
        due_at=asked.due_at,
        wanted=msgspec.json.encode(asked).decode(),
        times=json.dumps([[one.period.starts_at.isoformat(), seen(one)] for one in times]),
        chosen_at=slot.period.starts_at if slot else None,
        remark=_said(made.left if slot is None else made.remarks, asked.key),
    )


def _said(words: Mapping[UUID, str], key: UUID) -> str:
    return words.get(key, "")[:1000]


async def _last_link(by: str) -> str:
    """The link, or its pattern, of the plan that this person sent last."""
    last = (
        await KeptPlan.select(KeptPlan.link)
        .where((KeptPlan.made_by == by) & (KeptPlan.link != ""))
        .order_by(KeptPlan.made_at, ascending=False)
        .first()
    )
    return str(last["link"]) if last else ""
