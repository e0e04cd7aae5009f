"""The worker takes the steps of requests: looks up whom each is about, shows, answers, holds or forgets.

Only the authority that answers for a child gets an answer about it: whoever wrote the request down, and whoever
confirmed it, must be appointed to it, or to every agency, at that moment. To anybody else the child is as one that is
not known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from audit import trail
from directory.one_by_one import one_by_one
from meetings.episode_tables import Child
from meetings.occurrences import new_reference
from privacy import answer_file, forgetting, held_about
from privacy.errors import PrivacyError
from privacy.tables import About, CaseHold, PrivacyRequest, Stand, Wish
from web.appointing import viewer_of
from web.moments import london_date
from web.roles import Act

ACTOR: Final = "requests"
NOTHING: Final = (
    "Nothing is held under this that is for your authority to answer for. Check the reference and the numbering."
)
_RESPONSIBLE: Final = """
    with home as (
        select home_place from (
            select home_place, recorded_at from episode where child = {}
            union all select home_place, recorded_at from placement_move where child = {}
        ) reported order by recorded_at desc limit 1
    )
    select a.code from area x join home h on h.home_place = x.place
    join unit u on u.id = x.unit and u.kind = 'social care' join agency a on a.id = u.agency
    where coalesce(x.effective_from <= {}, true) and coalesce(x.effective_to > {}, true)
"""
_OF_ACCOUNT: Final = """
    select x.agency_code as own, p.agency_code as code from person x join appointment p on p.person = x.id
    where lower(x.email) = {}
"""
_STOOD_BEFORE: Final = timedelta(days=90)  # a manager who adds a stranger to a unit today is not who answers for them
_ADDED_SINCE: Final = """
    select 1 from audit_entry e where e.at > {} and e.subject = 'unit ' || u.code
    and e.action in ('contact added', 'put on the ladder') and e.detail ->> 'contact' = c.id::text
"""
_AGENCIES: Final = f"""
    select agency_code as code from person where lower(email) = {{}} and agency_code <> ''
    union select a.code from contact c join unit u on u.id = c.unit join agency a on a.id = u.agency
        where lower(c.email) = {{}} and c.active_from <= {{}} and not exists ({_ADDED_SINCE})
    union select a.code from ladder_contact c join unit u on u.id = c.unit join agency a on a.id = u.agency
        where lower(c.email) = {{}} and c.active_from <= {{}} and not exists ({_ADDED_SINCE})
    union select a.code from invitation i join seat s on s.id = i.seat join unit u on u.id = s.unit
        join agency a on a.id = u.agency where lower(i.address) = {{}} and i.invited_at <= {{}}
"""


async def take_steps(now: datetime, *, real_now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Every request that waits for the worker has had its step, a transaction each; returns how many.

    :param real_now: the real time, by which appointments hold.
    """
    waiting = await PrivacyRequest.select(PrivacyRequest.id).where(
        PrivacyRequest.stand.is_in([Stand.ASKED.value, Stand.CONFIRMED.value])
    )

    async def step(request: UUID) -> int:
        return 0 if stopping() else await _step(request, now, real_now)

    return await one_by_one("request", [row["id"] for row in waiting], step)


async def _step(request: UUID, now: datetime, real_now: datetime) -> int:
    """1. What was confirmed is carried out, in a transaction of its own. 2. The request says what came of it.

    Killed between the two, the next round finds the child forgotten, and says so.
    """
    row = await PrivacyRequest.objects().get(PrivacyRequest.id == request)
    refused = await _forgotten(row, now, real_now) if row is not None and row.stand == Stand.CONFIRMED else ""
    async with PrivacyRequest._meta.db.transaction():
        rows = await PrivacyRequest.raw(
            "select id from privacy_request where id = {} and stand in ('asked', 'confirmed') for update skip locked",
            request,
        )
        row = await PrivacyRequest.objects().get(PrivacyRequest.id == request) if rows else None
        if row is None:
            return 0
        if row.stand == Stand.CONFIRMED:
            changed = _refused(refused, now) if refused else _ended(Stand.DONE, now)
        else:
            changed = await _decided(row, now, real_now)
        await PrivacyRequest.update(changed).where(PrivacyRequest.id == request)
        stand = changed[PrivacyRequest.stand].value
        await trail.record(ACTOR, f"request {stand}", f"request:{row.reference}", now=now)
    return 1


async def _forgotten(row: PrivacyRequest, now: datetime, real_now: datetime) -> str:
    """The child is forgotten; else why not."""
    child = await _child(row)
    if child is None or not await _all_may(row, await responsible(child, now), real_now):
        return NOTHING
    try:
        await forgetting.forget(child, by=row.confirmed_by, why=row.reference, now=now)
    except PrivacyError as why:
        return str(why)
    return ""


