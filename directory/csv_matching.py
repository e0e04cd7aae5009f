"""Which entry of the directory each line of a file is about, and what may not stand beside what. Pure."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from directory.csv_plan import Change, Entry, Key, Line, Plan, What, added, compare, lines_of
from directory.csv_sheets import CONTACT, EVERY_UNIT, Sheet
from directory.csv_text import Row


@dataclass(frozen=True)
class Known:
    """What the directory has of that a file speaks of.

    :param units: by the unit's code the kinds of which a place has one at a time together with it.
    :param reserved: words that are no unit's code.
    """

    units: Mapping[str, Collection[str]]
    agencies: Mapping[str, str]  # names by codes
    places: Collection[str]
    entries: Mapping[Sheet, Sequence[Entry]]
    reserved: Collection[str] = ()


def planned(rows: Iterable[Row], known: Known, today: date) -> Plan:
    """What the file would change, and what is wrong with it."""
    plan = Plan()
    lines = lines_of(rows, plan)
    if plan.sheet is None:
        return plan
    entries = known.entries[plan.sheet]
    lookup = _Lookup(plan.sheet, entries, today)
    seen: dict[Key, int] = {}
    named: set[str] = set()
    for line in lines:
        if not line.values:
            continue
        _check_codes(line, plan.sheet, known, plan)
        change = _change(line, lookup.entry(line.values), plan, today)
        key = key_of(plan.sheet, change.values)
        if key in seen:
            plan.refuse(line.number, "", f"The same entry stands on line {seen[key]}. Keep one of the two lines.")
        seen.setdefault(key, line.number)
        named.add(change.entry)
        plan.changes.append(change)
    plan.left = sum(entry.id not in named for entry in entries)
    _CLASHES[plan.sheet](plan, entries, known)
    return plan


def key_of(sheet: Sheet, values: Mapping[str, str]) -> Key:
    """What makes an entry that one and no other."""
    if sheet is Sheet.CONTACTS:
        return (*_reached(values), values.get("from", ""))
    if sheet is Sheet.AREAS:
        return values["place_code"], values["unit_code"], values.get("from", "")
    return (values["unit_code" if sheet is Sheet.UNITS else "domain"],)


def _reached(values: Mapping[str, str]) -> Key:
    return values["unit_code"], values.get("step", "") or CONTACT, values["email"].lower()


class _Lookup:
    """The entry that a line is about: of one key, or, for a contact without its first day, the one that is in use."""

    def __init__(self, sheet: Sheet, entries: Iterable[Entry], today: date) -> None:
        self.sheet = sheet
        self.by_key = {key_of(sheet, entry.values): entry for entry in entries}
        self.in_use: dict[Key, Entry] = {}
        if sheet is Sheet.CONTACTS:
            for entry in self.by_key.values():
                until = entry.values.get("until", "")
                if not until or until > today.isoformat():
                    self.in_use[_reached(entry.values)] = entry

    def entry(self, values: Mapping[str, str]) -> Entry | None:
        if self.sheet is Sheet.CONTACTS and not values.get("from"):
            return self.in_use.get(_reached(values))
        return self.by_key.get(key_of(self.sheet, values))


def _change(line: Line, entry: Entry | None, plan: Plan, today: date) -> Change:
    assert plan.sheet is not None, "lines are read of a known file"
    if entry is not None:
        return compare(line, entry, plan.sheet, plan, today)
    if plan.sheet is Sheet.CONTACTS:
        step = line.values.get("step", "") or CONTACT
        if step == CONTACT:
            filled = {"step": step, "order": "1", "team_mailbox": "no", "from": today.isoformat()}
        else:
            filled = {"step": step, "from": today.isoformat()}
        return added(line, plan.sheet, plan, **filled)
    return added(line, plan.sheet, plan, in_london="no")


def _check_codes(line: Line, sheet: Sheet, known: Known, plan: Plan) -> None:
    """The unit, place and agency that the line names are there, or are added by it."""
    unit, place, agency = (line.values.get(name, "") for name in ("unit_code", "place_code", "agency_code"))
    every = sheet is Sheet.CONTACTS and unit == EVERY_UNIT and line.values.get("step", "") not in ("", CONTACT)
    if unit and sheet is not Sheet.UNITS and unit not in known.units and not every:
        plan.refuse(line.number, "unit_code", f"{unit} is no unit of the directory.{_close(unit, known.units)}")
    if unit in known.reserved and sheet is Sheet.UNITS:
        plan.refuse(line.number, "unit_code", f"{unit} is a word of the pages' own addresses. Choose another code.")
    if place and place not in known.places and not line.values.get("place"):
        plan.refuse(line.number, "place_code", f"{place} is no place of the directory. Add its name to add it.")
    if sheet is Sheet.DOMAINS and agency and agency not in known.agencies:
        plan.refuse(line.number, "agency_code", f"{agency} is no agency.{_close(agency, known.agencies)}")
    if (
        sheet is Sheet.UNITS
        and unit not in known.units
        and not (agency in known.agencies or line.values.get("agency"))
    ):
        plan.refuse(line.number, "agency", "is empty. Fill it in, or give the code of an agency of the directory.")


def _close(code: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(code, list(known), n=1) or [one for one in known if one.lower() == code.lower()]
    return f" Is {close[0]} meant?" if close else ""


def _nothing(plan: Plan, entries: Sequence[Entry], known: Known) -> None:
    """Such entries never clash."""


def _overlaps(group: Callable[[Mapping[str, str], Known], Key], said: str) -> Callable[..., None]:
    """Entries of one group hold on days of their own: whichever line makes two meet is refused."""

    def refuse(plan: Plan, entries: Sequence[Entry], known: Known) -> None:
        touched = {change.entry for change in plan.changes}
        lines = [(change.values, change.line) for change in plan.changes if change.what is not What.SAME]
        still = [(change.values, 0) for change in plan.changes if change.what is What.SAME]
        still += [(entry.values, 0) for entry in entries if entry.id not in touched]
        groups = defaultdict(list)
        for values, line in (*still, *lines):
            if line and _ends_first(values):
                plan.refuse(line, "until", "is before the first day. Give a later day.")
            groups[group(values, known)].append(
                (values.get("from", ""), values.get("until", "") or "~", line, values)
            )
        for held in groups.values():
            held.sort(key=lambda span: span[:3])
            for one, other in pairwise(held):
                if other[0] < one[1] and (one[2] or other[2]):
                    there = (one if other[2] else other)[3]
                    since = f" from {there['from']}" if there.get("from") else ""
                    plan.refuse(max(one[2], other[2]), "from", said.format(**there, since=since))

    return refuse


def _ends_first(values: Mapping[str, str]) -> bool:
    """It ends before it began; a contact may have been added by mistake, and ended on its first day."""
    first, until = values.get("from", ""), values.get("until", "")
    return bool(until) and (until < first or (until == first and "place_code" in values))


def _place_and_kinds(values: Mapping[str, str], known: Known) -> Key:
    return values["place_code"], *sorted(known.units.get(values["unit_code"], ()))


_CLASHES: Mapping[Sheet, Callable[[Plan, Sequence[Entry], Known], None]] = {
    Sheet.UNITS: _nothing,
    Sheet.DOMAINS: _nothing,
    Sheet.CONTACTS: _overlaps(
        lambda values, _: _reached(values), "The unit has {email}{since} already. End that entry first."
    ),
    Sheet.AREAS: _overlaps(
        _place_and_kinds, "{unit_code} serves the place{since} already. Give that entry its last day as well."
    ),
}
