"""The same police seats by borough, rule, notice given and the child's return; and other types of meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.counts import NOTICES, RETURNS, Cut, MeetingCounts, SeatCounts
from reports.document import Section, Table
from reports.material import Material
from reports.measures import BY_CUT, BY_CUT_SUMS
from reports.meeting_measures import MEETINGS as MEASURES
from reports.meeting_measures import MEETINGS_SUMS
from reports.sections.meetings import returned
from reports.sections.prose import EXPLAINED
from reports.tables import MEETINGS, SEATS, listed, only_meetings, only_seats, table

NO_RULE = "none"
_HELD = tuple(
    m for m in MEASURES if m.column in ("meetings_due", "held", "not_held", "quorate", "held_without_police")
)


def boroughs(material: Material) -> Section | None:
    """By the borough or place that is responsible for the child."""
    if Cut.BOROUGH not in material.counted.cuts:
        return None
    shown = _seats(material, Cut.BOROUGH, "boroughs", "Police attendance by responsible borough", material.boroughs)
    return Section(name="boroughs", heading="By borough", sentences=EXPLAINED["boroughs"], tables=(shown,))


def types(material: Material) -> Section | None:
    """A row for each type of meeting, each with its own rate; they are never added up."""
    found = material.counted.types
    if not found:
        return None
    rows = [only_seats(kind, seats) for kind, seats in found.items()]
    shown = table(
        "types",
        "Police attendance at each type of meeting",
        BY_CUT,
        rows,
        None,
        of=SEATS,
        by="meeting type",
        first="Type of meeting",
        sums=BY_CUT_SUMS,
        adds=False,
    )
    return Section(name="types", heading="By type of meeting", sentences=EXPLAINED["types"], tables=(shown,))


def circumstances(material: Material) -> Section | None:
    """By the rule that called for the meeting, by notice, and before or after the child's return."""
    cuts, meetings = material.counted.cuts, material.counted.meeting_cuts
    tables: list[Table] = []
    if Cut.RULE in cuts:
        tables.append(_seats(material, Cut.RULE, "rules", "Police attendance by rule", (), _rule_note(material)))
    if Cut.RULE in meetings:
        codes = sorted(meetings[Cut.RULE], key=lambda code: (code == NO_RULE, code))
        tables.append(_meetings(material, Cut.RULE, "rule-meetings", "Meetings by rule", codes, _CALLED_OFF))
    if Cut.NOTICE in cuts:
        tables.append(_seats(material, Cut.NOTICE, "notice", "Police attendance by notice given", NOTICES, _NOTICE))
    if Cut.RETURN in cuts:
        caption = "Police attendance before and after the child's return"
        tables.append(_seats(material, Cut.RETURN, "return", caption, RETURNS))
    if Cut.RETURN in meetings:
        caption = "Meetings before and after the child's return"
        tables.append(_meetings(material, Cut.RETURN, "return-meetings", caption, RETURNS))
    tables += returned(material)
    if not tables:
        return None
    return Section(
        name="circumstances",
        heading="By rule, notice and return",
        sentences=EXPLAINED["circumstances"],
        tables=tuple(tables),
    )


_CALLED_OFF = "A meeting that was called off stands under no rule once another meeting answers what called for it."
_NOTICE = "Notice is from the first invitation of the seat to the start of the meeting."


def _rule_note(material: Material) -> str:
    """Under a meeting of several rules stands the one with the soonest deadline; then the titles."""
    found = material.counted.cuts[Cut.RULE]
    first = "A meeting that several rules called for stands under the one whose deadline was the soonest."
    return " ".join((first, *(f"{code}: {title}." for code, title in material.titles.items() if code in found)))


def _seats(
    material: Material, cut: Cut, name: str, caption: str, always: Sequence[str] = (), note: str = ""
) -> Table:
    found: Mapping[str, SeatCounts] = listed(material.counted.cuts[cut], always)
    rows = [only_seats(_in_words(value), seats) for value, seats in found.items()]
    total = only_seats("All", material.total.seats)
    return table(
        name, caption, BY_CUT, rows, total, of=SEATS, by=cut.value, first=_FIRST[cut], sums=BY_CUT_SUMS, note=note
    )


def _meetings(material: Material, cut: Cut, name: str, caption: str, values: Sequence[str], note: str = "") -> Table:
    found = material.counted.meeting_cuts[cut]
    rows = [only_meetings(_in_words(value), found.get(value, MeetingCounts())) for value in values]
    total = only_meetings("All", material.total.meetings)
    return table(
        name, caption, _HELD, rows, total, of=MEETINGS, by=cut.value, first=_FIRST[cut], sums=MEETINGS_SUMS, note=note
    )


_FIRST: Mapping[Cut, str] = {
    Cut.BOROUGH: "Responsible borough",
    Cut.RULE: "Rule",
    Cut.NOTICE: "Notice",
    Cut.RETURN: "The meeting was",
}


def _in_words(value: str) -> str:
    """A rule's code stays as it is; other values begin with a capital letter."""
    return "No rule" if value == NO_RULE else value[:1].upper() + value[1:]
