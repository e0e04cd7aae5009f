"""How invitations stand: their responses, what is known of their addresses, when they were told; many at a time.

The number of queries is fixed, however many invitations are asked about. Those that taking in makes for each batch
are written in SQL: through Piccolo's objects they would cost more than all the rest of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance import errors
from attendance.answers import Given
from attendance.identity import Known
from attendance.rules import State
from attendance.tables import AliasKind, Response
from meetings.invitations import letter_key
from meetings.occurrences import lock_series_of
from meetings.series_post import series_key
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from notifications.addresses import found_address
from notifications.tables import OutboundMail


@dataclass(frozen=True)
class Held:
    """One invitation and its meeting, locked until the transaction ends, and how it stands."""

    invitation: UUID
    cn: str
    meeting: UUID
    reference: str
    uid: str
    series: UUID | None
    recurrence_id: datetime | None
    state: State


_RESPONSES = """
SELECT id AS number, invitation, partstat, sequence, dtstamp, received_at, answered_by, "row", applied, flagged, via,
    agent, comment
FROM response WHERE invitation = ANY({}::uuid[]) ORDER BY id
"""
_LOCK_MEETINGS = """
SELECT id, reference, uid, series, recurrence_id, state, starts_at, ends_at, sequence, last_major_sequence
FROM meeting WHERE id IN (SELECT meeting FROM invitation WHERE id = ANY({}::uuid[])) ORDER BY id FOR UPDATE
"""
_LOCK_INVITATIONS = """
SELECT id, meeting, address, cn, "group", state, sent_sequence, invited_at, of_series
FROM invitation WHERE id = ANY({}::uuid[]) ORDER BY id FOR UPDATE
"""
_TOLD = "SELECT key, created_at FROM outbound_mail WHERE key = ANY({}::text[])"
_ALIASES = "SELECT address, alias, kind FROM alias WHERE address = ANY({}::text[]) AND forgotten_at IS NULL"
_ASKED = "SELECT meeting, address FROM invitation WHERE meeting = ANY({}::uuid[]) AND state = 'active'"


async def given_to(invitations: Sequence[UUID]) -> Mapping[UUID, tuple[Given, ...]]:
    """The responses to each invitation, in the order in which they were decided."""
    found: defaultdict[UUID, list[Given]] = defaultdict(list)
    rows: list[dict[str, Any]] = await Response.raw(_RESPONSES, list(invitations)) if invitations else []
    for row in rows:
        found[row.pop("invitation")].append(Given(**row))
    return {invitation: tuple(found[invitation]) for invitation in invitations}


async def told_at(asked: Sequence[tuple[Invitation, Meeting]]) -> Mapping[UUID, datetime]:
    """When each invitee was first written the present time of the meeting."""
    written = await _written([(one.id, one.of_series, meeting.last_major_sequence) for one, meeting in asked])
    return {invitation.id: written.get(invitation.id, invitation.invited_at) for invitation, _ in asked}


async def locked(invitation_id: UUID) -> tuple[Meeting, Invitation]:
    """The meeting and the invitation, locked in this order (after their series), as the verbs of meetings do.

    :raises NoSuchInvitation: when there is none.
    """
    known = await Invitation.objects().where(Invitation.id == invitation_id).first()
    if known is None:
        raise errors.NoSuchInvitation
    await lock_series_of(known.meeting)
    meeting = await Meeting.objects().where(Meeting.id == known.meeting).lock_rows().first()
    invitation = await Invitation.objects().where(Invitation.id == invitation_id).lock_rows().first()
    assert meeting is not None
    assert invitation is not None
    return meeting, invitation


async def state_of(invitation: Invitation, meeting: Meeting) -> State:
    """What a reply to this invitation meets. The caller holds both rows locked."""
    return (await held([invitation.id]))[invitation.id].state


async def held(invitations: Collection[UUID]) -> Mapping[UUID, Held]:
    """These invitations as they stand: their meetings are locked first, then they, each in the order of their ids.

    So two who hold many wait for each other, and never in a ring.
    """
    if not invitations:
        return {}
    wanted = list(invitations)
    meetings = {row["id"]: row for row in await Meeting.raw(_LOCK_MEETINGS, wanted)}
    rows: list[dict[str, Any]] = await Invitation.raw(_LOCK_INVITATIONS, wanted)
    given = await given_to([row["id"] for row in rows])
    told = await _written(
        [(row["id"], row["of_series"], meetings[row["meeting"]]["last_major_sequence"]) for row in rows]
    )
    known = await _known(rows)
    return {
        row["id"]: _held(row, meetings[row["meeting"]], given[row["id"]], told.get(row["id"]), known[row["id"]])
        for row in rows
    }


def _held(
    invitation: Mapping[str, Any],
    meeting: Mapping[str, Any],
    given: tuple[Given, ...],
    told: datetime | None,
    known: Known,
) -> Held:
    state = State(
        address=found_address(invitation["address"]),
        removed=invitation["state"] == InviteState.REMOVED,
        called_off=meeting["state"] == MeetingState.CALLED_OFF,
        starts_at=meeting["starts_at"],
        ends_at=meeting["ends_at"],
        sequence=meeting["sequence"],
        last_major_sequence=meeting["last_major_sequence"],
        sent_sequence=invitation["sent_sequence"],
        told_at=told or invitation["invited_at"],
        given=given,
        known=known,
        delegated=invitation["state"] == InviteState.DELEGATED,
    )
    facts = {name: meeting[name] for name in ("reference", "uid", "series", "recurrence_id")}
    return Held(invitation["id"], invitation["cn"], meeting["id"], **facts, state=state)


async def _written(asked: Sequence[tuple[UUID, UUID | None, int]]) -> dict[UUID, datetime]:
    """When the REQUEST of this SEQUENCE was written to each of these invitees, where it was.

    One date of a series is written about alone, or in the REQUEST for the whole series.
    """
    wanted: defaultdict[str, list[UUID]] = defaultdict(list)
    for invitation, of_series, sequence in asked:
        wanted[letter_key("request", invitation, sequence)].append(invitation)
        if of_series is not None:
            wanted[series_key("request", of_series, sequence)].append(invitation)
    rows: list[dict[str, Any]] = await OutboundMail.raw(_TOLD, list(wanted)) if wanted else []
    return {invitation: row["created_at"] for row in rows for invitation in wanted[row["key"]]}


async def _known(invitations: Sequence[Mapping[str, Any]]) -> Mapping[UUID, Known]:
    """What people confirmed about the addresses of these invitations, and who else is asked to their meetings."""
    addresses = {row["id"]: found_address(row["address"]) for row in invitations}
    learnt: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in await Response.raw(_ALIASES, list(set(addresses.values()))):
        learnt[row["address"], row["kind"]].add(row["alias"])
    asked: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in await Invitation.raw(_ASKED, list({row["meeting"] for row in invitations})):
        asked[row["meeting"]].add(found_address(row["address"]))
    return {
        row["id"]: Known(
            aliases=frozenset(learnt[addresses[row["id"]], AliasKind.SAME]),
            deputies=frozenset(learnt[addresses[row["id"]], AliasKind.DEPUTY]),
            group=row["group"],
            others=frozenset(asked[row["meeting"]] - {addresses[row["id"]]}),
        )
        for row in invitations
    }
