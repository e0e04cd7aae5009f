"""Letters that a mail server refused for good speak against the address that they were for. A round of the worker."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from directory import contradictions
from directory.contradiction_tables import Against, Contradiction
from directory.one_by_one import one_by_one
from web.moments import london_date

ACTOR: Final = "outbox"
# RFC 5321 4.2.3: no such mailbox, not a user of this host, not a name that is allowed.
_NO_MAILBOX: Final = [550, 551, 553]
_REFUSED = """
SELECT contact.unit, max(mail.id) AS letter, lower(mail.recipient) AS address
FROM outbound_mail mail JOIN contact ON lower(contact.email) = lower(mail.recipient)
WHERE mail.state = 'refused' AND mail.seen_at IS NULL AND mail.last_code = ANY({}::int[])
  AND contact.active_from <= {} AND (contact.active_to IS NULL OR contact.active_to > {})
  AND NOT EXISTS (
    SELECT 1 FROM contradiction known
    WHERE known.unit = contact.unit AND known.kind = {} AND known.address = lower(mail.recipient)
      AND known.last_at >= mail.settled_at
  )
GROUP BY contact.unit, lower(mail.recipient)
"""


async def warn(now: datetime) -> int:
    """Each refused letter to an address in use is a warning about it, once; returns how many addresses."""
    today: date = london_date(now)
    rows: list[dict[str, Any]] = await Contradiction.raw(_REFUSED, _NO_MAILBOX, today, today, Against.BOUNCE.value)
    found = {(row["unit"], row["letter"]): row["address"] for row in rows}

    async def settle(which: tuple[UUID, int]) -> bool:
        async with Contradiction._meta.db.transaction():
            evidence = f"refused letter {which[1]}"
            await contradictions.note(
                which[0], Against.BOUNCE, address=found[which], evidence=evidence, by=ACTOR, now=now
            )
        return True

    return await one_by_one("refused letter", found, settle)
