"""When somebody is taken, out of the calendars that people publish."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import calendar_reading
from directory.availability import Period
from directory.calendar_reading import NoCalendar, Taken, taken

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WINDOW = Period(NOON, NOON + timedelta(days=60))


def calendar(*parts: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tests//EN", *parts, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def event(*lines: str, uid: str = "one@calendar.example") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT"])


def times(*lines: str) -> list[str]:
    """The beginnings and ends of the one event with these lines, in UTC."""
    return shown(taken(calendar(event(*lines)), WINDOW))


def shown(read: Taken) -> list[str]:
    def written(seconds: int) -> str:
        return f"{datetime.fromtimestamp(seconds, UTC):%d %b %H:%M}"

    return [f"{written(starts)} to {written(ends)}" for starts, ends in read.busy]


def test_an_appointment_takes_its_time() -> None:
    assert times("DTSTART:20261123T090000Z", "DTEND:20261123T100000Z") == ["23 Nov 09:00 to 23 Nov 10:00"]
    assert times("DTSTART:20261123T090000Z", "DURATION:PT30M") == ["23 Nov 09:00 to 23 Nov 09:30"]


def test_nothing_but_beginnings_and_ends_is_read() -> None:
    raw = calendar(event("DTSTART:20261123T090000Z", "DTEND:20261123T100000Z", "SUMMARY:A secret", "LOCATION:Hidden"))

    assert taken(raw, WINDOW) == Taken([(1795424400, 1795428000)], int(WINDOW.ends_at.timestamp()), 0)


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
     "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"],
)  # fmt: skip
def test_what_takes_no_time_is_not_taken(line: str) -> None:
    assert times("DTSTART:20261123T090000Z", "DTEND:20261123T100000Z", line) == []


@pytest.mark.parametrize(
    "line", ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "STATUS:CONFIRMED"]
)
def test_what_is_certain_or_tentative_is_taken(line: str) -> None:
    assert len(times("DTSTART:20261123T090000Z", "DTEND:20261123T100000Z", line)) == 1


def test_a_whole_day_is_that_of_london_in_winter_and_summer() -> None:
    assert times("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126") == ["24 Nov 00:00 to 26 Nov 00:00"]
    summer = Period(datetime(2027, 6, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
    raw = calendar(event("DTSTART;VALUE=DATE:20270610"))
    assert shown(taken(raw, summer)) == ["09 Jun 23:00 to 10 Jun 23:00"]


def test_a_time_without_a_zone_is_londons() -> None:
    assert times("DTSTART:20261123T090000", "DTEND:20261123T100000") == ["23 Nov 09:00 to 23 Nov 10:00"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "Romance Standard Time"])
def test_zones_are_known_by_both_their_names(zone: str) -> None:
    found = times(f"DTSTART;TZID={zone}:20261123T090000", f"DTEND;TZID={zone}:20261123T100000")

    assert found == ["23 Nov 08:00 to 23 Nov 09:00"]


def test_a_zone_of_the_calendars_own_is_read() -> None:
    zone = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE""".replace("\n", "\r\n")
    raw = calendar(
        zone,
        event("DTSTART;TZID=Customized Time Zone:20261123T090000", "DTEND;TZID=Customized Time Zone:20261123T100000"),
    )

    assert shown(taken(raw, WINDOW)) == ["23 Nov 07:00 to 23 Nov 08:00"]


def test_an_entry_in_a_zone_that_nobody_knows_is_counted_as_unread_and_the_others_are_read() -> None:
    strange = event("DTSTART;TZID=Nowhere/At All:20261123T090000", "DURATION:PT1H", uid="strange")
    raw = calendar(strange, event("DTSTART:20261124T090000Z", "DURATION:PT1H"))

    read = taken(raw, WINDOW)

    assert shown(read) == ["24 Nov 09:00 to 24 Nov 10:00"]
    assert read.unread == 1


@pytest.mark.parametrize(
    "lines",
    [("DTSTART:yesterday",), ("DTEND:20261124T100000Z",), ("DTSTART:20261124T090000Z", "RRULE:FREQ=WHENEVER"),
     ("DTSTART:20261124T090000Z", "DURATION:long"), ("DTSTART:20261124T090000Z", "DTEND;VALUE=DATE:20261125")],
)  # fmt: skip
def test_a_damaged_entry_stops_no_other(lines: tuple[str, ...]) -> None:
    raw = calendar(event(*lines, uid="damaged"), event("DTSTART:20261125T090000Z", "DURATION:PT1H"))

    assert "25 Nov 09:00 to 25 Nov 10:00" in shown(taken(raw, WINDOW))


def test_what_repeats_takes_each_date_at_the_same_time_on_the_clocks() -> None:
    spring = Period(datetime(2027, 3, 22, tzinfo=UTC), datetime(2027, 4, 4, tzinfo=UTC))
    raw = calendar(
        event(
            "DTSTART;TZID=Europe/London:20260105T090000",
            "DTEND;TZID=Europe/London:20260105T100000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO",
        )
    )

    assert shown(taken(raw, spring)) == ["22 Mar 09:00 to 22 Mar 10:00", "29 Mar 08:00 to 29 Mar 09:00"]


