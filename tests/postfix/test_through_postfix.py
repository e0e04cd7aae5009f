"""A real mail server stands between Convene and the officers, both ways, set up as docs/running.md says."""

from __future__ import annotations

import asyncio
import smtplib
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Literal
from uuid import uuid4

import pytest

from attendance import bounces
from attendance.tables import Response
from meetings.letters import Letterhead
from notifications import inbox
from notifications.errors import Refused
from notifications.kinds import InboundKind
from notifications.mailbox import Account
from notifications.smtp import Relay
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from tests.dovecot.conftest import PASSWORD, Dovecot
from tests.dovecot.watching import watched
from tests.meetings.waiting_children import BY
from tests.postfix.conftest import Start
from tests.postfix.journey import accepted, delivered, invited, taken_in
from tests.postfix.stations import Station, into_dovecot, officers, own_door, until

pytestmark = [pytest.mark.usefixtures("committed", "london"), pytest.mark.faults]


async def answers_that_count() -> int:
    applied: int = await InboundMail.count().where(InboundMail.disposition == Disposition.APPLIED)
    assert applied == await Response.count().where((Response.partstat == "ACCEPTED") & Response.applied.eq(True))
    return applied


@pytest.mark.parametrize("protocol", ["lmtp", "smtp"])
async def test_invitations_leave_and_answers_return_with_their_tokens_through_the_door(
    start_postfix: Start, letterhead: Letterhead, now: datetime, protocol: Literal["lmtp", "smtp"]
) -> None:
    async with officers() as outside, own_door(protocol, letterhead.domain, now) as door:
        by_smtp = f"transport_maps = inline:{{ {{ {letterhead.domain} = smtp:[127.0.0.1]:{door.port} }} }}\n"
        main = by_smtp if protocol == "smtp" else ""
        postfix = await asyncio.to_thread(start_postfix, letterhead.domain, door.port, outside.port, main=main)
        relay = Relay("127.0.0.1", postfix.port)
        units = await invited(letterhead, now)
        await delivered(relay, now)
        await until(lambda: len(outside.taken) == len(units), postfix)
        await accepted(relay, outside)
        await until(lambda: len(door.taken) == len(units), postfix)
        await relay.close()

    await taken_in(letterhead, now)
    assert await answers_that_count() == len(units)


async def test_invitations_leave_and_answers_return_with_their_tokens_through_a_mailbox(
    start_postfix: Start, dovecot: Dovecot, letterhead: Letterhead, now: datetime
) -> None:
    """Postfix writes the whole address into Delivered-To; the mailbox has one name, whatever the token."""
    user = f"convene-{uuid4().hex}"
    main, master = into_dovecot(letterhead.domain, dovecot, user)
    account = Account(
        *("localhost", dovecot.port, user, PASSWORD),
        domain=letterhead.domain,
        address=f"meetings@{letterhead.domain}",
        tls="none",
        poll=1,
    )
    returned: list[str] = []

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await inbox.keep(door, raw, envelope_from, envelope_to, now=now)
        returned.append(envelope_to)

    async with officers() as outside, watched(account, keep):
        started = asyncio.to_thread(start_postfix, letterhead.domain, 9, outside.port, main=main, master=master)
        postfix = await started
        relay = Relay("127.0.0.1", postfix.port)
        units = await invited(letterhead, now)
        await delivered(relay, now)
        await until(lambda: len(outside.taken) == len(units), postfix)
        await accepted(relay, outside)
        await until(lambda: len(returned) == len(units), postfix)
        await relay.close()

    assert all(address.startswith("meetings+") for address in returned)
    await taken_in(letterhead, now)
    assert await answers_that_count() == len(units)


async def test_a_refusal_at_the_officers_server_comes_back_from_nobody_and_makes_the_seat_not_reached_when_confirmed(
    start_postfix: Start, letterhead: Letterhead, now: datetime
) -> None:
    async with officers(domain="elsewhere.example") as outside, own_door("lmtp", letterhead.domain, now) as door:
        postfix = await asyncio.to_thread(start_postfix, letterhead.domain, door.port, outside.port)
        relay = Relay("127.0.0.1", postfix.port)
        units = await invited(letterhead, now)
        await delivered(relay, now)
        await until(lambda: len(door.taken) == len(units), postfix)
        await relay.close()

    later = now + timedelta(minutes=1)
    await taken_in(letterhead, later)
    mails = await InboundMail.objects()
    assert {(mail.envelope_from, mail.disposition, mail.kind) for mail in mails} == {
        ("", Disposition.SET_ASIDE, InboundKind.BOUNCE)
    }
    assert outside.taken == []
    for mail in mails:
        assert mail.envelope_to.startswith("bounce+")
        assert await bounces.confirm(mail.id, letterhead=letterhead, by=BY, now=later)
    assert await OutboundMail.count().where(OutboundMail.state == OutState.REFUSED) == len(units)


