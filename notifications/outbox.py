"""Keep each letter until the relay has taken it: frozen when written, sent at least once, settled once.

The promises. A letter is written in the transaction of the change that caused it, as bytes that never
change again. A crash at any point can repeat a letter, with the same bytes, and cannot lose it: it is
marked as sent only after the relay said 250. The letters of one thread leave in the order they were
written. A letter that the relay will not take ends before a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable

from notifications import imip
from notifications.addresses import one_line
from notifications.errors import Refused, TryLater
from notifications.tables import OutboundMail, OutState

Send = Callable[[bytes, str, str], Awaitable[None]]
LEASE = timedelta(minutes=2)  # longer than the relay's timeout of one minute
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 4, 8, 15, 30))
MOST_TRIES = 20  # a letter goes to a person after this many tries,
LONGEST_WAIT = timedelta(hours=24)  # but not before this long: a relay may be down for a night
DEAD_RELAY = 3  # times in a row without an answer, after which the rest of a batch waits
HOLD = timedelta(seconds=30)  # for this long
ONE_SENDING = timedelta(seconds=70)  # the relay's timeout, and room to settle

_EARLIER_FIRST = WhereRaw(
    "NOT EXISTS (SELECT 1 FROM outbound_mail AS earlier WHERE earlier.thread = outbound_mail.thread"
    " AND earlier.id < outbound_mail.id AND earlier.state IN ('queued', 'sending'))"
)
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

    :param key: what makes the letter unique, for example "request:<invitation>:<sequence>"; at most 200 characters.
    :param uid: of calendar mail: the letters of one UID to one recipient leave in the order they were written.
    :raises UnsafeHeader: when the letter could not be written safely (imip.compose).
    """
    raw = imip.compose(letter)
    row = OutboundMail(
        key=key,
        kind=kind,
        thread=_thread(uid, letter.to) if uid else key,
        uid=uid,
        sequence=sequence,
        recipient=letter.to,
        envelope_from=letter.envelope_from,
        message_id=letter.message_id,
        content=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        calendar=letter.calendar,
        created_at=now,
        due_at=now,
        useful_until=useful_until,
    )
    written = (
        await OutboundMail.insert(row)
        .on_conflict(target=OutboundMail.key, action="DO NOTHING")
        .returning(OutboundMail.id)
    )
    return int(written[0]["id"]) if written else None


def _thread(uid: str, recipient: str) -> str:
    thread = f"{uid}|{recipient.lower()}"
    return thread if len(thread) <= 300 else hashlib.sha256(thread.encode()).hexdigest()


async def claim(limit: int, *, now: datetime, lease: timedelta = LEASE) -> list[Claimed]:
    """At most `limit` letters that are due are now the caller's to send, soonest due first; committed on return.

    1. Two claimers never get the same letter: rows that another one has locked are skipped, and rows that it
       has just claimed no longer match when the lock is free.
    2. A letter whose claimer died comes back when its lease ends, with a higher fence.
    3. A letter waits while an earlier one of its thread is neither sent, refused nor withdrawn.
    4. A letter that has outlived its use is not sent (see `_give_up_late`).
    """
    async with OutboundMail._meta.db.transaction():
        await _give_up_late(now)
        due = (
            await OutboundMail.select(OutboundMail.id)
            .where((OutboundMail.due_at <= now) & _claimable(now) & _EARLIER_FIRST)
            .order_by(OutboundMail.due_at)
            .order_by(OutboundMail.id)
            .limit(limit)
            .lock_rows("UPDATE", skip_locked=True)
        )
        if not due:
            return []
        rows = (
            await OutboundMail.update(
                {
                    OutboundMail.state: OutState.SENDING,
                    OutboundMail.lease_until: now + lease,
                    OutboundMail.tries: OutboundMail.tries + 1,
                }
            )
            .where(OutboundMail.id.is_in([row["id"] for row in due]))
            .returning(*(getattr(OutboundMail, name) for name in Claimed.__dataclass_fields__), OutboundMail.due_at)
        )
    rows.sort(key=lambda row: (row.pop("due_at"), row["id"]))
    return [Claimed(**row) for row in rows]


def _claimable(now: datetime) -> Combinable:
    lapsed = (OutboundMail.state == OutState.SENDING) & (OutboundMail.lease_until < now)
    return (OutboundMail.state == OutState.QUEUED) | lapsed


async def _give_up_late(now: datetime) -> None:
    """Letters past their use end: those about a meeting before a person, the others (a sign-in link) quietly."""
    late = (OutboundMail.useful_until < now) & _claimable(now)
    said = "Too late to be useful: it was not known to be sent in time."
    for state, whose in (
        (OutState.REFUSED, OutboundMail.uid != ""),
        (OutState.WITHDRAWN, OutboundMail.uid == ""),
    ):
        await OutboundMail.update(
            {OutboundMail.state: state, OutboundMail.settled_at: now, OutboundMail.last_error: said}
        ).where(late & whose)


