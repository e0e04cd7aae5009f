"""A batch of messages is placed, judged and written down, in the caller's transaction and in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from attendance import effects
from attendance.cascade import Clues, Found, Verdict, evidence, which
from attendance.judging import NO_RESPONSE, Arrived, Doubt, Judged, Part, parts_of
from attendance.placing import coming, lock_series, looked_up
from attendance.responses import Answered, append_all
from attendance.state import Held, held
from audit import trail
from audit.trail import Act
from meetings.letters import Letterhead
from meetings.series_answers import invitations_answered
from notifications import inbox
from notifications.absences import Away
from notifications.answer import Answer
from notifications.authentication import Dmarc, dmarc
from notifications.itip import Method, Partstat
from notifications.kinds import InboundKind
from notifications.opening import Opened
from web.moments import london_date

ACTOR = "mail door"
_NO_SUCH_DATE = "It answers a date that the series does not have."
_ONE_DATE = "It answers one date of a series, and the meeting has only one."


@dataclass(frozen=True)
class _Placed:
    """One answer of a message, or its whole where it holds none, and the invitations that it is about."""

    answer: Answer | None
    verdict: Verdict
    invitations: tuple[UUID, ...]


async def decide_together(
    arrived: Sequence[Arrived], *, letterhead: Letterhead, authserv_id: str, now: datetime
) -> None:
    """These messages have ended, each with all that it caused; later ones meet what the earlier ones left.

    :raises AlreadySettled: another worker was first with one; nothing of the batch may stand.
    """
    judged = await judge(arrived, letterhead=letterhead, authserv_id=authserv_id)
    await inbox.settle([one.end() for one in judged], now=now)
    await write_down(judged, actor=ACTOR, letterhead=letterhead, now=now)


async def judge(arrived: Sequence[Arrived], *, letterhead: Letterhead, authserv_id: str) -> list[Judged]:
    """What becomes of each message. The invitations they are about are locked; nothing is changed."""
    placed = await _placed(arrived, letterhead)
    wanted = {invitation for of_one in placed for one in of_one for invitation in one.invitations}
    standing = dict(await held(wanted))
    return [_judged(one, of_one, standing, authserv_id) for one, of_one in zip(arrived, placed, strict=True)]


async def write_down(judged: Sequence[Judged], *, actor: str, letterhead: Letterhead, now: datetime) -> None:
    """The responses, the audit entries, and what else the answers and the other mail cause."""
    parts = [(one.arrived, part) for one in judged for part in one.parts]
    await append_all(
        [
            Answered(part.held.invitation, mail.id, "email", mail.received_at, part.decision)
            for mail, part in parts
            if part.decision.row not in NO_RESPONSE
        ]
    )
    await trail.record_all(actor, [act for one in judged for act in _acts(one)], now=now)
    for one in judged:
        await effects.cause(one, letterhead=letterhead, now=now)


def _acts(judged: Judged) -> list[Act]:
    mail = judged.arrived.id
    if not judged.parts:
        code = judged.arrived.reading.code
        return [Act(f"mail {judged.end().disposition}", f"mail:{mail}", {"delivery": code} if code else {})]
    return [
        Act(
            f"reply {part.decision.fate}",
            f"meeting:{part.held.reference}",
            {"mail": mail, "row": part.decision.row, "partstat": part.decision.partstat},
        )
        for part in judged.parts
    ]


async def _placed(arrived: Sequence[Arrived], letterhead: Letterhead) -> list[list[_Placed]]:
    """For each message, its answers with the invitations that they are about; or the message itself."""
    clues = [[(answer, _clues(one, answer, letterhead)) for answer in _answers(one)] for one in arrived]
    known = await looked_up([clue for of_one in clues for _, clue in of_one])
    verdicts = [[(answer, which(clue, known)) for answer, clue in of_one] for of_one in clues]
    await lock_series({series for of_one in verdicts for _, verdict in of_one if (series := _series_of(verdict))})
    return [
        _each_date_once([_Placed(answer, verdict, await _about(one, answer, verdict)) for answer, verdict in of_one])
        for one, of_one in zip(arrived, verdicts, strict=True)
    ]


def _each_date_once(placed: list[_Placed]) -> list[_Placed]:
    """Where a message answers a series and one of its dates apart, the first is not about that date."""
    apart = {one for of_one in placed if of_one.answer and of_one.answer.recurrence for one in of_one.invitations}
    found = []
    for of_one in placed:
        if apart and of_one.answer and not of_one.answer.recurrence and of_one.invitations:
            rest = tuple(one for one in of_one.invitations if one not in apart)
            found += [replace(of_one, invitations=rest)] if rest else []
        else:
            found.append(of_one)
    return found


def _series_of(verdict: Verdict) -> UUID | None:
    """The series that the answer is about: one date of it, or all of them."""
    return verdict.candidate.series_id if isinstance(verdict, Found) else None


def _answers(one: Arrived) -> Sequence[Answer | None]:
    return one.reading.answers or (None,)


def _clues(one: Arrived, answer: Answer | None, letterhead: Letterhead) -> Clues:
    clues = evidence(one.envelope_to, one.reading.opened, [answer] if answer else [], letterhead)
    met = one.reading.delivery
    return replace(clues, message_ids=(*clues.message_ids, *met.original_message_ids)) if met else clues


async def _about(one: Arrived, answer: Answer | None, verdict: Verdict) -> tuple[UUID, ...]:
    """The invitations that are meant; of a series, those to the dates that are."""
    if not isinstance(verdict, Found):
        return ()
    candidate = verdict.candidate.id
    if not verdict.candidate.series:
        return (candidate,)
    if answer is not None:
        meant = await invitations_answered(candidate, answer, now=one.received_at)
        return tuple(meant if answer.method != Method.REFRESH else meant[:1])  # one copy serves all dates
    dates = (await coming([candidate], now=one.received_at))[candidate]
    missed = [invitation for invitation, starts_at in dates if _is_away(one.reading.away, london_date(starts_at))]
    return tuple(missed or [invitation for invitation, _ in dates[:1]])


def _is_away(away: Away | None, day: date) -> bool:
    """Whether the notice says so, of a day of which it can."""
    return away is not None and away.last_day is not None and (away.first_day or date.min) <= day <= away.last_day


def _judged(
    one: Arrived, placed: Sequence[_Placed], standing: MutableMapping[UUID, Held], authserv_id: str
) -> Judged:
    opened, first = one.reading.opened, placed[0]
    about = tuple(standing[invitation] for of_one in placed for invitation in of_one.invitations)
    uid = about[0].uid if about else first.verdict.candidate.uid if isinstance(first.verdict, Found) else ""
    if opened is None or first.answer is None:
        return Judged(one, uid=uid, about=about)
    parts: list[Part] = []
    doubts: list[Doubt] = []
    vouched = _dmarc(opened, authserv_id)
    for of_one in placed:
        doubt = _doubt(of_one, standing)
        if doubt:
            doubts.append(doubt)
            continue
        assert of_one.answer is not None
        assert isinstance(of_one.verdict, Found)
        parts += parts_of(
            of_one.answer,
            opened,
            of_one.invitations,
            standing,
            by_token=of_one.verdict.by_token,
            dmarc=vouched,
            received_at=one.received_at,
        )
    return Judged(one, tuple(parts), tuple(doubts), uid or first.answer.uid, about)


def _doubt(placed: _Placed, standing: Mapping[UUID, Held]) -> Doubt | None:
    """Why a person must see this answer before it is even judged; None where it can be judged."""
    answer, verdict = placed.answer, placed.verdict
    assert answer is not None
    if not isinstance(verdict, Found):
        ours = answer.method in (Method.REPLY, Method.COUNTER, Method.REFRESH)
        return Doubt(verdict.reason, InboundKind.ANSWER if ours else InboundKind.REFUSED)
    if not placed.invitations:
        return Doubt(_NO_SUCH_DATE)
    if verdict.candidate.series:
        return None if answer.recurrence else _doubt_of_all(answer)
    meant = standing[placed.invitations[0]].recurrence_id
    return Doubt(_ONE_DATE) if answer.recurrence and answer.recurrence_id != meant else None


def _doubt_of_all(answer: Answer) -> Doubt | None:
    """What is said of all dates of a series counts for each; what asks for something is for a person."""
    if answer.method == Method.COUNTER:
        return Doubt("It proposes another time for the whole series.", InboundKind.PROPOSAL)
    if answer.delegated_to or answer.partstat == Partstat.DELEGATED:
        return Doubt("It names somebody else for every date of the series.", InboundKind.DEPUTY)
    return None


def _dmarc(opened: Opened, authserv_id: str) -> Dmarc:
    domain = opened.from_addresses[0].rpartition("@")[2] if len(opened.from_addresses) == 1 else ""
    return dmarc(opened.authentication_results, authserv_id=authserv_id, from_domain=domain)
