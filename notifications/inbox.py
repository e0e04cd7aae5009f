"""Keep every message as it came, hand each to one worker, and let none end without a disposition."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.custom_types import Combinable

from notifications.addresses import UNSAFE, one_line
from notifications.errors import AlreadySettled
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail

LEASE = timedelta(minutes=2)
MOST_TRIES = 3  # a message that stopped its reader this often goes to a person
STOPPED = "Reading it"  # so begins why a message that stopped its reader waits: it must not be read within a page


@dataclass(frozen=True)
class SetAside:
    """A message that waits for a person, and why."""

    id: int
    received_at: datetime
    envelope_from: str
    envelope_to: str
    size: int
    copies: int
    uid: str
    reason: str


@dataclass(frozen=True)
class Kept:
    """A message that is ours to read until its lease ends, as it came."""

    id: int
    received_at: datetime
    envelope_from: str
    envelope_to: str
    content: bytes | None
    tries: int


@dataclass(frozen=True)
class End:
    """How one message ended, and why; `uid` is that of the calendar event it is about, where known."""

    mail: int
    disposition: Disposition
    reason: str
    uid: str = ""
    kind: InboundKind = InboundKind.UNREAD


_KEEP = """
INSERT INTO inbound_mail (door, received_at, envelope_from, envelope_to, content, sha256, size)
VALUES ({}, {}, {}, {}, {}, {}, {})
ON CONFLICT (sha256, envelope_to) DO UPDATE SET copies = inbound_mail.copies + 1
RETURNING id
"""


async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str, *, now: datetime) -> int:
    """The message is committed, as it came; returns its row id. The same bytes to the same recipient are one row.

    Only then may the door say 250. A sender who missed that says it all again, which is counted in `copies`.
    """
    sha256, recipient = hashlib.sha256(raw).hexdigest(), _envelope(envelope_to).lower()
    values = (door, now, _envelope(envelope_from), recipient, raw, sha256, len(raw))
    rows: list[dict[str, Any]] = await InboundMail.raw(_KEEP, *values)
    return int(rows[0]["id"])


def _envelope(address: str) -> str:
    return UNSAFE.sub("?", address)[:254]


_FREE = "disposition = 'kept' AND (lease_until IS NULL OR lease_until < {}::timestamptz)"
_CLAIM = f"""
WITH worn AS (
    UPDATE inbound_mail SET disposition = 'set aside', kind = 'unreadable', handled_at = {{}}::timestamptz,
        reason = '{STOPPED} was begun {MOST_TRIES} times and never finished.'
    WHERE {_FREE} AND tries >= {MOST_TRIES}
), due AS (
    SELECT id FROM inbound_mail WHERE {_FREE} AND tries < {MOST_TRIES}
    ORDER BY id LIMIT {{}}::integer FOR UPDATE SKIP LOCKED
)
UPDATE inbound_mail AS mail SET lease_until = {{}}::timestamptz, tries = mail.tries + 1
FROM due WHERE mail.id = due.id
RETURNING mail.id, mail.received_at, mail.envelope_from, mail.envelope_to, mail.content, mail.tries
"""


async def claim(limit: int, *, now: datetime, lease: timedelta = LEASE) -> list[Kept]:
    """At most `limit` messages that nobody is reading are now the caller's until `now + lease`, the oldest first.

    1. Two workers never get the same message: a row that another one has locked is skipped, and one that it has
       just claimed no longer matches when the lock is free.
    2. The message of a worker that died comes back when its lease ends.
    3. A message that has come back `MOST_TRIES` times is set aside unread: it may be what kills the workers.
    """
    rows: list[dict[str, Any]] = await InboundMail.raw(_CLAIM, now, now, now, limit, now + lease)
    return sorted((Kept(**row) for row in rows), key=lambda mail: mail.id)


async def put_back(mails: Iterable[int]) -> None:
    """These claimed messages were not begun: whoever comes next may claim them, as if they had not been."""
    await InboundMail.update({InboundMail.lease_until: None, InboundMail.tries: InboundMail.tries - 1}).where(
        InboundMail.id.is_in([*mails, 0]) & (InboundMail.disposition == Disposition.KEPT)
    )


_SETTLE = """
UPDATE inbound_mail AS mail
SET disposition = ending.disposition, reason = ending.reason, uid = ending.uid, kind = ending.kind,
    handled_at = {}::timestamptz
FROM unnest({}::bigint[], {}::text[], {}::text[], {}::text[], {}::text[])
    AS ending (id, disposition, reason, uid, kind)
WHERE mail.id = ending.id AND mail.disposition = {}
RETURNING mail.id
"""


async def settle(ends: Sequence[End], *, now: datetime) -> None:
    """The messages have ended so. Call it in the transaction of what they caused.

    :raises AlreadySettled: another worker was first with one; let it pass, so that this transaction is undone.
    """
    settled = await _ended(ends, Disposition.KEPT, now)
    if settled < len(ends):
        raise AlreadySettled(f"{len(ends) - settled} of {len(ends)} messages")


async def _ended(ends: Sequence[End], before: Disposition, now: datetime) -> int:
    """How many of these messages were still as `before`, and have now ended so."""
    rows = [(e.mail, e.disposition.value, one_line(e.reason)[:300], one_line(e.uid)[:255], e.kind) for e in ends]
    if not rows:
        return 0
    return len(await InboundMail.raw(_SETTLE, now, *map(list, zip(*rows, strict=True)), before.value))


async def settle_again(end: End, *, by: str, now: datetime) -> bool:
    """A message that waited for a person has this end instead; it waits no more, unless the end is that it does.

    False, and nothing changes, when it was not waiting.
    """
    waits_still = end.disposition is Disposition.SET_ASIDE
    changed = (
        await InboundMail.update(
            {
                InboundMail.disposition: end.disposition,
                InboundMail.reason: one_line(end.reason)[:300],
                InboundMail.kind: end.kind,
                InboundMail.reviewed_at: None if waits_still else now,
                InboundMail.reviewed_by: "" if waits_still else by,
            }
        )
        .where((InboundMail.id == end.mail) & (InboundMail.disposition == Disposition.SET_ASIDE))
        .where(InboundMail.reviewed_at.is_null())
        .returning(InboundMail.id)
    )
    return bool(changed)


async def set_aside_waiting(which: Combinable | None = None) -> list[SetAside]:
    """The messages that wait for a person, the oldest first; only such as the caller's condition says."""
    columns = [getattr(InboundMail, name) for name in SetAside.__dataclass_fields__]
    rows = (
        await InboundMail.select(*columns)
        .where((InboundMail.disposition == Disposition.SET_ASIDE) & InboundMail.reviewed_at.is_null())
        .where(*([which] if which else []))
        .order_by(InboundMail.id)
    )
    return [SetAside(**row) for row in rows]


def is_safe_to_read(mail: InboundMail) -> bool:
    """Whether its bytes are kept, and reading them took neither very long nor all the memory there was for it."""
    return mail.content is not None and not any(sign in mail.reason for sign in (STOPPED, "MemoryError"))


async def review(mail_id: int, *, by: str, now: datetime) -> bool:
    """A person has dealt with what was set aside. False, and nothing changes, when it was not waiting for one."""
    reviewed = (
        await InboundMail.update({InboundMail.reviewed_at: now, InboundMail.reviewed_by: by})
        .where(
            (InboundMail.id == mail_id)
            & (InboundMail.disposition == Disposition.SET_ASIDE)
            & InboundMail.reviewed_at.is_null()
        )
        .returning(InboundMail.id)
    )
    return bool(reviewed)
