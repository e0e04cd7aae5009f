"""Which invitations the messages of a batch are about: the lookups that `cascade` decides on, for all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance.cascade import Candidate, Clues, Lookups
from attendance.tables import Alias
from meetings.tables import Invitation
from notifications.addresses import found_address

# Invitations to one meeting, and those to a whole series; one date of a series has no token of its own.
_ASKED = """
WITH asked AS (
    SELECT own.id, own.token_sha256, own.address, own.state, meeting.uid, false AS series, meeting.series AS series_id
    FROM invitation AS own JOIN meeting ON meeting.id = own.meeting WHERE own.of_series IS NULL
    UNION ALL
    SELECT own.id, own.token_sha256, own.address, own.state, series.uid, true AS series, series.id AS series_id
    FROM series_invitation AS own JOIN series ON series.id = own.series
)
"""
_FOUND = "asked.id, asked.uid, asked.address, asked.state = 'active' AS active, asked.series, asked.series_id"
_BY_TOKEN = f"{_ASKED} SELECT token_sha256 AS clue, {_FOUND} FROM asked WHERE token_sha256 = ANY({{}}::text[])"
_BY_UID = f"{_ASKED} SELECT uid AS clue, {_FOUND} FROM asked WHERE uid = ANY({{}}::text[]) ORDER BY id"
# A seat that was taken back and asked anew has two invitations of one address: the letter's key tells which is meant.
_BY_MESSAGE_ID = f"""{_ASKED}
SELECT DISTINCT ON (letter.message_id) letter.message_id AS clue, {_FOUND}
FROM outbound_mail AS letter
JOIN asked ON asked.uid = letter.uid AND lower(asked.address) = lower(letter.recipient)
WHERE letter.message_id = ANY({{}}::text[]) AND letter.uid <> ''
ORDER BY letter.message_id, strpos(letter.key, asked.id::text) > 0 DESC, asked.state = 'active' DESC, asked.id
"""
_ALIASES = "SELECT alias, address FROM alias WHERE alias = ANY({}::text[]) AND forgotten_at IS NULL"
_COMING = """
SELECT invitation.id, invitation.of_series, meeting.starts_at
FROM invitation JOIN meeting ON meeting.id = invitation.meeting
WHERE invitation.of_series = ANY({}::uuid[]) AND invitation.state = 'active' AND meeting.state = 'scheduled'
    AND meeting.ends_at >= {}::timestamptz
ORDER BY meeting.starts_at, meeting.id
"""


_LOCK_SERIES = "SELECT id FROM series WHERE id = ANY({}::uuid[]) ORDER BY id FOR UPDATE"


async def lock_series(series: Collection[UUID]) -> None:
    """These series are locked, as their verbs lock them, before any of their dates, in the order of their ids."""
    if series:
        await Invitation.raw(_LOCK_SERIES, list(series))


async def looked_up(clues: Sequence[Clues]) -> Lookups:
    """What the database knows of these clues. Weaker clues are looked up only where the stronger tell nothing."""
    by_token = await _candidates(_BY_TOKEN, {one.tokens[0] for one in clues if one.tokens})
    rest = [one for one in clues if not one.tokens or one.tokens[0] not in by_token]
    by_uid = await _candidates(_BY_UID, {uid for one in rest for uid in one.uids})
    by_message_id = await _candidates(_BY_MESSAGE_ID, {name for one in rest for name in one.message_ids})
    return Lookups(
        by_token={clue: found[0] for clue, found in by_token.items()},
        by_uid=by_uid,
        by_message_id={clue: found[0] for clue, found in by_message_id.items()},
        aliases=await _aliases({address for one in rest if one.uids for address in one.addresses}),
    )


async def coming(series_invitations: Iterable[UUID], *, now: datetime) -> dict[UUID, list[tuple[UUID, datetime]]]:
    """For each invitation to a series, those to its dates that are not over: their ids and starts, the next first."""
    found: defaultdict[UUID, list[tuple[UUID, datetime]]] = defaultdict(list)
    wanted = list(series_invitations)
    for row in await Invitation.raw(_COMING, wanted, now) if wanted else []:
        found[row["of_series"]].append((row["id"], row["starts_at"]))
    return found


async def _candidates(query: str, clues: Collection[str]) -> dict[str, list[Candidate]]:
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    rows: list[dict[str, Any]] = await Invitation.raw(query, list(clues)) if clues else []
    for row in rows:
        address = found_address(row["address"])
        found[row.pop("clue")].append(Candidate(**row | {"address": address}))
    return found


async def _aliases(addresses: Collection[str]) -> dict[str, frozenset[str]]:
    """For each address as it answers, the invited ones that it is known to answer for."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for row in await Alias.raw(_ALIASES, list(addresses)) if addresses else []:
        known[row["alias"]].add(row["address"])
    return {alias: frozenset(invited) for alias, invited in known.items()}
