"""The directory's pages: who is not reachable is plain, entries are checked, history stays."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

from directory import contacts
from directory.areas import load_directory
from directory.tables import Contact, Unit
from directory.units import unit_of_code
from tests.browsing import CITY_DESK, At, application
from web import signin
from web.sessions import Visitor

_TOKEN = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')
NEWHAM = "E09000025"
DAY = {"active_from-day": "18", "active_from-month": "11", "active_from-year": "2026"}
DESK = {"role": "missing unit", "email": "missing-na@met-police.example", "rank": "1", **DAY}


class Browser(httpx.AsyncClient):
    """Follows no redirect by itself; sends forms with the token of the page before them."""

    async def text(self, path: str) -> str:
        """The page's words, without its tags."""
        response = await self.get(path)
        assert response.status_code == 200, response.text
        return words(response)

    async def send_form(self, path: str, **fields: str) -> httpx.Response:
        tokens = _TOKEN.findall((await self.get(path)).text)
        return await self.post(path, data={"_csrf_token": tokens[-1], **fields})


def words(response: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@pytest.fixture
async def stranger(rolled_back: None, now: datetime) -> AsyncIterator[Browser]:
    await load_directory()
    transport = httpx.ASGITransport(application(clock=At(now)), raise_app_exceptions=False)  # type: ignore[arg-type]  # same protocol, other names
    async with Browser(transport=transport, base_url="http://convene.example") as browser:
        yield browser


@pytest.fixture
async def coordinator(stranger: Browser) -> Browser:
    today = datetime.now(UTC)
    person = await signin.add_person(
        "coordinator@council.example", "Missing coordinator", appointments=CITY_DESK, now=today
    )
    link = await signin.make_link(person, "http://convene.example", now=today)
    session = await signin.use_link(link.rpartition("/")[2], Visitor(), now=today)
    stranger.cookies.set("convene-session", session, domain="convene.example")
    return stranger


@pytest.mark.parametrize(
    "path",
    [
        "/directory",
        "/directory/NA",
        "/directory/NA/contacts/new",
        "/directory/units/new",
        "/directory/places",
        f"/directory/places/{NEWHAM}",
    ],
)
async def test_nobody_sees_the_directory_without_signing_in(stranger: Browser, path: str) -> None:
    response = await stranger.get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in")


async def test_a_new_installation_says_that_nobody_can_be_invited_yet(coordinator: Browser) -> None:
    text = await coordinator.text("/directory")
    assert "No unit has a contact yet." in text
    assert f"Units without a contact ({await Unit.count()})" in text
    assert "Command units of the Metropolitan Police" in text
    assert "Social care" not in text


async def test_the_list_names_each_unit_s_first_contact_and_counts_those_without(
    coordinator: Browser, now: datetime
) -> None:
    unit = await unit_of_code("NA")
    await contacts.add(
        unit.id,
        role="missing unit",
        email="missing-na@met-police.example",
        active_from=now.date(),
        by="test",
        now=now,
    )
    assert "56 of 57 units have no contact." in await coordinator.text("/directory")
    text = await coordinator.text("/directory?kind=bcu")
    assert text.count("No contact") == 11
    assert "North Area BCU Metropolitan Police Service missing unit missing-na@met-police.example" in text


async def test_a_contact_is_added_and_seen_on_the_unit_s_page(coordinator: Browser) -> None:
    assert "This unit has no contact today." in await coordinator.text("/directory/NA")
    answer = await coordinator.send_form("/directory/NA/contacts/new", **DESK)
    assert (answer.status_code, answer.headers["location"]) == (303, "/directory/NA?done=added")
    text = await coordinator.text("/directory/NA?done=added")
    assert "The contact was added." in text
    assert "missing-na@met-police.example 1 18 November 2026 Tried first" in text
    assert "no contact today" not in text


async def test_the_first_day_offered_is_today(coordinator: Browser) -> None:
    page = (await coordinator.get("/directory/NA/contacts/new")).text
    assert re.search(r'name="active_from-day"[^>]*value="18"', page)
    assert re.search(r'name="active_from-month"[^>]*value="11"', page)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"email": "desk"}, "email", "is not an address Convene can invite"),
        ({"email": "Desk <d@met-police.example>"}, "email", "Give one address and nothing else"),
        ({"role": ""}, "role", "Enter what the mailbox is"),
        ({"role": "=?utf-8?q?desk?="}, "role", "Type it again as plain text"),
        ({"phone": "ring me"}, "phone", "must be digits and spaces"),
        ({"rank": "12"}, "rank", "Enter when it is tried, as a number from 1 to 9"),
        ({"active_from-month": "13"}, "active_from", "There is no such day"),
    ],
)
async def test_a_mistake_redraws_the_form_with_what_was_entered(
    coordinator: Browser, fields: dict[str, str], field: str, sentence: str
) -> None:
    answer = await coordinator.send_form("/directory/NA/contacts/new", **(DESK | {"phone": "020 7946 0018"} | fields))
    assert answer.status_code == 400
    text = words(answer)
    assert "There is a problem" in text
    assert text.count(sentence) == 2  # at the head of the page, and beside the field
    assert f'href="#{field}"' in answer.text
    assert await Contact.count() == 0


