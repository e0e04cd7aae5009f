"""How invitations stand: their responses and when they were told, read for the rules in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance import errors
from attendance.answers import Given
from attendance.identity import Known
from attendance.rules import State
from attendance.tables import Alias, AliasKind, Response
from meetings.invitations import letter_key
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from notifications.addresses import found_address
from notifications.tables import OutboundMail


async def given_to(invitations: Sequence[UUID]) -> Mapping[UUID, tuple[Given, ...]]:
    """The responses to each invitation, in the order in which they were decided."""
    found: defaultdict[UUID, list[Given]] = defaultdict(list)
    if invitations:
        rows = await Response.objects().where(Response.invitation.is_in(list(invitations))).order_by(Response.id)
        for row in rows:
            found[row.invitation].append(_given(row))
    return {invitation: tuple(found[invitation]) for invitation in invitations}


async def told_at(asked: Sequence[tuple[Invitation, Meeting]]) -> Mapping[UUID, datetime]:
    """When each invitee was first written the present time of the meeting."""
    keys = {
        letter_key("request", invitation.id, meeting.last_major_sequence): invitation for invitation, meeting in asked
    }
    written: dict[UUID, datetime] = {}
    if keys:
        rows: list[dict[str, Any]] = await OutboundMail.select(OutboundMail.key, OutboundMail.created_at).where(
            OutboundMail.key.is_in(list(keys))
        )
        written = {keys[row["key"]].id: row["created_at"] for row in rows}
    return {invitation.id: written.get(invitation.id, invitation.invited_at) for invitation, _ in asked}


async def known_of(invitations: Sequence[Invitation]) -> Mapping[UUID, Known]:
    """What people confirmed about the addresses of these invitations, and who else is asked to their meetings."""
    if not invitations:
        return {}
    addresses = {found_address(invitation.address) for invitation in invitations}
    aliases = await Alias.objects().where(Alias.address.is_in(list(addresses)) & Alias.forgotten_at.is_null())
    asked: defaultdict[UUID, set[str]] = defaultdict(set)
    rows: list[dict[str, Any]] = await Invitation.select(Invitation.meeting, Invitation.address).where(
        Invitation.meeting.is_in(list({invitation.meeting for invitation in invitations}))
        & (Invitation.state == InviteState.ACTIVE)
    )
    for row in rows:
        asked[row["meeting"]].add(found_address(row["address"]))
    return {invitation.id: _known(invitation, aliases, asked[invitation.meeting]) for invitation in invitations}


def _known(invitation: Invitation, aliases: Sequence[Alias], asked: set[str]) -> Known:
    address = found_address(invitation.address)
    of_kind = {
        kind: frozenset(one.alias for one in aliases if (one.address, one.kind) == (address, kind))
        for kind in AliasKind
    }
    return Known(
        aliases=of_kind[AliasKind.SAME],
        deputies=of_kind[AliasKind.DEPUTY],
        group=invitation.group,
        others=frozenset(asked - {address}),
    )


async def locked(invitation_id: UUID) -> tuple[Meeting, Invitation]:
    """The meeting and the invitation, locked in this order, as the verbs of meetings lock them.

    :raises NoSuchInvitation: when there is none.
    """
    known = await Invitation.objects().where(Invitation.id == invitation_id).first()
    if known is None:
        raise errors.NoSuchInvitation
    meeting = await Meeting.objects().where(Meeting.id == known.meeting).lock_rows().first()
    invitation = await Invitation.objects().where(Invitation.id == invitation_id).lock_rows().first()
    assert meeting is not None
    assert invitation is not None
    return meeting, invitation


async def state_of(invitation: Invitation, meeting: Meeting) -> State:
    """What a reply to this invitation meets. The caller holds both rows locked."""
    return State(
        address=found_address(invitation.address),
        removed=invitation.state == InviteState.REMOVED,
        called_off=meeting.state == MeetingState.CALLED_OFF,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        sequence=meeting.sequence,
        last_major_sequence=meeting.last_major_sequence,
        sent_sequence=invitation.sent_sequence,
        told_at=(await told_at([(invitation, meeting)]))[invitation.id],
        given=(await given_to([invitation.id]))[invitation.id],
        known=(await known_of([invitation]))[invitation.id],
        delegated=invitation.state == InviteState.DELEGATED,
    )


def _given(row: Response) -> Given:
    return Given(
        number=row.id,
        partstat=row.partstat,
        sequence=row.sequence,
        dtstamp=row.dtstamp,
        received_at=row.received_at,
        answered_by=row.answered_by,
        row=row.row,
        applied=row.applied,
        flagged=row.flagged,
        via=row.via,
        agent=row.agent,
        comment=row.comment,
    )
