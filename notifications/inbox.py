"""Keep every message as it came, hand each to one worker, and let none end without a disposition."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from piccolo.custom_types import Combinable

from notifications.addresses import UNSAFE, one_line
from notifications.errors import AlreadySettled
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail

LEASE = timedelta(minutes=2)
MOST_TRIES = 3  # a message that stopped its reader this often goes to a person


@dataclass(frozen=True)
class SetAside:
    """A message that waits for a person, and why; its bytes are read with `raw_of`."""

    id: int
    received_at: datetime
    envelope_from: str
    envelope_to: str
    size: int
    copies: int
    uid: str
    reason: str


async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str, *, now: datetime) -> int:
    """The message is committed, as it came; returns its row id. The same bytes to the same recipient are one row.

    Only then may the door say 250. A sender who missed that says it all again, which is counted in `copies`.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    recipient = _envelope(envelope_to).lower()
    async with InboundMail._meta.db.transaction():
        new = (
            await InboundMail.insert(
                InboundMail(
                    door=door,
                    received_at=now,
                    envelope_from=_envelope(envelope_from),
                    envelope_to=recipient,
                    content=raw,
                    sha256=sha256,
                    size=len(raw),
                )
            )
            .on_conflict(target=(InboundMail.sha256, InboundMail.envelope_to), action="DO NOTHING")
            .returning(InboundMail.id)
        )
        if new:
            return int(new[0]["id"])
        (known,) = (
            await InboundMail.update({InboundMail.copies: InboundMail.copies + 1})
            .where((InboundMail.sha256 == sha256) & (InboundMail.envelope_to == recipient))
            .returning(InboundMail.id)
        )
    return int(known["id"])


def _envelope(address: str) -> str:
    return UNSAFE.sub("?", address)[:254]


async def next_kept(*, now: datetime, lease: timedelta = LEASE) -> InboundMail | None:
    """The oldest message that nobody is reading is now the caller's, until `now + lease`; None when there is none.

    1. Two workers never get the same message: the row that another one has locked is skipped.
    2. The message of a worker that died comes back when its lease ends.
    3. A message that has come back `MOST_TRIES` times is set aside unread: it may be what kills the workers.
    """
    async with InboundMail._meta.db.transaction():
        free = (InboundMail.disposition == Disposition.KEPT) & _free(now)
        await InboundMail.update(
            {
                InboundMail.disposition: Disposition.SET_ASIDE,
                InboundMail.reason: f"Reading it was begun {MOST_TRIES} times and never finished.",
                InboundMail.handled_at: now,
            }
        ).where(free & (InboundMail.tries >= MOST_TRIES))
        mail = (
            await InboundMail.objects()
            .where(free)
            .order_by(InboundMail.id)
            .lock_rows("UPDATE", skip_locked=True)
            .first()
        )
        if mail is None:
            return None
        await InboundMail.update(
            {InboundMail.lease_until: now + lease, InboundMail.tries: InboundMail.tries + 1}
        ).where(InboundMail.id == mail.id)
    mail.lease_until = now + lease
    mail.tries += 1
    return mail


def _free(now: datetime) -> Combinable:
    return InboundMail.lease_until.is_null() | (InboundMail.lease_until < now)


async def settle(
    mail_id: int,
    disposition: Disposition,
    reason: str,
    *,
    now: datetime,
    uid: str = "",
    kind: InboundKind = InboundKind.UNREAD,
) -> None:
    """The message has ended as `disposition`, for `reason`. Call it in the transaction of what it caused.

    :param uid: of the calendar event it is about, where known.
    :param kind: what it turned out to be.
    :raises AlreadySettled: another worker was first; let it pass, so that this transaction is undone.
    """
    settled = (
        await InboundMail.update(
            {
                InboundMail.disposition: disposition,
                InboundMail.reason: one_line(reason)[:300],
                InboundMail.handled_at: now,
                InboundMail.uid: one_line(uid)[:255],
                InboundMail.kind: kind,
            }
        )
        .where((InboundMail.id == mail_id) & (InboundMail.disposition == Disposition.KEPT))
        .returning(InboundMail.id)
    )
    if not settled:
        raise AlreadySettled(f"message {mail_id}")


async def set_aside_waiting() -> list[SetAside]:
    """The messages that wait for a person, the oldest first."""
    columns = [getattr(InboundMail, name) for name in SetAside.__dataclass_fields__]
    rows = (
        await InboundMail.select(*columns)
        .where((InboundMail.disposition == Disposition.SET_ASIDE) & InboundMail.reviewed_at.is_null())
        .order_by(InboundMail.id)
    )
    return [SetAside(**row) for row in rows]


async def raw_of(mail_id: int) -> bytes | None:
    """The message as it came; None when there is no such message, or its bytes were removed with age."""
    row = await InboundMail.select(InboundMail.content).where(InboundMail.id == mail_id).first()
    return None if row is None or row["content"] is None else bytes(row["content"])


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
