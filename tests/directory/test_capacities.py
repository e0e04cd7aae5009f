"""Whoever leaves is followed in every capacity: on the unit's ladder at once, elsewhere once somebody looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from attendance import leaving
from attendance.leaving import Newcomer
from directory import contacts, ladder
from directory.capacities import capacities
from directory.rungs import Rung
from directory.tables import Contact
from directory.units import unit_of_code
from meetings.letters import Letterhead
from tests.browsing import Browser, application, sign_in_as

LEAVER, NEW = "Sergeant@police.example", "new-sergeant@police.example"
SINCE = date(2026, 1, 1)


async def everywhere(now: datetime) -> Contact:
    """A sergeant who is a contact of two units, and on the ladder of one of them and of all London."""
    told: dict[str, Any] = {"role": "sergeant", "active_from": SINCE, "by": "test", "now": now}
    unit, other = await unit_of_code("SN"), await unit_of_code("NA")
    own = await contacts.add(unit.id, email=LEAVER, rank=3, **told)
    await contacts.add(other.id, email=LEAVER.lower(), rank=3, **told)
    for whose, rung in ((unit.id, Rung.SUPERVISOR), (unit.id, Rung.HEAD), (None, Rung.DIRECTOR)):
        await ladder.add(whose, rung=rung, email=LEAVER, **told)
    ended = await ladder.add(unit.id, rung=Rung.SUPERINTENDENT, email=LEAVER, **told)
    await ladder.end(ended, on=SINCE + timedelta(days=30), by="test", now=now)
    return await contacts.contact_of(unit.id, own)


async def test_the_successor_stands_on_the_unit_s_ladder_from_the_day_and_the_rest_is_listed(
    rolled_back: None, london: None, now: datetime, letterhead: Letterhead
) -> None:
    contact = await everywhere(now)
    unit = await unit_of_code("SN")
    await ladder.add(unit.id, rung=Rung.HEAD, role="chief", email=NEW, active_from=SINCE, by="test", now=now)
    newcomer = Newcomer("sergeant", NEW, "020 7946 0123")
    await leaving.leave(contact.id, newcomer, by="test", now=now, letterhead=letterhead)
    on = [row for row in await ladder.on_rungs(unit.id, list(Rung), now.date()) if row.unit == unit.id]
    assert [(row.rung, row.email, row.role) for row in on] == [
        (Rung.SUPERVISOR, NEW, "sergeant"),
        (Rung.HEAD, NEW, "chief"),
    ]
    assert on[0].phone == "020 7946 0123"
    assert on[0].active_from == now.date()
    left = await capacities(contact, now.date())
    assert left.with_it == []
    assert [(one.what, one.unit) for one in left.elsewhere] == [
        ("sergeant", "North Area BCU"),
        ("director, sergeant", ""),
    ]


async def test_the_lowest_rung_comes_first_in_whatever_order_they_were_written(
    rolled_back: None, london: None, now: datetime
) -> None:
    unit = await unit_of_code("SN")
    told: dict[str, Any] = {"role": "sergeant", "email": LEAVER, "active_from": SINCE, "by": "test", "now": now}
    contact = await contacts.contact_of(unit.id, await contacts.add(unit.id, rank=3, **told))
    for rung in (Rung.DIRECTOR, Rung.HEAD, Rung.SUPERINTENDENT, Rung.SUPERVISOR):
        await ladder.add(unit.id, rung=rung, **told)
    for code in ("NA", "CE", "EA"):
        await contacts.add((await unit_of_code(code)).id, rank=3, **told)
    left = await capacities(contact, now.date())
    assert [row.rung for row in left.with_it] == [Rung.SUPERVISOR, Rung.HEAD, Rung.SUPERINTENDENT, Rung.DIRECTOR]
    assert [one.unit for one in left.elsewhere] == sorted(one.unit for one in left.elsewhere)


async def test_the_page_says_so_before_and_after(
    rolled_back: None, london: None, now: datetime, letterhead: Letterhead
) -> None:
    contact = await everywhere(now)
    browser = await sign_in_as(Browser(application()), "somebody@council.example", "Missing coordinator")
    page = (await browser.get(f"/directory/SN/contacts/{contact.id}/left")).text
    assert "Supervisor, Head of service: whoever follows stands there instead" in page
    assert "Sergeant, North Area BCU" in page
    assert "Director, sergeant, for every unit" in page
    await leaving.leave(contact.id, Newcomer("sergeant", NEW), by="test", now=now, letterhead=letterhead)
    page = (await browser.get(f"/directory/SN/contacts/{contact.id}/left")).text
    assert "Director, sergeant, for every unit" in page
