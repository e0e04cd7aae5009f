"""The directory as its CSV files write it: every unit, contact, area and mail domain, ended ones too."""

from __future__ import annotations

from datetime import date
from typing import Any

from directory.csv_matching import Known
from directory.csv_plan import Entry
from directory.csv_sheets import CONTACT, EVERY_UNIT, SHEETS, Sheet
from directory.csv_text import as_file
from directory.ladder_tables import LadderContact
from directory.reach_tables import DutyDesk, MailDomain
from directory.tables import POLICE, Agency, Area, Contact, Place, Unit
from directory.units import RESERVED


async def known() -> Known:
    """All of the directory that a file may speak of."""
    kinds = {row["code"]: row["kind"] for row in await Unit.select(Unit.code, Unit.kind)}
    police = [kind.value for kind in POLICE]
    return Known(
        units={code: police if kind in police else [kind] for code, kind in kinds.items()},
        agencies={row["code"]: row["name"] for row in await Agency.select(Agency.code, Agency.name)},
        places={row["code"] for row in await Place.select(Place.code)},
        entries={
            Sheet.UNITS: await _units(),
            Sheet.CONTACTS: await _contacts(),
            Sheet.AREAS: await _areas(),
            Sheet.DOMAINS: await _domains(),
        },
        reserved=RESERVED,
    )


async def exported(sheet: Sheet) -> bytes:
    """The file of this kind: what it says is what the directory holds, so that sending it back changes nothing."""
    entries = {
        Sheet.UNITS: _units,
        Sheet.CONTACTS: _contacts,
        Sheet.AREAS: _areas,
        Sheet.DOMAINS: _domains,
    }[sheet]
    names = [column.name for column in SHEETS[sheet]]
    return as_file([names, *([entry.values.get(name, "") for name in names] for entry in await entries())])


async def _units() -> list[Entry]:
    desks = {row["unit"]: row for row in await DutyDesk.select()}
    agency = (Unit.agency.code.as_alias("agency_code"), Unit.agency.name.as_alias("agency"))
    rows = await Unit.select(Unit.id, Unit.code, Unit.name, Unit.kind, *agency).order_by(Unit.kind, Unit.code)
    none = {"phone": "", "hours": ""}
    return [
        Entry(
            str(row["id"]),
            {
                "unit_code": row["code"],
                "name": row["name"],
                "kind": row["kind"],
                "agency_code": row["agency_code"],
                "agency": row["agency"],
                "duty_phone": desks.get(row["id"], none)["phone"],
                "hours": desks.get(row["id"], none)["hours"],
            },
        )
        for row in rows
    ]


async def _contacts() -> list[Entry]:
    """The units' own mailboxes and, under their steps, those on the ladder; not those that were forgotten since."""
    unit = (Contact.unit.code.as_alias("unit_code"), Contact.unit.name.as_alias("unit_name"))
    columns = (*_own_columns(Contact), Contact.name, Contact.rank, Contact.group, *unit)
    own = await (
        Contact.select(*columns)
        .where(Contact.email != "")
        .order_by(Contact.unit.code, Contact.rank, Contact.active_from, Contact.email)
    )
    unit = (LadderContact.unit.code.as_alias("unit_code"), LadderContact.unit.name.as_alias("unit_name"))
    told = await (
        LadderContact.select(*_own_columns(LadderContact), LadderContact.rung, *unit)
        .where(LadderContact.email != "")
        .order_by(LadderContact.unit.code, LadderContact.rung, LadderContact.active_from, LadderContact.email)
    )
    return [_contact(row) for row in [*own, *told]]


def _own_columns(table: Any) -> tuple[Any, ...]:
    return table.id, table.role, table.email, table.phone, table.active_from, table.active_to


def _contact(row: dict[str, Any]) -> Entry:
    own = "rung" not in row
    values = {
        "unit_code": row["unit_code"] or EVERY_UNIT,
        "unit": row["unit_name"] or "Every unit",
        "step": CONTACT if own else row["rung"],
        "role": row["role"],
        "name": row["name"] if own else "",
        "email": row["email"],
        "phone": row["phone"],
        "order": str(row["rank"]) if own else "",
        "team_mailbox": ("yes" if row["group"] else "no") if own else "",
        **_days(row["active_from"], row["active_to"]),
    }
    return Entry(str(row["id"]), values)


async def _areas() -> list[Entry]:
    rows = await Area.select(
        Area.id,
        Area.place.code.as_alias("place_code"),
        Area.place.name.as_alias("place_name"),
        Area.place.in_london.as_alias("in_london"),
        Area.unit.code.as_alias("unit_code"),
        Area.unit.name.as_alias("unit_name"),
        Area.effective_from,
        Area.effective_to,
        Area.source,
    ).order_by(Area.place.code, Area.unit.kind, Area.effective_from)
    return [
        Entry(
            str(row["id"]),
            {
                "place_code": row["place_code"],
                "place": row["place_name"],
                "in_london": "yes" if row["in_london"] else "no",
                "unit_code": row["unit_code"],
                "unit": row["unit_name"],
                **_days(row["effective_from"], row["effective_to"]),
                "source": row["source"],
            },
        )
        for row in rows
    ]


async def _domains() -> list[Entry]:
    agency = MailDomain.agency.code.as_alias("agency_code")
    rows = await MailDomain.select(
        MailDomain.domain, MailDomain.tls, MailDomain.answers, MailDomain.servers, agency
    ).order_by(MailDomain.domain)
    return [Entry(row["domain"], {**row, "agency_code": row["agency_code"] or ""}) for row in rows]


def _days(first: date | None, until: date | None) -> dict[str, str]:
    return {"from": first.isoformat() if first else "", "until": until.isoformat() if until else ""}