def test_dates_left_out_moved_and_cancelled_of_what_repeats_are_respected() -> None:
    raw = calendar(
        event(
            "DTSTART:20261123T090000Z",
            "DTEND:20261123T100000Z",
            "RRULE:FREQ=DAILY;COUNT=4",
            "EXDATE:20261124T090000Z",
        ),
        event("RECURRENCE-ID:20261125T090000Z", "DTSTART:20261125T140000Z", "DTEND:20261125T150000Z"),
        event("RECURRENCE-ID:20261126T090000Z", "DTSTART:20261126T090000Z", "DURATION:PT1H", "STATUS:CANCELLED"),
    )

    assert shown(taken(raw, WINDOW)) == ["23 Nov 09:00 to 23 Nov 10:00", "25 Nov 14:00 to 25 Nov 15:00"]


def test_what_began_before_the_window_counts_from_its_start() -> None:
    assert times("DTSTART:20261120T090000Z", "DTEND:20261123T100000Z") == ["22 Nov 12:00 to 23 Nov 10:00"]


def test_what_never_ends_is_read_for_the_window_only() -> None:
    read = taken(calendar(event("DTSTART:20200101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")), WINDOW)

    assert len(read.busy) == 60


def test_our_own_invitations_in_a_calendar_are_left_to_us() -> None:
    ours = event("DTSTART:20261123T090000Z", "DURATION:PT1H", uid="77@Invites.convene.example")
    raw = calendar(ours, event("DTSTART:20261124T090000Z", "DURATION:PT1H"))

    read = taken(raw, WINDOW, ours="@invites.convene.example")

    assert shown(read) == ["24 Nov 09:00 to 24 Nov 10:00"]


def test_a_free_busy_answer_is_read_with_its_kinds_and_its_end() -> None:
    raw = calendar(
        "BEGIN:VFREEBUSY",
        "DTSTART:20261122T000000Z",
        "DTEND:20261206T000000Z",
        "FREEBUSY;FBTYPE=BUSY:20261123T090000Z/20261123T100000Z,20261123T110000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20261124T090000Z/20261124T100000Z",
        "FREEBUSY:20261125T090000Z/PT30M",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261126T090000Z/PT30M",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261127T090000Z/PT30M",
        "END:VFREEBUSY",
    )

    read = taken(raw, WINDOW)

    assert shown(read) == [
        "23 Nov 09:00 to 23 Nov 10:00",
        "23 Nov 11:00 to 23 Nov 12:00",
        "25 Nov 09:00 to 25 Nov 09:30",
        "26 Nov 09:00 to 26 Nov 09:30",
        "27 Nov 09:00 to 27 Nov 09:30",
    ]
    assert datetime.fromtimestamp(read.known_to, UTC) == datetime(2026, 12, 6, tzinfo=UTC)


@pytest.mark.parametrize("raw", [b"", b"<html>Sign in</html>", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"\x00" * 99])
def test_what_is_no_calendar_is_refused(raw: bytes) -> None:
    with pytest.raises(NoCalendar, match="not a calendar"):
        taken(raw, WINDOW)


@pytest.mark.parametrize("often", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=SECONDLY;COUNT=3", "freq=secondly"])
def test_what_repeats_every_second_or_minute_is_refused(often: str) -> None:
    with pytest.raises(NoCalendar, match="repeats too often"):
        times("DTSTART:20200101T090000Z", "DURATION:PT1S", f"RRULE:{often}")


def test_more_times_than_anybody_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_reading, "MOST_TIMES", 500)  # so many are quickly counted
    daily, hourly = "RRULE:FREQ=DAILY", "RRULE:FREQ=HOURLY"
    assert taken(calendar(event("DTSTART:20261101T000000Z", "DURATION:PT1M", daily)), WINDOW)
    with pytest.raises(NoCalendar, match="repeats too often"):
        taken(calendar(event("DTSTART:20261101T000000Z", "DURATION:PT1M", hourly)), WINDOW)


def test_a_damaged_free_busy_answer_is_refused_whole() -> None:
    raw = calendar("BEGIN:VFREEBUSY", "DTEND:whenever", "FREEBUSY:20261123T090000Z/sometime", "END:VFREEBUSY")

    with pytest.raises(NoCalendar, match="damaged"):
        taken(raw, WINDOW)


def test_a_free_busy_answer_without_an_end_tells_of_the_whole_window() -> None:
    read = taken(calendar("BEGIN:VFREEBUSY", "FREEBUSY:20261123T090000Z/PT1H", "END:VFREEBUSY"), WINDOW)

    assert shown(read) == ["23 Nov 09:00 to 23 Nov 10:00"]
    assert read.known_to == int(WINDOW.ends_at.timestamp())


WHOLE = calendar(
    "BEGIN:VFREEBUSY",
    "DTEND:20261206T000000Z",
    "FREEBUSY;FBTYPE=BUSY:20261123T090000Z/20261123T100000Z,20261123T110000Z/PT1H",
    "END:VFREEBUSY",
    event("DTSTART;TZID=Romance Standard Time:20261123T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4"),
    event("RECURRENCE-ID:20261130T080000Z", "DTSTART;VALUE=DATE:20261201", "TRANSP:OPAQUE"),
)
pieces = st.sampled_from(
    [b"", b"\r\n", b":", b";", b"=", b"\xff", b"0", b"-1", b"99999999T999999Z", b"BEGIN:VEVENT\r\n"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), pieces), min_size=1, max_size=6))
def test_however_a_calendar_is_damaged_it_is_read_or_refused(cuts: list[tuple[int, int, bytes]]) -> None:
    raw = WHOLE
    for at, length, piece in cuts:
        raw = raw[:at] + piece + raw[at + length :]

    try:
        read = taken(raw, WINDOW)
    except NoCalendar:
        return
    first, last = (int(at.timestamp()) for at in (WINDOW.starts_at, WINDOW.ends_at))
    assert all(first <= starts < ends <= last for starts, ends in read.busy)
