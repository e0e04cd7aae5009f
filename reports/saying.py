"""What the figures of a report say, in words made of its cells alone: so words never tell a figure that is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from reports import periods
from reports.document import Cell, Document, Section, Table
from reports.linking import labels, row_of
from reports.material import plural
from reports.rates import Rate
from reports.sections import beside_london, over_time

KEPT_BACK: Final = "What would sum up these figures is kept back, because some of the numbers are small."


class KeptBack(Exception):
    """A figure that is hidden, or that the report does not have, so it is not spoken of."""


class Figures:
    """The cells of a document, by table, row (None for the total) and column."""

    def __init__(self, document: Document) -> None:
        self._tables: Mapping[str, Table] = {table.name: table for table in document.tables}

    def rate(self, table: str, row: str | None, column: str) -> Rate:
        """The rate that stands there.

        :raises KeptBack: when none does.
        """
        cell = self._cell(table, row, column)
        if not isinstance(cell, Rate):
            raise KeptBack
        return cell

    def number(self, table: str, row: str | None, column: str) -> int | float:
        """The count or number that stands there.

        :raises KeptBack: when none does.
        """
        cell = self._cell(table, row, column)
        if not isinstance(cell, int | float):
            raise KeptBack
        return cell

    def has(self, table: str, row: str | None = None) -> bool:
        """Whether the document has this table, with this row."""
        found = self._tables.get(table)
        return found is not None and (row is None or row in labels(found))

    def _cell(self, table: str, row: str | None, column: str) -> Cell:
        if not self.has(table, row):
            raise KeptBack
        shown = self._tables[table]
        return row_of(shown, row)[[one.name for one in shown.columns].index(column)]


def with_room(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with an empty first sentence wherever `say` puts one."""
    return tuple(
        msgspec.structs.replace(section, sentences=("", *section.sentences)) if _leads(section) else section
        for section in sections
    )


def say(document: Document) -> Document:
    """The document with its finding and with what each section's figures say. Said again, it says the same."""
    figures = Figures(document)
    return msgspec.structs.replace(
        document,
        finding=finding(document, figures),
        sections=tuple(_said(section, figures) for section in document.sections),
    )


def _leads(section: Section) -> bool:
    return section.name in LEADS and bool(section.tables)


def _said(section: Section, figures: Figures) -> Section:
    if section.name in SAID_ELSEWHERE:
        return SAID_ELSEWHERE[section.name](section)
    if not _leads(section):
        return section
    try:
        words = LEADS[section.name](figures)
    except KeptBack:
        words = KEPT_BACK
    return msgspec.structs.replace(section, sentences=(words, *section.sentences[1:]))


def finding(document: Document, figures: Figures) -> str:
    """The report in one sentence, its numbers included."""
    when, meetings = periods.parse(document.period).when, plural(document.type)
    try:
        expected, missing = (figures.number("attendance", None, name) for name in ("expected", "not_recorded"))
        rate = figures.rate("attendance", None, "attendance_rate")
    except KeptBack:
        return f"{when} so few police units were expected at {meetings} that their attendance is kept back."
    if not expected:
        return f"{when} no police unit was expected at {meetings}."
    if not rate.whole:
        return f"{when} police units were expected {expected:,} times at {meetings}; nothing is recorded yet."
    rest = "none is without a record"
    if missing:
        least, most = (Rate(part, int(expected)).percent for part in (rate.part, rate.part + int(missing)))
        rest = f"of {missing:,} more nothing is recorded, so over all {expected:,} the rate was {least}% to {most}%"
    return (
        f"{when} police units attended, or sent a deputy to, {rate.percent}% of the seats with a record at "
        f"{meetings} ({rate.part:,} of {rate.whole:,}); {rest}."
    )


def _both_forces(figures: Figures) -> str:
    both = figures.rate("joint", None, "joint_attendance")
    if not both.whole:
        return "No meeting was held with a home and a different destination police unit and both recorded."
    return (
        f"At {both.whole:,} of the meetings held two different units were home and destination police and both are "
        f"recorded. Both attended, or sent a deputy, at {of(both)} of them."
    )


def _answers(figures: Figures) -> str:
    answered = figures.rate("answers", None, "answer_rate")
    if not answered.whole:
        return "No police unit was invited to a meeting whose time has come."
    invitations, minutes = (figures.number("answers", None, name) for name in ("invitations", "seat_minutes"))
    return (
        f"{of(answered)} of the seats invited had answered when the meeting was to start. Police units were written "
        f"{invitations:,} invitations, and the meetings held asked {round(minutes / 60):,} hours of them."
    )


def _meetings(figures: Figures) -> str:
    due, held, off = (figures.number("meetings", None, name) for name in ("meetings_due", "held", "not_held"))
    if not due:
        return "No meeting was due in this period."
    quorate = figures.rate("meetings", None, "quorate")
    without = figures.number("meetings", None, "held_without_police")
    police = f"To {without:,} of them no police unit was invited." if without else "Police were invited to each."
    return (
        f"Of {due:,} meetings due, {held:,} were held and {off:,} called off. {of(quorate)} of those held were "
        f"quorate: every seat that the rules require for a decision was filled. {police if held else ''}".strip()
    )


