"""The main figures, and the attendance of each police unit with how sure it is."""

from __future__ import annotations

from reports.document import Cell, Chart, Column, Kind, Section, Table
from reports.key_numbers import KEY_NUMBERS
from reports.material import Material
from reports.measures import ATTENDANCE, ATTENDANCE_SUMS, attendance_rate
from reports.rates import Rate
from reports.sections.prose import EXPLAINED
from reports.tables import POLICE_UNIT, SEATS, label, table


def key_numbers(material: Material) -> Section:
    """A line for each of the figures that a committee asks for first."""
    total = material.total
    seats, meetings, triggers, reviews = total.seats, total.meetings, total.triggers, total.reviews
    rates = (
        attendance_rate(seats),
        Rate(meetings.joint_attended, meetings.joint_recorded),
        Rate(meetings.quorate, meetings.held),
        Rate(triggers.in_time, triggers.due),
        Rate(reviews.in_time, reviews.due),
        Rate(seats.answered, seats.invited),
        Rate(seats.expected - seats.not_recorded, seats.expected),
    )
    columns = (
        label("Figure"),
        Column(name="rate", title="Rate", kind=Kind.RATE, means="The percentage, and both its numbers."),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, rate) for (name, _, _), rate in zip(KEY_NUMBERS, rates, strict=True)
    )
    shown = Table(
        name="key-numbers",
        caption="The main figures",
        of="main figures",
        by="figure",
        columns=columns,
        rows=rows,
        adds=False,
    )
    return Section(name="numbers", heading="The main figures", sentences=EXPLAINED["numbers"], tables=(shown,))


def by_unit(material: Material) -> Section:
    """Every BCU and other force with each outcome, the rate and its interval."""
    shown = table(
        "attendance",
        "Attendance of each police unit",
        ATTENDANCE,
        material.seated,
        material.total,
        of=SEATS,
        by=POLICE_UNIT,
        sums=ATTENDANCE_SUMS,
    )
    charts = (_bars(material),) if material.total.seats.expected else ()
    return Section(
        name="attendance",
        heading="Attendance of each police unit",
        sentences=EXPLAINED["attendance"],
        charts=charts,
        tables=(shown,),
    )


def _bars(material: Material) -> Chart:
    return Chart(
        name="attendance-bars",
        kind="bars",
        table="attendance",
        title="Attendance rate of each police unit, with its 95% interval",
        finding="The line through each point is where the unit's rate plausibly lies; a long line means few "
        "seats, and says little about the unit.",
        alt="A point for each attendance rate that is given, the police units in the order of their codes, each with "
        "a line for its 95% interval. The table below has the same numbers.",
    )
