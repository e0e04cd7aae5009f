"""The inbox: every message kept as it came, read by one worker, ended exactly once."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from notifications import inbox
from notifications.errors import AlreadySettled
from notifications.tables import Disposition, InboundMail

TEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOKEN = "meetings+aaaabbbbccccddddeeeeffff22@invites.example"


async def keep(raw: bytes = b"From: home@police.example\r\n\r\nYes.\r\n", *, to: str = TOKEN) -> int:
    return await inbox.keep("lmtp", raw, "home@police.example", to, now=TEN)


async def claimed(now: datetime = TEN, *, most: int = 1) -> list[int]:
    return [mail.id for mail in await inbox.claim(most, now=now)]


async def the_mail(mail_id: int) -> InboundMail:
    mail = await InboundMail.objects().get(InboundMail.id == mail_id)
    assert mail is not None
    return mail


async def test_a_message_is_kept_byte_for_byte_with_its_envelope(rolled_back: None) -> None:
    raw = b"From: home@police.example\r\n\r\n\x00\xff no line end"

    mail = await the_mail(await keep(raw))

    assert mail.content == raw
    assert (mail.envelope_from, mail.envelope_to) == ("home@police.example", TOKEN)
    assert (mail.size, mail.copies, mail.disposition) == (len(raw), 1, Disposition.KEPT)


async def test_the_same_bytes_to_the_same_recipient_are_one_message_seen_twice(rolled_back: None) -> None:
    first = await keep()

    again = await keep(to=TOKEN.upper())

    assert again == first
    assert (await the_mail(first)).copies == 2


async def test_the_same_bytes_to_another_recipient_are_another_message(rolled_back: None) -> None:
    assert await keep() != await keep(to="meetings@invites.example")


async def test_other_bytes_under_the_same_message_id_are_another_message(rolled_back: None) -> None:
    squatter = await keep(b"Message-ID: <a@police.example>\r\n\r\nfirst\r\n")

    assert await keep(b"Message-ID: <a@police.example>\r\n\r\nsecond\r\n") != squatter


async def test_the_same_message_arriving_twice_at_once_is_still_one(committed: None) -> None:
    ids = await asyncio.gather(*(keep() for _ in range(6)))

    assert len(set(ids)) == 1
    assert (await the_mail(ids[0])).copies == 6


async def test_an_envelope_that_no_database_text_can_hold_is_kept_all_the_same(rolled_back: None) -> None:
    mail_id = await inbox.keep("smtp", b"x", "a\x00b" + "c" * 300, TOKEN, now=TEN)

    assert (await the_mail(mail_id)).envelope_from == "a?b" + "c" * 251


async def test_messages_are_handed_out_oldest_first_and_one_at_a_time(rolled_back: None) -> None:
    first, second = await keep(b"first"), await keep(b"second")

    handed_out = [await claimed() for _ in range(3)]

    assert handed_out == [[first], [second], []]


async def test_two_workers_at_once_never_get_the_same_message(committed: None) -> None:
    for number in range(12):
        await keep(f"message {number}".encode())

    handed_out = await asyncio.gather(*(claimed(most=2) for _ in range(5)))

    ids = [mail for mails in handed_out for mail in mails]
    assert len(ids) == len(set(ids)) == 10


async def test_the_message_of_a_worker_that_died_comes_back_after_its_lease(rolled_back: None) -> None:
    mail_id = await keep()
    await claimed()

    assert not await claimed(TEN + MINUTE)
    (again,) = await inbox.claim(5, now=TEN + 3 * MINUTE)
    assert (again.id, again.tries) == (mail_id, 2)


async def test_a_message_that_was_put_back_is_free_again_and_was_not_tried(rolled_back: None) -> None:
    first, second = await keep(b"first"), await keep(b"second")
    await claimed(most=2)

    await inbox.put_back([second])

    (again,) = await inbox.claim(5, now=TEN)
    assert (again.id, again.tries) == (second, 1)
    assert (await the_mail(first)).tries == 1


async def test_a_message_that_kills_its_readers_is_set_aside_and_the_next_one_is_read(rolled_back: None) -> None:
    poison, healthy = await keep(b"poison"), await keep(b"healthy")
    await InboundMail.update({InboundMail.tries: 3}).where(InboundMail.id == poison)

    assert await claimed() == [healthy]
    (waiting,) = await inbox.set_aside_waiting()
    assert waiting.reason == "Reading it was begun 3 times and never finished."


async def test_a_settled_message_ends_with_its_reason_and_is_not_handed_out_again(rolled_back: None) -> None:
    mail_id = await keep()

    await inbox.settle([inbox.End(mail_id, Disposition.APPLIED, "row 9", "m1@invites.example")], now=TEN)

    mail = await the_mail(mail_id)
    assert (mail.disposition, mail.reason, mail.uid) == ("applied", "row 9", "m1@invites.example")
    assert mail.handled_at == TEN
    assert not await claimed(TEN + 3 * MINUTE)


async def test_only_the_first_worker_can_settle_a_message(rolled_back: None) -> None:
    mail_id = await keep()
    await inbox.settle([inbox.End(mail_id, Disposition.APPLIED, "row 9")], now=TEN)

    with pytest.raises(AlreadySettled):
        await inbox.settle([inbox.End(mail_id, Disposition.SET_ASIDE, "unknown sender")], now=TEN)

    assert (await the_mail(mail_id)).disposition == Disposition.APPLIED


async def test_of_two_workers_that_read_the_same_message_one_is_undone(committed: None) -> None:
    mail_id = await keep()

    async def read_by_a_worker(delay: float) -> str:
        async with InboundMail._meta.db.transaction():
            await keep(f"what worker {delay} made of it".encode())
            await asyncio.sleep(delay)
            await inbox.settle([inbox.End(mail_id, Disposition.APPLIED, "row 9")], now=TEN)
        return "done"

    outcomes = await asyncio.gather(read_by_a_worker(0.01), read_by_a_worker(0.05), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [str, AlreadySettled]
    assert await InboundMail.count() == 2


async def test_what_was_set_aside_waits_until_a_person_has_dealt_with_it(rolled_back: None) -> None:
    mail_id = await keep()
    await inbox.settle([inbox.End(mail_id, Disposition.SET_ASIDE, "The sender was not invited.")], now=TEN)

    (waiting,) = await inbox.set_aside_waiting()
    assert (waiting.id, waiting.reason) == (mail_id, "The sender was not invited.")

    assert await inbox.review(mail_id, by="coordinator", now=TEN)
    assert await inbox.set_aside_waiting() == []
    assert not await inbox.review(mail_id, by="another", now=TEN)
    assert (await the_mail(mail_id)).reviewed_by == "coordinator"


async def test_a_message_that_was_not_set_aside_cannot_be_reviewed(rolled_back: None) -> None:
    mail_id = await keep()

    assert not await inbox.review(mail_id, by="coordinator", now=TEN)


async def test_a_claim_walks_along_what_waits_whatever_the_statistics_say(rolled_back: None) -> None:
    for number in range(60):
        await keep(f"message {number}".encode())
    for way in ("seqscan", "bitmapscan", "sort"):  # so few rows would be read faster all at once, and then sorted
        await InboundMail.raw(f"SET LOCAL enable_{way} = off")
    instant = f"'{TEN.isoformat()}'"
    rows = await InboundMail.raw("EXPLAIN " + inbox._CLAIM.format(instant, instant, instant, 50, instant))
    plan = "\n".join(str(*row.values()) for row in rows)
    assert "using inbound_mail_kept" in plan
    assert "using inbound_mail_worn" in plan
    assert re.findall("Sort Key: (?!due)", plan) == []  # the fifty that were claimed may be sorted, never what waits
