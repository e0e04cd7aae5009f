"""Each kept message ends in exactly one disposition: an answer applied, or kept with the reason why not.

Messages are taken in by batches. What they say is read without the database, in a process apart. Then all of a batch
is decided and settled in one transaction: the responses, what they cause to be sent, the audit entries and the
messages' own ends are there together or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from attendance.deciding import decide_together
from attendance.judging import Arrived
from attendance.reading import NoReader, Reading, ToRead, read, unreadable
from meetings.letters import Letterhead
from notifications import inbox
from notifications.errors import AlreadySettled
from notifications.inbox import End, Kept
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail
from web.moments import london_date

Reader = Callable[[Sequence[ToRead]], Awaitable[list[Reading]]]  # of the first, at least one; raises NoReader
Begun = Sequence[tuple[Kept, Arrived]]  # messages that are ours to take in, and what they say
AT_ONCE = 50  # messages in a batch

log = structlog.get_logger()


async def read_here(mails: Sequence[ToRead]) -> list[Reading]:
    """The messages are read in this very process, which a hostile one can stop."""
    return [read(*mail) for mail in mails]


async def take_in_one(
    *, letterhead: Letterhead, now: datetime, reader: Reader = read_here, authserv_id: str = ""
) -> bool:
    """One kept message has its disposition; False when none was waiting."""
    return bool(await take_in_due(letterhead=letterhead, now=now, reader=reader, authserv_id=authserv_id, at_once=1))


async def take_in_due(
    *,
    letterhead: Letterhead,
    now: datetime,
    reader: Reader = read_here,
    authserv_id: str = "",
    at_once: int = AT_ONCE,
) -> int:
    """The oldest kept messages have their dispositions; how many, 0 when none was waiting.

    1. A worker claims messages under a lease; a second worker skips them.
    2. What they say is read without the database: bytes that cannot be read are set aside at once. What waited
       behind a message that stopped its reader is put back, so that the others need not wait for it.
    3. They are decided and settled in one transaction, in the order in which they came. Where that fails, each is
       taken in by itself, so that one message cannot stop the others. A crash before the commit leaves them kept,
       and the lease brings them back; after three tries a message is set aside.

    :param reader: reads the bytes; the worker reads in a process apart (`reading_apart`).
    :param authserv_id: the name of our own mail server, whose word on the sender's domain counts (RFC 8601).
    """
    begun = await _begun(at_once, reader, now)
    await _take_in(begun, letterhead, authserv_id, now)
    return len(begun)


async def take_in_all(
    *,
    letterhead: Letterhead,
    clock: Callable[[], datetime],
    reader: Reader,
    authserv_id: str,
    stopping: Callable[[], bool],
) -> None:
    """Every message that waits has its disposition, batch after batch as in `take_in_due`.

    While one batch is decided the next is already being read, so that neither waits for the other; they are decided
    in the order in which they came. When `stopping` says so, the batch in hand is the last, and no other is claimed.
    """
    begun = await _begun(AT_ONCE, reader, clock())
    while begun:
        ahead = None if stopping() else asyncio.create_task(_begun(AT_ONCE, reader, clock()))
        try:
            await _take_in(begun, letterhead, authserv_id, clock())
        finally:
            begun = await ahead if ahead else []


async def _begun(at_once: int, reader: Reader, now: datetime) -> Begun:
    """The oldest messages that nobody else has, claimed and read; none when none is waiting, or nothing can read."""
    mails = await inbox.claim(at_once, now=now)
    try:
        readings = await _read([ToRead(mail.content or b"", london_date(mail.received_at)) for mail in mails], reader)
    except NoReader as none:
        log.error("nothing was read", error=str(none))
        readings = []
    if rest := mails[len(readings) :]:
        await inbox.put_back(mail.id for mail in rest)
    return [(mail, _arrived(mail, reading)) for mail, reading in zip(mails, readings, strict=False)]


async def _read(mails: Sequence[ToRead], reader: Reader) -> list[Reading]:
    """What the messages are; also where the reader fails, so that bytes are judged once and never retried.

    :raises NoReader: nothing was read; the messages stay kept.
    """
    try:
        return await reader(mails) if mails else []
    except NoReader:
        raise
    except Exception as error:
        if len(mails) > 1:
            return [reading for mail in mails for reading in await _read([mail], reader)]
        log.exception("cannot be read")
        return [unreadable(f"It cannot be read ({type(error).__name__}).")]


def _arrived(mail: Kept, reading: Reading) -> Arrived:
    if mail.content is None:
        reading = unreadable("Its bytes are no longer kept.")
    return Arrived(mail.id, mail.received_at, mail.envelope_from, mail.envelope_to, reading)


async def _take_in(begun: Begun, letterhead: Letterhead, authserv_id: str, now: datetime) -> None:
    if not begun:
        return
    try:
        async with InboundMail._meta.db.transaction():
            arrived = [one for _, one in begun]
            await decide_together(arrived, letterhead=letterhead, authserv_id=authserv_id, now=now)
    except Exception as error:
        if len(begun) > 1:
            log.warning("batch taken in one by one", size=len(begun), error=type(error).__name__)
            for one in begun:
                await _take_in([one], letterhead, authserv_id, now)
        elif isinstance(error, AlreadySettled):
            log.info("taken in by another worker", mail=begun[0][0].id)
        else:
            await _failed(begun[0][0], error, now)


async def _failed(mail: Kept, error: Exception, now: datetime) -> None:
    """The message stays kept until its lease ends; one that has failed too often goes to a person."""
    log.error("not taken in", mail=mail.id, tries=mail.tries, error=type(error).__name__)
    if mail.tries >= inbox.MOST_TRIES:
        reason = f"Convene failed on it {inbox.MOST_TRIES} times ({type(error).__name__})."
        await inbox.settle([End(mail.id, Disposition.SET_ASIDE, reason, kind=InboundKind.UNREADABLE)], now=now)
