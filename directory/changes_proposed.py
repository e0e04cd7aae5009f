"""Changes of an entry are proposed by anyone signed in or by its owner, and carried out once the right word is given.

Whose word that is stands in `change_rules`. A link is sent to addresses that the unit has, never to a proposed one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit import trail
from directory import change_post, contacts, held, history, owner_links
from directory.addresses import same_address
from directory.change_rules import owner_is_enough
from directory.change_tables import ChangeProposal, Decided, What
from directory.change_wanted import Proposer, Wanted, checked, held_today
from directory.contacts import contact_of
from directory.errors import ChangedMeanwhile, FourEyes, ProposalDecided, TooManyProposed
from directory.owner_links import Purpose
from directory.tables import Contact, Unit
from directory.units import lock_unit
from directory.verification_round import owners
from directory.wording import plain_line
from web.letters import Sender
from web.moments import london_date

LINK_WORKS = timedelta(days=30)
MOST_A_DAY = 20  # of one proposer
OPEN = (Decided.OPEN.value, Decided.AGREED.value)


async def propose(unit: UUID, wanted: Wanted, proposer: Proposer, *, sender: Sender, now: datetime) -> UUID:
    """The change waits for its owner and those who keep the directory; returns the proposal's id.

    What an owner proposes with a link and needs no second word is carried out at once.

    :raises BadAddress, NotPlain, NothingProposed, AlreadyReached, NoSuchContact, TooManyProposed: nothing was kept.
    """
    row = await checked(unit, wanted, proposer, now)
    async with ChangeProposal._meta.db.transaction():
        code = await lock_unit(unit)
        if await _proposed_lately(proposer.by, now) >= MOST_A_DAY:
            raise TooManyProposed
        await ChangeProposal.insert(row)
        await trail.record(
            proposer.by, "proposed a change", f"unit {code}", now=now, detail={"proposal": row.id, "what": row.what}
        )
        if not proposer.owner:
            await _ask_owners(row, sender, now)
        elif await _enough(row, from_owner=True):
            await _carry_out(row, by=proposer.address, sender=sender, now=now)
        else:
            await _agree(row, proposer.address, now)
    return UUID(str(row.id))


async def accept(proposal: UUID, *, by: str, sender: Sender, now: datetime) -> None:
    """Somebody who keeps the directory accepts it, and it is carried out against what the proposer saw.

    :raises ProposalDecided: when it was decided before.
    :raises FourEyes: when whoever proposed to move the unit's mail would accept that themselves.
    :raises ChangedMeanwhile, DirectoryError: when it does not fit the entry any more; nothing was changed.
    """
    async with ChangeProposal._meta.db.transaction():
        row = await _locked(proposal)
        if row.moves_mail and row.proposed_by == by:
            raise FourEyes
        await _carry_out(row, by=by, sender=sender, now=now)


async def accept_by_link(token: str, *, sender: Sender, now: datetime) -> Decided:
    """The owner accepts it: it is carried out, or waits for one more word; returns which.

    :raises LinkGone, ProposalDecided, ChangedMeanwhile, DirectoryError: nothing was changed.
    """
    async with ChangeProposal._meta.db.transaction():
        known = await owner_links.found(Purpose.DECIDE, token, now=now)
        row = await _locked(known.about)
        enough = await _enough(row, from_owner=False)
        if enough:
            await _carry_out(row, by=known.sent_to, sender=sender, now=now, link=token)
            return Decided.ACCEPTED
        await owner_links.use(Purpose.DECIDE, token, used="agreed", now=now)
        await _agree(row, known.sent_to, now)
    return Decided.AGREED


async def refuse(proposal: UUID, *, reason: str, by: str, sender: Sender, now: datetime) -> None:
    """Nothing is changed, and whoever proposed it reads why.

    :raises ProposalDecided: when it was decided before.
    :raises NotPlain: when the reason cannot be used.
    """
    reason = plain_line(reason, "The reason", 200)
    async with ChangeProposal._meta.db.transaction():
        row = await _locked(proposal)
        await _decided(row, Decided.REFUSED, reason, by=by, sender=sender, now=now)


async def refuse_by_link(token: str, *, reason: str, sender: Sender, now: datetime) -> None:
    """The owner refuses it.

    :raises LinkGone, ProposalDecided, NotPlain: nothing was changed.
    """
    reason = plain_line(reason, "The reason", 200)
    async with ChangeProposal._meta.db.transaction():
        known = await owner_links.found(Purpose.DECIDE, token, now=now)
        row = await _locked(known.about)
        link = await owner_links.use(Purpose.DECIDE, token, used="refused", now=now)
        await _decided(row, Decided.REFUSED, reason, by=link.sent_to, sender=sender, now=now)


async def _proposed_lately(by: str, now: datetime) -> int:
    """How much whoever it is proposed in the last 24 hours: each proposal is a letter to somebody."""
    lately = ChangeProposal.proposed_at > now - timedelta(days=1)
    found: int = await ChangeProposal.count().where((ChangeProposal.proposed_by == by) & lately)
    return found


async def _enough(row: ChangeProposal, *, from_owner: bool) -> bool:
    now_held = await contacts.contacts_of(row.unit)
    return owner_is_enough(
        moves=row.moves_mail,
        words=row.what == What.OTHER,
        from_owner=from_owner or row.proposed_by.startswith("link:"),
        proposed=row.email,
        held=[contact.email for contact in now_held if contact.active_to is None],
    )


async def _ask_owners(row: ChangeProposal, sender: Sender, now: datetime) -> None:
    """The unit's mailbox and one contact beside it are asked, but for whoever proposed it."""
    told = await change_post.told_of(row)
    for owner in owners(await held_today(row.unit, now)):
        if same_address(owner.email, row.proposed_from):
            continue
        made = await owner_links.make(
            Purpose.DECIDE,
            row.id,
            unit=row.unit,
            sent_to=owner.email,
            expires_at=now + LINK_WORKS,
            sender=sender,
            now=now,
        )
        await change_post.ask(row, told, made, owner.email, sender=sender, now=now)


