"""What other people's programs make of our calendars: libical finds nothing wrong, ical.js reads what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications import itip
from notifications.itip import Event
from tests.notifications.outgoing.checkers import libical_complaints, read_by_icaljs
from tests.notifications.outgoing.messages import CALENDARS, DEPUTY, ENTRIES, MEETING, OCCURRENCE, SERIES

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(scope="module")
def complaints() -> dict[str, list[str]]:
    return dict(zip(CALENDARS, libical_complaints(list(CALENDARS.values())), strict=True))


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    return dict(zip(CALENDARS, read_by_icaljs(list(CALENDARS.values())), strict=True))


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def tuesdays(event: Event, until: datetime) -> Iterator[str]:
    """The series as people in London keep it: each Tuesday at the same time on the clock."""
    day = event.starts_at.astimezone(LONDON)
    while day <= until:
        if day.astimezone(UTC) not in event.excluded:
            yield iso(day)
        day += timedelta(weeks=1)  # on the clock, whatever its offset


@pytest.mark.parametrize("kind", CALENDARS)
def test_libical_finds_nothing_that_breaks_the_grammar_or_the_restrictions_of_rfc_5546(
    complaints: dict[str, list[str]], kind: str
) -> None:
    assert complaints[kind] == []


def test_libical_does_say_what_is_wrong() -> None:
    good = itip.request(MEETING)
    without_organizer = b"".join(
        line for line in good.splitlines(keepends=True) if b"ORGANIZER" not in line and line[:9] != b" invites."
    )
    bad = [
        without_organizer,
        good.replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED"),
        good.replace(b"SUMMARY:", b"X-SUMMARY:"),
    ]

    assert all(libical_complaints(bad))


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("invitation", MEETING),
        ("deputy's invitation", DEPUTY),
        ("series", SERIES),
        ("occurrence moved", OCCURRENCE),
        ("occurrence called off", replace(OCCURRENCE, sequence=3)),
        ("called off", replace(MEETING, sequence=3)),
    ],
)
def test_thunderbirds_library_reads_what_was_meant(read: dict[str, Any], kind: str, meant: Event) -> None:
    (event,) = read[kind]["events"]
    (attendee,) = event["attendees"]

    assert (event["uid"], event["sequence"], event["stamp"]) == (meant.uid, meant.sequence, iso(meant.dtstamp))
    assert (event["start"], event["end"]) == (iso(meant.starts_at), iso(meant.ends_at))
    assert event["instance"] == (iso(meant.recurrence_id) if meant.recurrence_id else None)
    assert event["organizer"] == f"mailto:{meant.organizer_address}"
    assert (attendee["address"], attendee["cn"]) == (f"mailto:{meant.invitee.address}", meant.invitee.cn)
    delegated = meant.invitee.delegated_from
    assert attendee["delegatedFrom"] == (f"mailto:{delegated}" if delegated else "")
    assert event["summary"] == meant.summary


def test_thunderbirds_library_keeps_a_series_at_the_same_time_on_londons_clocks(read: dict[str, Any]) -> None:
    (event,) = read["series"]["events"]

    dates = list(tuesdays(SERIES, until=datetime(2027, 4, 27, 9, 0, tzinfo=UTC)))
    assert event["dates"] == dates
    assert len(dates) == 20
    assert {date[11:13] for date in dates} == {"10", "09"}  # in UTC, before and after the clocks change


def test_thunderbirds_library_reads_which_proposal_is_declined_and_why(read: dict[str, Any]) -> None:
    (event,) = read["proposal declined"]["events"]
    (of_one_date,) = read["proposal for an occurrence declined"]["events"]

    assert (event["uid"], event["sequence"], event["comment"]) == (MEETING.uid, 2, "Others cannot come then.")
    assert of_one_date["instance"] == iso(datetime(2027, 4, 6, 9, 0, tzinfo=UTC))


def test_thunderbirds_library_reads_every_meeting_of_a_feed(read: dict[str, Any]) -> None:
    shown = read["feed"]

    assert (shown["method"], shown["name"]) == ("PUBLISH", "Met: Central East meetings")
    assert [(e["uid"], e["sequence"], e["start"], e["status"], e["attendees"]) for e in shown["events"]] == [
        (ENTRIES[0].uid, 1, iso(ENTRIES[0].starts_at), "CONFIRMED", []),
        (ENTRIES[1].uid, 3, iso(ENTRIES[1].starts_at), "CANCELLED", []),
    ]
    assert read["empty feed"]["events"] == []