async def test_an_address_the_unit_has_is_said_beside_the_field(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/contacts/new", **DESK)
    answer = await coordinator.send_form("/directory/NA/contacts/new", **DESK)
    assert answer.status_code == 400
    assert "The unit already has missing-na@met-police.example" in words(answer)
    assert 'href="#email"' in answer.text


async def test_hostile_text_is_shown_as_text(coordinator: Browser) -> None:
    answer = await coordinator.send_form(
        "/directory/NA/contacts/new", **(DESK | {"role": "<script>alert(1)</script>"})
    )
    assert answer.status_code == 303
    page = (await coordinator.get("/directory/NA")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_an_ended_contact_stays_in_the_history_and_cannot_be_ended_twice(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/contacts/new", **DESK)
    contact = await Contact.objects().first()
    assert contact is not None
    path = f"/directory/NA/contacts/{contact.id}/end"
    assert path in (await coordinator.get("/directory/NA")).text
    answer = await coordinator.send_form(path, **{"on-day": "18", "on-month": "11", "on-year": "2026"})
    assert answer.headers["location"] == "/directory/NA?done=ended"
    page = await coordinator.get("/directory/NA")
    assert "18 November 2026 18 November 2026 Ended" in words(page)
    assert path not in page.text


async def test_ending_before_the_beginning_is_said_beside_the_field(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/contacts/new", **DESK)
    contact = await Contact.objects().first()
    assert contact is not None
    path = f"/directory/NA/contacts/{contact.id}/end"
    answer = await coordinator.send_form(path, **{"on-day": "1", "on-month": "11", "on-year": "2026"})
    assert answer.status_code == 400
    assert "This contact begins on 18 November 2026" in words(answer)
    assert 'href="#on"' in answer.text


async def test_a_contact_is_not_ended_through_another_unit(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/contacts/new", **DESK)
    contact = await Contact.objects().first()
    assert contact is not None
    assert (await coordinator.get(f"/directory/NE/contacts/{contact.id}/end")).status_code == 404


async def test_the_unit_s_page_says_which_places_it_serves_since_when_and_how_that_is_known(
    coordinator: Browser,
) -> None:
    text = await coordinator.text("/directory/NA")
    assert "Enfield 9 January 2019 Began on 9 January 2019, as published at the time." in text
    assert "City of London Always A force of its own" in await coordinator.text("/directory/COLP")


@pytest.mark.parametrize("path", ["/directory/XX", "/directory/places/E09999999", "/directory/XX/contacts/new"])
async def test_what_is_not_in_the_directory_is_not_found(coordinator: Browser, path: str) -> None:
    assert (await coordinator.get(path)).status_code == 404


async def test_a_partner_is_added_with_its_agency_and_place(coordinator: Browser) -> None:
    answer = await coordinator.send_form(
        "/directory/units/new",
        name="Newham social care",
        kind="social care",
        agency="Newham Council",
        place=NEWHAM,
    )
    assert answer.headers["location"] == "/directory/newham-social-care?done=unit"
    text = await coordinator.text("/directory/newham-social-care?done=unit")
    assert "Newham Council" in text
    assert "Newham Always" in text
    assert "Newham social care Social care" in await coordinator.text(f"/directory/places/{NEWHAM}")


async def test_a_unit_without_kind_or_for_a_place_taken_is_refused(coordinator: Browser) -> None:
    answer = await coordinator.send_form("/directory/units/new", name="Newham police", agency="Newham Police")
    assert "Choose what the unit is for" in words(answer)
    answer = await coordinator.send_form(
        "/directory/units/new", name="Newham police", kind="force", agency="Newham Police", place=NEWHAM
    )
    assert answer.status_code == 400
    assert "North East BCU already serves Newham" in words(answer)


async def test_the_places_page_says_who_polices_each_today(coordinator: Browser) -> None:
    text = await coordinator.text("/directory/places")
    assert "Newham North East BCU" in text
    assert "Essex Essex Police" in text
    assert "Nobody" not in text
