"""Nothing leaves that tells who a child is: each letter, feed and file is looked at once, before it goes.

Beyond the looks of a text (notifications/telling.py) the references that are held are looked for: those of letters
and digits of every child and episode, and all of the meeting's own children. What is found is not sent and not
altered: the letter waits for a person, under Post.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Final

import structlog

from meetings.episode_tables import Child
from notifications.errors import Refused
from notifications.telling import looks_of, possible_references, said_in_letter
from web.acting import Way, beyond_own_cases

log = structlog.get_logger()
Send = Callable[[bytes, str, str], Awaitable[None]]
A_REFERENCE: Final = "a child’s or an episode’s reference"
_SHORTEST: Final = 3
_HELD: Final = """
    select 1 from child where lower(reference) = any({}) and issuer <> 'removed'
    union all select 1 from episode where lower(source_reference) = any({}) and source <> 'removed'
    limit 1
"""
_OWN: Final = """
    with about as (
        select m.id, m.child from outbound_mail o join meeting m on m.uid = o.uid
        where o.message_id = {} and o.uid <> ''
    ), children as (
        select child from about where child is not null
        union select l.child from about a join briefing_line l on l.meeting = a.id
    )
    select reference from child where id in (select child from children) and issuer <> 'removed'
    union select source_reference from episode where child in (select child from children) and source <> 'removed'
    union select source_reference from placement_move where child in (select child from children)
        and source <> 'removed'
"""


async def told_in(text: str, own: Collection[str] = ()) -> list[str]:
    """What of a text would tell who a child is, in words; empty where nothing does.

    :param own: references of the children that it is about, which count even where they are short.
    """
    found = looks_of(text)
    if any(_says(text, reference) for reference in own) or await _holds(possible_references(text)):
        found.append(A_REFERENCE)
    return found


def guarded(send: Send) -> Send:
    """`send` for letters that tell nothing of a child; another one is refused before the relay is asked.

    The letter is then shown under Post as one that could not be sent, with what was found but not where.
    """

    async def guarded_send(content: bytes, envelope_from: str, recipient: str) -> None:
        text = await asyncio.to_thread(said_in_letter, content)
        found = await told_in(text, await _own_references(content))
        if found:
            log.warning("letter held", found=found)
            raise Refused(None, held(found))
        await send(content, envelope_from, recipient)

    return guarded_send


def held(found: Collection[str]) -> str:
    """Why a letter was not sent, for whoever finds it under Post."""
    return (
        f"Held: there seems to be {' and '.join(found)} in it, so it was not sent. Change the words, for example the "
        "place or the title; the change is then sent as a new letter."
    )


async def _own_references(content: bytes) -> list[str]:
    message_id = str(BytesHeaderParser(policy=compat32).parsebytes(content).get("Message-ID", "")).strip()
    rows = await Child.raw(_OWN, message_id)
    return [row["reference"] for row in rows]


@beyond_own_cases(Way.TELLING)
async def _holds(possible: Collection[str]) -> bool:
    sought = list(possible)
    return bool(sought and await Child.raw(_HELD, sought, sought))


def _says(text: str, reference: str) -> bool:
    """A number of fewer than five figures is in every letter by chance."""
    if len(reference) < _SHORTEST or (reference.isdigit() and len(reference) < 5):
        return False
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(reference)}(?![A-Za-z0-9])", text, re.IGNORECASE))
