"""The post: what waits for a person is shown safely, and until somebody dealt with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from audit.tables import Entry
from notifications import inbox, outbox
from notifications.tables import InboundMail, OutboundMail, OutState
from tests.attendance.conftest import HOME
from tests.attendance.mailing import take_in
from tests.attendance.reading_pages import words
from tests.browsing import Browser

SAMPLES = Path(__file__).parents[1] / "samples"


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
        assert f"Meeting: {coming.reference}" in text
        assert "From x@elsewhere.example. Received Wednesday 18 November 2026 at 10am." in text

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

    async def test_a_signed_message_is_said_to_be_signed(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        raw = (SAMPLES / "smime-signed.eml").read_bytes()
        mail = await take_in(raw, coming.reply_address("Central North"), letterhead=coming.letterhead, now=now)
        assert "Signature It is signed." in words(await coordinator.get(f"/post/{mail.id}"))
        plain = await self.hostile(coming, now)
        assert "It is signed" not in words(await coordinator.get(f"/post/{plain.id}"))

    async def test_reading_a_message_is_in_the_audit_trail(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await self.hostile(coming, now)
        await coordinator.get(f"/post/{mail.id}")
        assert await Entry.exists().where((Entry.action == "opened a message") & (Entry.subject == f"mail:{mail.id}"))

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
        assert f"The invitation to {HOME} was not delivered The mail server said: 550 No such user" in text

        (letter,) = await outbox.needing_a_person()
        await coordinator.send_form("/post", f"/post/letters/{letter.id}/dealt-with")
        assert not await outbox.needing_a_person()

    async def test_a_letter_that_no_relay_has_taken_for_half_an_hour_is_listed_with_what_the_relay_said(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        assert "Still on its way" not in words(await coordinator.get("/post"))
        await OutboundMail.update(
            {
                OutboundMail.created_at: now - timedelta(minutes=31),
                OutboundMail.last_code: 450,
                OutboundMail.last_error: "Try again later",
            }
        ).where(OutboundMail.recipient == HOME)
        text = words(await coordinator.get("/post"))
        assert f"The invitation to {HOME} The mail server said: 450 Try again later" in text
        assert text.count("The mail server said") == 1

    async def test_a_message_that_does_not_exist_is_not_found(self, coordinator: Browser) -> None:
        assert (await coordinator.get("/post/404")).status_code == 404
