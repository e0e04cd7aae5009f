"""One of each kind of calendar that leaves Convene, for the tests that look at all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from notifications import itip, publishing
from notifications.imip import Letter
from notifications.itip import Event, Invitee
from notifications.publishing import Entry
from tests.notifications.outgoing.sent import Stream

TOKEN_ADDRESS = "meetings+abcdefghijklmnopqrstuvwxyz@invites.example"
WRITTEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)

MEETING = Event(
    uid="4b1e6c1e-8f0e-4c1b-9f55-2f6f0c6d7a11@invites.example",
    sequence=0,
    dtstamp=WRITTEN,
    starts_at=datetime(2026, 12, 1, 11, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 12, 0, tzinfo=UTC),
    summary="Missing strategy meeting SM-7F3K2M",
    description="Please say, by Monday; whether you can attend.\n",
    location="Room 1, Town Hall",
    link="https://meet.example/7f3k2m",
    organizer_address=TOKEN_ADDRESS,
    organizer_cn="Convene meetings",
    invitee=Invitee("missing.ce@police.example", "Met: Central East, missing team", group=True),
)
DEPUTY = replace(
    MEETING, invitee=Invitee("duty@police.example", "Duty desk", delegated_from="missing.ce@police.example")
)
# A weekly panel on Tuesdays at 10am, on both sides of the change to summer time and without Christmas week.
SERIES = replace(
    MEETING,
    uid="0d5b6a1c-51bd-4c50-9d8f-7a30d4c1a001@invites.example",
    starts_at=datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 11, 0, tzinfo=UTC),
    summary="Panel PA-2BCDFG",
    rule="FREQ=WEEKLY;BYDAY=TU;UNTIL=20270427T090000Z",
    excluded=(datetime(2026, 12, 22, 10, 0, tzinfo=UTC), datetime(2026, 12, 29, 10, 0, tzinfo=UTC)),
)
OCCURRENCE = replace(
    SERIES,
    sequence=2,
    rule="",
    excluded=(),
    recurrence_id=datetime(2027, 4, 6, 9, 0, tzinfo=UTC),  # 10am in summer
    starts_at=datetime(2027, 4, 7, 13, 30, tzinfo=UTC),
    ends_at=datetime(2027, 4, 7, 14, 30, tzinfo=UTC),
)
ENTRIES = [
    Entry(
        uid=MEETING.uid,
        sequence=1,
        changed_at=WRITTEN,
        starts_at=MEETING.starts_at,
        ends_at=MEETING.ends_at,
        summary="Missing strategy meeting SM-7F3K2M",
        description="Seat: Met: Central East\nAccepted: 3 of 4",
        location="Room 1, Town Hall",
        link="https://meet.example/7f3k2m",
    ),
    Entry(
        uid="20261208T100000Z-0d5b6a1c-51bd-4c50-9d8f-7a30d4c1a001@invites.example",
        sequence=3,
        changed_at=WRITTEN + HOUR,
        starts_at=SERIES.starts_at + WEEK,
        ends_at=SERIES.ends_at + WEEK,
        summary="Called off: Panel PA-2BCDFG",
        cancelled=True,
    ),
]


def feed(entries: list[Entry] = ENTRIES, name: str = "Met: Central East, meetings") -> bytes:
    return publishing.published(
        name, entries, organizer_address="meetings@invites.example", organizer_cn="Convene meetings"
    )


def called_off(event: Event, *, sequence: int, to: Invitee = MEETING.invitee) -> bytes:
    told = replace(event, sequence=sequence, description="The meeting is called off.\n", location="", link="")
    return itip.cancel(replace(told, invitee=to))


CALENDARS: dict[str, bytes] = {
    "invitation": itip.request(MEETING),
    "minor change": itip.request(replace(MEETING, sequence=1, location="Room 2", fixed=True)),
    "major change": itip.request(
        replace(MEETING, sequence=2, starts_at=MEETING.starts_at + HOUR, ends_at=MEETING.ends_at + HOUR)
    ),
    "called off": called_off(MEETING, sequence=3),
    "one invitee removed": called_off(
        MEETING, sequence=3, to=Invitee("icb@nhs.example", "Health", role="OPT-PARTICIPANT")
    ),
    "deputy's invitation": itip.request(DEPUTY),
    "proposal declined": itip.decline_counter(replace(MEETING, sequence=2), comment="Others cannot come then."),
    "series": itip.request(SERIES),
    "series changed": itip.request(replace(SERIES, sequence=1, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=10", excluded=())),
    "series called off": called_off(SERIES, sequence=4),
    "occurrence moved": itip.request(OCCURRENCE),
    "occurrence called off": called_off(OCCURRENCE, sequence=3),
    "proposal for an occurrence declined": itip.decline_counter(OCCURRENCE),
    "feed": feed(),
    "empty feed": feed([]),
}
MAILED = {kind: calendar for kind, calendar in CALENDARS.items() if "feed" not in kind}


def letter(kind: str) -> Letter:
    """The calendar of this kind in the letter that carries it."""
    calendar = MAILED[kind]
    stream = Stream(calendar)
    return Letter(
        to=stream.address("ATTENDEE"),
        to_name="The unit's mailbox",
        from_address="meetings@invites.example",
        from_name="Convene meetings",
        reply_to=TOKEN_ADDRESS,
        envelope_from="bounce+abcdefghijklmnopqrstuvwxyz@invites.example",
        subject="Say whether you can attend: missing strategy meeting SM-7F3K2M",
        text="Please say whether you can attend – by Monday.\n\n-- \nOFFICIAL-SENSITIVE\n",
        html="<p>Please say whether you can attend – by Monday.</p>\n",
        message_id="<0123456789abcdef0123456789abcdef@invites.example>",
        date=WRITTEN,
        references="" if kind == "invitation" else "<fedcba9876543210fedcba9876543210@invites.example>",
        calendar=calendar,
        method=stream.method,
    )
