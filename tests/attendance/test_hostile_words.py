"""Words that attack whoever reads them: on no page are they more than words, in no letter, and in no log at all."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from structlog.testing import capture_logs

from attendance import proposals
from attendance.tables import Deputy, Proposal
from attendance.taking_in import take_in_due
from meetings.tables import Meeting
from notifications import inbox
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail, OutboundMail
from tests.attendance.asked import BY
from tests.attendance.conftest import HOME
from tests.attendance.mailing import answer, by_a_person, from_home, take_in
from tests.browsing import Browser
from tests.notifications.outgoing.outbox_checks import check_all_sent

UNIT = "Central North"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MARKUP = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
TURNED = "\u202egnp.exe\u2066\u200f"
HEADER = "=?utf-8?q?a=0D=0ABcc:=20evil=40evil.example?="
WORDS = f"{MARKUP} {TURNED} {HEADER} {{{{ 7 * 7 }}}} javascript:alert(1)"
LONG = "W" * 4_000


async def arrived(meeting: Any, raw: bytes, now: datetime, to: str = "") -> InboundMail:
    to = to or meeting.reply_address(UNIT)
    return await take_in(raw, to, letterhead=meeting.letterhead, now=now, sender=HOME)


def encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


async def everything_hostile(meeting: Any, now: datetime) -> None:
    """Each kind of mail whose words are shown to somebody, every word of it meant to harm."""
    note = f"COMMENT:{WORDS}\\n{LONG}\r\nSUMMARY:{MARKUP}\r\nLOCATION:{MARKUP}\r\nX-ALT-DESC:{MARKUP}\r\n".encode()
    subject = f"Subject: {encoded(WORDS)}\r\n".encode()
    person = f"From: {encoded(MARKUP)} <{HOME}>\r\n".encode() + subject
    to = meeting.reply_address(UNIT)

    async def says(minute: int, **how: Any) -> None:
        given = {"uid": meeting.uid, "to": to, "sender": HOME, "at": now + minute * MINUTE} | how
        raw = by_a_person(answer(**given))
        body = raw.replace(b"END:VEVENT", note + b"END:VEVENT")
        await arrived(meeting, subject + body, now + minute * MINUTE)

    await says(1, method="COUNTER", partstat="TENTATIVE", starts_at=meeting.starts_at + HOUR, lines=note.decode())
    await says(2, sender="officer@evil.example", lines=note.decode())
    deputy = f'DELEGATED-TO="mailto:evil@evil.example";CN="{MARKUP.replace(chr(34), "")}";'
    await says(3, partstat="DELEGATED", beside=deputy, lines=note.decode())
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + f"{WORDS}\r\n> {WORDS}\r\n{LONG}".encode()
    html = b"Content-Type: text/html; charset=utf-8\r\n\r\n&lt;script&gt;alert(1)&lt;/script&gt;" + WORDS.encode()
    await arrived(meeting, person + text, now + 4 * MINUTE)
    await arrived(meeting, person + html, now + 5 * MINUTE)
    svg = b"Content-Type: image/svg+xml\r\n\r\n<svg onload=alert(1)><script>alert(1)</script></svg>"
    await arrived(meeting, person + svg, now + 5 * MINUTE)
    await arrived(meeting, person + b"Auto-Submitted: auto-replied\r\n" + text, now + 6 * MINUTE)
    await arrived(meeting, person + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--c\r\n", now + 7 * MINUTE)
    bounce = meeting.letterhead.bounce_address(meeting.invitations[UNIT])
    await arrived(meeting, _bounce(), now + 8 * MINUTE, to=bounce)
    odd = f"{MARKUP.replace(' ', '')}@evil.example"
    await inbox.keep("smtp", person + b"\r\nhello", odd, f"{MARKUP}@invites.convene.example", now=now)
    await take_in_due(letterhead=meeting.letterhead, now=now)


def _bounce() -> bytes:
    return (
        f"From: mailer-daemon@police.example\r\nSubject: {encoded(WORDS)}\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; police.example\r\n\r\n"
        f"Final-Recipient: rfc822; {HOME}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; {WORDS}\r\n"
        "\r\n--b--\r\n"
    ).encode()


class TestOnAPage:
    async def test_abuse_case_23_they_are_words_wherever_they_are_shown(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        await everything_hostile(coming, now)
        mails = [row["id"] for row in await InboundMail.select(InboundMail.id)]
        paths = [
            "/post",
            f"/meetings/{coming.reference}",
            f"/meetings/{coming.reference}/answers/{coming.invitations[UNIT]}",
            *(f"/proposals/{row['id']}" for row in await Proposal.select(Proposal.id)),
            *(f"/deputies/{row['id']}" for row in await Deputy.select(Deputy.id)),
            *(f"/post/{mail}{more}" for mail in mails for more in ("", "/who", "/returned")),
        ]
        shown = 0
        for path in paths:
            page = await coordinator.get(path)
            assert page.status_code < 500, path
            for harmful in ("<script>alert", "<img src=x", "<svg onload", *TURNED.replace("gnp.exe", ""), "\x00"):
                assert harmful not in page.text, (path, harmful)
            assert 'href="javascript:' not in page.text, path
            assert page.headers["content-type"].startswith("text/html"), path
            assert "script-src 'self'" in page.headers["content-security-policy"]
            shown += "alert(1)" in page.text
        assert shown >= 5, "the words are shown, as words"

    async def test_what_stopped_its_reader_is_never_read_within_a_page(
        self, coordinator: Browser, coming: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It would stop the pages for everybody."""
        read = []
        for place in ("attendance.behind.read", "attendance.post_pages.open_message"):
            monkeypatch.setattr(place, lambda raw, *_: read.append(raw))
        reasons = (
            "Reading it took longer than 4 seconds.",
            "Reading it ended the process that read it.",
            "It cannot be read (MemoryError).",
        )
        for number, why in enumerate(reasons):
            raw = b"X: %d\r\nSubject: poison\r\n\r\n<script>alert(1)</script>" % number
            mail = await inbox.keep("smtp", raw, "", coming.reply_address(UNIT), now=now)
            end = inbox.End(mail, Disposition.SET_ASIDE, f"{UNIT}: {why}", kind=InboundKind.UNREADABLE)
            await inbox.settle([end], now=now)
            for path in ("/post", *(f"/post/{mail}{more}" for more in ("", "/who", "/returned"))):
                page = await coordinator.get(path)
                assert page.status_code < 500
                assert "<script>alert" not in page.text
            assert "poison" in (await coordinator.get(f"/post/{mail}")).text, "its beginning is shown as it came"
        assert read == []


