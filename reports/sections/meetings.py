"""What was asked of the units, what was held, what was not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.counts import CalledOff
from reports.document import Cell, Column, Kind, Section, Sum, Table
from reports.material import Material
from reports.measures import ANSWERS, ANSWERS_SUMS, EXPECTED
from reports.meeting_measures import MEETINGS as MEASURES
from reports.meeting_measures import MEETINGS_SUMS
from reports.sections.prose import EXPLAINED
from reports.tables import HOME_UNIT, MEETINGS, POLICE_UNIT, SEATS, label, table

NONE_OFF: Final = ("No meeting was called off.",)
RETURNS: Final[Mapping[str, str]] = {
    "keep": "The meeting stood",
    "convert": "It became a post-return meeting",
    "cancel": "The rule called it off",
}


def asked_of_units(material: Material) -> Section:
    """Answers of each unit, and what it cost the unit: invitations and minutes."""
    shown = table(
        "answers",
        "Answers of each police unit, and what was asked of it",
        (EXPECTED, *ANSWERS),
        material.seated,
        material.total,
        of=SEATS,
        by=POLICE_UNIT,
        sums=ANSWERS_SUMS,
        note="Seat-minutes are the planned minutes of the meetings held, added up over the unit's expected seats.",
    )
    return Section(
        name="answers",
        heading="Answers, and what was asked of each unit",
        sentences=EXPLAINED["answers"],
        tables=(shown,),
    )


def held(material: Material) -> Section:
    """Meetings held, not held and quorate, by home unit; and who called meetings off, and why."""
    by_unit = table(
        "meetings",
        "Meetings of each home unit",
        [measure for measure in MEASURES if measure.column != "joint_attendance"],  # which has a table of its own
        material.at_home,
        material.total,
        of=MEETINGS,
        by=HOME_UNIT,
        first="Home unit",
        sums=MEETINGS_SUMS,
    )
    groups = material.counted.called_off
    tables = (by_unit, _called_off(groups)) if groups else (by_unit,)
    return Section(
        name="meetings",
        heading="Meetings held and not held",
        sentences=EXPLAINED["meetings"] + (() if groups else NONE_OFF),
        tables=tables,
    )


def _called_off(groups: list[CalledOff]) -> Table:
    columns = (
        label("Called off by, and why"),
        Column(name="not_held", title="Meetings", means="Meetings called off."),
        Column(
            name="within_a_day",
            title="With less than 24 hours' notice",
            means="Of these, those called off less than 24 hours before the start, or after it.",
        ),
        Column(
            name="notice_hours",
            title="Median hours of notice",
            kind=Kind.NUMBER,
            unit="hours",
            tells=("not_held",),
            means="Half had more notice than this, half less; below zero means after the start.",
        ),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_who_and_why(one), one.meetings, one.within_a_day, one.median_hours) for one in groups
    )
    total = ("All meetings not held", sum(g.meetings for g in groups), sum(g.within_a_day for g in groups), None)
    return Table(
        name="not-held",
        caption="Meetings not held: by whom, why and with what notice",
        of=MEETINGS,
        by="who called it off and why",
        columns=columns,
        rows=rows,
        total=total,
    )


def _who_and_why(group: CalledOff) -> str:
    return f"{group.called_off_by[:1].upper()}{group.called_off_by[1:]}: {group.called_off_reason}"


def returned(material: Material) -> tuple[Table, ...]:
    """What the child's return meant for the meetings set up before it; nothing where there was none."""
    found = {one.policy: one for one in material.counted.returns}
    if not found:
        return ()
    columns = (
        label("When the child returned"),
        Column(name="meetings", title="Meetings", means="Meetings whose child returned before they started."),
        Column(name="held", title="Held", means="Of these, those held."),
        Column(name="not_held", title="Called off", means="Of these, those called off, for this or another reason."),
        Column(name="to_come", title="Still to come", means="Of these, those whose time has not come."),
    )
    shown = [(RETURNS[policy], found[policy]) for policy in RETURNS if policy in found]
    counts = [(o.meetings, o.held, o.called_off, o.meetings - o.held - o.called_off) for _, o in shown]
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, *each) for (name, _), each in zip(shown, counts, strict=True))
    totals = (sum(column) for column in zip(*counts, strict=True))
    return (
        Table(
            name="returns",
            caption="Meetings whose child returned before them",
            of="meetings overtaken by a return",
            by="what the return meant",
            columns=columns,
            rows=rows,
            total=("All such meetings", *totals),
            sums=(Sum("meetings", ("held", "not_held", "to_come")),),
        ),
    )
