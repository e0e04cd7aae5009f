"""The page People: administrators give and end accounts and appointments, from the next click on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from audit.tables import Entry
from directory import people
from directory.people import OwnAccount
from tests.browsing import Browser, application, sign_in_as
from tests.factories import make_unit
from web import signin
from web.appointing import viewer_of
from web.roles import Role
from web.tables import Appointment, Person
from web.viewer import Post

ADMINISTRATOR = "administrator@convene.example"
LEAD = {"role": Role.UNIT_LEAD.value, "agency": "", "unit": "CN"}
AGENCY = "agency of CN"
NEW = {
    "email": "New@Council.example",
    "title": "Missing coordinator, Camden",
    "role": "coordinator",
    "agency": AGENCY,
}


@pytest.fixture
async def administrator(rolled_back: None) -> AsyncIterator[Browser]:
    await make_unit(code="CN")
    async with Browser(application()) as browser:
        yield await sign_in_as(browser, ADMINISTRATOR, "Administrator", posts=[Post(Role.ADMINISTRATOR)])


@pytest.fixture
async def coordinator(administrator: Browser) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        posts = [Post(Role.COORDINATOR, AGENCY)]
        yield await sign_in_as(browser, "coordinator@council.example", "Missing coordinator", posts=posts)


async def id_of(email: str) -> UUID:
    found = await signin.id_of(email)
    assert found is not None
    return found


async def posts_of(person: UUID) -> tuple[Post, ...]:
    return (await viewer_of(person, now=datetime.now(UTC))).posts


async def acts_by(email: str) -> list[str]:
    rows = await Entry.select(Entry.action).where(Entry.actor == str(await id_of(email))).order_by(Entry.id)
    return [row["action"] for row in rows]


async def test_somebody_is_added_with_a_first_appointment_and_the_trail_says_by_whom(administrator: Browser) -> None:
    answer = await administrator.send_form("/people/new", **NEW, unit="")
    person = await id_of("new@council.example")
    assert answer.headers["location"] == f"/people/{person}?done=added"
    assert await posts_of(person) == (Post(Role.COORDINATOR, AGENCY),)
    assert (await acts_by(ADMINISTRATOR))[-2:] == ["added a person", "appointed a person"]
    shown = (await administrator.get(answer.headers["location"])).text
    assert "They can sign in now" in shown
    assert "Given by Administrator." in shown
    assert "new@council.example" in (await administrator.get("/people")).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "nobody", "Enter a work address"),
        ("email", "ADMINISTRATOR@convene.example", "has an account already"),
        ("title", "", "Enter the role they are shown as"),
        ("role", "king", "Choose what they are appointed as"),
        ("agency", "nowhere", "No agency has the code"),
        ("agency", "", "needs an agency"),
        ("unit", "nothing", "No unit has the code"),
    ],
)
async def test_a_mistake_is_said_beside_its_field_and_nobody_is_added(
    administrator: Browser, field: str, value: str, said: str
) -> None:
    before = await Person.count()
    answer = await administrator.send_form("/people/new", **(NEW | {"unit": ""} | {field: value}))
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert said in answer.text
    assert await Person.count() == before


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST, Role.COORDINATOR])
async def test_no_page_appoints_at_every_agency(administrator: Browser, role: Role) -> None:
    answer = await administrator.send_form("/people/new", **(NEW | {"role": role.value, "agency": "", "unit": ""}))
    assert answer.status_code == 400
    assert 'href="#agency"' in answer.text


async def test_an_appointment_is_given_and_ended_and_the_person_s_next_click_knows_it(
    administrator: Browser, coordinator: Browser
) -> None:
    person = await id_of("coordinator@council.example")
    page = f"/people/{person}"
    answer = await administrator.send_form(page, f"{page}/appointments", **LEAD)
    assert answer.headers["location"] == f"{page}?done=given"
    assert set(await posts_of(person)) == {Post(Role.COORDINATOR, AGENCY), Post(Role.UNIT_LEAD, AGENCY, "CN")}

    assert (await coordinator.get("/meetings")).status_code == 200
    for held in await Appointment.objects().where(Appointment.person == person):
        ended = await administrator.send_form(page, f"{page}/appointments/{held.id}/end")
        assert ended.headers["location"] == f"{page}?done=ended"
    assert await posts_of(person) == ()
    assert (await coordinator.get("/meetings")).status_code == 403
    assert (await acts_by(ADMINISTRATOR)).count("ended an appointment") == 2
    again = await administrator.send_form(page, f"{page}/appointments/{held.id}/end")
    assert again.status_code == 303
    assert (await acts_by(ADMINISTRATOR)).count("ended an appointment") == 2


async def test_an_appointment_that_is_none_is_said_beside_its_field(
    administrator: Browser, coordinator: Browser
) -> None:
    page = f"/people/{await id_of('coordinator@council.example')}"
    answer = await administrator.send_form(page, f"{page}/appointments", **(LEAD | {"unit": ""}))
    assert answer.status_code == 400
    assert 'href="#unit"' in answer.text
    assert "leads one unit" in answer.text


async def test_another_s_appointment_is_not_ended_under_somebody_s_name(
    administrator: Browser, coordinator: Browser
) -> None:
    page = f"/people/{await id_of('coordinator@council.example')}"
    own = await Appointment.objects().where(Appointment.person == await id_of(ADMINISTRATOR)).first()
    assert own is not None
    assert (await administrator.send_form(page, f"{page}/appointments/{own.id}/end")).status_code == 404
    assert await posts_of(await id_of(ADMINISTRATOR)) == (Post(Role.ADMINISTRATOR),)


async def test_signing_somebody_out_kills_their_sessions_at_once_and_they_can_sign_in_again(
    administrator: Browser, coordinator: Browser
) -> None:
    person = await id_of("coordinator@council.example")
    answer = await administrator.send_form(f"/people/{person}", f"/people/{person}/sign-out")
    assert answer.headers["location"] == f"/people/{person}?done=signed-out"
    assert (await coordinator.get("/meetings")).headers["location"].startswith("/sign-in")
    link = await signin.make_link(person, "http://convene.example", now=datetime.now(UTC))
    await coordinator.sign_in(link)
    assert (await coordinator.get("/meetings")).status_code == 200


async def test_all_access_ends_at_once_where_the_box_is_ticked_and_can_be_given_again(
    administrator: Browser, coordinator: Browser
) -> None:
    person = await id_of("coordinator@council.example")
    page = f"/people/{person}"
    assert (await administrator.send_form(page, f"{page}/end")).status_code == 400
    assert (await coordinator.get("/meetings")).status_code == 200

    await administrator.send_form(page, f"{page}/end", sure="yes")
    assert (await coordinator.get("/meetings")).headers["location"].startswith("/sign-in")
    assert await posts_of(person) == ()
    shown = (await administrator.get(page)).text
    assert "Can sign in no more" in shown
    assert "Give access again" in shown
    assert "No access" in (await administrator.get("/people?q=coordinator@council")).text

    await administrator.send_form(page, f"{page}/appointments", **LEAD)
    assert await posts_of(person) == (Post(Role.UNIT_LEAD, AGENCY, "CN"),)
    assert "Can sign in no more" not in (await administrator.get(page)).text
    assert (await acts_by(ADMINISTRATOR))[-2:] == ["gave a person access again", "appointed a person"]


async def test_nobody_changes_their_own_account_so_no_administrator_ends_their_last_post(
    administrator: Browser,
) -> None:
    me = await id_of(ADMINISTRATOR)
    own = await Appointment.objects().where(Appointment.person == me).first()
    assert own is not None
    page = (await administrator.get(f"/people/{me}")).text
    assert "This is your own account" in page
    assert "End this appointment" not in page
    for action in (f"appointments/{own.id}/end", "appointments", "sign-out", "end"):
        answer = await administrator.send_form("/people/new", f"/people/{me}/{action}", sure="yes", **LEAD)
        assert answer.status_code == 403
        assert "Nobody changes their own account" in answer.text
    assert await posts_of(me) == (Post(Role.ADMINISTRATOR),)
    with pytest.raises(OwnAccount):
        await people.end_access(me, by=me, now=datetime.now(UTC))


@pytest.mark.parametrize(
    "post", [Post(Role.COORDINATOR, AGENCY), Post(Role.MANAGER), Post(Role.ADMINISTRATOR, AGENCY)]
)
async def test_nobody_but_administrators_of_every_agency_sees_an_address(administrator: Browser, post: Post) -> None:
    person = await id_of(ADMINISTRATOR)
    async with Browser(application()) as browser:
        await sign_in_as(browser, "somebody@council.example", "Somebody", posts=[post])
        for path in ("/people", "/people/new", f"/people/{person}"):
            answer = await browser.get(path)
            assert answer.status_code == 403
            assert ADMINISTRATOR not in answer.text
        assert (await browser.send_form("/sessions", f"/people/{person}/end", sure="yes")).status_code == 403
        assert 'href="/people"' not in (await browser.get("/sessions")).text
    assert await posts_of(person) == (Post(Role.ADMINISTRATOR),)


async def test_many_people_come_in_pages_and_are_found_by_what_was_typed_as_it_stands(administrator: Browser) -> None:
    for number in range(people.ON_A_PAGE + 1):
        title = f"Nurse {number:02}"
        await Person.insert(Person(id=uuid4(), email=f"nurse_{number:02}@health.example", title=title))
    first = (await administrator.get("/people?q=nurse_")).text
    assert first.count("@health.example") == people.ON_A_PAGE
    assert "/people?q=nurse_&amp;page=2" in first
    assert "nurse_50@health.example" in (await administrator.get("/people?q=nurse_&page=2")).text
    assert "Nobody." in (await administrator.get("/people?q=nurse%25")).text
    assert (await administrator.get("/people?page=9999999")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_is_not_there_is_not_found(administrator: Browser, method: str) -> None:
    path = f"/people/{UUID(int=7)}"
    if method == "GET":
        assert (await administrator.get(path)).status_code == 404
        return
    for action in ("appointments", f"appointments/{UUID(int=8)}/end", "sign-out", "end"):
        assert (await administrator.send_form("/people/new", f"{path}/{action}")).status_code == 404
