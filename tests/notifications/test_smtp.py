"""The relay: what its answers and its silences mean for the letter, against a relay that follows a script."""

from __future__ import annotations

import asyncio

import pytest

from notifications.errors import Refused, TryLater
from notifications.smtp import Relay
from tests.notifications.scripted import a_relay

LETTER = b"Subject: x\r\n\r\nLine\r\n.dot\r\nfull \xc3\xa9\r\n"
SENDER, RECIPIENT = "bounce+token@invites.example", "home@police.example"


async def test_a_letter_is_taken_with_its_very_bytes_and_dots_doubled_on_the_wire() -> None:
    async with a_relay() as (relay, script):
        await relay.send(LETTER, SENDER, RECIPIENT)

    assert script.taken == [LETTER.replace(b"\r\n.dot", b"\r\n..dot") + b".\r\n"]
    assert script.said[:3] == ["EHLO convene.example", f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{RECIPIENT}>"]


async def test_letters_share_one_connection() -> None:
    async with a_relay() as (relay, script):
        for _ in range(3):
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert (script.connections, len(script.taken)) == (1, 3)


async def test_letters_sent_at_once_do_not_mix() -> None:
    async with a_relay() as (relay, script):
        await asyncio.gather(*(relay.send(LETTER, SENDER, RECIPIENT) for _ in range(4)))

    assert script.taken == [LETTER.replace(b"\r\n.dot", b"\r\n..dot") + b".\r\n"] * 4


async def test_letters_sent_at_once_share_so_many_connections_and_no_more() -> None:
    async with a_relay(connections=3) as (relay, script):
        await asyncio.gather(*(relay.send(LETTER, SENDER, RECIPIENT) for _ in range(12)))

    assert (script.connections, len(script.taken)) == (3, 12)


async def test_letters_that_come_one_after_the_other_use_one_of_several_connections() -> None:
    async with a_relay(connections=3) as (relay, script):
        for _ in range(4):
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert script.connections == 1


async def test_a_no_or_a_break_on_one_connection_does_not_touch_the_letters_on_the_others() -> None:
    async with a_relay(connections=3) as (relay, script):
        script.once |= {"RCPT": "550 no such user", ".": "break"}
        ends = await asyncio.gather(
            *(relay.send(LETTER, SENDER, RECIPIENT) for _ in range(9)), return_exceptions=True
        )

    assert sorted(type(end).__name__ for end in ends) == ["NoneType"] * 7 + ["Refused", "TryLater"]
    assert len(script.taken) == 8, "what was taken before the break comes again"


async def test_every_connection_is_closed_and_opens_again_with_the_next_letter() -> None:
    async with a_relay(connections=2) as (relay, script):
        await asyncio.gather(*(relay.send(LETTER, SENDER, RECIPIENT) for _ in range(2)))
        await relay.close()
        assert script.said.count("QUIT") == 2
        await relay.send(LETTER, SENDER, RECIPIENT)

    assert script.connections == 3


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
async def test_a_permanent_no_at_any_step_refuses_the_letter(step: str) -> None:
    async with a_relay({step: "550 5.1.1 no such user"}) as (relay, _):
        with pytest.raises(Refused) as refusal:
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert (refusal.value.code, refusal.value.text) == (550, "5.1.1 no such user")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
async def test_a_temporary_no_at_any_step_delays_the_letter(step: str) -> None:
    async with a_relay({step: "451 4.7.1 greylisted"}) as (relay, _):
        with pytest.raises(TryLater) as delay:
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert (delay.value.code, delay.value.text) == (451, "4.7.1 greylisted")


@pytest.mark.parametrize("greeting", ["421 too busy", "554 no service here"])
async def test_a_relay_that_turns_us_away_says_nothing_about_the_letter(greeting: str) -> None:
    async with a_relay({"greeting": greeting}) as (relay, _):
        with pytest.raises(TryLater, match=greeting[4:]):
            await relay.send(LETTER, SENDER, RECIPIENT)


@pytest.mark.parametrize("code", [503, 530, 535])
async def test_a_permanent_no_that_speaks_of_our_settings_delays_the_letter(code: int) -> None:
    async with a_relay({"MAIL": f"{code} not like this"}) as (relay, _):
        with pytest.raises(TryLater):
            await relay.send(LETTER, SENDER, RECIPIENT)


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "."])
async def test_a_connection_that_breaks_at_any_step_delays_the_letter(step: str) -> None:
    async with a_relay({step: "break"}) as (relay, _):
        with pytest.raises(TryLater) as delay:
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert delay.value.code is None


@pytest.mark.parametrize("step", ["greeting", "RCPT", "."])
async def test_a_relay_that_falls_silent_delays_the_letter_within_the_time_allowed(step: str) -> None:
    loop = asyncio.get_running_loop()
    async with a_relay({step: "stall"}, patience=0.2) as (relay, _):
        began = loop.time()
        with pytest.raises(TryLater):
            await relay.send(LETTER, SENDER, RECIPIENT)
        assert loop.time() - began < 1


@pytest.mark.parametrize("step", ["greeting", "EHLO", "RCPT", "."])
async def test_a_relay_that_talks_nonsense_delays_the_letter(step: str) -> None:
    async with a_relay({step: "\x00\xff what? 250"}, patience=0.5) as (relay, _):
        with pytest.raises(TryLater):
            await relay.send(LETTER, SENDER, RECIPIENT)


async def test_a_relay_that_is_not_there_delays_the_letter() -> None:
    async with a_relay() as (_, script):
        pass

    with pytest.raises(TryLater):
        await Relay("127.0.0.1", script.port, hostname="convene.example").send(LETTER, SENDER, RECIPIENT)


async def test_a_letter_after_a_failed_one_gets_a_fresh_connection() -> None:
    async with a_relay({"RCPT": "550 no such user"}) as (relay, script):
        with pytest.raises(Refused):
            await relay.send(LETTER, SENDER, "nobody@police.example")
        script.answers.clear()
        await relay.send(LETTER, SENDER, RECIPIENT)

    assert (script.connections, len(script.taken)) == (2, 1)


@pytest.mark.parametrize("farewell", ["break", "421 closing, you were idle"])
async def test_an_idle_connection_that_the_relay_closed_costs_the_letter_nothing(farewell: str) -> None:
    async with a_relay() as (relay, script):
        await relay.send(LETTER, SENDER, RECIPIENT)
        script.once["MAIL"] = farewell
        await relay.send(LETTER, SENDER, RECIPIENT)

    assert (script.connections, len(script.taken)) == (2, 2)


async def test_a_no_on_a_connection_in_use_is_heard_and_not_asked_for_again() -> None:
    async with a_relay() as (relay, script):
        await relay.send(LETTER, SENDER, RECIPIENT)
        script.once["MAIL"] = "550 5.7.1 not from you"
        with pytest.raises(Refused):
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert len(script.taken) == 1


async def test_demanded_encryption_is_never_skipped() -> None:
    async with a_relay() as (_, script):
        relay = Relay("127.0.0.1", script.port, tls="starttls", hostname="convene.example", timeout=2)
        with pytest.raises(TryLater):
            await relay.send(LETTER, SENDER, RECIPIENT)

    assert script.taken == []


async def test_a_cancelled_sending_leaves_no_half_said_command_behind() -> None:
    async with a_relay({"RCPT": "stall"}) as (relay, script):
        sending = asyncio.ensure_future(relay.send(LETTER, SENDER, RECIPIENT))
        await asyncio.sleep(0.1)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        script.answers.clear()
        await relay.send(LETTER, SENDER, RECIPIENT)

    assert (script.connections, len(script.taken)) == (2, 1)
