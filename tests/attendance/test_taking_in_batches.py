"""A batch ends as its messages would one by one; one that fails, or stops its reader, stops none of the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from attendance import deciding
from attendance.judging import Arrived
from attendance.reading import ToRead
from attendance.reading_apart import ReadsApart
from attendance.tables import Response
from attendance.taking_in import AT_ONCE, _arrived, _take_in, read_here, take_in_all, take_in_due, take_in_one
from meetings.letters import Letterhead
from notifications import inbox
from notifications.tables import InboundMail
from tests.attendance.conftest import DESTINATION, HOME, SOCIAL_CARE
from tests.attendance.mailing import answer, ended, report

MINUTE = timedelta(minutes=1)
UNITS = {"Central North": HOME, "East Area": DESTINATION, "Camden children's services": SOCIAL_CARE}
OUTSIDER = "somebody@elsewhere.example"


class StoppedError(Exception):
    """The step that failed."""


def everything(meeting: Any, now: datetime) -> list[tuple[bytes, str]]:
    """One message of each sort, several of them about the same invitation, each with whom it came to."""
    letterhead, mailbox = meeting.letterhead, meeting.letterhead.sender_address()
    home = meeting.reply_address("Central North")

    def of(unit: str, minute: int, **how: Any) -> tuple[bytes, str]:
        to, sender = meeting.reply_address(unit), UNITS[unit]
        given = {"uid": meeting.uid, "to": to, "sender": sender, "at": now + minute * MINUTE} | how
        return answer(**given), to

    yes, _ = of("Central North", 1)
    return [
        (yes, home),
        (b"Received: again\r\n" + yes, home),
        of("Central North", 3, partstat="DECLINED"),
        of("Central North", 2, partstat="TENTATIVE"),
        of("Central North", 4, sender=OUTSIDER),
        of("Central North", 5, sequence=7),
        of("Central North", 6, method="COUNTER", partstat="TENTATIVE", starts_at=meeting.starts_at + MINUTE),
        of("Central North", 7, method="COUNTER", partstat="TENTATIVE", starts_at=meeting.starts_at + 2 * MINUTE),
        of("East Area", 1, method="REFRESH"),
        of("East Area", 2, beside='DELEGATED-TO="mailto:deputy@east-area.police.example";', partstat="DELEGATED"),
        of("East Area", 3, method="CANCEL"),
        (answer(uid=meeting.uid, to=mailbox, sender=SOCIAL_CARE, at=now), mailbox),
        (answer(uid="unknown@elsewhere.example", to=mailbox, sender=SOCIAL_CARE, at=now), mailbox),
        (report("failed"), letterhead.bounce_address(meeting.invitations["East Area"])),
        (report("delayed"), letterhead.bounce_address(meeting.invitations["East Area"])),
        (f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n".encode(), home),
        (f"From: {HOME}\r\n\r\nWe will come.\r\n".encode(), home),
        (b"\x00\xff\xfe", home),
        of("Camden children's services", 1),
    ]


async def kept(messages: Sequence[tuple[bytes, str]], now: datetime) -> list[int]:
    return [await inbox.keep("smtp", raw, HOME, to, now=now) for raw, to in messages]


async def what_there_is() -> dict[str, list[tuple[Any, ...]]]:
    """All that taking in can have written, without what is new each time."""
    queries = {
        "mail": "SELECT id, disposition, reason, kind, uid FROM inbound_mail ORDER BY id",
        "response": 'SELECT invitation, mail, partstat, sequence, dtstamp, answered_by, "row", applied, flagged'
        " FROM response ORDER BY id",
        "proposal": "SELECT invitation, mail, starts_at, state FROM proposal ORDER BY id",
        "deputy": "SELECT invitation, mail, address, state FROM deputy ORDER BY id",
        "absence": "SELECT invitation, mail, said FROM absence ORDER BY id",
        "letters": "SELECT key, kind, recipient, sequence FROM outbound_mail ORDER BY id",
        "events": "SELECT meeting, what FROM meeting_event ORDER BY id",
        "audit": "SELECT action, subject, detail FROM audit_entry WHERE actor = 'mail door' ORDER BY action, subject,"
        " detail::text",
    }
    return {name: [tuple(row.values()) for row in await InboundMail.raw(query)] for name, query in queries.items()}


async def undone(doing: Any) -> dict[str, list[tuple[Any, ...]]]:
    """What there was after it, which is then taken back."""
    async with InboundMail._meta.db.transaction() as transaction:
        await doing()
        found = await what_there_is()
        await transaction.rollback()
    return found


@pytest.mark.parametrize("shuffle", range(6))
async def test_a_batch_ends_as_its_messages_do_one_by_one(
    committed: None, convene: Any, letterhead: Letterhead, now: datetime, shuffle: int
) -> None:
    meeting = await convene()
    messages = everything(meeting, now)
    if shuffle:
        Random(shuffle).shuffle(messages)  # noqa: S311  # an order, not a secret
    await kept(messages, now)

    async def together() -> None:
        assert await take_in_due(letterhead=letterhead, now=now) == len(messages)

    async def one_by_one() -> None:
        while await take_in_one(letterhead=letterhead, now=now):
            pass

    batch = await undone(together)
    assert batch == await undone(one_by_one)
    ends = {row[1] for row in batch["mail"]}
    assert ends == {"applied", "duplicate", "recorded", "set aside"}


class TestOneThatFails:
    @pytest.fixture
    async def meeting(self, committed: None, convene: Any) -> Any:
        return await convene()

    async def test_leaves_the_others_of_its_batch_taken_in_and_is_tried_three_times(
        self, meeting: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        messages = everything(meeting, now)
        mails = await kept(messages, now)
        bad = mails[8]
        judge = deciding.judge

        async def choke(arrived: Sequence[Arrived], **how: Any) -> Any:
            if any(one.id == bad for one in arrived):
                raise StoppedError
            return await judge(arrived, **how)

        monkeypatch.setattr("attendance.deciding.judge", choke)
        for _ in range(3):
            await take_in_due(letterhead=letterhead, now=now)
            now += 3 * MINUTE

        rows = await InboundMail.select(InboundMail.id, InboundMail.tries, InboundMail.reason)
        assert {row["id"] for row in rows if row["tries"] > 1} == {bad}
        assert not await InboundMail.exists().where(InboundMail.disposition == "kept")
        assert (await ended(bad)).reason == "Convene failed on it 3 times (StoppedError)."

    async def test_because_another_worker_was_first_leaves_the_others_taken_in_once(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        mails = await kept(everything(meeting, now), now)
        slow = await inbox.claim(50, now=now)
        assert await take_in_due(letterhead=letterhead, now=now + 3 * MINUTE) == len(mails)
        before = await what_there_is()

        readings = await read_here([ToRead(mail.content or b"", now.date()) for mail in slow])
        await _take_in([(m, _arrived(m, r)) for m, r in zip(slow, readings, strict=True)], letterhead, "", now)
        assert await what_there_is() == before

    async def test_does_not_stop_the_rest_when_it_comes_in_a_flood(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        to = meeting.reply_address("Central North")
        for minute in range(120):
            raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now + minute * MINUTE)
            await inbox.keep("smtp", raw, HOME, to, now=now + minute * MINUTE)

        async def work() -> None:
            later = now + timedelta(hours=3)
            await take_in_all(
                letterhead=letterhead, clock=lambda: later, reader=read_here, authserv_id="", stopping=lambda: False
            )

        await asyncio.gather(work(), work())
        rows = await Response.select(Response.mail)
        assert len(rows) == len({row["mail"] for row in rows}) == 120


class TestAPoisonousMessage:
    @pytest_asyncio.fixture
    async def poisonable(self) -> AsyncIterator[ReadsApart]:
        reader = ReadsApart("tests.attendance.poisoned_process", patience=0.5)
        await reader.start()
        yield reader
        await reader.close()

    @pytest.mark.parametrize("poison", [b"hang", b"swell", b"die"])
    async def test_in_a_batch_is_set_aside_in_time_and_the_others_proceed(
        self,
        committed: None,
        convene: Any,
        letterhead: Letterhead,
        now: datetime,
        poisonable: ReadsApart,
        poison: bytes,
    ) -> None:
        meeting = await convene()
        messages = everything(meeting, now)
        mails = await kept([*messages[:5], (poison, HOME), *messages[5:], (poison + b" again", HOME)], now)

        begun = time.monotonic()
        await take_in_all(
            letterhead=letterhead, clock=lambda: now, reader=poisonable, authserv_id="", stopping=lambda: False
        )
        assert time.monotonic() - begun < 10

        rows = await InboundMail.select(InboundMail.id, InboundMail.disposition, InboundMail.tries)
        assert len(rows) == len(mails)
        assert all((row["disposition"] != "kept", row["tries"]) == (True, 1) for row in rows)
        assert (await ended(mails[5])).kind == (await ended(mails[-1])).kind == "unreadable"

    async def test_holds_up_nothing_that_was_read_before_it(
        self, committed: None, convene: Any, letterhead: Letterhead, now: datetime, poisonable: ReadsApart
    ) -> None:
        meeting = await convene()
        messages = everything(meeting, now)
        await kept([messages[0], (b"die", HOME), messages[2]], now)
        assert await take_in_due(letterhead=letterhead, now=now, reader=poisonable) == 1
        assert await take_in_due(letterhead=letterhead, now=now, reader=poisonable) == 1
        assert await take_in_due(letterhead=letterhead, now=now, reader=poisonable) == 1


async def test_a_worker_that_is_told_to_stop_finishes_its_batch_and_claims_no_other(
    committed: None, convene: Any, letterhead: Letterhead, now: datetime
) -> None:
    meeting = await convene()
    to = meeting.reply_address("Central North")
    for minute in range(AT_ONCE + 1):
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now + minute * MINUTE)
        await inbox.keep("smtp", raw, HOME, to, now=now)

    await take_in_all(
        letterhead=letterhead, clock=lambda: now, reader=read_here, authserv_id="", stopping=lambda: True
    )
    (left,) = await InboundMail.objects().where(InboundMail.disposition == "kept")
    assert (left.tries, left.lease_until is None) == (0, True)
