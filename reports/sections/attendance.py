"""The main figures, and the attendance of each police unit with how sure it is."""

from __future__ import annotations

from reports.document import Cell, Chart, Column, Kind, Section, Table
from reports.material import Material
from reports.measures import ATTENDANCE, ATTENDANCE_SUMS, attendance_rate
from reports.rates import Rate
from reports.sections.prose import EXPLAINED
from reports.tables import POLICE_UNIT, SEATS, label, table


def key_numbers(material: Material) -> Section:
    """A line for each of the figures that a committee asks for first."""
    total = material.total
    seats, meetings, triggers, reviews = total.seats, total.meetings, total.triggers, total.reviews
    lines: tuple[tuple[str, Rate, str], ...] = (
        ("Police attendance", attendance_rate(seats), "expected seats with a record"),
        (
            "Home and destination police both attended",
            Rate(meetings.joint_attended, meetings.joint_recorded),
            "meetings held with two such units, both recorded",
        ),
        ("Meetings quorate", Rate(meetings.quorate, meetings.held), "meetings held"),
        ("Triggers met in time", Rate(triggers.in_time, triggers.due), "triggers whose deadline has passed"),
        ("Reviews held in time", Rate(reviews.in_time, reviews.due), "reviews whose day has passed"),
        ("Police seats that answered before the start", Rate(seats.answered, seats.invited), "seats invited"),
        ("Outcomes recorded", Rate(seats.expected - seats.not_recorded, seats.expected), "expected police seats"),
    )
    columns = (
        label("Figure"),
        Column(name="rate", title="Rate", kind=Kind.RATE, means="The percentage, and both its numbers."),
        Column(name="base", title="Of", kind=Kind.WORDS, means="What the second number counts."),
    )
    rows: tuple[tuple[Cell, ...], ...] = lines
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
        material.named,
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
        finding="The line through the end of each bar is where the unit's rate plausibly lies; a long line means few "
        "meetings, and says little about the unit.",
        alt=f"A bar for the attendance rate of each of {len(material.named)} police units, in the order of their "
        "codes, each with a line for its 95% interval. The table below has the same numbers.",
    )
