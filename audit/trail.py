"""Write down who did what to which thing: one line an act, in the transaction of the act itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from audit.tables import Entry

_RECORD = """
INSERT INTO audit_entry (at, actor, action, subject, detail)
SELECT {}::timestamptz, {}::text, act.action, act.subject, act.detail::jsonb
FROM unnest({}::text[], {}::text[], {}::text[]) WITH ORDINALITY AS act (action, subject, detail, number)
ORDER BY act.number
"""


@dataclass(frozen=True)
class Act:
    """One act of many by the same actor at the same moment; as in `record`."""

    action: str
    subject: str
    detail: Mapping[str, object] = field(default_factory=dict)


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
    await record_all(actor, [Act(action, subject, detail or {})], now=now)


async def record_all(actor: str, acts: Sequence[Act], *, now: datetime) -> None:
    """The acts are in the log, in their order, if and only if the caller's transaction commits.

    :raises ValueError: when `now` carries no zone.
    """
    if now.tzinfo is None:
        raise ValueError("an audit entry needs an instant with its zone")
    if acts:
        rows = [(act.action, act.subject, json.dumps(dict(act.detail), default=str)) for act in acts]
        await Entry.raw(_RECORD, now, actor, *map(list, zip(*rows, strict=True)))