class TestWhatComesInFromOutside:
    """Of mail for our own domain, as any server in the world may send it."""

    HEAD = "From: home@police.example\r\nSubject: x\r\nMessage-ID: <1@police.example>\r\n"
    TOKEN = "aaaabbbbccccddddeeeeffff22"

    async def send(
        self, start_postfix: Start, letterhead: Letterhead, now: datetime, *to: str, raw: bytes
    ) -> Station:
        async with own_door("lmtp", letterhead.domain, now) as door:
            postfix = await asyncio.to_thread(start_postfix, letterhead.domain, door.port, 9)
            relay = Relay("127.0.0.1", postfix.port)
            for recipient in to:
                await relay.send(raw, "", f"{recipient}@{letterhead.domain}")
            await until(lambda: len(door.taken) == len(to), postfix)
            await relay.close()
        return door

    async def test_a_plus_address_arrives_in_either_case_and_from_nobody(
        self, start_postfix: Start, letterhead: Letterhead, now: datetime
    ) -> None:
        to = (f"meetings+{self.TOKEN}", f"MEETINGS+{self.TOKEN.upper()}", f"bounce+{self.TOKEN}", "meetings")
        await self.send(start_postfix, letterhead, now, *to, raw=f"{self.HEAD}\r\nYes\r\n".encode())
        mails = await InboundMail.objects().order_by(InboundMail.id)
        assert sorted(mail.envelope_to.partition("@")[0] for mail in mails) == sorted(map(str.lower, to))
        assert {mail.envelope_from for mail in mails} == {""}

    async def test_abuse_case_05_what_it_says_of_its_own_authentication_is_gone_and_nothing_else_is(
        self, start_postfix: Start, letterhead: Letterhead, now: datetime
    ) -> None:
        forged = "Authentication-Results: (x)\r\n relay.example; dmarc=pass header.from=police.example\r\n"
        forged += "authentication-results: relay.example; dmarc=pass\r\n"
        body = "Content-Type: message/rfc822\r\n\r\nAuthentication-Results: kept, signed by others\r\n\r\nYes\r\n"
        raw = (forged + self.HEAD + body).encode()
        door = await self.send(start_postfix, letterhead, now, f"meetings+{self.TOKEN}", raw=raw)
        arrived = message_from_bytes(door.taken[0][1])
        assert arrived.get_all("Authentication-Results") is None
        assert arrived["Message-ID"] == "<1@police.example>"
        assert "kept, signed by others" in str(arrived.get_payload(0))

    @pytest.mark.parametrize("stranger", ["info", f"meetings+{TOKEN}x", f"someone+{TOKEN}"])
    async def test_a_recipient_that_is_none_of_ours_is_refused_before_it_reaches_the_door(
        self, start_postfix: Start, letterhead: Letterhead, now: datetime, stranger: str
    ) -> None:
        with pytest.raises(Refused, match=r"550 5\.1\.1"):
            await self.send(start_postfix, letterhead, now, stranger, raw=b"Subject: x\r\n\r\n")
        assert await InboundMail.count() == 0

    async def test_abuse_case_16_a_hundred_megabytes_are_refused_by_postfix_before_they_are_sent(
        self, start_postfix: Start, letterhead: Letterhead, now: datetime
    ) -> None:
        """Told in advance (SIZE), and where the sender does not tell: 552, and nothing reaches the door."""
        async with own_door("lmtp", letterhead.domain, now) as door:
            postfix = await asyncio.to_thread(start_postfix, letterhead.domain, door.port, 9)
            to = f"meetings+{self.TOKEN}@{letterhead.domain}"
            told, untold = await asyncio.to_thread(_too_large, postfix.port, to)
        assert (told, untold) == (552, 552)
        assert door.taken == []
        assert await InboundMail.count() == 0


def _too_large(port: int, to: str) -> tuple[int, int]:
    """What Postfix answers to 100 MB that are announced, and to as many that are not."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo("sender.example")
        told, _ = client.mail("home@police.example", [f"SIZE={100 * 1024 * 1024}"])
        client.rset()
        client.mail("home@police.example")
        client.rcpt(to)
        client.docmd("DATA")
        client.send(b"Subject: x\r\n\r\n")
        for _ in range(100):
            client.send(b"x" * 998 + b"\r\n" + (b"y" * 998 + b"\r\n") * 1048)
        untold, _ = client.docmd(".")
    return told, untold