def _triggers(figures: Figures) -> str:
    in_time, neither = figures.rate("triggers", None, "in_time"), figures.number("triggers", None, "neither")
    if not in_time.whole:
        return "No trigger had its deadline in this period."
    try:
        hours = figures.number("triggers", None, "median_hours")
        half = f" Half of the meetings held came within {round(hours):,} hours of the trigger."
    except KeptBack:
        half = ""
    return (
        f"{of(in_time)} of the triggers were answered by a meeting in time.{half} For {neither:,} of the triggers no "
        "meeting was held and no decision is on record."
    )


def _reviews(figures: Figures) -> str:
    in_time = figures.rate("reviews", None, "reviews_in_time")
    return f"{of(in_time)} of the reviews due were held in time." if in_time.whole else "No review was due."


def _circumstances(figures: Figures) -> str:
    said = [
        words
        for table, one, other, (first, second) in COMPARED
        if figures.has(table, one)
        and figures.has(table, other)
        and (words := _compared(figures, table, (one, first), (other, second)))
    ]
    return " ".join(said) or KEPT_BACK


COMPARED: Final = (
    ("notice", "Under 24 hours", "6 days or more", ("with less than 24 hours' notice", "with 6 days or more")),
    (
        "return",
        "Before the child's return",
        "After the child's return",
        ("before the child's return", "after it"),
    ),
)


def _compared(figures: Figures, table: str, one: tuple[str, str], other: tuple[str, str]) -> str:
    """Two rates beside each other, and whether their intervals overlap; "" where one is hidden or of nothing."""
    try:
        first, second = (figures.rate(table, row, "attendance_rate") for row, _ in (one, other))
    except KeptBack:
        return ""
    if not first.whole or not second.whole:
        return ""
    apart = "do not overlap" if _apart(first, second) else "overlap, so the difference could be chance"
    return f"Attendance was {of(first)} {one[1]} and {of(second)} {other[1]}; the two intervals {apart}."


def _apart(one: Rate, other: Rate) -> bool:
    low, high = sorted((one, other), key=lambda rate: rate.part / rate.whole)
    below, above = low.interval.high, high.interval.low
    return below is not None and above is not None and below < above


def _partners(figures: Figures) -> str:
    known, kept_back = [], []
    for kind in ("Health", "Education", "Voluntary"):
        try:
            rate = figures.rate("partners", kind, "attendance_rate")
        except KeptBack:
            kept_back.append(kind.lower())
        else:
            known += [f"{kind.lower()} {of(rate)}"] if rate.whole else []
    if not known and kept_back:
        raise KeptBack
    if not known:
        return "Of health, education and the voluntary sector nothing is recorded."
    rest = f" Kept back, because numbers are small: {', '.join(kept_back)}." if kept_back else ""
    return f"Of the seats with a record these were attended or filled by a deputy: {'; '.join(known)}.{rest}"


def _disputes(figures: Figures) -> str:
    total, unsettled = (figures.number("disputes", None, name) for name in ("disputes", "unsettled"))
    return f"Counted to each unit that was party to one there were {total:,} disputes; {unsettled:,} are not settled."


def _checklist(figures: Figures) -> str:
    question = "TextSafe requested?"
    if not figures.has("checklist", question):
        return KEPT_BACK
    yes, silent, meetings = (figures.number("checklist", question, name) for name in ("yes", "not_asked", "meetings"))
    if silent == meetings:
        return f"Whether TextSafe was requested is recorded of none of the {meetings:,} meetings held about a child."
    return (
        f"TextSafe was requested at {yes:,} of {meetings:,} meetings held about a child; at {silent:,} nobody "
        "answered whether it was."
    )


def _quality(figures: Figures) -> str:
    recorded = figures.rate("recording", None, "recording_completeness")
    if not recorded.whole:
        return "No police seat was expected, so there is nothing to record."
    bounced = figures.number("recording", None, "not_reached")
    reached = f"{bounced:,} more were not reached by any invitation, and are in no rate." if bounced else ""
    return f"An outcome is recorded for {of(recorded)} of the expected seats. {reached}".strip()


SAID_ELSEWHERE: Final[Mapping[str, Callable[[Section], Section]]] = {
    beside_london.NAME: beside_london.said,
    over_time.NAME: over_time.said,
}
LEADS: Final[Mapping[str, Callable[[Figures], str]]] = {
    "both-forces": _both_forces,
    "answers": _answers,
    "meetings": _meetings,
    "triggers": _triggers,
    "reviews": _reviews,
    "circumstances": _circumstances,
    "partners": _partners,
    "disputes": _disputes,
    "checklist": _checklist,
    "quality": _quality,
}


def of(rate: Rate) -> str:
    """A rate inside a sentence: "83% (10 of 12)"."""
    return f"{rate.percent}% ({rate.part:,} of {rate.whole:,})" if rate.whole else "none"
