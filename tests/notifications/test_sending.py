"""Several letters on their way at once: each settled by its own answer, and none lost when it all breaks off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from notifications import claims, outbox
from notifications.errors import Refused, TryLater
from notifications.imip import Letter
from notifications.outbox import Outgoing
from notifications.tables import OutboundMail, OutState

WRITTEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def outgoing(key: str, *, uid: str = "") -> Outgoing:
    letter = Letter(
        to="missing@home.police.example",
        to_name="Home unit",
        from_address="meetings@invites.example",
        from_name="Convene meetings",
        reply_to="meetings+token@invites.example",
        envelope_from=f"bounce+{key}@invites.example",
        subject="Say whether you can attend",
        text="Please say whether you can attend.\n",
        html="<p>Please say whether you can attend.</p>\n",
        message_id=f"<{key}@invites.example>",
        date=WRITTEN,
    )
    return Outgoing(letter, key, "request", uid=uid)


async def enqueue(*keys: str, uid: str = "") -> None:
    await outbox.enqueue_many([outgoing(key, uid=uid) for key in keys], now=WRITTEN)


async def states() -> dict[str, str]:
    rows = await OutboundMail.select(OutboundMail.key, OutboundMail.state).order_by(OutboundMail.id)
    return {row["key"]: row["state"] for row in rows}


class Relay:
    """A relay that answers each letter by its key after a moment, and remembers how many it had at once."""

    def __init__(self, **answers: Exception | Callable[[], Awaitable[object]]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0

    async def __call__(self, raw: bytes, envelope_from: str, recipient: str) -> None:
        key = envelope_from.removeprefix("bounce+").partition("@")[0]
        self.asked.append(key)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0.002)
            answer = self.answers.get(key)
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                await answer()
        finally:
            self.at_once -= 1


async def deliver(relay: Relay, *, at_once: int = 4) -> int:
    return await outbox.deliver_due(relay, clock=lambda: WRITTEN, at_once=at_once)


async def test_letters_written_together_are_written_once_each_in_their_order(rolled_back: None) -> None:
    first = await outbox.enqueue_many([outgoing("a"), outgoing("b")], now=WRITTEN)
    again = await outbox.enqueue_many([outgoing("c"), outgoing("b"), outgoing("d")], now=WRITTEN)

    assert list(await states()) == ["a", "b", "c", "d"]
    assert sorted(first) == ["a", "b"]
    assert sorted(again) == ["c", "d"]
    assert first["a"] < first["b"] < again["c"] < again["d"]


async def test_no_more_letters_are_on_their_way_at_once_than_asked_for(rolled_back: None) -> None:
    await enqueue(*(f"letter{number}" for number in range(20)))
    relay = Relay()

    assert await deliver(relay, at_once=4) == 20

    assert relay.most_at_once == 4
    assert set((await states()).values()) == {OutState.SENT}


async def test_each_of_several_letters_at_once_is_settled_by_its_own_answer(rolled_back: None) -> None:
    await enqueue("taken", "refused", "delayed", "faulty", "too")
    answers = {"refused": Refused(550, "no such user"), "delayed": TryLater(451, "greylisted"), "faulty": OSError()}

    await deliver(Relay(**answers))

    assert await states() == {
        "taken": OutState.SENT,
        "refused": OutState.REFUSED,
        "delayed": OutState.QUEUED,
        "faulty": OutState.QUEUED,
        "too": OutState.SENT,
    }
    rows = await OutboundMail.select(OutboundMail.key, OutboundMail.last_code, OutboundMail.last_error)
    assert {row["key"]: (row["last_code"], row["last_error"]) for row in rows} == {
        "taken": (None, ""),
        "refused": (550, "no such user"),
        "delayed": (451, "greylisted"),
        "faulty": (None, "internal fault: OSError"),
        "too": (None, ""),
    }


async def test_letters_of_one_thread_leave_one_after_the_other_however_many_connections(rolled_back: None) -> None:
    await enqueue("first", "second", "third", uid="m1@invites.example")
    await enqueue("other", uid="m2@invites.example")
    relay = Relay()

    while await deliver(relay):
        pass

    assert [key for key in relay.asked if key != "other"] == ["first", "second", "third"]
    assert relay.most_at_once == 2


async def test_a_letter_is_marked_as_sent_while_a_slow_one_is_still_on_its_way(committed: None) -> None:
    await enqueue("slow", "quick")
    seen: dict[str, str] = {}

    async def wait_until_the_other_is_settled() -> None:
        for _ in range(200):
            seen.update(await states())
            if seen["quick"] == OutState.SENT:
                return
            await asyncio.sleep(0.01)

    await deliver(Relay(slow=wait_until_the_other_is_settled))

    assert seen == {"slow": OutState.SENDING, "quick": OutState.SENT}


async def test_a_relay_that_is_down_is_logged_once_and_the_rest_of_the_letters_wait(rolled_back: None) -> None:
    keys = [f"letter{number}" for number in range(20)]
    await enqueue(*keys)
    relay = Relay(**{key: TryLater(None, "connection refused") for key in keys})

    with capture_logs() as logs:
        await deliver(relay, at_once=4)

    assert len(relay.asked) <= 3 + 4
    assert [line["event"] for line in logs] == ["letter delayed", "relay does not answer"]
    assert set((await states()).values()) == {OutState.QUEUED}
    rest = await claims.claim(20, now=WRITTEN + timedelta(seconds=30))
    assert len(rest) == 20 - len(relay.asked)


async def test_what_the_relay_took_is_settled_although_the_round_is_broken_off(committed: None) -> None:
    await enqueue("quick", "stuck")
    reached = asyncio.Event()

    async def say_nothing() -> None:
        reached.set()
        await asyncio.Event().wait()

    round_ = asyncio.ensure_future(deliver(Relay(stuck=say_nothing)))
    await reached.wait()
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_

    assert await states() == {"quick": OutState.SENT, "stuck": OutState.SENDING}
    (stuck,) = await claims.claim(10, now=WRITTEN + timedelta(minutes=3))
    assert stuck.tries == 2


async def test_a_settling_that_fails_ends_the_round_and_is_tried_once_more(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enqueue("letter")
    settle, failures = claims.settle, [ConnectionResetError("the database went away")]

    async def settle_or_fail(settlements: list[claims.Settlement]) -> object:
        if settlements and failures:
            raise failures.pop()
        return await settle(settlements)

    monkeypatch.setattr(claims, "settle", settle_or_fail)
    with pytest.raises(ConnectionResetError):
        await deliver(Relay())

    assert await states() == {"letter": OutState.SENT}
