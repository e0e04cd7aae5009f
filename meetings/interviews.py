"""The interviews after a return: what is known of each is appended, and its clock follows from the latest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import trail
from meetings import errors
from meetings.causes import sources
from meetings.checklist import ANSWERS
from meetings.checklist_tables import Interview
from meetings.episode_tables import Episode
from meetings.interview_rules import (
    MODES,
    NAMES,
    WITH_WHOM,
    Clock,
    InterviewKind,
    Said,
    interview_due,
    standing_clock,
)
from meetings.tables import Meeting, Trigger

LONGEST_ROLE = 80


@dataclass(frozen=True)
class NewInterview:
    """What is known of one interview: answer yes, no or unknown; when it was done, by which role, how, with whom."""

    kind: str
    answer: str
    done_at: datetime | None = None
    done_by: str = ""
    mode: str = ""
    with_whom: str = ""


@dataclass(frozen=True)
class InterviewView:
    """One interview after one episode, with its clock; `said` is the latest answer, if any."""

    episode: UUID
    kind: InterviewKind
    due_at: datetime | None
    clock: Clock
    said: Interview | None
    returned_at: datetime | None = None

    @property
    def name(self) -> str:
        return NAMES[self.kind]


async def record_interview(episode: UUID, new: NewInterview, *, by: str, now: datetime) -> None:
    """What is known of this interview stands; what was said of it before is kept.

    :raises UnsuitableAnswer: with the field and the sentence; nothing was changed.
    """
    _check(new, now)
    async with Interview._meta.db.transaction():
        known = await Episode.select(Episode.ended_at).where(Episode.id == episode).lock_rows().first()
        if known is None:
            raise errors.UnsuitableAnswer(f"{new.kind}-answer", "There is no such episode.")
        if new.done_at is not None and known["ended_at"] is not None and new.done_at < known["ended_at"]:
            raise errors.UnsuitableAnswer(f"{new.kind}-done", "This is before the child returned. Check the time.")
        await Interview.insert(
            Interview(
                episode=episode,
                kind=new.kind,
                answer=new.answer,
                done_at=new.done_at if new.answer == "yes" else None,
                done_by=" ".join(new.done_by.split()),
                mode=new.mode,
                with_whom=new.with_whom,
                recorded_at=now,
                recorded_by=by,
            )
        )
        detail = {"kind": new.kind, "answer": new.answer}
        await trail.record(by, "recorded an interview", f"episode:{episode}", now=now, detail=detail)


async def interviews_of(meeting: Meeting, now: datetime) -> list[InterviewView]:
    """Both interviews after each episode that the meeting is about, the newest episode first."""
    causes = await Trigger.select(Trigger.cause).where(Trigger.meeting == meeting.id)
    return await interviews_after(await sources([row["cause"] for row in causes]), now)


async def interviews_after(episodes: Collection[UUID], now: datetime) -> list[InterviewView]:
    """Both interviews after each of these episodes that was not withdrawn, the newest first."""
    if not episodes:
        return []
    rows = (
        await Episode.objects()
        .where(Episode.id.is_in(list(episodes)) & Episode.withdrawn_at.is_null())
        .order_by(Episode.started_at, ascending=False)
    )
    said = await said_of([row.id for row in rows])
    return [view_of(row, kind, said.get((row.id, kind.value)), now) for row in rows for kind in InterviewKind]


def view_of(episode: Episode, kind: InterviewKind, said: Interview | None, now: datetime) -> InterviewView:
    """One interview as it stands now."""
    ended = episode.ended_at
    due = interview_due(kind, ended, by_day=episode.ended_by_day) if ended else None
    clock = standing_clock(due, Said(said.answer, said.done_at) if said else None, now)
    return InterviewView(episode.id, kind, due, clock, said, ended)


async def said_of(episodes: Collection[UUID]) -> dict[tuple[UUID, str], Interview]:
    """The latest answer about each interview after these episodes, by episode and kind."""
    if not episodes:
        return {}
    rows = await Interview.objects().where(Interview.episode.is_in(list(episodes))).order_by(Interview.id)
    return {(row.episode, row.kind): row for row in rows}


def _check(new: NewInterview, now: datetime) -> None:
    if new.kind not in set(InterviewKind) or new.answer not in ANSWERS:
        raise errors.UnsuitableAnswer(f"{new.kind}-answer", "Choose yes, no or unknown.")
    if new.done_at is not None and new.done_at > now:
        raise errors.UnsuitableAnswer(f"{new.kind}-done", "This is still to come. Enter when it was done.")
    if new.mode not in ("", *MODES) or new.with_whom not in ("", *WITH_WHOM):
        raise errors.UnsuitableAnswer(f"{new.kind}-mode", "Choose from the list.")
    if len(new.done_by) > LONGEST_ROLE:
        raise errors.UnsuitableAnswer(f"{new.kind}-by", "Write the role in 80 characters or fewer.")
