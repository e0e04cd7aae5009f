"""The pages of meetings: what they show, what their buttons do, who may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from httpx import Response as Answer

from attendance import listing_pages
from attendance.register import Mark, close
from attendance.tables import Outcome, Response
from audit.tables import Entry
from notifications.tables import OutboundMail, OutState
from tests.attendance.conftest import HOME, HOUR
from tests.attendance.mailing import answer, take_in
from tests.attendance.reading_pages import words
from tests.browsing import Browser


class TestWhoMayEnter:
    @pytest.mark.parametrize("path", ["/meetings", "/meetings/{0}", "/meetings/{0}/register", "/post", "/post/1"])
    async def test_nobody_who_is_not_signed_in_sees_anything(self, stranger: Browser, coming: Any, path: str) -> None:
        response = await stranger.get(path.format(coming.reference))
        assert response.status_code == 303
        assert response.headers["location"].startswith("/sign-in")

    async def test_a_meeting_that_does_not_exist_is_not_found(self, coordinator: Browser) -> None:
        answer = await coordinator.get("/meetings/SM-NOSUCH")
        assert answer.status_code == 404
        assert "There is no such meeting among those that you may see. Nothing was changed." in answer.text
        assert (await coordinator.get("/meetings/SM-NOSUCH/register")).status_code == 404

    async def test_looking_at_a_meeting_is_in_the_audit_trail(self, coordinator: Browser, coming: Any) -> None:
        await coordinator.get(f"/meetings/{coming.reference}")
        entry = await Entry.objects().where(Entry.action == "opened the meeting").first()
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
        assert "Registers waiting" in text
        assert f"Mark the register of {held.reference}" in text

    async def test_a_closed_register_is_past(self, coordinator: Browser, held: Any, now: datetime) -> None:
        marks = [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]
        await close(held.id, marks=marks, by="coordinator", now=now)
        text = words(await coordinator.get("/meetings"))
        assert "Held, quorate" in text
        assert "Registers waiting" not in text

    @pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999999999999", ""])
    async def test_a_strange_page_number_is_the_first_page(self, coordinator: Browser, page: str) -> None:
        assert "page" not in words(await coordinator.get("/meetings/past", params={"page": page})).lower()

    @pytest.mark.parametrize("code", ["registers", "coming", "past"])
    async def test_a_list_that_is_longer_goes_on_page_by_page(
        self, coordinator: Browser, convene: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        monkeypatch.setattr(listing_pages, "SHOWN", 1)
        monkeypatch.setattr(listing_pages, "PAGE", 2)
        away = {"registers": -1, "coming": 1, "past": -1}[code]
        order = [(await convene(starts_at=now + away * n * HOUR, invited_at=now - 48 * HOUR)) for n in (1, 2, 3)]
        if code == "past":
            for one in order:
                marks = [Mark(seat, Outcome.ATTENDED) for seat in one.seats.values()]
                await close(one.id, marks=marks, by="coordinator", now=now)
        references = [one.reference for one in order]
        if code == "registers":
            references.reverse()  # the oldest first

        def of(answer: Answer) -> list[str]:
            return [reference for reference in references if reference in answer.text]

        assert of(await coordinator.get("/meetings")) == references[:1]
        assert f"/meetings/{code}" in (await coordinator.get("/meetings")).text
        assert of(await coordinator.get(f"/meetings/{code}")) == references[:2]
        assert of(await coordinator.get(f"/meetings/{code}?page=2")) == references[2:]
        assert "The list ends before this page" in words(await coordinator.get(f"/meetings/{code}?page=3"))


class TestMeeting:
    async def test_every_seat_is_shown_with_its_capacity_answer_and_letter(
        self, coordinator: Browser, coming: Any
    ) -> None:
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        by_telephone = "Record an answer given by Central North by telephone"
        assert f"Central North home police No answer Queued {HOME} {by_telephone}" in text
        assert "Not quorate yet nobody has accepted for: home police, social worker" in text

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
