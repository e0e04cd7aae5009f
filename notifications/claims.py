"""Take letters that are due, for a while and for oneself alone; and settle them, many in one statement.

The statements are written out, because they are what the speed of the post office hangs on: each handles a batch in
one round trip (docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from notifications.addresses import one_line
from notifications.tables import OutboundMail, OutState

LEASE = timedelta(minutes=2)  # longer than the relay's timeout of one minute
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 4, 8, 15, 30))
MOST_TRIES = 20  # a letter goes to a person after this many tries,
LONGEST_WAIT = timedelta(hours=24)  # but not before this long: a relay may be down for a night

_log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """A letter that is ours to send until `lease_until`. `tries` is the fence: only the latest claimer settles."""

    id: int
    tries: int
    content: bytes
    envelope_from: str
    recipient: str
    message_id: str
    created_at: datetime
    lease_until: datetime


_CLAIM = """
    WITH due AS (
        SELECT id, due_at FROM outbound_mail AS mail
        WHERE due_at <= {} AND state IN ('queued', 'sending') AND (state = 'queued' OR lease_until < {})
          AND id = (
              SELECT min(first.id) FROM outbound_mail AS first
              WHERE first.thread = mail.thread AND first.state IN ('queued', 'sending')
          )
        ORDER BY due_at, id
        LIMIT {}
        FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE outbound_mail AS mail
        SET state = 'sending', lease_until = {}, tries = mail.tries + 1
        FROM due WHERE mail.id = due.id
        RETURNING mail.id, mail.tries, mail.content, mail.envelope_from, mail.recipient, mail.message_id,
                  mail.created_at, mail.lease_until, mail.due_at
    )
    SELECT id, tries, content, envelope_from, recipient, message_id, created_at, lease_until
    FROM taken ORDER BY due_at, id
"""
# Statistics lag behind a sudden backlog, and then PostgreSQL would sort all of it for each batch. Walking along the
# index of what waits costs the same however much waits.
_ALONG_THE_INDEX = "SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)"
_GIVE_UP_LATE = """
    UPDATE outbound_mail AS mail
    SET state = CASE WHEN uid = '' THEN 'withdrawn' ELSE 'refused' END, settled_at = {}, last_error = {}
    FROM (
        SELECT id FROM outbound_mail
        WHERE useful_until < {} AND state IN ('queued', 'sending') AND (state = 'queued' OR lease_until < {})
        FOR UPDATE SKIP LOCKED
    ) AS late
    WHERE mail.id = late.id
"""
_TOO_LATE = "Too late to be useful: it was not known to be sent in time."


async def claim(limit: int, *, now: datetime, lease: timedelta = LEASE) -> list[Claimed]:
    """At most `limit` letters that are due are now the caller's to send, soonest due first; committed on return.

    1. Two claimers never get the same letter: rows that another one has locked are skipped, and rows that it
       has just claimed no longer match when the lock is free.
    2. A letter whose claimer died comes back when its lease ends, with a higher fence.
    3. A letter waits while an earlier one of its thread is neither sent, refused nor withdrawn; so no two letters
       of a thread are ever claimed at once.
    4. A letter that has outlived its use is not sent: one about a meeting goes before a person, another (a sign-in
       link) is withdrawn quietly.
    """
    async with OutboundMail._meta.db.transaction():
        await OutboundMail.raw(_ALONG_THE_INDEX)
        await OutboundMail.raw(_GIVE_UP_LATE, now, _TOO_LATE, now, now)
        rows = await OutboundMail.raw(_CLAIM, now, now, limit, now + lease)
    return [Claimed(**row) for row in rows]


@dataclass(frozen=True)
class Settlement:
    """How one sending of a letter ended. `said` is the relay's code and text, None to keep what was said before."""

    letter: Claimed
    state: OutState
    settled_at: datetime | None = None
    due_at: datetime | None = None
    said: tuple[int | None, str] | None = None


def sent(letter: Claimed, *, now: datetime) -> Settlement:
    """The relay said 250: the letter is sent."""
    return Settlement(letter, OutState.SENT, settled_at=now)


def refused(letter: Claimed, code: int | None, text: str, *, now: datetime) -> Settlement:
    """The letter goes before a person."""
    return Settlement(letter, OutState.REFUSED, settled_at=now, said=(code, text))


def later(letter: Claimed, code: int | None, text: str, *, now: datetime) -> Settlement:
    """The letter will be tried again after a pause that grows, or goes before a person when that has gone on long."""
    if letter.tries >= MOST_TRIES and now - letter.created_at >= LONGEST_WAIT:
        given_up = f"Given up after {letter.tries} tries. The last answer was: {text}"
        return refused(letter, code, given_up, now=now)
    pause = PAUSES[min(letter.tries, len(PAUSES)) - 1]
    return Settlement(letter, OutState.QUEUED, due_at=now + pause, said=(code, text))


def untried(letter: Claimed, *, until: datetime) -> Settlement:
    """The letter was claimed and not offered to the relay; it is due again then."""
    return Settlement(letter, OutState.QUEUED, due_at=until)


_SETTLE = """
    UPDATE outbound_mail AS mail
    SET state = ended.state,
        settled_at = ended.settled_at,
        lease_until = CASE WHEN ended.state = 'queued' THEN NULL ELSE mail.lease_until END,
        due_at = coalesce(ended.due_at, mail.due_at),
        last_code = CASE WHEN ended.error IS NULL THEN mail.last_code ELSE ended.code END,
        last_error = coalesce(ended.error, mail.last_error)
    FROM unnest(
        {}::bigint[], {}::int[], {}::varchar[], {}::timestamptz[], {}::timestamptz[], {}::int[], {}::varchar[]
    ) AS ended (id, tries, state, settled_at, due_at, code, error)
    WHERE mail.id = ended.id AND (mail.tries, mail.state) IS NOT DISTINCT FROM (ended.tries, 'sending')
    RETURNING mail.id
"""  # a plain state = 'sending' would tempt the planner into the index of all that waits


async def settle(settlements: Sequence[Settlement]) -> Collection[int]:
    """The letters have ended so, in one statement; returns the ids of those that did.

    A letter that a later claimer has now is left alone: the fence must still be where it was when it was claimed.
    """
    if not settlements:
        return ()
    said = [(one.said[0], one_line(one.said[1])[:300]) if one.said else (None, None) for one in settlements]
    rows = await OutboundMail.raw(
        _SETTLE,
        [one.letter.id for one in settlements],
        [one.letter.tries for one in settlements],
        [one.state.value for one in settlements],
        [one.settled_at for one in settlements],
        [one.due_at for one in settlements],
        [code for code, _ in said],
        [error for _, error in said],
    )
    settled = {row["id"] for row in rows}
    for one in settlements:
        if one.letter.id not in settled:
            _log.warning("letter settled too late", mail=one.letter.id, tries=one.letter.tries)
    return settled
