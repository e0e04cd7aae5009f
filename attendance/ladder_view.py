"""Where ladders stand, for pages: who was told when, who acknowledged, and what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.custom_types import Combinable

from attendance.ladder_letters import rungs_in_words
from attendance.ladder_tables import Escalation, EscalationNotice, EscalationStep, StepEnd
from attendance.subjects import ladders
from meetings import seeing
from notifications.tables import OutboundMail, OutState
from web.viewer import Viewer

MOST_SHOWN = 200
_TAKEN = (StepEnd.SENT, StepEnd.NOBODY, StepEnd.MISSED)


@dataclass(frozen=True)
class StepView:
    """One step. `came_back` are the roles to whom its letter could not be sent."""

    number: int
    who: str
    due_at: datetime
    ended_at: datetime | None
    outcome: str
    roles: tuple[str, ...] = ()
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    came_back: tuple[str, ...] = ()


@dataclass(frozen=True)
class LadderView:
    """One ladder. `taken` are the steps that have ended in any way but unneeded; `next` is the one to come."""

    id: UUID
    cause: str
    unit: str
    unit_code: str
    about: str
    reference: str
    raised_at: datetime
    taken: tuple[StepView, ...]
    next: StepView | None
    steps: int
    held_until: datetime | None
    stopped_at: datetime | None
    stopped_why: str

    @property
    def acknowledged(self) -> bool:
        """Whether the latest step that was sent is acknowledged."""
        sent = [step for step in self.taken if step.outcome == StepEnd.SENT]
        return bool(sent and sent[-1].acknowledged_by)


async def ladders_of(meeting: UUID, *, now: datetime) -> list[LadderView]:
    """The meeting's ladders that climb, or of which a step was taken; those that climb in front."""
    found = await _views(Escalation.meeting == meeting, now)
    shown = [one for one in found if one.stopped_at is None or one.taken]
    return sorted(shown, key=lambda one: (one.stopped_at is not None, one.unit, one.raised_at))


async def open_ladders(*, now: datetime, viewer: Viewer) -> list[LadderView]:
    """The viewer's ladders that climb or wait to be acknowledged, that whose next step is soonest in front."""
    found = [
        one for one in await _views(Escalation.stopped_at.is_null() & seeing.where(ladders(viewer)), now) if one.taken
    ]
    return sorted(found, key=lambda one: (one.next is None, one.next.due_at if one.next else one.raised_at))


async def ladder_view(ladder: UUID, *, now: datetime) -> LadderView | None:
    """This ladder; None where there is none."""
    found = await _views(Escalation.id == ladder, now)
    return found[0] if found else None


async def _views(which: Combinable, now: datetime) -> list[LadderView]:
    rows: list[dict[str, Any]] = (
        await Escalation.select(
            *Escalation.all_columns(),
            Escalation.unit._.name.as_alias("unit_name"),
            Escalation.unit._.code.as_alias("unit_code"),
            Escalation.meeting._.reference.as_alias("reference"),
        )
        .where(which)
        .order_by(Escalation.raised_at, ascending=False)
        .limit(MOST_SHOWN)
    )
    if not rows:
        return []
    steps = (
        await EscalationStep.objects()
        .where(EscalationStep.escalation.is_in([row["id"] for row in rows]))
        .order_by(EscalationStep.number)
    )
    letters = await _letters([step.id for step in steps])
    of_ladder: defaultdict[UUID, list[tuple[EscalationStep, StepView]]] = defaultdict(list)
    for step in steps:
        of_ladder[step.escalation].append((step, _step(step, letters[step.id])))
    return [_view(row, of_ladder[row["id"]], now) for row in rows]


def _view(row: dict[str, Any], steps: Sequence[tuple[EscalationStep, StepView]], now: datetime) -> LadderView:
    left = [view for step, view in steps if step.settled_at is None and row["stopped_at"] is None]
    held = row["held_until"]
    return LadderView(
        id=row["id"],
        cause=row["cause"],
        unit=row["unit_name"] or "London",
        unit_code=row["unit_code"] or "",
        about=row["about"],
        reference=row["reference"] or "",
        raised_at=row["raised_at"],
        taken=tuple(view for _, view in steps if view.outcome in _TAKEN),
        next=left[0] if left else None,
        steps=len(steps),
        held_until=held if held and held > now and left else None,
        stopped_at=row["stopped_at"],
        stopped_why=row["stopped_why"],
    )


def _step(step: EscalationStep, letters: Sequence[dict[str, Any]]) -> StepView:
    heard = [letter for letter in letters if letter["acknowledged_at"]]
    first = min(heard, key=lambda letter: letter["acknowledged_at"], default=None)
    return StepView(
        number=step.number,
        who=rungs_in_words(step.rungs),
        due_at=step.due_at,
        ended_at=step.settled_at,
        outcome=step.outcome,
        roles=tuple(letter["role"] for letter in letters),
        acknowledged_by=first["acknowledged_by"] if first else "",
        acknowledged_at=first["acknowledged_at"] if first else None,
        came_back=tuple(letter["role"] for letter in letters if letter["refused"]),
    )


async def _letters(steps: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
    """The letters of each step, and whether the relay would not take one."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows: list[dict[str, Any]] = (
        await EscalationNotice.select(
            EscalationNotice.step,
            EscalationNotice.letter.role.as_alias("role"),
            EscalationNotice.letter.mail.as_alias("mail"),
            EscalationNotice.letter.acknowledged_at.as_alias("acknowledged_at"),
            EscalationNotice.letter.acknowledged_by.as_alias("acknowledged_by"),
        )
        .where(EscalationNotice.step.is_in(list(steps)))
        .order_by(EscalationNotice.id)
        if steps
        else []
    )
    mail = [row["mail"] for row in rows if row["mail"]]
    refused: list[dict[str, Any]] = (
        await OutboundMail.select(OutboundMail.id).where(
            OutboundMail.id.is_in(mail) & (OutboundMail.state == OutState.REFUSED)
        )
        if mail
        else []
    )
    numbers = {row["id"] for row in refused}
    for row in rows:
        found[row["step"]].append(row | {"refused": row["mail"] in numbers})
    return found
