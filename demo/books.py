"""Counts of one journey, taken from the database and held against what was counted on the way."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from piccolo.table import Table

from attendance.tables import Register, Reminder, Response
from demo.tables import Delivered
from demo.tally import Line
from demo.wire import Posting
from directory.tables import POLICE
from meetings.episode_tables import Episode
from meetings.intake.files import ImportResult
from meetings.intake.ssda903 import MISSING_FILE
from meetings.tables import Invitation, Meeting, MeetingState, NotConvened, Seat, Trigger
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from reports.figures import Counted
from reports.measures import OUTCOMES


async def intake(imported: ImportResult, authority_source: str, reported: int) -> list[Line]:
    """Every line of the files and every live report became one episode, or is named as refused."""
    from_files = await Episode.count().where(Episode.source == authority_source)
    live = await Episode.count().where(Episode.source != authority_source)
    named = {problem.line for problem in imported.problems if problem.refused and problem.file == MISSING_FILE}
    refused = len(named - {1})  # the first line is the header
    return [
        Line("Lines of the files", "read", imported.read, "taken or named as refused", imported.taken + refused),
        Line("Episodes from the files", "new in the import", imported.new, "in the database", from_files),
        Line("Live episodes", "reported by the sources", reported, "in the database", live),
    ]


async def meetings(done: Mapping[str, int], counted: Counted) -> list[Line]:
    """What the coordinators did is in the database, and every trigger is in the report."""
    off = await Meeting.count().where(Meeting.state == MeetingState.CALLED_OFF)
    of_report = counted.triggers.total.due + counted.triggers.total.not_yet_due
    return [
        Line("Triggers", "fired", await Trigger.count(), "in the report", of_report),
        Line("Meetings", "set up by coordinators", done["set up"], "in the database", await Meeting.count()),
        Line("Meetings", "called off by coordinators", done["called off"], "called off in the database", off),
        Line("Decisions against", "made by coordinators", done["not convened"], "kept", await NotConvened.count()),
        Line(
            "Registers",
            "closed by coordinators",
            done["closed"],
            "in the database",
            len(await Register.select(Register.meeting).distinct()),
        ),
    ]


async def letters(posting: Posting) -> list[Line]:
    """Every invitation is a letter; every letter was accepted by SMTP, and lies in its box byte for byte."""
    states = await _counted(OutboundMail, "state")
    firsts = OutboundMail.message_id.is_in(Invitation.select(Invitation.first_message_id))
    written_first = await OutboundMail.count().where(firsts)
    sent = await OutboundMail.select(OutboundMail.recipient, OutboundMail.sha256).where(
        OutboundMail.state == OutState.SENT
    )
    boxes = await Delivered.select(Delivered.recipient, Delivered.content)
    written = Counter((row["recipient"].lower(), row["sha256"]) for row in sent)
    arrived = Counter((row["recipient"], hashlib.sha256(bytes(row["content"])).hexdigest()) for row in boxes)
    same = (written & arrived).total()
    return [
        Line("Invitations", "made", await Invitation.count(), "written as a first letter", written_first),
        Line("Letters", "written", sum(states.values()), "sent", states[OutState.SENT]),
        Line("Letters", "sent", states[OutState.SENT], "accepted by the officers' server", posting.accepted),
        Line("Letters", "accepted by the officers' server", posting.accepted, "in the officers' boxes", len(boxes)),
        Line("Letters", "in the officers' boxes", len(boxes), "with the bytes that were written", same),
    ]


async def answers(posting: Posting) -> list[Line]:
    """Every message that came through a door was kept, and ended in exactly one way."""
    ends = await _counted(InboundMail, "disposition")
    copies = [row["copies"] for row in await InboundMail.select(InboundMail.copies)]
    applied = await Response.count().where(Response.applied.eq(True), Response.mail.is_not_null())
    final = sum(number for end, number in ends.items() if end != Disposition.KEPT)
    return [
        Line("Answers", "handed in", posting.handed_in, "kept, what was said twice counted twice", sum(copies)),
        Line("Answers", "different from one another", len(posting.distinct), "kept", len(copies)),
        Line("Answers", "kept", len(copies), "applied, recorded, duplicate or set aside", final),
        Line("Answers", "applied", ends[Disposition.APPLIED], "standing as a response", applied),
    ]


async def reminders() -> list[Line]:
    """Every reminder ended once: sent, not needed, or missed; those sent are letters."""
    ends = await _counted(Reminder, "outcome")
    written = await OutboundMail.count().where(OutboundMail.kind == "reminder")
    return [
        Line("Reminders", "planned", ends.total(), "ended", ends.total() - ends[""]),
        Line("Reminders", "sent", ends["sent"], "among the letters", written),
    ]


async def figures(counted: Counted) -> list[Line]:
    """The report's totals are those of a plain count of the rows, of the outcomes, and of the units."""
    total, units = counted.seats.total, counted.seats.by_unit.values()
    seats = await Seat.count().where(
        Seat.removed_at.is_null(),
        Seat.unit._.kind.is_in(list(POLICE)),
        Seat.meeting._.state == MeetingState.SCHEDULED.value,
    )
    reached = total.expected + total.not_reached
    outcomes = sum(getattr(total, name) for name in OUTCOMES)
    held = await Meeting.count().where(Meeting.state == MeetingState.SCHEDULED)
    return [
        Line("Police seats at meetings held", "in the rows", seats, "expected or not reached", reached),
        Line("Expected seats", "in the report", total.expected, "by outcome", outcomes),
        Line("Expected seats", "in the report", total.expected, "of all units", sum(u.expected for u in units)),
        Line("Meetings held", "in the rows", held, "in the report", counted.meetings.total.held),
    ]


async def story() -> list[str]:
    """What happened, in sentences."""
    letters, ends = await _counted(OutboundMail, "kind"), await _counted(InboundMail, "disposition")
    written = ", ".join(f"{number} {kind}s" for kind, number in sorted(letters.items()))
    answered = ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
    kept_aside = InboundMail.disposition == Disposition.SET_ASIDE
    reasons = [row["reason"] for row in await InboundMail.select(InboundMail.reason).where(kept_aside)]
    aside = Counter(reason.partition(": ")[2] or reason for reason in reasons)
    return [
        f"Letters that left by SMTP: {written}.",
        f"Messages that came in through the doors: {answered}.",
        *(f"  Set aside for a person, {number} times: {reason}" for reason, number in sorted(aside.items())),
    ]


async def _counted(table: type[Table], column: str) -> Counter[str]:
    rows: list[dict[str, Any]] = await table.select(table._meta.get_column_by_name(column))
    return Counter(row[column] for row in rows)
