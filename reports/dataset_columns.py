"""The dictionary of the dataset: every column with its definition, in the words of docs/committee.md. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.document import Column, Kind, Sum

INCIDENT: Final = (
    "Missing episodes that began in the period, of a child for whom the borough is responsible. A child who goes "
    "missing twice makes two incidents. Episodes that their source withdrew as an error are left out."
)
INDIVIDUAL: Final = (
    "Children with at least one incident in this row, each counted once. They are counted for each row by "
    "themselves: a child with incidents in two rows is one individual in each of them, and one in the total. So the "
    "total is less than or equal to the sum of the rows, and is never that sum."
)


def _columns(*named: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(name=name, title=title, means=means) for name, title, means in named)


INCIDENTS: Final = Column(name="incidents", title="Incidents", means=INCIDENT)

KINDS: Final = _columns(
    ("missing", "Missing", "The child's whereabouts were not known (SSDA903 type M)."),
    ("absent", "Absent", "Away from placement without authorisation, whereabouts known (SSDA903 type A)."),
)
REPORTS: Final = _columns(
    ("accepted", "Report accepted", "The police took the report, or nobody said that they did not."),
    ("refused", "Report not accepted", "The police did not take the report. The incident is counted all the same."),
)
CARE: Final = _columns(
    ("looked_after", "Looked after", "Looked after by the borough, as the latest report of the incident says."),
    ("protection_plan", "Child protection plan", "On a child protection plan and not looked after."),
    ("in_need", "Child in need", "A child in need who is neither looked after nor on a plan."),
    ("no_status", "None of these", "Reported as none of these."),
    ("status_not_known", "Status not recorded", "No report of the incident said."),
)
PLACEMENT: Final = _columns(
    ("placed_elsewhere", "Placed elsewhere", "Placed in the area of another borough or force."),
    ("placed_here", "Placed in the borough", "Placed in the responsible borough itself."),
    ("placement_not_known", "No placement recorded", "Not placed, or no report of the incident said where."),
)
LENGTHS: Final = _columns(
    ("under_24_hours", "Under 24 hours", "From when the child was missed until found or returned."),
    ("one_to_3_days", "1 to 3 days", "24 hours or longer, and less than 72."),
    ("three_to_7_days", "3 to 7 days", "72 hours or longer, and less than 168."),
    ("seven_days_or_more", "7 days or more", "168 hours or longer."),
    (
        "length_not_known",
        "Length not known",
        "Only the days of the beginning or the end are recorded, and they allow more than one of the lengths.",
    ),
    ("still_missing", "Still missing", "Not ended when the dataset was counted."),
)
_GRADES: Final = (
    ("high", "High"),
    ("medium", "Medium"),
    ("low", "Low"),
    ("no_risk", "No apparent risk"),
    ("not_graded", "Not graded"),
)
POLICE_GRADES: Final = _columns(
    *((f"police_{code}", title, "The latest grading that the police gave the incident.") for code, title in _GRADES)
)
SOCIAL_CARE_GRADES: Final = _columns(
    *(
        (f"social_care_{code}", title, "The latest grading that social care gave the incident.")
        for code, title in _GRADES
    )
)

INDIVIDUALS: Final = (
    Column(name="individuals", title="Individuals", means=INDIVIDUAL),
    *_columns(
        ("once", "With one incident", "Individuals who have exactly one incident in this row."),
        ("more_than_once", "With more than one", "Individuals who have two or more incidents in this row."),
        (
            "further",
            "Further incidents",
            "Incidents of the row beyond each individual's first: incidents = individuals + further incidents.",
        ),
        ("looked_after", "Looked after", "Individuals who were looked after in at least one of these incidents."),
        ("not_looked_after", "Not looked after", "Individuals who were looked after in none of them."),
        (
            "looked_after_further",
            "Further incidents while looked after",
            "Incidents while looked after, beyond the first such incident of each individual.",
        ),
    ),
)

TRIGGERS: Final = (
    Column(
        name="due",
        title="Triggers due",
        means="Times that a rule called for a first meeting of this type by a deadline that lies in the period and "
        "has passed. Several triggers may belong to one incident, and one meeting may answer several.",
    ),
    *_columns(
        ("in_time", "Held in time", "The meeting was held by the deadline."),
        ("late", "Held late", "The meeting was held after the deadline."),
        ("decided_against", "Decided against", "It is on record that no meeting is held."),
        ("unmet", "Neither", "No meeting was held, and no decision is on record."),
    ),
)
MEETINGS: Final = _columns(
    ("due", "Meetings due", "Meetings of this type whose start lies in the period and has come."),
    ("held", "Held", "Their time has come and they were not called off."),
    ("called_off", "Not held", "Meetings called off."),
)
NOT_CONVENED: Final = Column(
    name="not_convened",
    title="Not convened",
    means="Decisions on record that no meeting is held by a deadline in the period. They are not among those due.",
)
ATTENDANCE: Final = (
    Column(
        name="expected",
        title="Expected",
        means="Seats of police units on the invitation list when a meeting that was held started, unless their "
        "invitation is known to be undeliverable.",
    ),
    *_columns(
        ("attended", "Attended", "Somebody of the unit came."),
        ("deputy", "Deputy", "Somebody else of the same unit, or somebody it named, came instead."),
        ("apologies", "Apologies", "The unit said before the start that nobody would come."),
        ("no_show", "No-show", "Nobody came and nobody had said so."),
        ("report_only", "Report only", "Written information was sent; nobody came."),
        ("not_recorded", "Not recorded", "Nobody has marked what became of the seat; neither attended nor absent."),
    ),
    Column(
        name="attendance_rate",
        title="Attendance rate",
        kind=Kind.RATE,
        means="Attended and deputy, of the expected seats with an outcome.",
    ),
)


def sum_of(whole: str, parts: Sequence[Column]) -> Sum:
    """In every row the whole is the sum of these columns."""
    return Sum(whole, tuple(column.name for column in parts))


CAVEATS: Final = """
Only incidents that were reported and recorded are counted. The London Assembly's Missing children in London (2023) \
says that up to two in three are never reported, so these are no counts of how often children go missing.
Incidents and individuals are different counts. Neither is made from the other, and individuals are never added up.
An individual is one reference of the body that numbers the children. A child whom two bodies number differently is \
two individuals, because nothing that names a child is held here.
Rates of meetings cover recorded triggers only. A child whose absence called for no meeting by the rules in force is \
among the incidents and not among the triggers.
An incident counts in the period in which it began, a trigger in that of its deadline, a meeting in that of its \
start. So the three do not add up to one another.
Small counts are kept back in the knowledge of the reports that were released before, and not of other datasets: \
beside a dataset of days that overlap some may be worked out, so whoever gives out more than one must look at them \
together.
Why a child went missing, ethnicity, and the content of interviews are not held and cannot be asked of this dataset.
""".strip().splitlines()
