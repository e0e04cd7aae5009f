"""The outbox: written with its cause, sent at least once with the same bytes, settled once, in order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from notifications import claims, outbox
from notifications.claims import Claimed
from notifications.errors import Refused, TryLater, UnsafeHeader
from notifications.imip import Letter
from notifications.tables import OutboundMail, OutState

MINUTE = timedelta(minutes=1)
HOME = "missing@home.police.example"
WRITTEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def a_letter(message_id: str, *, to: str = HOME, subject: str = "Say whether you can attend") -> Letter:
    return Letter(
        to=to,
        to_name="Home unit",
        from_address="meetings@invites.example",
        from_name="Convene meetings",
        reply_to="meetings+token@invites.example",
        envelope_from="bounce+token@invites.example",
        subject=subject,
        text="Please say whether you can attend.\n",
        html="<p>Please say whether you can attend.</p>\n",
        message_id=f"<{message_id.replace(':', '.')}@invites.example>",
        date=WRITTEN,
    )


async def enqueue(key: str, *, now: datetime = WRITTEN, uid: str = "", to: str = HOME, hours: int = 0) -> int:
    useful_until = now + timedelta(hours=hours) if hours else None
    written = await outbox.enqueue(
        a_letter(key, to=to), key=key, kind="request", now=now, uid=uid, useful_until=useful_until
    )
    assert written is not None
    return written


async def states() -> dict[str, str]:
    rows = await OutboundMail.select(OutboundMail.key, OutboundMail.state).order_by(OutboundMail.id)
    return {row["key"]: row["state"] for row in rows}


async def the_only_claim(now: datetime) -> Claimed:
    (claimed,) = await claims.claim(10, now=now)
    return claimed


class Relay:
    """A relay that remembers what it was given, and answers as scripted, then with 250."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.given: list[tuple[bytes, str, str]] = []

    async def __call__(self, raw: bytes, envelope_from: str, recipient: str) -> None:
        self.given.append((raw, envelope_from, recipient))
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer


async def test_a_letter_is_frozen_when_it_is_written(rolled_back: None) -> None:
    await enqueue("request:1")

    row = await OutboundMail.objects().first()

    assert row is not None
    assert row.state == OutState.QUEUED
    assert row.recipient == HOME
    assert row.envelope_from == "bounce+token@invites.example"
    assert row.content.startswith(b"MIME-Version: 1.0\r\nDate: Wed, 18 Nov 2026 10:00:00 +0000\r\n")
    claimed = await the_only_claim(WRITTEN)
    assert claimed.content == row.content


async def test_the_same_cause_enqueues_only_once(rolled_back: None) -> None:
    await enqueue("request:1")

    again = await outbox.enqueue(a_letter("another-id"), key="request:1", kind="request", now=WRITTEN)

    assert again is None
    assert await OutboundMail.count() == 1


async def test_a_letter_whose_cause_is_rolled_back_does_not_exist(committed: None) -> None:
    async def cause_that_fails() -> None:
        async with OutboundMail._meta.db.transaction():
            await enqueue("request:1")
            raise LookupError

    with pytest.raises(LookupError):
        await cause_that_fails()

    assert await states() == {}


async def test_a_letter_that_could_break_out_of_its_header_is_not_written(rolled_back: None) -> None:
    letter = a_letter("1", subject="Meeting\r\nBcc: stranger@elsewhere.example")

    with pytest.raises(UnsafeHeader):
        await outbox.enqueue(letter, key="request:1", kind="request", now=WRITTEN)

    assert await states() == {}


async def test_two_claimers_at_once_never_get_the_same_letter(committed: None) -> None:
    for number in range(40):
        await enqueue(f"request:{number}")

    shares = await asyncio.gather(*(claims.claim(7, now=WRITTEN) for _ in range(8)))

    ids = [claimed.id for share in shares for claimed in share]
    assert len(ids) == len(set(ids)) == 40


async def test_a_claimed_letter_is_not_claimed_again_while_its_lease_runs(rolled_back: None) -> None:
    await enqueue("request:1")
    await claims.claim(10, now=WRITTEN)

    assert await claims.claim(10, now=WRITTEN + 2 * MINUTE) == []


async def test_the_letter_of_a_claimer_that_died_comes_back_with_the_same_bytes(rolled_back: None) -> None:
    await enqueue("request:1")
    first = await the_only_claim(WRITTEN)

    again = await the_only_claim(WRITTEN + 3 * MINUTE)

    assert (again.id, again.content, again.message_id) == (first.id, first.content, first.message_id)
    assert (first.tries, again.tries) == (1, 2)


