"""Every change of an entry is kept as it was, with who made it and when; nothing that was held is lost."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest

from directory import change_tables, changes_proposed, contacts, desks, history, ladder
from directory.areas import add_area
from directory.change_wanted import Proposer, Wanted
from directory.history import Version
from directory.history_tables import EntryVersion
from directory.rungs import Rung
from directory.tables import Contact, Place, Unit
from tests.browsing import Browser, application, sign_in_as
from tests.directory.test_verification import SENDER
from tests.factories import make_unit

SINCE, TEAM = date(2025, 1, 1), "team@kent.example"
HOUR = timedelta(hours=1)


@pytest.fixture
async def unit(rolled_back: None, now: datetime) -> Unit:
    unit = await make_unit(code="KT", name="Kent police")
    await contacts.add(
        unit.id, role="team", email=TEAM, phone="020 7946 0001", active_from=SINCE, by="somebody", now=now
    )
    return unit


async def latest(unit: Unit) -> Version:
    return (await history.versions_of(unit.id))[0]


async def test_a_contacts_earlier_telephone_number_is_still_there(unit: Unit, now: datetime) -> None:
    row = await Contact.objects().first()
    assert row is not None
    await contacts.change(
        row.id, role="team", name="", phone="020 7946 0999", rank=1, group=False, by="another", now=now + HOUR
    )
    version = await latest(unit)
    assert (version.at, version.by, version.action) == (now + HOUR, "another", "contact changed")
    [change] = version.changes
    assert change.before == "team: team@kent.example, 020 7946 0001, tried first, from 1 January 2025"
    assert change.after == "team: team@kent.example, 020 7946 0999, tried first, from 1 January 2025"


async def test_what_was_there_before_anybody_kept_a_version_is_kept_before_it_is_altered(
    unit: Unit, now: datetime
) -> None:
    await EntryVersion.delete(force=True)
    row = await Contact.objects().first()
    assert row is not None
    await contacts.change(row.id, role="team", name="", phone="", rank=1, group=False, by="x", now=now + HOUR)
    assert [version.action for version in await history.versions_of(unit.id)] == ["contact changed", "found so"]
    assert "020 7946 0001" in (await latest(unit)).changes[0].before


async def test_every_part_of_an_entry_has_its_history(unit: Unit, now: datetime) -> None:
    await desks.note_desk(unit.id, phone="020 7946 0002", hours="day and night", by="a", now=now + HOUR)
    await ladder.add(
        unit.id, rung=Rung.HEAD, role="inspector", email="head@kent.example", active_from=SINCE, by="b",
        now=now + 2 * HOUR,
    )  # fmt: skip
    await Place.insert(Place(code="KT", name="Kent"))
    await add_area("KT", unit.id, since=SINCE, source="Gazette", by="c", now=now + 3 * HOUR)
    assert [(one.by, one.changes[0].section) for one in await history.versions_of(unit.id)] == [
        ("c", "Places it serves"),
        ("b", "Who is told when the unit stays silent"),
        ("a", "Duty hours"),
        ("somebody", "The unit"),
    ]


async def test_the_same_again_makes_no_version(unit: Unit, now: datetime) -> None:
    before = await EntryVersion.count()
    assert await history.catch_up(now + HOUR) == 0
    assert await EntryVersion.count() == before


async def test_a_change_made_around_the_application_is_found(unit: Unit, now: datetime) -> None:
    await Contact.update({Contact.phone: "020 7946 0666"}, force=True)
    assert await history.catch_up(now + HOUR) == 1
    version = await latest(unit)
    assert (version.by, version.action) == ("", "found so")
    assert "020 7946 0666" in version.changes[0].after


async def test_an_accepted_proposal_says_why(unit: Unit, now: datetime) -> None:
    wanted = Wanted(change_tables.What.ADD, "the sergeant said so", role="desk", email="desk@kent.example")
    nurse = Proposer("a nurse", "nurse@health.example")
    proposal = await changes_proposed.propose(unit.id, wanted, nurse, sender=SENDER, now=now)
    await changes_proposed.accept(proposal, by="a manager", sender=SENDER, now=now + HOUR)
    version = await latest(unit)
    assert (version.by, version.action, version.why) == ("a manager", "contact added", "the sergeant said so")


async def test_a_change_by_the_units_own_link_says_so(unit: Unit, now: datetime) -> None:
    row = await Contact.objects().first()
    assert row is not None
    wanted = Wanted(change_tables.What.CHANGE, "I answer it", row.id, role="team", email=TEAM, phone="020 7946 0777")
    await changes_proposed.propose(
        unit.id, wanted, Proposer("link:7", TEAM, owner=True), sender=SENDER, now=now + HOUR
    )
    assert (await latest(unit)).by == "the unit itself, by a link in a letter"


async def test_what_was_forgotten_is_shown_as_forgotten(unit: Unit, now: datetime) -> None:
    await desks.note_desk(unit.id, phone="020 7946 0002", hours="", by="a", now=now + HOUR)
    await EntryVersion.update({EntryVersion.lines: "[]"}).where(EntryVersion.superseded_at.is_not_null())
    versions = await history.versions_of(unit.id)
    assert all(version.forgotten and not version.changes for version in versions)


async def test_the_page_and_the_file_tell_who_changed_what_and_when(unit: Unit, now: datetime) -> None:
    await contacts.add(
        unit.id, role="=cmd|x", email="a@kent.example", active_from=SINCE, by="somebody", now=now + HOUR
    )
    async with Browser(application()) as browser:
        await sign_in_as(browser, "coordinator@council.example", "Missing coordinator")
        shown = (await browser.get("/directory/KT/history")).text
        assert "Wednesday 18 November 2026 at 11am, by somebody: contact added" in shown
        assert "team@kent.example" in shown
        file = await browser.get("/directory/KT/history.csv")
        assert (await browser.get("/directory/nowhere/history")).status_code == 404
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert (rows[0]["Who"], rows[0]["Act"], rows[0]["Before"]) == ("somebody", "contact added", "")
    assert rows[0]["After"].startswith("'=cmd|x: a@kent.example")  # no spreadsheet runs it