async def settle_sent(claimed: Claimed, *, now: datetime) -> bool:
    """The relay said 250: the letter is sent. False, and nothing changes, when a later claimer has it now."""
    return await _settle(claimed, {OutboundMail.state: OutState.SENT, OutboundMail.settled_at: now})


async def settle_refused(claimed: Claimed, code: int | None, text: str, *, now: datetime) -> bool:
    """The letter goes before a person. False, and nothing changes, when a later claimer has it now."""
    return await _settle(
        claimed, {OutboundMail.state: OutState.REFUSED, OutboundMail.settled_at: now, **_said(code, text)}
    )


async def settle_later(claimed: Claimed, code: int | None, text: str, *, now: datetime) -> bool:
    """The letter will be tried again after a pause that grows, or goes before a person when that has gone on long.

    False, and nothing changes, when a later claimer has it now.
    """
    if claimed.tries >= MOST_TRIES and now - claimed.created_at >= LONGEST_WAIT:
        given_up = f"Given up after {claimed.tries} tries. The last answer was: {text}"
        return await settle_refused(claimed, code, given_up, now=now)
    pause = PAUSES[min(claimed.tries, len(PAUSES)) - 1]
    return await _settle(claimed, {**_QUEUED_AGAIN, OutboundMail.due_at: now + pause, **_said(code, text)})


_QUEUED_AGAIN: dict[Column | str, object] = {OutboundMail.state: OutState.QUEUED, OutboundMail.lease_until: None}


def _said(code: int | None, text: str) -> dict[Column | str, object]:
    return {OutboundMail.last_code: code, OutboundMail.last_error: one_line(text)[:300]}


async def _settle(claimed: Claimed, values: dict[Column | str, object]) -> bool:
    """Only the latest claimer may settle: the fence must still be where it was when the letter was claimed."""
    mine = (OutboundMail.state == OutState.SENDING) & (OutboundMail.tries == claimed.tries)
    settled = (
        await OutboundMail.update(values).where((OutboundMail.id == claimed.id) & mine).returning(OutboundMail.id)
    )
    if not settled:
        _log.warning("letter settled too late", mail=claimed.id, tries=claimed.tries)
    return bool(settled)


async def came_back(uid: str, recipient: str, *, before: datetime, by: str, now: datetime) -> int:
    """The REQUESTs of this UID that were sent to this address before then are refused after all; how many."""
    changed = (
        await OutboundMail.update(
            {
                OutboundMail.state: OutState.REFUSED,
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


async def deliver_due(send: Send, *, clock: Callable[[], datetime], limit: int = 50) -> int:
    """Letters that are due have been handed to `send` and settled; returns how many were claimed.

    No transaction is open while a letter is on its way. When the relay seems dead, or the lease could end
    before the next letter is through, the rest waits for another round.
    """
    claimed = await claim(limit, now=clock())
    failures = 0
    for position, letter in enumerate(claimed):
        if failures >= DEAD_RELAY or clock() > letter.lease_until - ONE_SENDING:
            await _put_back(claimed[position:], now=clock())
            break
        failures = 0 if await _deliver(letter, send, clock) else failures + 1
    return len(claimed)


async def _deliver(letter: Claimed, send: Send, clock: Callable[[], datetime]) -> bool:
    """One letter is handed over and settled; False when the relay did not even answer about this letter."""
    try:
        await send(letter.content, letter.envelope_from, letter.recipient)
    except Refused as refusal:
        _log.warning("letter refused", mail=letter.id, code=refusal.code)
        await settle_refused(letter, refusal.code, refusal.text, now=clock())
    except TryLater as delay:
        _log.info("letter delayed", mail=letter.id, tries=letter.tries, code=delay.code)
        await settle_later(letter, delay.code, delay.text, now=clock())
        return delay.code not in (None, 421)
    except Exception as error:  # a fault of ours must not lose the letter or stop the others
        _log.exception("letter not sent", mail=letter.id)
        await settle_later(letter, None, f"internal fault: {type(error).__name__}", now=clock())
    else:
        await settle_sent(letter, now=clock())
    return True


async def _put_back(letters: list[Claimed], *, now: datetime) -> None:
    _log.warning("relay does not answer", waiting=len(letters))
    for letter in letters:
        await _settle(letter, {**_QUEUED_AGAIN, OutboundMail.due_at: now + HOLD})


async def history(uid: str) -> list[Posted]:
    """Every letter about this meeting, in the order in which they were written."""
    return await _posted(OutboundMail.uid == uid)


async def needing_a_person() -> list[Posted]:
    """Letters that were refused or given up, and that nobody has dealt with yet, the oldest first."""
    return await _posted((OutboundMail.state == OutState.REFUSED) & OutboundMail.seen_at.is_null())


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
