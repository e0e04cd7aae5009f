"""Write down who did what to which thing: one line an act, in the transaction of the act itself."""

import json
from collections.abc import Mapping
from datetime import datetime

from audit.tables import Entry


async def record(
    actor: str, action: str, subject: str, *, now: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """The act is in the log if, and only if, the caller's transaction commits.

    `detail` holds codes, numbers and references, never names or addresses; what JSON does not know
    (an instant, an id) is written as text.

    :param actor: a person's id, a source system or a process; at most 80 characters.
    :param action: a verb in the past tense, for example "called off"; at most 80 characters.
    :param subject: a kind and a reference, for example "meeting 7f3k2m"; at most 120 characters.
    :raises ValueError: when `now` carries no zone.
    """
    if now.tzinfo is None:
        raise ValueError("an audit entry needs an instant with its zone")
    words = json.dumps(dict(detail or {}), default=str)
    await Entry.insert(Entry(at=now, actor=actor, action=action, subject=subject, detail=words))
