"""The pages of meetings, their registers and the post: what they show, what their buttons do, who may see them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar

from app import create_app
from attendance.register import Mark, close
from attendance.tables import Attendance, Outcome, Register, Response
from audit.tables import Entry
from notifications import inbox, outbox
from notifications.tables import InboundMail, OutboundMail, OutState
from settings import load_settings
from tests.attendance.conftest import HOME
from tests.attendance.mailing import answer, take_in
from tests.browsing import Browser
from web import signin

HOUR = timedelta(hours=1)
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def words(response: httpx.Response) -> str:
    assert response.status_code in (200, 400), response.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@pytest.fixture(scope="module")
def app() -> Litestar:
    """One application for all, on a Wednesday morning: it holds nothing of a test."""
    told = {"DATABASE_URL": "postgresql://nowhere/", "CONVENE_SECRET": "s" * 40, "CONVENE_DEMO": "yes"}
    return create_app(load_settings(told), clock=lambda: WEDNESDAY)


@pytest.fixture
async def stranger(rolled_back: None, app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def coordinator(stranger: Browser) -> Browser:
    today = datetime.now(UTC)
    person = await signin.add_person("coordinator@council.example", "Missing coordinator", now=today)
    await stranger.sign_in(await signin.make_link(person, "http://convene.example", now=today))
    return stranger


@pytest.fixture
async def coming(rolled_back: None, convene: Any) -> Any:
    return await convene()


@pytest.fixture
async def held(rolled_back: None, convene: Any, now: datetime) -> Any:
    return await convene(starts_at=now - HOUR, invited_at=now - 48 * HOUR)


def all_of(held: Any, outcome: str, **others: str) -> dict[str, str]:
    """The register's form with one outcome for every seat, and another for those named by unit."""
    return {f"outcome-{seat}": others.get(unit, outcome) for unit, seat in held.seats.items()}


class TestWhoMayEnter:
    @pytest.mark.parametrize("path", ["/meetings", "/meetings/{0}", "/meetings/{0}/register", "/post", "/post/1"])
    async def test_nobody_who_is_not_signed_in_sees_anything(self, stranger: Browser, coming: Any, path: str) -> None:
        response = await stranger.get(path.format(coming.reference))
        assert response.status_code == 303
        assert response.headers["location"].startswith("/sign-in")

    async def test_a_meeting_that_does_not_exist_is_not_found(self, coordinator: Browser) -> None:
        assert (await coordinator.get("/meetings/SM-NOSUCH")).status_code == 404
        assert (await coordinator.get("/meetings/SM-NOSUCH/register")).status_code == 404

    async def test_looking_at_a_meeting_is_in_the_audit_trail(self, coordinator: Browser, coming: Any) -> None:
        await coordinator.get(f"/meetings/{coming.reference}")
        entry = await Entry.objects().where(Entry.action == "viewed").first()
        assert entry is not None
        assert entry.subject == f"meeting:{coming.reference}"