async def test_a_late_settlement_by_the_old_claimer_changes_nothing(rolled_back: None) -> None:
    await enqueue("request:1")
    old = await the_only_claim(WRITTEN)
    new = await the_only_claim(WRITTEN + 3 * MINUTE)

    assert not await claims.settle([claims.refused(old, 550, "no such user", now=WRITTEN + 4 * MINUTE)])
    assert not await claims.settle([claims.sent(old, now=WRITTEN + 4 * MINUTE)])
    assert await states() == {"request:1": OutState.SENDING}
    assert await claims.settle([claims.sent(new, now=WRITTEN + 4 * MINUTE)])
    assert not await claims.settle([claims.later(old, None, "broken", now=WRITTEN + 4 * MINUTE)])
    assert await states() == {"request:1": OutState.SENT}


async def test_letters_of_one_thread_leave_in_the_order_they_were_written(rolled_back: None) -> None:
    await enqueue("request:1", uid="m1@invites.example")
    await enqueue("cancel:1", uid="m1@invites.example", to=HOME.upper())
    await enqueue("request:2", uid="m1@invites.example", to="missing@destination.police.example")

    claimed = await claims.claim(10, now=WRITTEN)

    assert [one.message_id for one in claimed] == ["<request.1@invites.example>", "<request.2@invites.example>"]
    assert await claims.claim(10, now=WRITTEN) == []


@pytest.mark.parametrize("settled", ["sent", "refused"])
async def test_the_next_letter_of_a_thread_leaves_when_the_one_before_is_settled(
    rolled_back: None, settled: str
) -> None:
    await enqueue("request:1", uid="m1@invites.example")
    await enqueue("cancel:1", uid="m1@invites.example")
    first = await the_only_claim(WRITTEN)
    if settled == "sent":
        await claims.settle([claims.sent(first, now=WRITTEN)])
    else:
        await claims.settle([claims.refused(first, 550, "no such user", now=WRITTEN)])

    assert (await the_only_claim(WRITTEN)).message_id == "<cancel.1@invites.example>"


async def test_a_cancellation_waits_while_the_invitation_waits_for_its_next_try(rolled_back: None) -> None:
    await enqueue("request:1", uid="m1@invites.example")
    await enqueue("cancel:1", uid="m1@invites.example")
    await claims.settle([claims.later(await the_only_claim(WRITTEN), 451, "greylisted", now=WRITTEN)])

    assert await claims.claim(10, now=WRITTEN + timedelta(seconds=59)) == []
    assert (await the_only_claim(WRITTEN + MINUTE)).message_id == "<request.1@invites.example>"


