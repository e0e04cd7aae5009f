"""Whether a sender is genuine: our own server's word counts, and nobody else's word looks like it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from attendance.tables import Response
from demo import programs
from demo.programs import Posted, Program
from meetings.letterhead import Letterhead
from notifications.smtp import Relay
from notifications.tables import Disposition, InboundMail
from tests.postfix.conftest import Start
from tests.postfix.journey import delivered, invited, taken_in
from tests.postfix.milter import Milter, a_milter
from tests.postfix.stations import Station, officers, own_door, until

pytestmark = [pytest.mark.usefixtures("committed", "london"), pytest.mark.faults]
OURS = "mail.council.gov.uk"


@dataclass
class Post:
    """A meeting whose invitations have arrived, and the way for an answer to one of them."""

    relay: Relay
    milter: Milter
    outside: Station
    door: Station
    letterhead: Letterhead
    now: datetime

    def answer(self, program: Program) -> Posted:
        asked = programs.asked_by(self.outside.taken[0][1])
        return programs.answer(asked, partstat="ACCEPTED", at=datetime.now(UTC), program=program)

    async def ended(self, posted: Posted, *, found: str, claimed: str = "") -> Disposition:
        """How the answer ends where our server found this, and its sender claims that."""
        self.milter.found = found.format(domain=posted.envelope_from.rpartition("@")[2])
        claim = f"Authentication-Results: {claimed}\r\n".encode() if claimed else b""
        await self.relay.send(claim + posted.raw, posted.envelope_from, posted.envelope_to)
        for _ in range(300):
            if self.door.taken:
                break
            await asyncio.sleep(0.1)
        await taken_in(self.letterhead, self.now, authserv_id=OURS)
        (mail,) = await InboundMail.objects()
        assert await Response.count().where(Response.applied.eq(True)) == (mail.disposition == Disposition.APPLIED)
        return Disposition(mail.disposition)


@pytest_asyncio.fixture
async def post(start_postfix: Start, letterhead: Letterhead, now: datetime) -> AsyncIterator[Post]:
    async with officers() as outside, own_door("lmtp", letterhead.domain, now) as door, a_milter() as milter:
        # Postfix must come up while the milter, which is ours, can answer: hence the thread.
        main = f"smtpd_milters = inet:127.0.0.1:{milter.port}\n"
        postfix = await asyncio.to_thread(start_postfix, letterhead.domain, door.port, outside.port, main=main)
        relay = Relay("127.0.0.1", postfix.port)
        units = await invited(letterhead, now)
        await delivered(relay, now)
        await until(lambda: len(outside.taken) == len(units), postfix)
        yield Post(relay, milter, outside, door, letterhead, now)
        await relay.close()


async def test_an_answer_whose_token_was_lost_counts_where_our_server_found_its_sender_genuine(post: Post) -> None:
    posted = post.answer(Program.PLAIN_MAILBOX)
    found = f"{OURS}; dmarc=pass (p=reject) header.from={{domain}}"
    assert await post.ended(posted, found=found) == Disposition.APPLIED


@pytest.mark.parametrize(
    "found", ["", f"{OURS}; dmarc=none header.from={{domain}}", f"{OURS}; dmarc=pass header.from=x.example"]
)
async def test_what_the_sender_writes_in_our_servers_name_counts_for_nothing(post: Post, found: str) -> None:
    posted = post.answer(Program.PLAIN_MAILBOX)
    claimed = f"{OURS}; dmarc=pass header.from={posted.envelope_from.rpartition('@')[2]}"
    assert await post.ended(posted, found=found, claimed=claimed) == Disposition.SET_ASIDE


async def test_an_answer_that_our_server_found_forged_does_not_count_even_with_its_token(post: Post) -> None:
    posted = post.answer(Program.THUNDERBIRD)
    found = f"{OURS}; dmarc=fail (p=none) header.from={{domain}}"
    assert await post.ended(posted, found=found) == Disposition.SET_ASIDE


async def test_an_answer_with_its_token_counts_where_our_server_says_nothing(post: Post) -> None:
    assert await post.ended(post.answer(Program.THUNDERBIRD), found="") == Disposition.APPLIED
