"""The door: nobody is told 250 before the message is safe, and no end of line but the real one ends a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal

import pytest

from notifications import inbox
from notifications.lmtp import open_door
from notifications.tables import InboundMail

ONE, TWO = "meetings+one@invites.example", "meetings+two@invites.example"
Kept = tuple[str, bytes, str, str]


class Keeper:
    """Keeps in memory; fails for the recipients it is told to, and can be made to take its time."""

    def __init__(self, *, failing: Iterable[str] = (), gate: asyncio.Event | None = None) -> None:
        self.kept: list[Kept] = []
        self._failing = set(failing)
        self._gate = gate

    async def __call__(self, door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        if self._gate is not None:
            await self._gate.wait()
        if envelope_to in self._failing:
            raise OSError("disk full")
        self.kept.append((door, raw, envelope_from, envelope_to))


class Sender:
    """The other side of the door, one line at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, *lines: str | bytes) -> str:
        """The last answer, after saying each line and hearing each answer."""
        answer = ""
        for line in lines:
            self.writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
            answer = await self.hear()
        return answer

    async def hear(self) -> str:
        async with asyncio.timeout(5):
            while (line := (await self.reader.readline()).decode().strip())[3:4] == "-":
                pass
        return line


@asynccontextmanager
async def a_door(
    keeper: Keeper, *, protocol: Literal["smtp", "lmtp"] = "lmtp", domain: str | None = "invites.example"
) -> AsyncIterator[Sender]:
    server = await open_door(protocol, "127.0.0.1", 0, keep=keeper, domain=domain, hostname="convene.example")
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    sender = Sender(reader, writer)
    try:
        assert await sender.hear() == "220 convene.example Convene"
        await sender.say("LHLO relay.example" if protocol == "lmtp" else "EHLO relay.example")
        yield sender
    finally:
        writer.close()
        server.close()
        await asyncio.sleep(0.01)


async def test_a_message_is_kept_before_the_sender_is_told_so() -> None:
    gate = asyncio.Event()
    keeper = Keeper(gate=gate)
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<home@police.example>", f"RCPT TO:<{ONE}>", "DATA")
        told = asyncio.ensure_future(sender.say("Subject: Accepted\r\n\r\nYes.\r\n."))
        await asyncio.sleep(0.05)
        assert not told.done()
        gate.set()
        assert await told == "250 2.0.0 Kept"

    assert keeper.kept == [("lmtp", b"Subject: Accepted\r\n\r\nYes.\r\n", "home@police.example", ONE)]


async def test_a_kept_message_is_committed_in_the_database(committed: None) -> None:
    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> int:
        return await inbox.keep(door, raw, envelope_from, envelope_to, now=datetime(2026, 11, 18, tzinfo=UTC))

    server = await open_door("lmtp", "127.0.0.1", 0, keep=keep, domain=None, hostname="convene.example")
    sender = Sender(*await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1]))
    await sender.hear()
    await sender.say("LHLO relay.example", "MAIL FROM:<home@police.example>", f"RCPT TO:<{ONE}>", "DATA")
    assert await sender.say("Yes.\r\n.") == "250 2.0.0 Kept"
    sender.writer.close()
    server.close()

    rows = await InboundMail.select(InboundMail.door, InboundMail.envelope_to, InboundMail.content)
    assert rows == [{"door": "lmtp", "envelope_to": ONE, "content": b"Yes.\r\n"}]


async def test_a_message_that_cannot_be_kept_stays_with_its_sender() -> None:
    keeper = Keeper(failing=[ONE])
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<home@police.example>", f"RCPT TO:<{ONE}>", "DATA")
        assert await sender.say("Yes.\r\n.") == "451 4.3.0 Not kept, please try again later"

    assert keeper.kept == []


async def test_lmtp_answers_for_each_recipient_on_its_own() -> None:
    keeper = Keeper(failing=[TWO])
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<home@police.example>", f"RCPT TO:<{ONE}>", f"RCPT TO:<{TWO}>", "DATA")
        first = await sender.say("Yes.\r\n.")
        second = await sender.hear()

    assert (first[:3], second[:3]) == ("250", "451")
    assert [recipient for *_, recipient in keeper.kept] == [ONE]


async def test_smtp_says_250_only_when_the_message_is_safe_for_every_recipient() -> None:
    keeper = Keeper(failing=[TWO])
    async with a_door(keeper, protocol="smtp") as sender:
        await sender.say("MAIL FROM:<home@police.example>", f"RCPT TO:<{ONE}>", f"RCPT TO:<{TWO}>", "DATA")
        assert (await sender.say("Yes.\r\n."))[:3] == "451"
        assert (await sender.say("NOOP"))[:3] == "250"


@pytest.mark.parametrize(
    "stranger", ["home@police.example", f"{ONE}.elsewhere.example", "meetings", "a@x.invites.example"]
)
async def test_a_recipient_outside_the_doors_domain_is_refused(stranger: str) -> None:
    async with a_door(Keeper()) as sender:
        answer = await sender.say("MAIL FROM:<home@police.example>", f"RCPT TO:<{stranger}>")

    assert answer == "550 5.7.1 This door takes mail for its own domain only"