async def test_the_pause_between_tries_grows_to_half_an_hour(rolled_back: None) -> None:
    await enqueue("request:1")
    now, pauses = WRITTEN, []
    for _ in range(8):
        await claims.settle([claims.later(await the_only_claim(now), 451, "greylisted", now=now)])
        row = await OutboundMail.select(OutboundMail.due_at).first()
        assert row is not None
        pauses.append((row["due_at"] - now) // MINUTE)
        now = row["due_at"]

    assert pauses == [1, 2, 4, 8, 15, 30, 30, 30]


async def test_a_letter_delayed_for_a_day_and_twenty_tries_goes_before_a_person(rolled_back: None) -> None:
    await enqueue("request:1")
    await OutboundMail.update({OutboundMail.tries: 19}, force=True)

    late = WRITTEN + timedelta(hours=24)
    await claims.settle([claims.later(await the_only_claim(late), 451, "mailbox busy", now=late)])

    (waiting,) = await outbox.needing_a_person()
    assert waiting.state is OutState.REFUSED
    assert waiting.last_error == "Given up after 20 tries. The last answer was: mailbox busy"


async def test_a_letter_is_not_given_up_in_a_night_however_often_it_was_tried(rolled_back: None) -> None:
    await enqueue("request:1")
    await OutboundMail.update({OutboundMail.tries: 40}, force=True)

    morning = WRITTEN + timedelta(hours=23)
    await claims.settle([claims.later(await the_only_claim(morning), None, "connection refused", now=morning)])

    assert await states() == {"request:1": OutState.QUEUED}


async def test_a_letter_is_not_given_up_at_its_first_try_after_a_long_outage_of_ours(rolled_back: None) -> None:
    await enqueue("request:1")

    back = WRITTEN + timedelta(days=3)
    await claims.settle([claims.later(await the_only_claim(back), 451, "greylisted", now=back)])

    assert await states() == {"request:1": OutState.QUEUED}


async def test_a_meeting_letter_past_its_use_is_not_sent_but_shown_to_a_person(rolled_back: None) -> None:
    await enqueue("request:1", uid="m1@invites.example", hours=1)

    assert await claims.claim(10, now=WRITTEN + timedelta(hours=2)) == []

    (waiting,) = await outbox.needing_a_person()
    assert "too late" in waiting.last_error.lower()


async def test_a_sign_in_link_past_its_use_is_withdrawn_quietly(rolled_back: None) -> None:
    await enqueue("sign-in:1", hours=1)

    assert await claims.claim(10, now=WRITTEN + timedelta(hours=2)) == []

    assert await states() == {"sign-in:1": OutState.WITHDRAWN}
    assert await outbox.needing_a_person() == []


async def test_a_delivered_letter_is_marked_sent_only_after_the_relay_took_it(rolled_back: None) -> None:
    await enqueue("request:1")
    seen: list[dict[str, str]] = []

    async def relay(raw: bytes, envelope_from: str, recipient: str) -> None:
        seen.append(await states())

    assert await outbox.deliver_due(relay, clock=lambda: WRITTEN) == 1

    assert seen == [{"request:1": OutState.SENDING}]
    assert await states() == {"request:1": OutState.SENT}


async def test_no_transaction_is_open_while_a_letter_is_on_its_way(committed: None) -> None:
    await enqueue("request:1")
    open_while_sending: list[bool] = []

    async def relay(raw: bytes, envelope_from: str, recipient: str) -> None:
        open_while_sending.append(OutboundMail._meta.db.transaction_exists())

    await outbox.deliver_due(relay, clock=lambda: WRITTEN)

    assert open_while_sending == [False]


async def test_each_letter_of_a_batch_is_settled_by_its_own_answer(rolled_back: None) -> None:
    for key in ("sent", "refused", "delayed", "faulty", "sent too"):
        await enqueue(key.replace(" ", "-"))
    relay = Relay(None, Refused(550, "no such user"), TryLater(451, "greylisted"), RuntimeError("a fault"), None)

    await outbox.deliver_due(relay, clock=lambda: WRITTEN)

    assert await states() == {
        "sent": OutState.SENT,
        "refused": OutState.REFUSED,
        "delayed": OutState.QUEUED,
        "faulty": OutState.QUEUED,
        "sent-too": OutState.SENT,
    }


async def test_a_dead_relay_is_asked_three_times_and_the_rest_waits_without_loss(rolled_back: None) -> None:
    for number in range(10):
        await enqueue(f"request:{number}")
    relay = Relay(*[TryLater(None, "connection refused")] * 10)

    await outbox.deliver_due(relay, clock=lambda: WRITTEN)

    assert len(relay.given) == 3
    assert set((await states()).values()) == {OutState.QUEUED}
    assert await outbox.deliver_due(relay, clock=lambda: WRITTEN) == 0
    rest = await claims.claim(10, now=WRITTEN + timedelta(seconds=30))
    assert len(rest) == 7


async def test_a_letter_is_not_sent_when_its_lease_could_end_before_it_is_through(rolled_back: None) -> None:
    await enqueue("request:1")
    await enqueue("request:2")
    moments = iter([WRITTEN, WRITTEN, WRITTEN + MINUTE, WRITTEN + MINUTE, WRITTEN + MINUTE])
    relay = Relay()

    await outbox.deliver_due(relay, clock=lambda: next(moments))

    assert len(relay.given) == 1
    assert await states() == {"request:1": OutState.SENT, "request:2": OutState.QUEUED}


async def test_a_crash_between_sending_and_settling_repeats_the_same_bytes(rolled_back: None) -> None:
    await enqueue("request:1")
    relay = Relay()
    claimed = await the_only_claim(WRITTEN)
    await relay(claimed.content, claimed.envelope_from, claimed.recipient)  # and here the process dies

    await outbox.deliver_due(relay, clock=lambda: WRITTEN + 3 * MINUTE)

    assert len(relay.given) == 2
    assert relay.given[0] == relay.given[1]
    assert await states() == {"request:1": OutState.SENT}


async def test_the_history_of_a_meeting_tells_what_became_of_each_letter(rolled_back: None) -> None:
    await enqueue("request:1", uid="m1@invites.example")
    await enqueue("request:2", uid="m2@invites.example")
    await outbox.deliver_due(Relay(Refused(550, "5.1.1 no such user")), clock=lambda: WRITTEN)

    (posted,) = await outbox.history("m1@invites.example")

    assert (posted.key, posted.state, posted.last_code) == ("request:1", OutState.REFUSED, 550)
    assert posted.last_error == "5.1.1 no such user"


async def test_a_refusal_that_a_person_has_dealt_with_no_longer_waits(rolled_back: None) -> None:
    letter = await enqueue("request:1")
    await outbox.deliver_due(Relay(Refused(550, "no such user")), clock=lambda: WRITTEN)

    assert await outbox.seen(letter, by="coordinator", now=WRITTEN)
    assert await outbox.needing_a_person() == []
    assert not await outbox.seen(letter, by="coordinator", now=WRITTEN)
