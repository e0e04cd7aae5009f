"""The rows of the state machine over RFC 5546 replies: a function each, in the order in which they are tried; pure.

A row answers None where it does not fit. Rights are checked before anything that sends mail: only a trusted
sender's reply has effects.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from attendance.answers import BY_HAND, Given
from attendance.cases import DOUBTS, Case, Decision, Effect, Fate
from notifications.itip import Method, Partstat
from notifications.kinds import InboundKind

SETTLING_TIME = timedelta(minutes=10)  # replies that crossed a change are not answered with the change again
ANSWERS = (Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED)
_ENDS_OF_PROPOSALS = (3, 4, 5, 7, 11, 13, 14)
_HANDED_OVER = "A deputy holds this invitation now."
_SAME_MOMENT = "Two answers bear the same time; the one received last counts."

Row = Callable[[Case], Decision | None]


def refresh(case: Case) -> Decision | None:
    """Row 16: the invitee asks for the present invitation, or learns again that there is none."""
    if case.reply.method != Method.REFRESH:
        return None
    reason = "It asks for the invitation to be sent again."
    if case.state.delegated:
        return case.ends(16, Fate.SET_ASIDE, reason, _HANDED_OVER, kind=InboundKind.REFRESH)
    wanted = Effect.REFRESH if case.now <= case.state.ends_at else None
    return case.only_recorded(16, reason, wanted, kind=InboundKind.REFRESH)


def not_theirs(case: Case) -> Decision | None:
    """Row 17: nobody else may change our meetings."""
    if case.reply.method in (Method.REPLY, Method.COUNTER):
        return None
    reason = "It tries to change the meeting, which nobody may do by mail."
    return case.ends(17, Fate.SET_ASIDE, reason, kind=InboundKind.REFUSED)


def duplicate(case: Case) -> Decision | None:
    """Row 1: the same answer is already kept."""
    kept = any(_is_kept(one, case) for one in case.state.given)
    return case.ends(1, Fate.DUPLICATE) if kept else None


def _is_kept(one: Given, case: Case) -> bool:
    """Whether a response already says the same, and nothing has changed that would decide it otherwise now.

    One from the future may have come true, and a stranger may be known by now. A proposal is no repetition of an
    answer of the same moment.
    """
    reply = case.reply
    before = (one.sequence, one.dtstamp, one.partstat, one.answered_by, one.comment)
    if before != (case.sequence, case.dtstamp, reply.partstat, reply.answered_by, reply.comment):
        return False
    if one.row == 2:
        return _is_from_the_future(case)
    if any(doubt in one.flagged for doubt in DOUBTS):
        return not case.trusted
    return one.row in _ENDS_OF_PROPOSALS or not proposes_another_time(case)


def from_the_future(case: Case) -> Decision | None:
    """Row 2: it answers a SEQUENCE that was never sent to this invitee."""
    if not _is_from_the_future(case):
        return None
    return case.ends(2, Fate.SET_ASIDE, "It answers a version of the invitation that was never sent.")


def _is_from_the_future(case: Case) -> bool:
    return case.sequence > min(case.state.sequence, case.state.sent_sequence)


def removed(case: Case) -> Decision | None:
    """Row 3: the invitation was taken back."""
    if not case.state.removed:
        return None
    again = Effect.RESEND_CANCEL if case.would_come else None
    return case.only_recorded(3, "The invitation had been taken back.", again)


def called_off(case: Case) -> Decision | None:
    """Row 4: the meeting was called off."""
    if not case.state.called_off:
        return None
    again = Effect.RESEND_CANCEL if case.would_come and not case.state.delegated else None
    return case.only_recorded(4, "The meeting had been called off.", again)


def late(case: Case) -> Decision | None:
    """Row 5: the meeting is over; who came is the register's business."""
    return case.only_recorded(5, "The meeting was over.") if case.now > case.state.ends_at else None


def handed_over(case: Case) -> Decision | None:
    """Row 11, after the approval: what the original invitee says now is for a person, and causes no mail."""
    if not case.state.delegated:
        return None
    return case.ends(11, Fate.SET_ASIDE, _HANDED_OVER, kind=InboundKind.DEPUTY)


