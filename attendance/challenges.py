"""A unit challenges an outcome of its own, and may withdraw; a person upholds the challenge or keeps the outcome.

Rows are never removed, and end once: an answer or a withdrawal is an update that only an open challenge matches. The
register itself changes by its own verbs alone, with the answer as the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from attendance import challenge_errors as errors
from attendance.challenge_letters import Answered, answered
from attendance.challenge_tables import Challenge, ChallengeState
from attendance.errors import NameWanted
from attendance.marks import Mark
from attendance.register import begun, closing_of, correct, expected, mark
from attendance.tables import Attendance, Outcome
from directory.contacts import ways_to_reach
from meetings.clocks import reply_by
from meetings.invitations import new_message_id
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.tables import Meeting, Seat
from notifications import outbox
from notifications.addresses import one_line
from web.moments import london_date

ACTOR: Final = "outcomes link"
LONGEST_REASON: Final = 300
LONGEST_NAME: Final = 80
LONGEST_ANSWER: Final = 180  # with what stands before it, it fits the reason of a correction
ANSWERED_WITHIN: Final = 5  # working days
MOST_TOLD: Final = 3
CLAIMS: Final = tuple(outcome for outcome in Outcome if outcome != Outcome.NOT_RECORDED)

HINTS: Final = {
    "attended": "The person who was invited came",
    "deputy attended": "Somebody else of your unit came, or somebody it named",
    "apologies": "You told us before the start that nobody would come",
    "no-show": "Nobody came, and nobody had told us",
    "report only": "You sent written information, and nobody came",
}


@dataclass(frozen=True)
class Claim:
    """What a unit says of one of its outcomes.

    :param says: the outcome that it says is right.
    :param reason: its words, of its own attendance.
    :param who: the role or name of whoever speaks for the unit.
    :param publication: the draft in which it saw the outcome, and the code of that draft's period.
    """

    says: str
    reason: str
    who: str
    publication: UUID | None = None
    period: str = ""


def choices(recorded: str) -> list[tuple[str, str, str]]:
    """What a unit can say instead of the outcome that is recorded, each in words and with its hint."""
    return [(claim.value, claim.value.capitalize(), HINTS[claim.value]) for claim in CLAIMS if claim != recorded]


def answer_wanted_by(raised_at: datetime) -> datetime:
    """The instant by which a challenge wants its answer: five working days after it was raised."""
    return reply_by(raised_at, ANSWERED_WITHIN, "working days")


async def raise_challenge(seat: UUID, unit: UUID, claim: Claim, *, now: datetime, by: str = ACTOR) -> UUID:
    """The unit's challenge of the outcome that stands for its seat is open; the same said twice is one challenge.

    :param by: the person who says so where they are signed in, else the link.
    :raises AttendanceError: NotItsSeat, UnknownOutcome, SaysTheSame, ChallengeReasonWanted, NameWanted,
        AlreadyChallenged, AnsweredAlready, WasCalledOff, NotYetStarted; nothing was changed.
    """
    reason, who = _checked(claim)
    async with Challenge._meta.db.transaction():
        its = await Seat.select(Seat.meeting).where((Seat.id == seat) & (Seat.unit == unit)).first()
        if its is None:
            raise errors.NotItsSeat
        meeting = await begun(its["meeting"], now)
        on_list = next((one for one in await expected(meeting) if one.seat == seat), None)
        if on_list is None:
            raise errors.NotItsSeat
        outcome = on_list.mark.outcome if on_list.mark else Outcome.NOT_RECORDED
        if claim.says == outcome:
            raise errors.SaysTheSame(outcome.value)
        standing = await _latest_mark(seat)
        earlier = await _same_before(seat, standing, claim.says, reason)
        if earlier is not None:
            return earlier
        challenge = uuid4()
        await Challenge.insert(
            Challenge(
                id=challenge,
                meeting=meeting.id,
                seat=seat,
                mark=standing,
                challenged=outcome,
                says=Outcome(claim.says),
                reason=reason,
                publication=claim.publication,
                period=claim.period,
                raised_at=now,
                raised_by=who,
            )
        )
        await happened(meeting, by, f"outcome challenged: {on_list.unit}, {outcome}; it says {claim.says}", now)
    return challenge


async def answer(
    challenge: UUID, *, upheld: bool, words: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The challenge is answered and its unit told: upheld, and the register is corrected; or the outcome is kept.

    :param words: what the unit is told, and the reason of the correction.
    :raises AttendanceError: NoSuchChallenge, ChallengeOver, AnswerWanted, and what stops a correction (register).
    """
    words = one_line(words).strip()
    if not 0 < len(words) <= LONGEST_ANSWER:
        raise errors.AnswerWanted(LONGEST_ANSWER)
    state = ChallengeState.UPHELD if upheld else ChallengeState.KEPT
    async with Challenge._meta.db.transaction():
        meeting, row = await _locked(challenge)
        if upheld:
            await _set_right(meeting, row, words, by=by, now=now)
        await _end(row, state, by=by, words=words, now=now)
        unit, name = await _unit_of(row.seat)
        said = Answered(
            meeting=meeting.reference,
            starts_at=meeting.starts_at,
            unit=name,
            recorded=row.challenged,
            says=row.says,
            upheld=upheld,
            words=words,
        )
        told = await _tell(challenge, unit, said, letterhead, now)
        what = f"challenge {state}: {name}, {row.says if upheld else row.challenged}"
        await happened(meeting, by, what if told else f"{what}; nobody could be told", now)


