"""What a coordinator chose of a plan is sent: each meeting in a transaction of its own, and none twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from audit import trail
from directory.errors import NoUnit
from directory.tables import Unit
from meetings import errors, seeing
from meetings.kept_plans import offers, wanted_of
from meetings.letters import Letterhead
from meetings.plan_tables import KeptPlan, KeptTime, TimeState
from meetings.setting_up import set_up
from meetings.slot_words import turned_worse
from meetings.slots import Wanted
from meetings.tables import Meeting
from meetings.wanting import wanted, weighed_at
from meetings.when import When
from web.roles import Act
from web.viewer import Viewer

_SOON = timedelta(hours=1)  # any time to come will do: here only the link is checked


async def choose(plan: UUID, times: Mapping[UUID, datetime | None], link: str, *, by: str, now: datetime) -> None:
    """The kept times that are still to be sent are those chosen, None for one left out, and the link is kept.

    :raises UnsuitableTime: for a time that the plan did not offer; nothing was changed.
    """
    async with KeptPlan._meta.db.transaction():
        await KeptPlan.update({KeptPlan.link: link}).where(KeptPlan.id == plan)
        rows = await KeptTime.objects().where(KeptTime.plan == plan).order_by(KeptTime.id).lock_rows()
        for row in rows:
            if row.id not in times or row.state != TimeState.OPEN:
                continue
            chosen = times[row.id]
            if chosen is not None and chosen not in [offer.starts_at for offer in offers(row)]:
                raise errors.UnsuitableTime("Choose one of the times that the plan offers.")
            if chosen != row.chosen_at:
                await KeptTime.update({KeptTime.chosen_at: chosen, KeptTime.problem: ""}).where(KeptTime.id == row.id)
        await trail.record(by, "chose times of a plan", f"plan:{plan}", now=now)


async def send(plan: UUID, *, by: str, now: datetime, letterhead: Letterhead, viewer: Viewer) -> None:
    """Every chosen time that is still to be sent is a meeting with its invitations, or says why it is not.

    What the sender may no longer see is left alone. Whoever is stopped in the middle sends the rest by sending again.
    See `_send_one` for why none is sent twice.

    :raises UnsuitablePlace: where the plan's link is none; nothing was sent.
    """
    kept = await KeptPlan.objects().where(KeptPlan.id == plan).first()
    if kept is None:
        raise errors.NoSuchPlan
    rows = (
        await KeptTime.select(KeptTime.id, KeptTime.chosen_at)
        .where((KeptTime.plan == plan) & (KeptTime.state == TimeState.OPEN) & KeptTime.chosen_at.is_not_null())
        .where(seeing.where(seeing.waiting(viewer, Act.RUN, of="kept_time.child")))
        .order_by(KeptTime.chosen_at)
        .order_by(KeptTime.id)
    )
    When(now + _SOON, kept.minutes, "", kept.link).check(now)
    for row in rows:
        try:
            await _send_one(row["id"], kept, by=by, now=now, letterhead=letterhead, viewer=viewer)
        except (errors.MeetingError, NoUnit) as refused:
            await KeptTime.update({KeptTime.problem: str(refused)[:400]}).where(
                (KeptTime.id == row["id"]) & (KeptTime.state == TimeState.OPEN)
            )


async def _send_one(
    time: UUID, kept: KeptPlan, *, by: str, now: datetime, letterhead: Letterhead, viewer: Viewer
) -> None:
    """The kept time is a meeting, in one transaction with the note that it is.

    1. The kept time is locked: of two who send at once, the second finds it sent and does nothing.
    2. The units that must come are locked in the order of their ids, so that two plans sent at once see each other's
       meetings in the diaries; the weak lock lets everybody else go on.
    3. What waits is looked at again, and who could come: a time that has become worse is not sent.
    4. `set_up` locks the child: a meeting set up meanwhile by anybody leaves nothing waiting.
    """
    async with Meeting._meta.db.transaction():
        row = await KeptTime.objects().where(KeptTime.id == time).lock_rows().first()
        if row is None or row.state != TimeState.OPEN or row.chosen_at is None:
            return
        asked = wanted_of(row)
        assert asked is not None, "only a meeting whose seats are known is offered a time"
        must = [seat.unit for seat in asked.seats if seat.required]
        await Unit.select(Unit.id).where(Unit.id.is_in(must)).order_by(Unit.id).lock_rows("NO KEY UPDATE")
        await _check_again(row, asked, now, viewer)
        reference = await set_up(
            row.child,
            When(row.chosen_at, asked.minutes, "", kept.link),
            [seat.unit for seat in asked.seats],
            by=by,
            now=now,
            letterhead=letterhead,
            viewer=viewer,
        )
        meeting = await Meeting.select(Meeting.id).where(Meeting.reference == reference).first()
        assert meeting is not None
        await KeptTime.update(
            {KeptTime.state: TimeState.SENT, KeptTime.meeting: meeting["id"], KeptTime.problem: ""}
        ).where(KeptTime.id == time)


async def _check_again(row: KeptTime, before: Wanted, now: datetime, viewer: Viewer) -> None:
    """:raises NothingWaiting, UnsuitableSeats, UnsuitableTime: where it is no longer what the coordinator saw."""
    asked = await wanted(row.child, now, viewer, minutes=before.minutes)
    if asked.seats != before.seats:
        raise errors.UnsuitableSeats("Since the plan was made, other units are to be asked. Propose times again.")
    assert row.chosen_at is not None
    letters = next((o.letters for o in offers(row) if o.starts_at == row.chosen_at), "")
    worse = turned_worse(await weighed_at(asked, row.chosen_at, now), letters)
    if worse:
        raise errors.UnsuitableTime(
            f"Since the plan was made, the time has become worse for {worse}. Choose another, or propose again."
        )