async def test_the_doors_domain_is_known_in_any_letter_case() -> None:
    async with a_door(Keeper()) as sender:
        assert (await sender.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{ONE.upper()}>"))[:3] == "250"


async def test_a_door_without_a_domain_takes_mail_for_everyone() -> None:
    async with a_door(Keeper(), protocol="smtp", domain=None) as sender:
        assert (await sender.say("MAIL FROM:<a@b.example>", "RCPT TO:<anyone@anywhere.example>"))[:3] == "250"


async def test_a_bounce_comes_in_from_the_empty_sender() -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<>", f"RCPT TO:<{ONE}>", "DATA")
        assert (await sender.say("Undelivered\r\n."))[:3] == "250"

    assert keeper.kept == [("lmtp", b"Undelivered\r\n", "", ONE)]


async def test_doubled_dots_are_single_again_and_eight_bits_stay_eight() -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<a@b.example> BODY=8BITMIME", f"RCPT TO:<{ONE}>", "DATA")
        await sender.say(b"..dot\r\n...\r\n caf\xe9 \xc3\xa9 \x00\r\n.")

    assert keeper.kept[0][1] == b".dot\r\n..\r\n caf\xe9 \xc3\xa9 \x00\r\n"


@pytest.mark.parametrize("false_end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n"])
async def test_no_second_message_can_be_smuggled_in_with_bare_line_ends(false_end: bytes) -> None:
    keeper = Keeper()
    smuggled = b"MAIL FROM:<chief@police.example>\r\nRCPT TO:<" + TWO.encode() + b">\r\nDATA\r\nforged"
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<home@police.example>", f"RCPT TO:<{ONE}>", "DATA")
        assert (await sender.say(b"Yes." + false_end + smuggled + b"\r\n."))[:3] == "250"
        assert (await sender.say("NOOP"))[:3] == "250"

    assert [(sender_, to) for _, _, sender_, to in keeper.kept] == [("home@police.example", ONE)]
    assert b"forged" in keeper.kept[0][1]


@pytest.mark.parametrize("recipients", [[ONE], [ONE, TWO]])
async def test_a_message_over_ten_megabytes_is_refused_for_each_recipient(recipients: list[str]) -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<a@b.example>", *(f"RCPT TO:<{one}>" for one in recipients), "DATA")
        answers = [await sender.say((b"x" * 998 + b"\r\n") * 10_500 + b".")]
        answers += [await sender.hear() for _ in recipients[1:]]
        assert (await sender.say("NOOP"))[:3] == "250"

    assert {answer[:3] for answer in answers} == {"552"}
    assert keeper.kept == []


async def test_a_message_announced_as_too_large_is_refused_before_it_is_sent() -> None:
    async with a_door(Keeper()) as sender:
        assert (await sender.say("MAIL FROM:<a@b.example> SIZE=10485761"))[:3] == "552"


async def test_a_line_longer_than_the_standard_allows_does_not_lose_the_message() -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{ONE}>", "DATA")
        assert (await sender.say("x" * 20_000 + "\r\n."))[:3] == "250"

    assert keeper.kept[0][1] == b"x" * 20_000 + b"\r\n"


async def test_recipients_past_the_hundredth_are_asked_to_come_again() -> None:
    async with a_door(Keeper()) as sender:
        await sender.say("MAIL FROM:<a@b.example>", *(f"RCPT TO:<m+{n}@invites.example>" for n in range(100)))
        assert (await sender.say(f"RCPT TO:<{ONE}>"))[:3] == "452"


@pytest.mark.parametrize(
    "nonsense", ["", "XYZZY", "MAIL FROM:", "RCPT TO:<a@b>", "DATA", "\xff\xfe", "LHLO", "A" * 5000]
)
async def test_nonsense_is_answered_and_the_door_stays_open(nonsense: str) -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        assert (await sender.say(nonsense))[:1] in ("4", "5")
        await sender.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{ONE}>", "DATA")
        assert (await sender.say("Yes.\r\n."))[:3] == "250"


@pytest.mark.parametrize(
    "broken", ["<", '"', "<@", "<a@", "<a@[", "<a@invites.example> =", f"<{'a' * 300}@invites.example>"]
)
async def test_a_broken_address_is_refused_for_good(broken: str) -> None:
    async with a_door(Keeper()) as sender:
        await sender.say("MAIL FROM:<a@b.example>")
        assert (await sender.say(f"RCPT TO:{broken}"))[:1] == "5"
        assert (await sender.say(f"RCPT TO:<{ONE}>"))[:3] == "250"


async def test_a_sender_that_hangs_up_in_the_middle_leaves_nothing_behind() -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{ONE}>", "DATA")
        sender.writer.write(b"half a mess")
        await sender.writer.drain()
        sender.writer.close()
        await asyncio.sleep(0.05)

    assert keeper.kept == []


async def test_a_sender_that_hangs_up_after_the_dot_does_not_interrupt_the_keeping() -> None:
    gate = asyncio.Event()
    keeper = Keeper(gate=gate)
    async with a_door(keeper) as sender:
        await sender.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{ONE}>", "DATA")
        sender.writer.write(b"Yes.\r\n.\r\n")
        await sender.writer.drain()
        await asyncio.sleep(0.05)
        sender.writer.close()
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.sleep(0.05)

    assert [to for *_, to in keeper.kept] == [ONE]


async def test_several_messages_can_come_in_on_one_connection() -> None:
    keeper = Keeper()
    async with a_door(keeper) as sender:
        for number in range(3):
            await sender.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{ONE}>", "DATA", f"{number}\r\n.")

    assert [raw for _, raw, _, _ in keeper.kept] == [b"0\r\n", b"1\r\n", b"2\r\n"]
