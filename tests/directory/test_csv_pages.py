"""The directory as files: sent, previewed, confirmed as previewed; and out and in again without a change."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from audit.tables import Entry
from directory import contacts, contradictions, csv_taking, desks, ladder
from directory.areas import serving
from directory.contradiction_tables import Against
from directory.csv_plan import What
from directory.csv_sheets import Sheet
from directory.csv_state import exported
from directory.errors import FileGone, FileNotReady, PreviewedBefore
from directory.ladder_tables import LadderContact
from directory.reach_tables import DirectoryFile, MailDomain
from directory.rungs import Rung
from directory.tables import Agency, Contact, Unit, UnitKind
from directory.units import unit_of_code
from tests.browsing import Browser, application, sign_in_as

BY = "test"
NEW = "unit_code,role,email,phone\r\nSN,night desk,night@police.example,'+44 20 7946 0018\r\n"


@pytest.fixture
async def coordinator(rolled_back: None, london: None) -> Browser:
    return await sign_in_as(Browser(application()), "somebody@council.example", "Missing coordinator")


async def sent(browser: Browser, raw: str | bytes) -> httpx.Response:
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', (await browser.get("/directory/files")).text)
    assert token
    content = raw.encode() if isinstance(raw, str) else raw
    files: Any = {"file": ("contacts.csv", content, "text/csv")}
    return await browser.post("/directory/files", data={"_csrf_token": token[1]}, files=files)


async def confirmed(browser: Browser, page: str) -> httpx.Response:
    found = re.search(r'name="previewed" value="([0-9a-f]{64})"', (await browser.get(page)).text)
    assert found
    return await browser.send_form(page, previewed=found[1])


@pytest.mark.parametrize("sheet", Sheet)
async def test_what_was_exported_and_is_sent_back_changes_nothing(
    rolled_back: None, london: None, now: datetime, sheet: Sheet
) -> None:
    unit = await unit_of_code("SN")
    since = date(2026, 1, 1)
    told: dict[str, Any] = {
        "role": "superintendent",
        "email": "boss@police.example",
        "active_from": since,
        "by": BY,
        "now": now,
    }
    await ladder.add(unit.id, rung=Rung.SUPERINTENDENT, **told)
    await ladder.add(None, rung=Rung.DIRECTOR, **told)
    await desks.note_desk(unit.id, phone="+44 20 7946 0018", hours="-- by day; and, at night", by=BY, now=now)
    await MailDomain.insert(MailDomain(domain="police.example", tls="enforced", answers="tokens"))
    file = await csv_taking.keep(await exported(sheet), by=BY, now=now)
    plan = await csv_taking.preview(file, now=now)
    assert (plan.problems, plan.acts, plan.left) == ([], [], 0)
    assert plan.counts[What.SAME] > 0
    with pytest.raises(FileNotReady):
        await csv_taking.confirm(file, plan.fingerprint(), by=BY, now=now)


async def test_a_file_is_previewed_and_then_taken_with_an_entry_in_the_trail(coordinator: Browser) -> None:
    answer = await sent(coordinator, NEW)
    page = answer.headers["location"]
    shown = (await coordinator.get(page)).text
    assert "night@police.example" in shown
    assert "Nothing has been changed yet." in shown
    assert not await Contact.exists().where(Contact.email == "night@police.example")
    assert "2,added,email,,night@police.example" in (await coordinator.get(f"{page}/changes.csv")).text
    assert (await confirmed(coordinator, page)).headers["location"] == "/directory/files?done=taken"
    contact = await Contact.objects().where(Contact.email == "night@police.example").first()
    assert contact is not None
    assert (contact.role, contact.phone, contact.rank) == ("night desk", "+44 20 7946 0018", 1)
    assert await Entry.exists().where(Entry.action == "contact added by a file", Entry.subject == "unit SN")
    assert (await coordinator.get(page)).status_code == 404


async def test_a_file_that_does_something_else_by_now_is_shown_again(coordinator: Browser, now: datetime) -> None:
    page = (await sent(coordinator, NEW)).headers["location"]
    found = re.search(r'name="previewed" value="([0-9a-f]{64})"', (await coordinator.get(page)).text)
    assert found
    unit = await unit_of_code("SN")
    desk: dict[str, Any] = {"role": "night desk", "email": "night@police.example", "active_from": now.date()}
    await contacts.add(unit.id, **desk, by=BY, now=now)
    answer = await coordinator.send_form(page, previewed=found[1])
    assert answer.status_code == 400
    assert "Somebody changed the directory after you saw what the file does." in answer.text
    assert "'+44" not in answer.text
    assert "+44 20 7946 0018" in answer.text


async def test_a_file_with_a_wrong_line_is_not_taken_at_all(coordinator: Browser) -> None:
    page = (await sent(coordinator, NEW + "XX,desk,a@police.example,\r\n")).headers["location"]
    answer = await coordinator.get(page)
    assert answer.status_code == 400
    assert "Line 3" in answer.text
    assert "XX is no unit of the directory." in answer.text
    assert 'name="previewed"' not in answer.text
    assert "problem,unit_code" in (await coordinator.get(f"{page}/changes.csv")).text


@pytest.mark.parametrize(("raw", "said"), [(b"", "Choose a CSV file"), (b"PK\x03\x04", "This is a workbook")])
async def test_what_is_no_csv_file_is_not_kept(coordinator: Browser, raw: bytes, said: str) -> None:
    answer = await sent(coordinator, raw)
    assert answer.status_code == 400
    assert said in answer.text
    assert await DirectoryFile.count() == 0


async def test_the_four_files_are_downloaded(coordinator: Browser) -> None:
    for sheet in Sheet:
        answer = await coordinator.get(f"/directory/files/export/{sheet.value}.csv")
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (await coordinator.get("/directory/files/export/people.csv")).status_code == 404


async def test_units_desks_areas_ladders_and_domains_come_by_files_too(
    rolled_back: None, london: None, now: datetime
) -> None:
    await taken(
        "unit_code,name,kind,agency,duty_phone,hours\n"
        "hampshire-social-care,Hampshire social care,social care,Hampshire County Council,01632 960001,By day\n"
        "SN,South Area BCU,bcu,,020 7946 0018,\n",
        now,
    )
    await taken(
        "place_code,place,unit_code,from,until,source\nE10000014,Hampshire,hampshire-social-care,,,Told by them\n",
        now,
    )
    await taken(
        "unit_code,step,role,email,from\nlondon,director,director,director@council.example,1/1/2026\n"
        "hampshire-social-care,contact,team,team@hampshire.example,\n",
        now,
    )
    await taken(
        "domain,agency_code,tls,answers\n@Hampshire.example,hampshire-county-council,enforced,plain address\n", now
    )
    unit = await unit_of_code("hampshire-social-care")
    assert unit.agency.name == "Hampshire County Council"
    assert (await serving(["E10000014"], now.date())).units[("E10000014", UnitKind.SOCIAL_CARE)] == unit.id
    assert (await desks.desk_of((await unit_of_code("SN")).id)).phone == "020 7946 0018"
    assert await LadderContact.exists().where(LadderContact.email == "director@council.example")
    domain = await MailDomain.objects().first()
    assert domain is not None
    assert (domain.domain, domain.tls, domain.answers) == ("hampshire.example", "enforced", "plain address")
    await taken("domain,tls,answers\nhampshire.example,opportunistic,tokens\n", now)
    assert await MailDomain.count().where(MailDomain.tls == "opportunistic") == 1


async def taken(text: str, now: datetime) -> None:
    file = await csv_taking.keep(text.encode(), by=BY, now=now)
    plan = await csv_taking.preview(file, now=now)
    assert plan.problems == []
    await csv_taking.confirm(file, plan.fingerprint(), by=BY, now=now)


async def test_a_contact_is_changed_and_ended_by_a_file_and_another_is_left(
    rolled_back: None, london: None, now: datetime
) -> None:
    before = await Contact.count()
    row = await Contact.objects().where(Contact.unit.code == "SN").order_by(Contact.rank).first()
    assert row is not None
    await taken(f"unit_code,role,email,name,until\nSN,{row.role},{row.email},Chief Example,1 December 2026\n", now)
    after = await Contact.objects().where(Contact.id == row.id).first()
    assert after is not None
    assert (after.name, after.active_to, after.phone) == ("Chief Example", date(2026, 12, 1), row.phone)
    assert await Contact.count() == before


async def test_what_spoke_against_an_address_is_over_once_a_file_ended_it(
    rolled_back: None, london: None, now: datetime
) -> None:
    row = await Contact.objects().where(Contact.unit.code == "SN").order_by(Contact.rank).first()
    assert row is not None
    await contradictions.note_address(row.email, Against.BOUNCE, evidence="It came back.", by=BY, now=now)
    assert (await contradictions.open_of([row.unit]))[row.unit]
    await taken(f"unit_code,role,email,until\nSN,{row.role},{row.email},18/11/2026\n", now)
    assert not (await contradictions.open_of([row.unit]))[row.unit]


async def test_a_contact_that_was_forgotten_stands_in_no_file(rolled_back: None, london: None, now: datetime) -> None:
    await Contact.update(email="", phone="", active_to=date(2024, 1, 1)).where(Contact.unit.code == "SN")
    file = await csv_taking.keep(await exported(Sheet.CONTACTS), by=BY, now=now)
    assert (await csv_taking.preview(file, now=now)).problems == []


async def test_a_file_is_forgotten_after_a_day_and_once_it_was_taken(
    rolled_back: None, london: None, now: datetime
) -> None:
    file = await csv_taking.keep(NEW.encode(), by=BY, now=now)
    print_of = (await csv_taking.preview(file, now=now)).fingerprint()
    with pytest.raises(PreviewedBefore):
        await csv_taking.confirm(file, "0" * 64, by=BY, now=now)
    late = now + csv_taking.KEPT_FOR * 1.1
    with pytest.raises(FileGone):
        await csv_taking.preview(file, now=late)
    await csv_taking.forget(late)
    assert await DirectoryFile.count().where(DirectoryFile.content.is_not_null()) == 0
    file = await csv_taking.keep(NEW.encode(), by=BY, now=now)
    await csv_taking.confirm(file, print_of, by=BY, now=now)
    with pytest.raises(FileGone):
        await csv_taking.confirm(file, print_of, by=BY, now=now)


async def test_thousands_of_lines_are_taken(rolled_back: None, london: None, now: datetime) -> None:
    agency = await Agency.objects().first()
    assert agency is not None
    lines = [f"council-{n},Council team {n},social care,{agency.code},020 7946 {n:04}," for n in range(3000)]
    await taken("unit_code,name,kind,agency_code,duty_phone,hours\n" + "\n".join(lines), now)
    lines = [f"council-{n % 3000},desk,desk{n}@council.example" for n in range(6000)]
    await taken("unit_code,role,email\n" + "\n".join(lines), now)
    assert await Unit.count() > 3000
    assert await Contact.count() > 6000
