"""Where the missing team of a place is reached: one question, one page, no script."""

from datetime import UTC, date, datetime

import pytest

from demo.contacts import load_contacts
from directory import contacts, desks
from directory.areas import load_directory
from directory.errors import NoSuchUnit
from directory.tables import Contact
from directory.units import unit_of_code
from directory.wording import NotPlain
from tests.browsing import Browser, application, sign_in_as

BY = "test"


@pytest.fixture
async def coordinator(rolled_back: None) -> Browser:
    await load_directory()
    return await sign_in_as(Browser(application()), "somebody@council.example", "Missing coordinator")


async def reachable(code: str, now: datetime) -> None:
    unit = await unit_of_code(code)
    since = date(2026, 1, 1)
    await contacts.add(
        unit.id,
        role="missing unit",
        email="missing@met-police.example",
        group=True,
        active_from=since,
        by=BY,
        now=now,
    )
    await desks.note_desk(unit.id, phone="020 7946 0018 ext 12", hours="Every day 7am to 10pm", by=BY, now=now)


async def test_a_place_is_answered_with_the_telephone_and_the_mailbox_of_who_polices_it(
    coordinator: Browser, now: datetime
) -> None:
    await reachable("SN", now)
    page = (await coordinator.get("/directory?q=croydon")).text
    assert page.index("South Area BCU") < page.index("Lists")
    assert 'href="tel:02079460018"' in page
    assert 'href="mailto:missing@met-police.example"' in page
    assert "Every day 7am to 10pm" in page
    assert "Bromley, Croydon, Sutton" in page


async def test_a_force_that_nobody_told_how_to_reach_is_said_to_be_so(coordinator: Browser) -> None:
    page = (await coordinator.get("/directory?q=Kent")).text
    assert "Kent Police" in page
    assert "Nobody told how" in page


async def test_a_question_without_an_answer_says_what_else_to_try(coordinator: Browser) -> None:
    answer = await coordinator.get("/directory", params={"q": "<b>Atlantis"})
    assert "Nothing in the directory is called “&lt;b&gt;Atlantis”" in answer.text


async def test_many_answers_are_cut_off_and_counted(coordinator: Browser) -> None:
    assert "more fit. Write more of the name." in (await coordinator.get("/directory?q=police")).text


async def test_the_front_page_lists_no_unit_by_itself(coordinator: Browser) -> None:
    page = (await coordinator.get("/directory")).text
    assert 'href="/directory?kind=bcu"' in page
    assert 'href="/directory/NA"' not in page
    assert 'href="/directory/NA"' in (await coordinator.get("/directory?kind=bcu")).text
    assert "Kent Police" in (await coordinator.get("/directory?kind=without")).text


async def test_where_every_unit_has_a_contact_the_list_of_those_without_says_so(coordinator: Browser) -> None:
    await load_contacts(datetime.now(UTC))
    assert "Every unit has a contact." in (await coordinator.get("/directory?kind=without")).text


async def test_the_duty_desk_is_noted_on_its_page(coordinator: Browser) -> None:
    answer = await coordinator.send_form("/directory/SN/desk", phone="020 7946 0018", hours="By day")
    assert answer.headers["location"] == "/directory/SN?done=desk"
    assert "020 7946 0018" in (await coordinator.get("/directory/SN")).text
    wrong = await coordinator.send_form("/directory/SN/desk", phone="ring me", hours="By day")
    assert wrong.status_code == 400
    assert 'href="#phone"' in wrong.text


async def test_a_contact_is_changed_and_its_address_stays(coordinator: Browser, now: datetime) -> None:
    await reachable("SN", now)
    contact = await Contact.objects().first()
    assert contact is not None
    path = f"/directory/SN/contacts/{contact.id}/change"
    assert 'value="missing unit"' in (await coordinator.get(path)).text
    answer = await coordinator.send_form(path, role="duty desk", name="PC Example", phone="020 7946 0019", rank="2")
    assert answer.headers["location"] == "/directory/SN?done=changed"
    after = await contacts.contact_of(contact.unit, contact.id)
    assert (after.role, after.name, after.rank, after.group) == ("duty desk", "PC Example", 2, False)
    assert after.email == "missing@met-police.example"
    assert (await coordinator.send_form(path, role="")).status_code == 400
    assert (await coordinator.get(path.replace("/SN/", "/NA/"))).status_code == 404


async def test_a_desk_of_no_unit_and_hours_of_two_lines_are_refused(rolled_back: None, now: datetime) -> None:
    await load_directory()
    unit = await unit_of_code("SN")
    with pytest.raises(NotPlain, match="line break"):
        await desks.note_desk(unit.id, phone="", hours="by day\nby night", by=BY, now=now)
    with pytest.raises(NoSuchUnit):
        await desks.note_desk(unit.agency.id, phone="", hours="by day", by=BY, now=now)