async def withdraw(challenge: UUID, unit: UUID, *, who: str, now: datetime, by: str = ACTOR) -> None:
    """The unit's open challenge counts as never raised; twice is harmless.

    :raises AttendanceError: NotItsSeat, ChallengeOver when it was answered; nothing was changed.
    """
    who = _name(who)
    async with Challenge._meta.db.transaction():
        meeting, row = await _locked(challenge, ended=True)
        its, name = await _unit_of(row.seat)
        if its != unit:
            raise errors.NotItsSeat
        if row.state == ChallengeState.WITHDRAWN:
            return
        if row.state != ChallengeState.OPEN:
            raise errors.ChallengeOver(row.state)
        await _end(row, ChallengeState.WITHDRAWN, by=who, words="", now=now)
        await happened(meeting, by, f"challenge withdrawn: {name}, {row.challenged}", now)


def _checked(claim: Claim) -> tuple[str, str]:
    """The reason and the name, each on one line.

    :raises AttendanceError: UnknownOutcome, ChallengeReasonWanted, NameWanted.
    """
    if claim.says not in [outcome.value for outcome in CLAIMS]:
        raise errors.UnknownOutcome
    reason = one_line(claim.reason).strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise errors.ChallengeReasonWanted(LONGEST_REASON)
    return reason, _name(claim.who)


def _name(who: str) -> str:
    who = one_line(who).strip()
    if not 0 < len(who) <= LONGEST_NAME:
        raise NameWanted(LONGEST_NAME)
    return who


async def _same_before(seat: UUID, standing: int | None, says: str, reason: str) -> UUID | None:
    """The open challenge that says just this, or None when none stands in the way.

    :raises AttendanceError: AlreadyChallenged, AnsweredAlready.
    """
    for one in await Challenge.objects().where(Challenge.seat == seat):
        if one.state == ChallengeState.OPEN:
            if (one.says, one.reason) == (says, reason):
                return UUID(str(one.id))
            raise errors.AlreadyChallenged
        if one.state == ChallengeState.KEPT and one.mark == standing:
            raise errors.AnsweredAlready
    return None


async def _latest_mark(seat: UUID) -> int | None:
    row: dict[str, Any] | None = (
        await Attendance.select(Attendance.id)
        .where(Attendance.seat == seat)
        .order_by(Attendance.id, ascending=False)
        .first()
    )
    return row["id"] if row else None


async def _locked(challenge: UUID, *, ended: bool = False) -> tuple[Meeting, Challenge]:
    """The meeting's row and the challenge's, locked in this order, as every verb of a register does.

    :raises AttendanceError: NoSuchChallenge; ChallengeOver for one that ended, unless `ended` are taken too.
    """
    found = await Challenge.select(Challenge.meeting).where(Challenge.id == challenge).first()
    if found is None:
        raise errors.NoSuchChallenge
    meeting = await Meeting.objects().where(Meeting.id == found["meeting"]).lock_rows().first()
    row = await Challenge.objects().where(Challenge.id == challenge).lock_rows().first()
    assert meeting is not None
    assert row is not None
    if row.state != ChallengeState.OPEN and not ended:
        raise errors.ChallengeOver(row.state)
    return meeting, row


async def _set_right(meeting: Meeting, row: Challenge, words: str, *, by: str, now: datetime) -> None:
    """The register shows what the unit said. What was noted beside the earlier mark belongs to that one alone."""
    right = Mark(row.seat, Outcome(row.says))
    if await closing_of(meeting.id) is None:
        await mark(meeting.id, [right], by=by, now=now)
    else:
        await correct(meeting.id, [right], reason=f"challenge upheld: {words}", by=by, now=now)


async def _end(row: Challenge, state: ChallengeState, *, by: str, words: str, now: datetime) -> None:
    await Challenge.update(
        {
            Challenge.state: state,
            Challenge.answered_at: now,
            Challenge.answered_by: by,
            Challenge.answer: words,
        }
    ).where((Challenge.id == row.id) & (Challenge.state == ChallengeState.OPEN))


async def _unit_of(seat: UUID) -> tuple[UUID, str]:
    row: dict[str, Any] | None = (
        await Seat.select(Seat.unit, Seat.unit._.name.as_alias("name")).where(Seat.id == seat).first()
    )
    assert row is not None
    return row["unit"], row["name"]


async def _tell(challenge: UUID, unit: UUID, said: Answered, letterhead: Letterhead, now: datetime) -> int:
    """The unit's contacts have the answer on its way; how many."""
    contacts = (await ways_to_reach(london_date(now), [unit])).get(unit, [])[:MOST_TOLD]
    for contact in contacts:
        letter = answered(said, letterhead, to=contact.email, message_id=new_message_id(letterhead), now=now)
        await outbox.enqueue(letter, key=f"challenge:{challenge}:{contact.id}", kind="challenge", now=now)
    return len(contacts)
