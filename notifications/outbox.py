"""Keep each letter until the relay has taken it: frozen when written, sent at least once, settled once.

The promises. A letter is written in the transaction of the change that caused it, as bytes that never
change again. A crash at any point can repeat a letter, with the same bytes, and cannot lose it: it is
marked as sent only after the relay said 250. The letters of one thread leave in the order they were
written. A letter that the relay will not take ends before a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from piccolo.custom_types import Combinable

from notifications import claims, imip
from notifications.sending import Batch, Send
from notifications.tables import OutboundMail, OutState

HELD_UP = timedelta(minutes=30)  # longer than it takes to try again after a relay was busy


@dataclass(frozen=True)
class Outgoing:
    """A letter, and what the outbox must know of it.

    :param key: what makes the letter unique, for example "request:<invitation>:<sequence>"; at most 200 characters.
    :param uid: of calendar mail: the letters of one UID to one recipient leave in the order they were written.
    """

    letter: imip.Letter
    key: str
    kind: str
    uid: str = ""
    sequence: int | None = None
    useful_until: datetime | None = None


@dataclass(frozen=True)
class Posted:
    """What became of one letter, for people. Times are instants."""

    id: int
    key: str
    kind: str
    uid: str
    sequence: int | None
    recipient: str
    state: OutState
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    tries: int
    last_code: int | None
    last_error: str


async def enqueue(
    letter: imip.Letter,
    *,
    key: str,
    kind: str,
    now: datetime,
    uid: str = "",
    sequence: int | None = None,
    useful_until: datetime | None = None,
) -> int | None:
    """The letter will be sent if the caller's transaction commits; its row id, or None when `key` was used before.

    The parameters are those of Outgoing.

    :raises UnsafeHeader: when the letter could not be written safely (imip.compose).
    """
    written = await enqueue_many([Outgoing(letter, key, kind, uid, sequence, useful_until)], now=now)
    return written.get(key)


_ENQUEUE = """
    INSERT INTO outbound_mail (
        key, kind, thread, uid, sequence, recipient, envelope_from, message_id, content, sha256, calendar,
        useful_until, created_at, due_at, state, tries, last_error, seen_by
    )
    SELECT key, kind, thread, uid, sequence, recipient, envelope_from, message_id, content, sha256, calendar,
           useful_until, {}::timestamptz, {}::timestamptz, 'queued', 0, '', ''
    FROM unnest(
        {}::varchar[], {}::varchar[], {}::varchar[], {}::varchar[], {}::int[], {}::varchar[], {}::varchar[],
        {}::varchar[], {}::bytea[], {}::varchar[], {}::bytea[], {}::timestamptz[]
    ) WITH ORDINALITY AS letter (
        key, kind, thread, uid, sequence, recipient, envelope_from, message_id, content, sha256, calendar,
        useful_until, place
    )
    ORDER BY place
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key
"""


async def enqueue_many(outgoing: Sequence[Outgoing], *, now: datetime) -> dict[str, int]:
    """The letters will be sent if the caller's transaction commits; the row id of each whose key is new, by key.

    One statement for all of them. Of one thread they leave in the order given.

    :raises UnsafeHeader: when a letter could not be written safely (imip.compose); then none is written.
    """
    if not outgoing:
        return {}
    columns = zip(*(_row(one) for one in outgoing), strict=True)
    written = await OutboundMail.raw(_ENQUEUE, now, now, *(list(column) for column in columns))
    return {row["key"]: row["id"] for row in written}


def _row(one: Outgoing) -> tuple[object, ...]:
    """The letter's values, frozen, in the order of _ENQUEUE."""
    letter, raw = one.letter, imip.compose(one.letter)
    thread = _thread(one.uid, letter.to) if one.uid else one.key
    return (
        *(one.key, one.kind, thread, one.uid, one.sequence),
        *(letter.to, letter.envelope_from, letter.message_id),
        *(raw, hashlib.sha256(raw).hexdigest(), letter.calendar, one.useful_until),
    )


def _thread(uid: str, recipient: str) -> str:
    thread = f"{uid}|{recipient.lower()}"
    return thread if len(thread) <= 300 else hashlib.sha256(thread.encode()).hexdigest()


async def deliver_due(send: Send, *, clock: Callable[[], datetime], limit: int = 50, at_once: int = 1) -> int:
    """Letters that are due have been handed to `send` and settled; returns how many were claimed.

    No transaction is open while a letter is on its way. When the relay seems dead, or the lease could end
    before the next letter is through, the rest waits for another round.

    :param at_once: how many letters may be on their way at the same time, never two of one thread.
    """
    claimed = await claims.claim(limit, now=clock())
    if claimed:
        await Batch(claimed, send, clock).deliver(at_once)
    return len(claimed)


async def came_back(uid: str, recipient: str, *, before: datetime, by: str, now: datetime) -> int:
    """The REQUESTs of this UID that were sent to this address before then are refused after all; how many.

    They count as settled by what came back: until then they were taken to have arrived.
    """
    changed = (
        await OutboundMail.update(
            {
                OutboundMail.state: OutState.REFUSED,
                OutboundMail.settled_at: before,
                OutboundMail.last_error: "It came back as undelivered.",
                OutboundMail.seen_at: now,
                OutboundMail.seen_by: by,
            }
        )
        .where(OutboundMail.uid == uid, OutboundMail.recipient == recipient, OutboundMail.kind == "request")
        .where(OutboundMail.state == OutState.SENT, OutboundMail.settled_at <= before)
        .returning(OutboundMail.id)
    )
    return len(changed)


async def history(uid: str) -> list[Posted]:
    """Every letter about this meeting, in the order in which they were written."""
    return await _posted(OutboundMail.uid == uid)


async def needing_a_person(which: Combinable | None = None) -> list[Posted]:
    """Letters that were refused or given up, and that nobody has dealt with yet, the oldest first.

    :param which: the caller's own condition, where not all are wanted.
    """
    refused = (OutboundMail.state == OutState.REFUSED) & OutboundMail.seen_at.is_null()
    return await _posted(refused & which if which else refused)


async def held_up(now: datetime, which: Combinable | None = None) -> list[Posted]:
    """Letters that were written over half an hour ago and that no relay has taken yet, the oldest first; as above."""
    unsettled = OutboundMail.state.is_in([OutState.QUEUED.value, OutState.SENDING.value])
    late = unsettled & (OutboundMail.created_at < now - HELD_UP)
    return await _posted(late & which if which else late)


async def _posted(which: Combinable) -> list[Posted]:
    columns = [getattr(OutboundMail, name) for name in Posted.__dataclass_fields__]
    rows = await OutboundMail.select(*columns).where(which).order_by(OutboundMail.id)
    return [Posted(**{**row, "state": OutState(row["state"])}) for row in rows]


async def seen(mail_id: int, *, by: str, now: datetime) -> bool:
    """A person has dealt with this refusal. False when it is not waiting for one."""
    marked = (
        await OutboundMail.update({OutboundMail.seen_at: now, OutboundMail.seen_by: by})
        .where(
            (OutboundMail.id == mail_id) & (OutboundMail.state == OutState.REFUSED) & OutboundMail.seen_at.is_null()
        )
        .returning(OutboundMail.id)
    )
    return bool(marked)
