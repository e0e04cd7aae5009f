"""What waits for a person in the post, grouped by the step that it needs, the oldest first in each group.

What is about no meeting of ours stands behind the rest, and a group has an end: so thousands of mails to guessed
addresses hide no answer and stop no page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance.asking import overtaken
from attendance.proposals import is_open
from attendance.subjects import invited
from attendance.subjects import mail as mail_of
from attendance.tables import Asked, Deputy, Proposal
from meetings import seeing
from meetings.letters import in_words
from meetings.tables import Invitation, Meeting, Series
from notifications import inbox
from notifications.inbox import SetAside
from notifications.kinds import InboundKind
from notifications.tables import InboundMail
from web.viewer import Viewer


@dataclass(frozen=True)
class Waiting:
    """One thing to do. `mail` is the message behind it, where there is one; `overtaken` why nothing is left to do."""

    title: str
    said: str
    reference: str
    since: datetime
    href: str
    step: str
    mail: int | None
    overtaken: str = ""
    copies: int = 1
    may_be_put_away: bool = False  # without a step of its own


@dataclass(frozen=True)
class Group:
    """Things that need the same step; `about` says what it decides, `more` how many are not among the items."""

    title: str
    about: str
    items: tuple[Waiting, ...]
    more: int = 0


MOST_SHOWN = 100  # of each group


_GROUPS = (
    (
        InboundKind.BOUNCE,
        "Our letters came back",
        "Until you say so, the seat counts as asked. Reminders go on.",
    ),
    (InboundKind.PROPOSAL, "Another time is proposed", "The meeting keeps its time until you decide."),
    (InboundKind.DEPUTY, "Somebody else is to come", "Nobody is invited until you approve them."),
    (
        InboundKind.STRANGER,
        "Not sure who answered",
        "The answer does not count until you say who gave it. Reminders go on.",
    ),
    (InboundKind.TEXT, "Written in words", "Read it, and record the answer if it is one."),
    (InboundKind.ANSWER, "Could not be applied", "Read why, and telephone the unit where you are not sure."),
)
_STEPS = {
    InboundKind.BOUNCE: ("returned", "Decide what to do"),
    InboundKind.STRANGER: ("who", "Say who it was"),
    InboundKind.TEXT: ("", "Read and record the answer"),
}


async def waiting_groups(now: datetime, viewer: Viewer) -> list[Group]:
    """Each message and request about a meeting of the viewer's that waits for a person, in groups that have any."""
    mails = {mail.id: mail for mail in await inbox.set_aside_waiting(seeing.where(mail_of(viewer)))}
    kinds = await _kinds(mails)
    references = await references_of(mail.uid for mail in mails.values())
    found: defaultdict[InboundKind, list[Waiting]] = defaultdict(list)
    for kind, item in [*await _proposals(now, viewer), *await _deputies(now, viewer)]:
        found[kind].append(item)
        if item.mail is not None:
            mails.pop(item.mail, None)
    for mail in mails.values():
        kind = kinds[mail.id]
        group = kind if kind in _STEPS else InboundKind.ANSWER
        found[group].append(_message(mail, kind, references.get(mail.uid, "")))
    return [_group(title, about, found[kind]) for kind, title, about in _GROUPS if found[kind]]


def _group(title: str, about: str, items: Iterable[Waiting]) -> Group:
    ordered = sorted(items, key=lambda item: (bool(item.overtaken), not item.reference, item.since))
    return Group(title, about, tuple(ordered[:MOST_SHOWN]), max(0, len(ordered) - MOST_SHOWN))


async def references_of(uids: Iterable[str]) -> dict[str, str]:
    """The references of meetings by their UIDs; of a series, whose dates share one, the series' own."""
    wanted = [uid for uid in uids if uid] or [""]
    found: dict[str, str] = {}
    for table in (Meeting, Series):
        rows: list[dict[str, Any]] = await table.select(table.uid, table.reference).where(table.uid.is_in(wanted))
        found |= {row["uid"]: row["reference"] for row in rows}
    return found


def _message(mail: SetAside, kind: InboundKind, reference: str) -> Waiting:
    page, step = _STEPS.get(kind, ("", "Read the message"))
    return Waiting(
        title=mail.reason,
        said=f"From {mail.envelope_from or 'a mail server'}.",
        reference=reference,
        since=mail.received_at,
        href=f"/post/{mail.id}/{page}".rstrip("/"),
        step=step,
        mail=mail.id,
        copies=mail.copies,
        may_be_put_away=kind not in _STEPS,
    )


async def _kinds(mails: Mapping[int, SetAside]) -> dict[int, InboundKind]:
    rows: list[dict[str, Any]] = await InboundMail.select(InboundMail.id, InboundMail.kind).where(
        InboundMail.id.is_in(list(mails) or [0])
    )
    return {row["id"]: InboundKind(row["kind"]) for row in rows}


async def _proposals(now: datetime, viewer: Viewer) -> list[tuple[InboundKind, Waiting]]:
    """Proposals that nobody decided; one that came in a message is shown until that was dealt with, if overtaken."""
    proposals = await Proposal.objects().where((Proposal.state == Asked.OPEN) & invited(viewer, of="proposal"))
    of = await _invitations(proposal.invitation for proposal in proposals)
    asked = []
    for proposal in proposals:
        invitation, meeting = of[proposal.invitation]
        why = overtaken(meeting, invitation, now)
        why = why or ("" if is_open(proposal, meeting) else "The meeting has another time since.")
        item = Waiting(
            title=f"{invitation.cn} proposes {in_words(proposal.starts_at)}",
            said=f"Planned for {in_words(meeting.starts_at)}.",
            reference=meeting.reference,
            since=proposal.received_at,
            href=f"/proposals/{proposal.id}",
            step="Accept or decline",
            mail=proposal.mail,
            overtaken=why,
        )
        asked.append((InboundKind.PROPOSAL, item))
    return await _still_shown(asked)


async def _deputies(now: datetime, viewer: Viewer) -> list[tuple[InboundKind, Waiting]]:
    deputies = await Deputy.objects().where((Deputy.state == Asked.OPEN) & invited(viewer, of="deputy"))
    of = await _invitations(deputy.invitation for deputy in deputies)
    asked = []
    for deputy in deputies:
        invitation, meeting = of[deputy.invitation]
        item = Waiting(
            title=f"{invitation.cn} names {deputy.address}",
            said=f"For {in_words(meeting.starts_at)}.",
            reference=meeting.reference,
            since=deputy.received_at,
            href=f"/deputies/{deputy.id}",
            step="Approve or refuse",
            mail=deputy.mail,
            overtaken=overtaken(meeting, invitation, now),
        )
        asked.append((InboundKind.DEPUTY, item))
    return await _still_shown(asked)


async def _invitations(ids: Iterable[UUID]) -> dict[UUID, tuple[Invitation, Meeting]]:
    wanted = list(set(ids))
    rows = await Invitation.objects(Invitation.meeting).where(Invitation.id.is_in(wanted)) if wanted else []
    return {row.id: (row, row.meeting) for row in rows}


async def _still_shown(asked: list[tuple[InboundKind, Waiting]]) -> list[tuple[InboundKind, Waiting]]:
    """Without those that are overtaken and have no message that waits: nobody needs to see them."""
    rows: list[dict[str, Any]] = await InboundMail.select(InboundMail.id).where(
        InboundMail.id.is_in([item.mail for _, item in asked if item.mail is not None] or [0])
        & InboundMail.reviewed_at.is_null()
    )
    unseen = {row["id"] for row in rows}
    return [(kind, item) for kind, item in asked if not item.overtaken or item.mail in unseen]
