"""Carry out what a file's plan says, in the transaction of whoever confirms it. Thousands of lines take seconds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.table import Table

from audit import trail
from directory import contradictions, history
from directory.addresses import address
from directory.csv_plan import Change, Plan, What
from directory.csv_sheets import CONTACT, EVERY_UNIT, Sheet
from directory.ladder_tables import LadderContact
from directory.naming import slug
from directory.reach_tables import DutyDesk, MailDomain
from directory.tables import Agency, Area, Contact, Place, Unit

_AT_ONCE = 500  # rows of one statement: PostgreSQL takes 32,767 values


async def lock(plan: Plan) -> None:
    """Nobody else changes what the plan touches until the transaction ends; locked in the order of codes.

    A unit's row is the lock of its contacts, a place's that of its areas, as for every verb of this room.
    """
    acts = plan.acts
    units = sorted({change.now("unit_code") for change in acts})
    places = sorted({change.now("place_code") for change in acts})
    entries = sorted({UUID(c.entry) for c in acts if c.entry and plan.sheet is not Sheet.DOMAINS})
    await Unit.select(Unit.id).where(Unit.code.is_in(units or [""])).order_by(Unit.code).lock_rows("NO KEY UPDATE")
    await (
        Place.select(Place.code)
        .where(Place.code.is_in(places or [""]))
        .order_by(Place.code)
        .lock_rows("NO KEY UPDATE")
    )
    of_entries: dict[Sheet | None, Sequence[type[Table]]] = {
        Sheet.CONTACTS: (Contact, LadderContact),
        Sheet.AREAS: (Area,),
    }
    for table in of_entries.get(plan.sheet, ()):
        key: Any = table._meta.primary_key
        await table.select(key).where(key.is_in(entries or [UUID(int=0)])).order_by(key).lock_rows("NO KEY UPDATE")


async def apply(plan: Plan, *, by: str, now: datetime) -> None:
    """Every line of the plan is carried out, and in the trail."""
    assert plan.sheet is not None, "a plan without problems knows its sheet"
    acts = [_act(plan.sheet, change) for change in plan.acts]
    await history.before([act.subject for act in acts], now=now)
    await _APPLY[plan.sheet](plan.acts)
    await history.record_all(by, acts, now=now)
    if plan.sheet is Sheet.CONTACTS:
        await _settle(plan.doing(What.ENDED), by, now)


async def _settle(ended: Sequence[Change], by: str, now: datetime) -> None:
    """Whatever spoke against an address that a unit has no more is over."""
    units = {row["code"]: row["id"] for row in await Unit.select(Unit.code, Unit.id)} if ended else {}
    for act in ended:
        if act.now("unit_code") in units:
            await contradictions.close_changed(units[act.now("unit_code")], act.now("email"), by=by, now=now)


def _act(sheet: Sheet, change: Change) -> trail.Act:
    subject = {
        Sheet.UNITS: f"unit {change.now('unit_code')}",
        Sheet.CONTACTS: f"unit {change.now('unit_code')}",
        Sheet.AREAS: f"place {change.now('place_code')}",
        Sheet.DOMAINS: f"mail domain {change.now('domain')}"[:120],
    }[sheet]
    detail: dict[str, object] = {"line": change.line, "changed": [name for name, _, _ in change.cells]}
    if change.entry and sheet is not Sheet.DOMAINS:
        detail["entry"] = change.entry
    return trail.Act(f"{sheet.value.removesuffix('s')} {change.what} by a file", subject, detail)


async def _units(acts: Sequence[Change]) -> None:
    agencies = {row["code"]: row["id"] for row in await Agency.select(Agency.code, Agency.id)}
    new: dict[str, Agency] = {}
    rows = []
    for act in (one for one in acts if one.what is What.ADDED):
        code = act.now("agency_code") or slug(act.now("agency"))
        if code not in agencies:
            new[code] = Agency(id=uuid4(), code=code, name=act.now("agency"))
            agencies[code] = new[code].id
        told: dict[str, Any] = {"code": act.now("unit_code"), "name": act.now("name"), "kind": act.now("kind")}
        rows.append(Unit(id=uuid4(), agency=agencies[code], **told))
    await _insert(Agency, list(new.values()))
    await _insert(Unit, rows)
    added = {unit.code: unit.id for unit in rows}
    desks = []
    for act in acts:
        unit_id = added.get(act.now("unit_code")) or UUID(act.entry)
        if any(name == "name" for name, _, _ in act.cells) and act.entry:
            await Unit.update({Unit.name: act.now("name")}).where(Unit.id == unit_id)
        desks.append(DutyDesk(unit=unit_id, phone=act.now("duty_phone"), hours=act.now("hours")))
    for some in _parts(desks):
        await DutyDesk.insert(*some).on_conflict(
            target=DutyDesk.unit, action="DO UPDATE", values=[DutyDesk.phone, DutyDesk.hours]
        )


async def _contacts(acts: Sequence[Change]) -> None:
    units = {row["code"]: row["id"] for row in await Unit.select(Unit.code, Unit.id)} | {EVERY_UNIT: None}
    own, told = [], []
    for act in acts:
        of_unit = act.now("step") == CONTACT
        values = _own(act) if of_unit else _common(act)
        if act.what is not What.ADDED:
            table: type[Table] = Contact if of_unit else LadderContact
            await table.update(**values).where(table._meta.primary_key == UUID(act.entry))
            continue
        first: dict[str, Any] = {
            "active_from": date.fromisoformat(act.now("from")),
            "email": address(act.now("email")),
        }
        unit: dict[str, Any] = {"id": uuid4(), "unit": units[act.now("unit_code")]}
        if of_unit:
            own.append(Contact(**values, **first, **unit))
        else:
            told.append(LadderContact(**values, **first, **unit, rung=act.now("step")))
    await _insert(Contact, own)
    await _insert(LadderContact, told)


def _common(act: Change) -> dict[str, Any]:
    return {"role": act.now("role"), "phone": act.now("phone"), "active_to": _day(act.now("until"))}


def _own(act: Change) -> dict[str, Any]:
    return {
        **_common(act),
        "name": act.now("name"),
        "rank": int(act.now("order") or "1"),
        "group": act.now("team_mailbox") == "yes",
    }


async def _areas(acts: Sequence[Change]) -> None:
    units = {row["code"]: row["id"] for row in await Unit.select(Unit.code, Unit.id)}
    added = [act for act in acts if act.what is What.ADDED]
    places = {
        act.now("place_code"): Place(
            code=act.now("place_code"), name=act.now("place"), in_london=act.now("in_london") == "yes"
        )
        for act in added
    }
    for some in _parts(list(places.values())):
        await Place.insert(*some).on_conflict(target=Place.code, action="DO NOTHING")
    for act in acts:
        if act.what is not What.ADDED:
            told = Area.update(effective_to=_day(act.now("until")), source=act.now("source"))
            await told.where(Area.id == UUID(act.entry))
    rows = [
        Area(
            place=act.now("place_code"),
            unit=units[act.now("unit_code")],
            effective_from=_day(act.now("from")),
            effective_to=_day(act.now("until")),
            source=act.now("source"),
        )
        for act in added
    ]
    await _insert(Area, rows)


async def _domains(acts: Sequence[Change]) -> None:
    agencies = {row["code"]: row["id"] for row in await Agency.select(Agency.code, Agency.id)} | {"": None}
    rows = [
        MailDomain(
            domain=act.now("domain"),
            agency=agencies[act.now("agency_code")],
            tls=act.now("tls"),
            answers=act.now("answers"),
            servers=act.now("servers"),
        )
        for act in acts
    ]
    for some in _parts(rows):
        await MailDomain.insert(*some).on_conflict(
            target=MailDomain.domain,
            action="DO UPDATE",
            values=[MailDomain.agency, MailDomain.tls, MailDomain.answers, MailDomain.servers],
        )


_APPLY: Mapping[Sheet, Callable[[Sequence[Change]], Awaitable[None]]] = {
    Sheet.UNITS: _units,
    Sheet.CONTACTS: _contacts,
    Sheet.AREAS: _areas,
    Sheet.DOMAINS: _domains,
}


async def _insert(table: type[Table], rows: Sequence[Any]) -> None:
    for some in _parts(rows):
        await table.insert(*some)


def _parts(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[begin : begin + _AT_ONCE] for begin in range(0, len(rows), _AT_ONCE)]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