def stale(case: Case) -> Decision | None:
    """Rows 6 and 14: it answers, or would change, an earlier time of the meeting."""
    if case.sequence >= case.state.last_major_sequence:
        return None
    crossed = case.now - case.state.told_at <= SETTLING_TIME
    if case.is_counter:
        reason = "It proposes another time than one that is no longer planned."
        return case.only_recorded(14, reason, None if crossed else Effect.OUTDATED, kind=InboundKind.PROPOSAL)
    return case.only_recorded(6, "It answers the earlier time.", None if crossed else Effect.RESEND_REQUEST)


def out_of_order(case: Case) -> Decision | None:
    """Row 7: a later answer of the same invitee is already counted. One given by telephone is dated by its day."""
    last = case.last
    if last is None or not case.trusted:
        return None
    by_hand = last.row == BY_HAND
    earlier = (
        case.dtstamp < last.dtstamp if by_hand else (case.sequence, case.dtstamp) < (last.sequence, last.dtstamp)
    )
    return case.ends(7, Fate.RECORDED, "A later answer was already counted.") if earlier else None


def stranger(case: Case) -> Decision | None:
    """Row 10: somebody else answered; a person confirms who it was."""
    return None if case.trusted else case.ends(10, Fate.SET_ASIDE, case.doubt, kind=InboundKind.STRANGER)


def delegated(case: Case) -> Decision | None:
    """Row 11: somebody else is named to come; a person approves. Where nobody is named, a person asks whom."""
    if case.reply.partstat != Partstat.DELEGATED:
        return None
    if not case.reply.delegated_to:
        reason = "It says that somebody else comes, and not who."
        return case.ends(11, Fate.SET_ASIDE, reason, kind=InboundKind.DEPUTY)
    others = ", ".join(case.reply.delegated_to[1:])  # one seat has one deputy: the first who is named
    also = f"It also names {others}." if others else ""
    reasons = ("It names somebody else to come.", _SAME_MOMENT if case.contradicts else "", also)
    return case.ends(11, Fate.APPLIED, *reasons, effects=(Effect.DEPUTY,), kind=InboundKind.DEPUTY)


def counter(case: Case) -> Decision | None:
    """Row 13: another time is proposed, which a person decides; the answer beside it counts where there is one."""
    if not proposes_another_time(case):
        return None
    fate = Fate.APPLIED if case.reply.partstat in ANSWERS else Fate.RECORDED
    reasons = ("It proposes another time.", _SAME_MOMENT if case.contradicts else "")
    return case.ends(13, fate, *reasons, effects=(Effect.PROPOSAL,), kind=InboundKind.PROPOSAL)


def proposes_another_time(case: Case) -> bool:
    """Whether a COUNTER names other times than the meeting has; without, it is as good as a REPLY (row 15)."""
    present = (case.state.starts_at, case.state.ends_at)
    return case.is_counter and case.reply.proposed not in (None, present)


def no_answer(case: Case) -> Decision | None:
    """Row 12: it says neither yes, nor perhaps, nor no."""
    if case.reply.partstat in ANSWERS:
        return None
    return case.ends(12, Fate.SET_ASIDE, "It does not say whether they come.")


def same_moment(case: Case) -> Decision | None:
    """Row 8: two answers of one moment differ; the one received later wins, and is flagged."""
    return case.ends(8, Fate.APPLIED, _SAME_MOMENT) if case.contradicts else None


def counts(case: Case) -> Decision:
    """Row 9, or 15 for a COUNTER without another time: it is the invitee's answer."""
    if not case.is_counter:
        return case.ends(9, Fate.APPLIED)
    return case.ends(15, Fate.APPLIED, "" if case.reply.proposed else "It proposes something, and names no time.")


IN_ORDER: tuple[Row, ...] = (
    refresh,
    not_theirs,
    duplicate,
    from_the_future,
    removed,
    called_off,
    late,
    handed_over,
    stale,
    out_of_order,
    stranger,
    delegated,
    counter,
    no_answer,
    same_moment,
)