async def _agree(row: ChangeProposal, owner: str, now: datetime) -> None:
    await ChangeProposal.update(
        {ChangeProposal.state: Decided.AGREED, ChangeProposal.agreed_at: now, ChangeProposal.agreed_from: owner}
    ).where(ChangeProposal.id == row.id)
    await trail.record("owner", "agreed to a proposed change", f"proposal:{row.id}", now=now)


async def _carry_out(row: ChangeProposal, *, by: str, sender: Sender, now: datetime, link: str = "") -> None:
    """The change is made by the verbs of editing, and everybody concerned is told; in the caller's transaction."""
    actor = by if "@" not in by else f"owner:{row.id}"
    code = await lock_unit(row.unit)
    told, before = await change_post.told_of(row), await held_today(row.unit, now)
    contact = await contact_of(row.unit, row.contact) if row.contact else None
    if contact is not None and held.fingerprint([held.of_contact(contact)]) != row.seen:
        raise ChangedMeanwhile
    await _edit(row, contact, by=actor, now=now)
    await history.because(row.unit, row.why, now=now)
    if link:
        await owner_links.use(Purpose.DECIDE, link, used="accepted", now=now)
    await _decided(row, Decided.ACCEPTED, "", by=by, sender=sender, now=now)
    if row.moves_mail:
        unit_page = f"{sender.base_url}/directory/{code}"
        await change_post.tell_moved(row, told, [one.email for one in before], unit_page, sender=sender, now=now)


async def _edit(row: ChangeProposal, contact: Contact | None, *, by: str, now: datetime) -> None:
    today = london_date(now)
    told: dict[str, Any] = {name: getattr(row, name) for name in ("role", "name", "phone", "rank", "group")}
    match What(row.what):
        case What.ADD:
            await contacts.add(row.unit, email=row.email, active_from=today, by=by, now=now, **told)
        case What.CHANGE if contact is not None and same_address(contact.email, row.email):
            await contacts.change(contact.id, by=by, now=now, **told)
        case What.CHANGE if contact is not None:
            await contacts.end(contact.id, on=max(today, contact.active_from), by=by, now=now)
            await contacts.add(row.unit, email=row.email, active_from=today, by=by, now=now, **told)
        case What.END if contact is not None:
            await contacts.end(contact.id, on=max(today, contact.active_from), by=by, now=now)


async def _decided(
    row: ChangeProposal, state: Decided, reason: str, *, by: str, sender: Sender, now: datetime
) -> None:
    """The proposal is over, its other links too, and whoever made it has a letter on its way."""
    told = await change_post.told_of(row)
    await ChangeProposal.update(
        {
            ChangeProposal.state: state,
            ChangeProposal.decided_at: now,
            ChangeProposal.decided_by: by,
            ChangeProposal.decided_why: reason,
        }
    ).where(ChangeProposal.id == row.id)
    await owner_links.end_all(row.id, now=now)
    await change_post.tell_outcome(
        row, told, accepted=state is Decided.ACCEPTED, reason=reason, sender=sender, now=now
    )
    actor = by if "@" not in by else "owner"
    await trail.record(actor, f"{state.value} a proposed change", f"proposal:{row.id}", now=now)


async def _locked(proposal: UUID) -> ChangeProposal:
    """:raises ProposalDecided: when it is not open any more."""
    row = await ChangeProposal.objects().where(ChangeProposal.id == proposal).lock_rows().first()
    if row is None or row.state not in OPEN:
        raise ProposalDecided
    return row


async def open_of(unit: UUID) -> list[ChangeProposal]:
    """The unit's proposals that wait, the oldest first."""
    return (
        await ChangeProposal.objects()
        .where((ChangeProposal.unit == unit) & ChangeProposal.state.is_in(list(OPEN)))
        .order_by(ChangeProposal.proposed_at)
    )


async def all_open() -> list[ChangeProposal]:
    """Every proposal that waits, with its unit's row in place of the unit's id; the oldest first."""
    return (
        await ChangeProposal.objects(ChangeProposal.unit)
        .where(ChangeProposal.state.is_in(list(OPEN)))
        .order_by(ChangeProposal.proposed_at)
    )


async def proposal_of(unit: Unit, proposal: UUID) -> ChangeProposal | None:
    return (
        await ChangeProposal.objects()
        .where((ChangeProposal.id == proposal) & (ChangeProposal.unit == unit.id))
        .first()
    )