class TestInALetter:
    async def test_abuse_case_24_of_whatever_they_cause(self, coming: Any, now: datetime) -> None:
        await everything_hostile(coming, now)
        for proposal in await Proposal.objects().where(Proposal.state == "open"):
            await proposals.decline(proposal.id, reason="", by=BY, now=now + HOUR, letterhead=coming.letterhead)
        await from_home(coming, now + 9 * MINUTE, method="REFRESH")
        letters = await OutboundMail.objects()
        assert len(letters) >= 4
        for letter in letters:
            content = bytes(letter.content or b"")
            head = message_from_bytes(content)
            assert "Bcc" not in head
            assert [len(head.get_all(name, [])) for name in ("To", "From", "Subject")] == [1, 1, 1]
            text = content + bytes(letter.calendar or b"")
            assert b"alert(1)" not in text
            assert b"evil" not in text
        await check_all_sent()


class TestInTheLog:
    async def test_abuse_case_24_is_nobodys_address_code_or_word(
        self, committed: None, convene: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meeting = await convene()
        with capture_logs() as logged:
            await everything_hostile(meeting, now)
            monkeypatch.setattr("attendance.deciding.effects.cause", _stop)
            raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now + HOUR)
            for number in range(4):
                await inbox.keep("smtp", b"X: %d\r\n" % number + raw, HOME, meeting.reply_address(UNIT), now=now)
            for again in range(4):
                await take_in_due(letterhead=meeting.letterhead, now=now + again * HOUR)
        told = repr(logged)
        assert "not taken in" in told
        secrets = [meeting.letterhead.token(invitation) for invitation in meeting.invitations.values()]
        for secret in ("@", "alert(1)", "Central", meeting.uid, meeting.reference, *secrets):
            assert secret not in told, secret


async def _stop(*args: object, **kwargs: object) -> None:
    raise ValueError(HOME)


async def test_a_note_by_the_link_is_cut_and_kept_on_one_line(coming: Any, now: datetime) -> None:
    from attendance import answer_link
    from attendance.answers import standing
    from attendance.state import given_to

    invitation = coming.invitations[UNIT]
    await answer_link.answer(invitation, "ACCEPTED", shown=0, note=f"{WORDS}\r\n\x00{LONG}", now=now)
    meeting = await Meeting.objects().get(Meeting.id == coming.id)
    assert meeting is not None
    said = standing((await given_to([invitation]))[invitation], meeting.last_major_sequence)
    assert said is not None
    assert len(said.comment) <= 500
    assert said.comment.isprintable()
