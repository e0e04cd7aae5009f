"""A calendar answer as the rules judge it: who gave it for this invitation, and what it asks for; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from attendance.cases import Reply, State
from attendance.identity import agent_of, who_answered
from notifications.answer import Answer
from notifications.authentication import Dmarc
from notifications.itip import Method
from notifications.opening import Opened

LONGEST_MEETING = timedelta(hours=24)


def reply_of(answer: Answer, opened: Opened, state: State, *, by_token: bool, dmarc: Dmarc) -> Reply:
    """What one answer in a message says to the invitation with this state."""
    answered_by, partstat = who_answered(
        answer.attendee_partstats,
        answer.partstat,
        sent_from=opened.from_addresses,
        invited=state.address,
        aliases=state.known.aliases,
    )
    agent = agent_of(answered_by, sent_by=answer.sent_by, sender=opened.sender, sent_from=opened.from_addresses)
    method = Method.COUNTER if _is_hidden_counter(answer) else answer.method
    return Reply(
        method=method,
        partstat=partstat,
        sequence=answer.sequence,
        dtstamp=answer.dtstamp or opened.written_at,  # by which the same message is known when it comes again
        answered_by=answered_by,
        sent_from=opened.from_addresses,
        by_token=by_token,
        dmarc=dmarc,
        agent=agent,
        comment=answer.comment,
        proposed=_proposed(answer, state) if method == Method.COUNTER else None,
        delegated_to=answer.delegated_to,
    )


def _is_hidden_counter(answer: Answer) -> bool:
    """Whether it is a proposal that old Exchange wrote as a REPLY (MS-OXCICAL appendix A, note 2)."""
    original = answer.original_starts_at
    return answer.method == Method.REPLY and original is not None and answer.starts_at not in (None, original)


def _proposed(answer: Answer, state: State) -> tuple[datetime, datetime] | None:
    """The times that the event names; as long as the meeting where its end is missing or makes no sense."""
    starts_at, ends_at = answer.starts_at, answer.ends_at
    if starts_at is None:
        return None
    if ends_at is None or not timedelta() < ends_at - starts_at <= LONGEST_MEETING:
        ends_at = starts_at + (state.ends_at - state.starts_at)
    return starts_at, ends_at