class TestMeetings:
    async def test_a_coming_meeting_shows_its_answers(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        to = coming.reply_address("Central North")
        raw = answer(uid=coming.uid, to=to, sender=HOME, at=now)
        await take_in(raw, to, letterhead=coming.letterhead, now=now)

        text = words(await coordinator.get("/meetings"))
        assert f"{coming.reference} 20 Nov, 10am Central North and East Area" in text
        assert "1 accepted, 0 declined, 2 unanswered" in text

    async def test_a_meeting_whose_time_has_come_waits_for_its_register(
        self, coordinator: Browser, held: Any
    ) -> None:
        text = words(await coordinator.get("/meetings"))
        assert "Waiting for their register" in text
        assert f"Mark the register of {held.reference}" in text

    async def test_a_closed_register_is_past(self, coordinator: Browser, held: Any, now: datetime) -> None:
        marks = [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]
        await close(held.id, marks=marks, by="coordinator", now=now)
        text = words(await coordinator.get("/meetings"))
        assert "Held, quorate" in text
        assert "Waiting for their register" not in text

    @pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999999999999", ""])
    async def test_a_strange_page_number_is_the_first_page(self, coordinator: Browser, page: str) -> None:
        assert "page" not in words(await coordinator.get("/meetings", params={"page": page})).lower()


class TestMeeting:
    async def test_every_seat_is_shown_with_its_capacity_answer_and_letter(
        self, coordinator: Browser, coming: Any
    ) -> None:
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        by_telephone = "Record an answer given by Central North by telephone"
        assert f"Central North home police No answer Queued {by_telephone} {HOME}" in text
        assert "Not quorate yet missing: home police, social worker" in text

    async def test_a_refused_invitation_is_plain(self, coordinator: Browser, coming: Any) -> None:
        await OutboundMail.update({OutboundMail.state: OutState.REFUSED}).where(OutboundMail.recipient == HOME)
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        assert "Central North home police No answer Refused" in text
        assert "Invitation to Central North: could not be sent" in text

    async def test_what_came_by_mail_stands_on_the_timeline(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        to = coming.reply_address("Central North")
        for sender in (HOME, "somebody@elsewhere.example"):
            raw = answer(uid=coming.uid, to=to, sender=sender, at=now)
            await take_in(raw, to, letterhead=coming.letterhead, now=now)
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        assert "Central North answered: accepted" in text
        assert "An answer for Central North did not count: accepted. It was not answered from the invited" in text
        assert "1 message about this meeting could not be applied and waits for you in the post" in text

    async def test_it_asks_the_database_as_often_for_many_seats_as_for_few(
        self, coordinator: Browser, convene: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from piccolo_conf import DB

        asked = 0
        run = type(DB).run_querystring

        async def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal asked
            asked += 1
            return await run(self, *args, **kwargs)

        monkeypatch.setattr(type(DB), "run_querystring", counted)
        counts = []
        for size in (2, 12):
            units = [(f"Unit {size}.{n}", "bcu", f"u{n}@police.example", ("health",)) for n in range(size)]
            meeting = await convene(units=units)
            asked = 0
            await coordinator.get(f"/meetings/{meeting.reference}")
            counts.append(asked)
        assert counts[0] == counts[1]


class TestAnswerByTelephone:
    async def test_the_answer_is_recorded_and_shown(self, coordinator: Browser, coming: Any) -> None:
        page = f"/meetings/{coming.reference}/answers/{coming.invitations['Central North']}"
        response = await coordinator.send_form(page, answer="DECLINED")
        assert response.headers["location"] == f"/meetings/{coming.reference}?done=answered"

        text = words(await coordinator.get(response.headers["location"]))
        assert "The answer is recorded." in text
        assert "Central North home police Declined" in text
        assert "Central North answered by telephone: declined" in text

    @pytest.mark.parametrize("chosen", [{}, {"answer": "DELEGATED"}])
    async def test_without_a_real_answer_the_page_says_what_is_missing(
        self, coordinator: Browser, coming: Any, chosen: dict[str, str]
    ) -> None:
        page = f"/meetings/{coming.reference}/answers/{coming.invitations['Central North']}"
        response = await coordinator.send_form(page, **chosen)
        assert response.status_code == 400
        assert "There is a problem Choose what the unit answered" in words(response)
        assert await Response.count() == 0

    async def test_an_invitation_of_another_meeting_is_not_found(
        self, coordinator: Browser, coming: Any, convene: Any
    ) -> None:
        other = await convene()
        page = f"/meetings/{coming.reference}/answers/{other.invitations['Central North']}"
        assert (await coordinator.get(page)).status_code == 404


class TestRegister:
    async def test_it_is_closed_with_its_marks(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        fields = all_of(held, "attended", **{"East Area": "no-show"})
        response = await coordinator.send_form(page, act="close", **fields)
        assert response.headers["location"] == f"/meetings/{held.reference}?done=closed"
        assert "Held, quorate" in words(await coordinator.get(f"/meetings/{held.reference}"))

    async def test_unmarked_seats_are_named_beside_their_fields_and_the_choices_kept(
        self, coordinator: Browser, held: Any
    ) -> None:
        seat = held.seats["Central North"]
        page = f"/meetings/{held.reference}/register"
        response = await coordinator.send_form(page, act="close", **{f"outcome-{seat}": "attended"})

        assert response.status_code == 400
        assert f'href="#outcome-{held.seats["East Area"]}"' in response.text
        assert re.search(rf'name="outcome-{seat}"[^>]*value="attended"[^>]*checked', response.text)
        assert await Attendance.count() == 0

    async def test_one_press_marks_everyone_and_leaves_the_register_open(
        self, coordinator: Browser, held: Any
    ) -> None:
        page = f"/meetings/{held.reference}/register"
        response = await coordinator.send_form(page, act="everyone")
        assert response.headers["location"] == f"{page}?done=marked"
        assert await Attendance.count().where(Attendance.outcome == "attended") == 3
        assert not await Register.count()

    async def test_one_press_leaves_seats_that_are_marked_alone(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        seat = held.seats["East Area"]
        await coordinator.send_form(page, act="save", **{f"outcome-{seat}": "no-show"})
        await coordinator.send_form(page, act="everyone")
        rows = await Attendance.select(Attendance.outcome).where(Attendance.seat == seat)
        assert rows == [{"outcome": "no-show"}]

    async def test_late_and_early_are_kept(self, coordinator: Browser, held: Any) -> None:
        seat = held.seats["East Area"]
        fields = {f"outcome-{seat}": "deputy attended", f"flags-{seat}": "late"}
        await coordinator.send_form(f"/meetings/{held.reference}/register", act="save", **fields)
        row = await Attendance.objects().first()
        assert row is not None
        assert (row.outcome, row.joined_late, row.left_early) == ("deputy attended", True, False)

    async def test_a_flag_on_who_did_not_come_is_refused_in_a_sentence(self, coordinator: Browser, held: Any) -> None:
        seat = held.seats["East Area"]
        fields = {f"outcome-{seat}": "no-show", f"flags-{seat}": "late"}
        response = await coordinator.send_form(f"/meetings/{held.reference}/register", act="save", **fields)
        assert response.status_code == 400
        assert "East Area cannot have joined late" in words(response)

    async def test_an_inquorate_meeting_asks_for_the_reason(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        fields = all_of(held, "attended", **{"Central North": "apologies"})
        response = await coordinator.send_form(page, act="close", **fields)
        assert "The meeting was not quorate (home police missing)" in words(response)

        response = await coordinator.send_form(page, act="close", inquorate_reason="urgent", **fields)
        assert response.status_code == 303

    async def test_a_closed_register_is_corrected_with_a_reason(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        await coordinator.send_form(page, act="close", **all_of(held, "attended"))
        changed = all_of(held, "attended", **{"East Area": "deputy attended"})

        refused = await coordinator.send_form(page, act="correct", **changed)
        assert "Say why the closed register is corrected" in words(refused)
        done = await coordinator.send_form(page, act="correct", reason="a deputy came", **changed)
        assert done.headers["location"] == f"/meetings/{held.reference}?done=corrected"
        assert await Attendance.count() == 4

    async def test_before_the_start_there_is_nothing_to_mark(self, coordinator: Browser, coming: Any) -> None:
        response = await coordinator.get(f"/meetings/{coming.reference}/register")
        assert f"Meeting {coming.reference} has not started." in words(response)
        assert 'name="act"' not in response.text


class TestNotHeld:
    async def test_a_meeting_that_did_not_take_place_is_called_off_with_its_reason(
        self, coordinator: Browser, held: Any
    ) -> None:
        page = f"/meetings/{held.reference}/register/not-held"
        response = await coordinator.send_form(page, asked_by="police", reason="police could not attend")
        assert response.headers["location"] == f"/meetings/{held.reference}?done=not-held"

        text = words(await coordinator.get(f"/meetings/{held.reference}"))
        assert "Called off by police: police could not attend" in text
        assert "No meeting is planned" in words(await coordinator.get("/meetings"))

    async def test_without_a_reason_nothing_is_recorded(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register/not-held"
        response = await coordinator.send_form(page, asked_by="police")
        assert "There is a problem Choose why the meeting is called off" in words(response)

    async def test_a_meeting_whose_register_is_closed_was_held(
        self, coordinator: Browser, held: Any, now: datetime
    ) -> None:
        marks = [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]
        await close(held.id, marks=marks, by="coordinator", now=now)
        page = f"/meetings/{held.reference}/register/not-held"
        response = await coordinator.send_form(page, asked_by="police", reason="police could not attend")
        assert "is already closed" in words(response)


class TestPost:
    HOSTILE = b"<script>alert(1)</script>"

    async def hostile(self, meeting: Any, now: datetime) -> InboundMail:
        raw = b"From: x@elsewhere.example\r\nSubject: " + self.HOSTILE + b"\r\n\r\nHello " + self.HOSTILE + b"\r\n"
        to = meeting.reply_address("Central North")
        return await take_in(raw, to, letterhead=meeting.letterhead, now=now, sender="x@elsewhere.example")

    async def test_what_was_set_aside_is_listed_with_its_reason_and_meeting(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        await self.hostile(coming, now)
        text = words(await coordinator.get("/post"))
        assert "Central North: Somebody wrote instead of using the buttons." in text
        assert f"From x@elsewhere.example, Wednesday 18 November 2026 at 10am. Meeting: {coming.reference}" in text

    async def test_a_message_is_shown_as_text_and_nothing_in_it_runs(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await self.hostile(coming, now)
        response = await coordinator.get(f"/post/{mail.id}")
        assert "Hello <script>alert(1)</script>" in words(response) or "&lt;script&gt;" in response.text
        assert "<script>alert" not in response.text

    async def test_the_reply_token_is_not_shown(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        mail = await self.hostile(coming, now)
        token = coming.reply_address("Central North").split("+")[1].split("@")[0]
        assert token not in (await coordinator.get(f"/post/{mail.id}")).text

    async def test_reading_a_message_is_in_the_audit_trail(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await self.hostile(coming, now)
        await coordinator.get(f"/post/{mail.id}")
        assert await Entry.exists().where((Entry.action == "read a message") & (Entry.subject == f"mail:{mail.id}"))

    async def test_a_message_that_cannot_be_opened_is_shown_as_it_came(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        raw = b"To: " + b"," * 70_000 + b"\r\n\r\n"
        mail = await take_in(raw, coming.reply_address("East Area"), letterhead=coming.letterhead, now=now)
        assert ",,,,," in words(await coordinator.get(f"/post/{mail.id}"))

    async def test_what_somebody_dealt_with_waits_no_more(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await self.hostile(coming, now)
        response = await coordinator.send_form(f"/post/{mail.id}", f"/post/{mail.id}/dealt-with")
        assert response.headers["location"] == "/post?done=dealt-with"
        assert not await inbox.set_aside_waiting()
        again = await coordinator.send_form("/meetings", f"/post/{mail.id}/dealt-with")
        assert again.headers["location"] == "/post?done=not-waiting"

    async def test_a_refused_letter_is_listed_until_somebody_dealt_with_it(
        self, coordinator: Browser, coming: Any
    ) -> None:
        await OutboundMail.update(
            {
                OutboundMail.state: OutState.REFUSED,
                OutboundMail.last_code: 550,
                OutboundMail.last_error: "No such user",
            }
        ).where(OutboundMail.recipient == HOME)
        text = words(await coordinator.get("/post"))
        assert f"The invitation to {HOME} was not delivered 550 No such user" in text

        (letter,) = await outbox.needing_a_person()
        await coordinator.send_form("/post", f"/post/letters/{letter.id}/dealt-with")
        assert not await outbox.needing_a_person()

    async def test_a_message_that_does_not_exist_is_not_found(self, coordinator: Browser) -> None:
        assert (await coordinator.get("/post/404")).status_code == 404
