"""Somebody asks what is held, that a child be forgotten, or that a case be held: written down, confirmed, dropped.

A page writes the wish down; the worker looks the child up and carries it out (answering.py), as it sees every case
and the person at the page does not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from audit import trail
from meetings.occurrences import new_reference
from privacy.errors import NotOpen, SamePerson, Unsuitable
from privacy.tables import About, CaseHold, PrivacyRequest, Stand, Wish

LONGEST_WHY: Final = 300
WHO: Final = (
    "the young person",
    "a parent or carer with parental responsibility",
    "the person concerned",
    "a solicitor or advocate",
    "a court or a regulator",
    "the authority’s data protection officer",
    "a manager of the authority",
)
WISHES: Final = (
    (f"{Wish.ACCESS} {About.CHILD}", "What is held about a child", "A file to read over and hand on."),
    (
        f"{Wish.ACCESS} {About.ADDRESS}",
        "What is held about a person",
        "By the work address, of an officer or an account.",
    ),
    (
        f"{Wish.ERASURE} {About.CHILD}",
        "That a child be forgotten",
        "Shown first, then confirmed by somebody else. It cannot be undone. Every figure stays.",
    ),
    (f"{Wish.HOLD} {About.CHILD}", "That nothing of a case go", "Until the hold is lifted."),
)


async def ask(wish: str, *, issuer: str, subject: str, who: str, why: str, by: str, now: datetime) -> str:
    """The wish is on record and will be carried out or refused; returns its reference.

    :param wish: one of WISHES.
    :param issuer: whose numbering the child's reference is, such as the code of the authority's place.
    :param subject: the child's reference or the person's address.
    :raises Unsuitable: with the field and the sentence; nothing was kept.
    """
    known = {code for code, _, _ in WISHES}
    if wish not in known:
        raise Unsuitable("wish", "Choose what is asked for.")
    what, about = wish.split()
    if not subject.strip() or len(subject) > 254:
        raise Unsuitable("subject", "Enter the child’s reference, or the person’s address.")
    if about == About.CHILD and not issuer.strip():
        raise Unsuitable("issuer", "Enter whose numbering the reference is, such as E09000022.")
    if who not in WHO:
        raise Unsuitable("who", "Choose who asks.")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Unsuitable("why", f"Say why, or by which request of theirs, in {LONGEST_WHY} characters or fewer.")
    row = PrivacyRequest(
        id=uuid4(),
        reference=new_reference("PR"),
        wish=what,
        about=about,
        issuer=issuer.strip() if about == About.CHILD else "",
        subject=subject.strip(),
        who=who,
        why=why.strip(),
        asked_at=now,
        asked_by=by,
    )
    async with PrivacyRequest._meta.db.transaction():
        await PrivacyRequest.insert(row)
        detail = {"wish": what, "about": about, "who": who}
        await trail.record(by, "asked on somebody's behalf", f"request:{row.reference}", now=now, detail=detail)
    return str(row.reference)


async def confirm(reference: str, *, by: str, now: datetime) -> None:
    """An erasure that was shown is carried out next; it takes another person than who wrote it down.

    :raises PrivacyError: SamePerson, NotOpen; nothing was changed.
    """
    row = await PrivacyRequest.objects().where(PrivacyRequest.reference == reference).first()
    if row is None or row.stand != Stand.SHOWN:
        raise NotOpen
    if row.asked_by == by:
        raise SamePerson
    changed: dict[Any, Any] = {
        PrivacyRequest.stand: Stand.CONFIRMED,
        PrivacyRequest.confirmed_at: now,
        PrivacyRequest.confirmed_by: by,
    }
    await _move(reference, (Stand.SHOWN,), changed, "confirmed an erasure", by, now)


async def drop(reference: str, *, by: str, now: datetime) -> None:
    """What was asked for is not carried out.

    :raises NotOpen: where it is carried out already, or was refused.
    """
    changed = {PrivacyRequest.stand: Stand.DROPPED, PrivacyRequest.ended_at: now}
    await _move(reference, (Stand.ASKED, Stand.SHOWN), changed, "dropped a request", by, now)


async def lift(reference: str, *, why: str, by: str, now: datetime) -> None:
    """Whatever of the case has had its time goes again.

    :raises PrivacyError: Unsuitable, NotOpen; nothing was changed.
    """
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Unsuitable("why", f"Say why, in {LONGEST_WHY} characters or fewer.")
    async with CaseHold._meta.db.transaction():
        lifted = (
            await CaseHold.update({CaseHold.lifted_at: now, CaseHold.lifted_by: by, CaseHold.lifted_why: why.strip()})
            .where((CaseHold.reference == reference) & CaseHold.lifted_at.is_null())
            .returning(CaseHold.id)
        )
        if not lifted:
            raise NotOpen
        await trail.record(by, "lifted a hold", f"hold:{reference}", now=now)


async def _move(
    reference: str, before: tuple[Stand, ...], changed: dict[Any, Any], action: str, by: str, now: datetime
) -> None:
    async with PrivacyRequest._meta.db.transaction():
        moved = (
            await PrivacyRequest.update(changed)
            .where(PrivacyRequest.reference == reference, PrivacyRequest.stand.is_in([one.value for one in before]))
            .returning(PrivacyRequest.id)
        )
        if not moved:
            raise NotOpen
        await trail.record(by, action, f"request:{reference}", now=now)
