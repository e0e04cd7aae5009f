"""The post of the simulated year: Convene's letters reach the officers, and their answers come back, without SMTP.

Everything but the wire is the product's own: letters are claimed and settled by the outbox, answers are whole mail
messages that the inbox keeps and the attendance room takes in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from attendance import taking_in
from demo import asking, officers, programs
from demo.agenda import Agenda
from demo.officers import Habit, Intention
from demo.programs import Posted, Program
from meetings.letters import Letterhead
from meetings.tables import Invitation, InviteState, Meeting
from notifications import inbox, outbox
from notifications.errors import Refused, TryLater
from notifications.tables import OutboundMail

_BATCH = 50
_UNUSUAL: tuple[tuple[float, Program | str], ...] = (  # up to which throw of one, and how it is answered then
    (0.008, Program.PLAIN_MAILBOX),
    (0.018, "absence"),
    (0.026, "words"),
    (0.034, "stranger"),
    (0.042, "proposal"),
)
_EVERY_SO_MANY_REFUSED, _EVERY_SO_MANY_DELAYED = 397, 149


class Exchange:
    """Post for one simulated London; `seed` decides how its units answer, more oddly from `unusual_from` on."""

    def __init__(self, seed: int, letterhead: Letterhead, agenda: Agenda, unusual_from: datetime) -> None:
        self._seed, self._letterhead, self._agenda, self._unusual_from = seed, letterhead, agenda, unusual_from
        self._handed_over = count(1)
        self._habits: dict[str, Habit] = {}

    def habit(self, unit: str, kind: str) -> Habit:
        """The ways of a unit, by its code and kind."""
        if unit not in self._habits:
            self._habits[unit] = officers.habit(self._seed, unit, kind)
        return self._habits[unit]

    async def deliver(self, now: datetime) -> None:
        """Every letter that is due is with its officer, refused, or waits for another try."""
        while await outbox.deliver_due(partial(self._hand_over, now), clock=lambda: now, limit=_BATCH) == _BATCH:
            pass

    async def _hand_over(self, now: datetime, raw: bytes, envelope_from: str, recipient: str) -> None:
        number = next(self._handed_over)
        if number % _EVERY_SO_MANY_REFUSED == 0:
            raise Refused(550, "5.1.1 No such mailbox here")
        if number % _EVERY_SO_MANY_DELAYED == 0:
            self._agenda.put(now + timedelta(minutes=2), self.deliver)
            raise TryLater(451, "4.7.1 Please try again later")

    async def expect_answers(self, meeting: Meeting, told: datetime, after: datetime) -> None:
        """Each invited unit answers in its time, unless that is not `after`; `told` is when it was invited."""
        rows: list[dict[str, Any]] = await Invitation.select(
            Invitation.address,
            Invitation.seat._.unit._.code.as_alias("unit"),
            Invitation.seat._.unit._.kind.as_alias("kind"),
        ).where((Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE))
        for row in sorted(rows, key=lambda r: str(r["unit"])):
            habit = self.habit(row["unit"], row["kind"])
            rng = officers.dice(self._seed, "answer", meeting.starts_at, meeting.due_at, row["unit"])
            meant = officers.intention(habit, rng, notice=meeting.starts_at - told)
            for at, partstat in _moments(meant, told, meeting.starts_at):
                if at > after:
                    how = _way(rng.random() / (9 if at > self._unusual_from else 1), habit)
                    self._agenda.put(at, partial(self._answer, row["address"], meeting.uid, partstat, how))

    async def _answer(self, address: str, uid: str, partstat: str, how: Program | str, now: datetime) -> None:
        """The unit answers what it was last sent, as its program does, if it is still invited."""
        asked = await self._asked(address, uid)
        if asked is not None:
            await self._hand_in(_written(asked, partstat, how, now), now)
            await taking_in.take_in_one(letterhead=self._letterhead, now=now)

    async def _hand_in(self, posted: Posted, now: datetime) -> None:
        """The answer is kept by Convene."""
        await inbox.keep("smtp", posted.raw, posted.envelope_from, posted.envelope_to, now=now)

    async def _asked(self, address: str, uid: str) -> programs.Asked | None:
        """What the invitee was last told of the meeting; None where that was a cancellation."""
        row: dict[str, Any] | None = (
            await OutboundMail.select(OutboundMail.kind, OutboundMail.calendar)
            .where(OutboundMail.uid == uid, OutboundMail.recipient == address)
            .where(OutboundMail.kind.is_in(["request", "cancel"]))
            .order_by(OutboundMail.id, ascending=False)
            .first()
        )
        standing = row is not None and row["kind"] == "request" and row["calendar"] is not None
        return programs.asked_in(bytes(row["calendar"])) if row and standing else None


def _moments(meant: Intention, told: datetime, starts_at: datetime) -> list[tuple[datetime, str]]:
    """When the unit answers, and what; the second is a change of mind."""
    if not meant.partstat:
        return []
    first = [(told + meant.after, meant.partstat)]
    return [*first, (starts_at - meant.changes_before_start, meant.changes_to)] if meant.changes_to else first


def _way(throw: float, habit: Habit) -> Program | str:
    """Nearly always the unit's own program; now and then what gives a coordinator work."""
    for share, way in _UNUSUAL:
        if throw < share:
            return way
    return habit.program


def _written(asked: programs.Asked, partstat: str, how: Program | str, now: datetime) -> Posted:
    if how == "absence":
        return programs.absence_note(asked, at=now)
    if how == "words":
        return programs.note_in_words(asked, "One of us will be there.", at=now)
    if how == "proposal":
        return asking.proposal(asked, asking.starts_of(asked) + timedelta(hours=2), note="In court before.", at=now)
    if how == "stranger":
        return programs.stranger(asked, f"duty-officer@{asked.attendee.rpartition('@')[2]}", at=now)
    return programs.answer(asked, partstat=partstat, at=now, program=Program(how))