async def _decided(row: PrivacyRequest, now: datetime, real_now: datetime) -> dict[Any, Any]:
    """What becomes of the request's row."""
    if row.about == About.ADDRESS:
        return await _about_address(row, now, real_now)
    child = await _child(row)
    if child is None or not await _all_may(row, await responsible(child, now), real_now):
        return _refused(NOTHING, now)
    found: dict[Any, Any] = {PrivacyRequest.child: child}
    if row.wish == Wish.HOLD:
        return found | await _held(row, child, now)
    if row.wish == Wish.ACCESS:
        return found | _answered(row, await held_about.about_child(child), now)
    return found | await _to_be_confirmed(child, now)


async def responsible(child: UUID, now: datetime) -> frozenset[str]:
    """The agencies of the social care of the child's home place, by the last that was reported; today's."""
    today = london_date(now)
    rows = await Child.raw(_RESPONSIBLE, child, child, today, today)
    return frozenset(row["code"] for row in rows)


async def _child(row: PrivacyRequest) -> UUID | None:
    if row.child is not None:
        return UUID(str(row.child))
    found = await Child.select(Child.id).where(Child.issuer == row.issuer, Child.reference == row.subject).first()
    return found["id"] if found else None


async def _all_may(row: PrivacyRequest, agencies: Collection[str], real_now: datetime) -> bool:
    """Who wrote it down, and who confirmed it, answers for one of these agencies."""
    for person in filter(None, (row.asked_by, row.confirmed_by)):
        viewer = await viewer_of(UUID(person), now=real_now)
        if not viewer.may_everywhere(Act.DISCLOSE) and not viewer.agencies(Act.DISCLOSE) & set(agencies):
            return False
    return True


async def _about_address(row: PrivacyRequest, now: datetime, real_now: datetime) -> dict[Any, Any]:
    address = row.subject.strip().lower()
    agencies = await _answering_for(address, row.asked_at)
    sections = await held_about.about_address(address)
    if held_about.is_empty(sections) or not await _all_may(row, agencies, real_now):
        return _refused(NOTHING, now)
    return _answered(row, sections, now)


async def _answering_for(address: str, asked_at: datetime) -> set[str]:
    """The agencies that the account with this address is appointed to; without one, those where it stood long before.

    The day from which an entry of the directory holds can be given back in time, so the log says when it was added.
    """
    posts = await Child.raw(_OF_ACCOUNT, address)
    if posts:
        return {row["own"] for row in posts} | {row["code"] for row in posts}
    before = asked_at - _STOOD_BEFORE
    entry = (address, london_date(before), before)
    rows = await Child.raw(_AGENCIES, address, *entry, *entry, address, before)
    return {row["code"] for row in rows}


async def _held(row: PrivacyRequest, child: UUID, now: datetime) -> dict[Any, Any]:
    hold = CaseHold(
        id=uuid4(), reference=new_reference("HD"), child=child, reason=row.why, held_at=now, held_by=row.asked_by
    )
    await CaseHold.insert(hold)
    await trail.record(row.asked_by, "held a case", f"child:{child}", now=now, detail={"hold": hold.reference})
    return _ended(Stand.DONE, now)


async def _to_be_confirmed(child: UUID, now: datetime) -> dict[Any, Any]:
    """What an erasure would do is known, or why it cannot be."""
    if matters := await forgetting.open_matters(child, now):
        return _refused(" ".join(matters) + " Nothing was removed.", now)
    counts = {table: n for table, n in (await forgetting.counted(child)).items() if n}
    return {PrivacyRequest.stand: Stand.SHOWN, PrivacyRequest.counts: json.dumps(counts)}


def _answered(row: PrivacyRequest, sections: list[answer_file.Section], now: datetime) -> dict[Any, Any]:
    whom = "a child" if row.about == About.CHILD else "the person with this address"
    about = (
        f"Request {row.reference}, of {row.who}. What Convene held about {whom} on {london_date(now):%d %B %Y}.",
        "Others stand here by their unit or role.",
        "What people wrote is given as they wrote it, without mail addresses: read it over before you hand it on.",
    )
    packed = answer_file.pack(f"What is held: request {row.reference}", about, sections)
    counts = {section.name: len(section.rows) for section in sections if section.rows}
    return _ended(Stand.DONE, now) | {PrivacyRequest.content: packed, PrivacyRequest.counts: json.dumps(counts)}


def _refused(why: str, now: datetime) -> dict[Any, Any]:
    return _ended(Stand.REFUSED, now) | {PrivacyRequest.said: why[:400]}


def _ended(stand: Stand, now: datetime) -> dict[Any, Any]:
    return {PrivacyRequest.stand: stand, PrivacyRequest.ended_at: now}
