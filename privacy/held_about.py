"""Everything that is held about one child, or about whoever has one address; of others their unit or role alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from directory.areas import place_names
from keeping import OfAChild
from meetings.episode_tables import Child
from privacy.answer_file import Section
from privacy.endings import OF_A_CHILD, OF_AN_ADDRESS
from web.moments import LONDON
from web.signin import titles_of

_ADDRESS: Final = re.compile(r"[^\s<>@,;:\"']+@[^\s<>@,;:\"']+")
_BY_NAME: Final = re.compile(r"acknowledged by [^()]*\(([^()]*)\)")
_PLACES: Final = ("home_place", "host_place", "incident_place", "from_place", "to_place")
_LOG: Final = """
    select at, actor, action, subject from audit_entry where subject = any({}) order by id
"""


async def about_child(child: UUID) -> list[Section]:
    """A section for each kind of row, and who did or saw what of the case, by role."""
    told = await _telling()
    sections = [await _of(one, child, told) for one in OF_A_CHILD]
    subjects = await _subjects(child)
    entries = await Child.raw(_LOG, subjects)
    roles = await titles_of({entry["actor"] for entry in entries})
    log = [
        {"at": told.text(entry["at"]), "who": _role(entry["actor"], roles), "did": entry["action"]}
        for entry in entries
    ]
    return [*sections, Section("log", "Who did or saw what of the case, by role", ("at", "who", "did"), log)]


async def about_address(address: str) -> list[Section]:
    """A section for each place where the address stands, and what its account was used for."""
    told, wanted = await _telling(), address.strip().lower()
    sections = []
    for number, one in enumerate(OF_AN_ADDRESS, start=1):
        rows = await Child.raw(
            f"select {', '.join(one.shown)} from {one.table} where lower({one.column}) = {{}}",
            wanted,
        )
        sections.append(Section(f"{one.table}-{number}", one.title, one.shown, _shown(rows, one.shown, told)))
    account = await Child.raw("select id from person where lower(email) = {}", wanted)
    for row in account:
        sections += await _of_account(row["id"], told)
    return sections


def is_empty(sections: Sequence[Section]) -> bool:
    """Nothing is held."""
    return not any(section.rows for section in sections)


def without_others(text: str) -> str:
    """What people wrote, without mail addresses and without the names of those who acknowledged something."""
    return _ADDRESS.sub("[an address]", _BY_NAME.sub(r"acknowledged by \1", text))


class _Telling:
    """How a value of the database is said: units and places by name, times in London."""

    def __init__(self, units: Mapping[UUID, str], places: Mapping[str, str]) -> None:
        self.units, self.places = units, places

    def text(self, value: object, column: str = "") -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return f"{value.astimezone(LONDON):%d %B %Y at %H:%M}"
        if isinstance(value, date):
            return f"{value:%d %B %Y}"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, UUID):
            return self.units.get(value, "")
        if isinstance(value, list):
            return ", ".join(self.text(one) for one in value)
        if column in _PLACES:
            return self.places.get(str(value), str(value))
        return without_others(str(value))


async def _telling() -> _Telling:
    units = {row["id"]: row["name"] for row in await Child.raw("select id, name from unit")}
    return _Telling(units, await place_names())


async def _of(one: OfAChild, child: UUID, told: _Telling) -> Section:
    rows = await Child.raw(
        f"select {', '.join(one.shown)} from {one.table} where {one.of.replace(':child', '{}')}",
        *[child] * one.of.count(":child"),
    )
    return Section(one.table, one.title, one.shown, _shown(rows, one.shown, told))


def _shown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], told: _Telling) -> list[dict[str, str]]:
    return [{column: told.text(row[column], column) for column in columns} for row in rows]


async def _subjects(child: UUID) -> list[str]:
    """What the log calls the case and what belongs to it."""
    rows = await Child.raw(
        "select 'episode:' || id as subject from episode where child = {} "
        "union all select 'move:' || id from placement_move where child = {} "
        "union all select 'meeting:' || reference from meeting where child = {} "
        "union all select 'request:' || reference from privacy_request where child = {}",
        *[child] * 4,
    )
    return [f"child:{child}", *(row["subject"] for row in rows)]


async def _of_account(person: UUID, told: _Telling) -> list[Section]:
    sessions = await Child.raw("select started_at, last_seen_at, ended_at from sign_in where person = {}", person)
    posts = await Child.raw(
        "select role, agency_code, unit_code, since, until from appointment where person = {}", person
    )
    did = await Child.raw("select at, action from audit_entry where actor = {} order by id", str(person))
    return [
        Section(name, title, columns, _shown(rows, columns, told))
        for name, title, columns, rows in (
            ("sessions", "When you were signed in", ("started_at", "last_seen_at", "ended_at"), sessions),
            ("appointments", "Your roles", ("role", "agency_code", "unit_code", "since", "until"), posts),
            ("log", "What you did and saw here", ("at", "action"), did),
        )
    ]


def _role(actor: str, roles: Mapping[str, str]) -> str:
    """The role of an account; a process or a system by its own name."""
    return roles.get(actor, "an account that ended" if _is_id(actor) else actor)


def _is_id(actor: str) -> bool:
    try:
        return str(UUID(actor)) == actor
    except ValueError:
        return False
