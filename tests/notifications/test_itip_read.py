"""Reading answers: what clients leave out, bend and hide, and what hostile senders try."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import itip
from notifications.addresses import UNSAFE
from notifications.errors import Unreadable
from notifications.imip import open_message
from notifications.itip import Answer

SAMPLES = Path(__file__).parents[1] / "samples"
PLAIN = """\
BEGIN:VCALENDAR
METHOD:REPLY
VERSION:2.0
BEGIN:VEVENT
UID:meeting-7f3k2m@invites.example
SEQUENCE:2
DTSTAMP:20261118T101205Z
ATTENDEE;PARTSTAT=ACCEPTED:mailto:home.unit@police.example
END:VEVENT
END:VCALENDAR
"""
ACCEPTED = Answer(
    method="REPLY",
    uid="meeting-7f3k2m@invites.example",
    sequence=2,
    dtstamp=datetime(2026, 11, 18, 10, 12, 5, tzinfo=UTC),
    partstat="ACCEPTED",
    attendees=("home.unit@police.example",),
    attendee_partstats=(("home.unit@police.example", "ACCEPTED"),),
    sent_by="",
    recurrence=False,
)


AT_ELEVEN = datetime(2026, 12, 1, 11, tzinfo=UTC)
AT_TWELVE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def read_one(text: str | bytes, *, method: str = "") -> Answer:
    (answer,) = itip.read(text.encode() if isinstance(text, str) else text, method=method)
    return answer


def with_line(old: str, new: str) -> str:
    """The plain answer with one line, found by its beginning, replaced; by nothing when `new` is empty."""
    lines = [(new if line.startswith(old) else line) for line in PLAIN.splitlines()]
    return "".join(f"{line}\r\n" for line in lines if line)


def answer_of(sample: str) -> Answer:
    opened = open_message((SAMPLES / sample).read_bytes())
    ((method, calendar),) = opened.calendars
    return read_one(calendar, method=method)


def test_a_plain_answer_is_read_as_it_is() -> None:
    assert read_one(PLAIN) == ACCEPTED


@pytest.mark.parametrize(
    ("sample", "uid", "said", "sequence"),
    [
        ("accept-single.eml", "feasibility-1@sched.example", ("pc.smith@police.example", "ACCEPTED"), 0),
        ("decline-single.eml", "decl0001@s", ("pc.smith@police.example", "DECLINED"), 0),
        ("reply-from-uninvited-member-of-team.eml", "team0002@s", ("pc.smith@police.example", "ACCEPTED"), 0),
        ("exchange-accept.eml", "meeting-7f3k2m@invites.example", ("missing.ce@police.example", "ACCEPTED"), 1),
        ("google-accept.eml", "meeting-7f3k2m@invites.example", ("home.unit@police.example", "ACCEPTED"), 1),
        ("apple-decline.eml", "meeting-7f3k2m@invites.example", ("mash@council.example", "DECLINED"), None),
    ],
)
def test_the_answers_of_real_clients_are_read(
    sample: str, uid: str, said: tuple[str, str], sequence: int | None
) -> None:
    answer = answer_of(sample)

    assert (answer.method, answer.uid, answer.sequence) == ("REPLY", uid, sequence)
    assert answer.attendee_partstats == (said,)
    assert answer.partstat == said[1]


def test_of_many_attendees_each_ones_own_answer_can_be_told_apart() -> None:
    answer = answer_of("exchange-delegate-tentative.eml")

    assert answer.partstat == ""
    assert answer.partstat_of("Duty.Inspector@police.example") == "TENTATIVE"
    assert answer.partstat_of("health@icb.example") == "NEEDS-ACTION"
    assert answer.partstat_of("stranger@elsewhere.example") == ""
    assert answer.sent_by == "staff.officer@police.example"


def test_an_attendee_named_twice_with_two_answers_has_given_none() -> None:
    contradicting = with_line(
        "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\r\nATTENDEE;PARTSTAT=DECLINED:mailto:A@b.example"
    )

    assert read_one(contradicting).partstat_of("a@b.example") == ""


def test_an_answer_without_any_attendee_is_read_with_none() -> None:
    answer = answer_of("room-accept-no-attendee.eml")

    assert (answer.attendees, answer.partstat, answer.dtstamp) == ((), "", None)


@pytest.mark.parametrize(
    "bent",
    [
        b"\xef\xbb\xbf" + PLAIN.encode(),
        b"\xff\xfe" + PLAIN.encode("utf-16-le"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("\n", "\r\r\n").encode(),
        PLAIN.replace("\n", " \t\n").encode(),
        PLAIN.replace("\n", "\n\n").encode(),
        b"[EXTERNAL] Do not click\n\n" + PLAIN.encode() + b"\n--\nThis mail is confidential: police.example\n",
        PLAIN.replace("VERSION:2.0", "COMMENT:half a\rdisclaimer \xe9").encode("cp1252"),
        PLAIN.replace("VERSION:2.0", "X-NUL:\x00\x07").encode(),
        PLAIN.replace("home.unit@police.example", "home.unit@pol\n ice.example").encode(),
        PLAIN.replace("home.unit@police.example", "home.unit@pol\n\tice.example").encode(),
        PLAIN.replace("home.unit@police.example", "home.unit@pol\n ice.example").replace("\n", "\r\r\n").encode(),
        PLAIN.replace("END:VCALENDAR\n", "END:VCALENDAR").encode(),
    ],
    ids=[
        "byte order mark",
        "UTF-16, little end first",
        "UTF-16, big end first",
        "CRLF",
        "lone CR",
        "doubled CR",
        "spaces at line ends",
        "empty lines",
        "banner before and after",
        "Windows code page, torn line",
        "control characters",
        "folded",
        "folded by a tab",
        "folded, doubled CR",
        "no last line end",
    ],
)
def test_a_bent_stream_says_the_same(bent: bytes) -> None:
    assert read_one(bent) == ACCEPTED


@pytest.mark.parametrize("change", [str.lower, str.title, str.swapcase])
def test_letter_case_does_not_matter(change: object) -> None:
    bent = "\n".join(change(line) if ":" in line else line for line in PLAIN.splitlines())  # type: ignore[operator]
    answer = read_one(bent.replace(change("20261118T101205Z"), "20261118T101205Z"))  # type: ignore[operator]

    assert (answer.method, answer.attendee_partstats) == ("REPLY", ACCEPTED.attendee_partstats)
    assert (answer.sequence, answer.dtstamp) == (2, ACCEPTED.dtstamp)


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Home.Unit@Police.Example",
        "ATTENDEE;PARTSTAT=accepted:mailto:home.unit@police.example",
        'ATTENDEE;PARTSTAT="ACCEPTED":mailto:home.unit@police.example',
        "ATTENDEE;PARTSTAT=ACCEPTED:home.unit@police.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto: home.unit@police.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:<home.unit@police.example>",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:home%2Eunit@police.example",
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=Unit, Home: Met:mailto:home.unit@police.example",
        "ATTENDEE;CN=Unit, Home: Met;PARTSTAT=ACCEPTED:mailto:home.unit@police.example",
        'ATTENDEE;CN="mailto:chief@police.example";PARTSTAT=ACCEPTED:mailto:home.unit@police.example',
        'ATTENDEE;CN="x;PARTSTAT=DECLINED:";PARTSTAT=ACCEPTED:mailto:home.unit@police.example',
        'attendee;partstat=ACCEPTED;X-RESPONSE-COMMENT="Late: court, 11":mailto:home.unit@police.example',
    ],
)
def test_the_attendee_and_the_answer_are_found_however_they_are_written(attendee: str) -> None:
    assert read_one(with_line("ATTENDEE", attendee)).attendee_partstats == ACCEPTED.attendee_partstats


@pytest.mark.parametrize(
    "address", ["invalid:nomail", "mailto:", "/o=Org/cn=Recipients/cn=abc", "mailto:a%0ab@c.example"]
)
def test_an_attendee_without_a_usable_address_still_has_an_answer(address: str) -> None:
    answer = read_one(with_line("ATTENDEE", f"ATTENDEE;PARTSTAT=DECLINED:{address}"))

    assert (answer.attendees, answer.attendee_partstats, answer.partstat) == ((), (("", "DECLINED"),), "DECLINED")


@pytest.mark.parametrize(
    ("line", "sequence"),
    [
        ("SEQUENCE:0", 0),
        ("SEQUENCE: 7 ", 7),
        ("", None),
        ("SEQUENCE:two", None),
        ("SEQUENCE:-1", None),
        ("SEQUENCE:1.5", None),
        ("SEQUENCE:", None),
        ("X-MICROSOFT-CDO-APPT-SEQUENCE:5", 5),
        ("SEQUENCE:two\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:5", 5),
        ("SEQUENCE:3\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:5", 3),
        ("SEQUENCE:3\r\nSEQUENCE:4", 3),
        ("SEQUENCE:2147483647", 2147483647),
        ("SEQUENCE:99999999999", 2147483647),
    ],
)
def test_a_sequence_is_a_number_or_absent(line: str, sequence: int | None) -> None:
    assert read_one(with_line("SEQUENCE", line)).sequence == sequence


@pytest.mark.parametrize(
    "line",
    [
        "",
        "DTSTAMP:00010101T000000Z",
        "DTSTAMP:yesterday",
        "DTSTAMP:20261399T000000Z",
        "DTSTAMP:20261118T101205",
        "DTSTAMP;VALUE=DATE:20261118",
    ],
    ids=["absent", "the first year", "words", "no such day", "floating", "a day"],
)
def test_a_dtstamp_that_is_no_instant_is_absent(line: str) -> None:
    answer = read_one(with_line("DTSTAMP", line))

    assert answer.dtstamp is None
    assert answer.partstat == "ACCEPTED"


@pytest.mark.parametrize(
    ("body", "header", "method"), [("", "REPLY", "REPLY"), ("METHOD:Counter", "REPLY", "COUNTER")]
)
def test_the_method_is_that_of_the_stream_else_that_of_the_mail(body: str, header: str, method: str) -> None:
    assert read_one(with_line("METHOD", body), method=header).method == method


def test_zones_known_or_not_do_not_stand_in_the_way_of_an_answer() -> None:
    zoned = with_line(
        "VERSION",
        "BEGIN:VTIMEZONE\r\nTZID:Nowhere\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
        "RRULE:FREQ=SECONDLY;COUNT=1000000000\r\nEND:STANDARD\r\nEND:VTIMEZONE",
    ).replace("SEQUENCE", "DTSTART;TZID=GMT Standard Time:20261201T110000\r\nDTEND;TZID=Nowhere:x\r\nSEQUENCE")

    assert read_one(zoned) == replace(ACCEPTED, starts_at=AT_ELEVEN)


@pytest.mark.parametrize(
    ("written", "occurrence", "day"),
    [
        (":20260701T100000Z", datetime(2026, 7, 1, 10, tzinfo=UTC), None),
        (";TZID=GMT Standard Time:20260701T110000", datetime(2026, 7, 1, 10, tzinfo=UTC), None),
        (";TZID=Europe/London:20260701T110000", datetime(2026, 7, 1, 10, tzinfo=UTC), None),
        (":20260701T110000", datetime(2026, 7, 1, 10, tzinfo=UTC), None),
        (";TZID=Romance Standard Time:20260701T120000", datetime(2026, 7, 1, 10, tzinfo=UTC), None),
        (";TZID=GMT Standard Time:20260701T000000", None, date(2026, 7, 1)),
        (":20260630T230000Z", None, date(2026, 7, 1)),
        (";VALUE=DATE:20260701", None, date(2026, 7, 1)),
        (":20260701", None, date(2026, 7, 1)),
        (";TZID=Customized Time Zone:20260701T110000", None, None),
        (";RANGE=THISANDFUTURE:20260701T100000Z", None, None),
        (":20260231T100000Z", None, None),
        (":00010101T000000", None, None),
        (":the first of July", None, None),
    ],
)
def test_an_answer_for_one_date_of_a_series_says_which(
    written: str, occurrence: datetime | None, day: date | None
) -> None:
    answer = read_one(with_line("SEQUENCE", f"SEQUENCE:2\r\nRECURRENCE-ID{written}"))

    assert answer == replace(ACCEPTED, recurrence=True, recurrence_id=occurrence, recurrence_day=day)


@pytest.mark.parametrize(
    ("lines", "starts_at", "ends_at"),
    [
        ("DTSTART:20261201T110000Z\r\nDTEND:20261201T120000Z", AT_ELEVEN, AT_TWELVE),
        ("DTSTART;TZID=GMT Standard Time:20261201T110000\r\nDURATION:PT1H", AT_ELEVEN, AT_TWELVE),
        ("DTSTART;TZID=gmt standard time:20261201t110000\r\nDURATION:PT60M", AT_ELEVEN, AT_TWELVE),
        ("DTSTART;TZID=/mozilla.org/20050126_1/Europe/London:20261201T110000", AT_ELEVEN, None),
        ("DTSTART;TZID=Etc/UTC:20261201T110000", AT_ELEVEN, None),
        ('DTSTART;TZID="(UTC+00:00) Dublin, Edinburgh, Lisbon, London":20261201T110000', AT_ELEVEN, None),
        ("DTSTART;TZID=Nowhere:20261201T110000\r\nDTEND:20261201T120000Z", None, AT_TWELVE),
        ("DTSTART;VALUE=DATE:20261201\r\nDURATION:PT1H", None, None),
        ("DTSTART:20261201T110000Z\r\nDURATION:-PT1H", AT_ELEVEN, None),
        ("DTSTART:20261201T110000Z\r\nDURATION:P99W", AT_ELEVEN, AT_ELEVEN + timedelta(weeks=99)),
        (
            "DTSTART:90001231T110000Z\r\nDURATION:P999W",
            datetime(9000, 12, 31, 11, tzinfo=UTC),
            datetime(9020, 2, 23, 11, tzinfo=UTC),
        ),
    ],
)
def test_the_times_of_an_answer_are_instants_or_absent(
    lines: str, starts_at: datetime | None, ends_at: datetime | None
) -> None:
    answer = read_one(with_line("SEQUENCE", f"SEQUENCE:2\r\n{lines}"))

    assert answer == replace(ACCEPTED, starts_at=starts_at, ends_at=ends_at)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTSTAMP", "DTSTAMP:20261118T101205Z\r\nCOMMENT;LANGUAGE=en-GB:\\n____\\nLate\\, court.\\n\\nBack at 11"),
        (
            "ATTENDEE",
            'ATTENDEE;PARTSTAT=ACCEPTED;X-RESPONSE-COMMENT="Late, court.\\nBack at 11":home.unit@police.example',
        ),
        ("DTSTAMP", "DTSTAMP:20261118T101205Z\r\nX-RESPONSE-COMMENT:Late, court.\\nBack at 11"),
    ],
)
def test_the_note_beside_an_answer_is_read_wherever_it_stands(old: str, new: str) -> None:
    assert read_one(with_line(old, new)) == replace(ACCEPTED, comment="Late, court.\nBack at 11")


def test_who_delegates_to_whom_is_read() -> None:
    delegating = with_line(
        "ATTENDEE",
        'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:Deputy@police.example","mailto:second@police.example"'
        ":mailto:home.unit@police.example\r\n"
        'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:home.unit@police.example":mailto:deputy@police.example',
    )

    answer = read_one(delegating)

    assert answer.delegated_to == ("deputy@police.example", "second@police.example")
    assert answer.delegated_from == ("home.unit@police.example",)
    assert answer.partstat_of("home.unit@police.example") == "DELEGATED"


def test_outlooks_old_times_beside_a_proposal_are_read() -> None:
    proposal = with_line("SEQUENCE", "SEQUENCE:2\r\nX-MS-OLK-ORIGINALSTART;TZID=GMT Standard Time:20261201T110000")

    assert read_one(proposal).original_starts_at == AT_ELEVEN


def test_the_rule_of_a_series_is_never_read() -> None:
    endless = with_line("SEQUENCE", "SEQUENCE:2\r\nRRULE:FREQ=SECONDLY;COUNT=1000000000\r\nRDATE:x\r\nEXDATE:y")

    assert read_one(endless) == ACCEPTED


def test_what_hangs_in_an_event_is_not_taken_for_the_event() -> None:
    alarmed = with_line(
        "SEQUENCE",
        "SEQUENCE:2\r\nBEGIN:VALARM\r\nATTENDEE;PARTSTAT=DECLINED:mailto:x@y.example\r\nUID:other\r\nEND:VALARM",
    )

    assert read_one(alarmed) == ACCEPTED


def test_each_event_of_an_answer_is_read() -> None:
    event = PLAIN[PLAIN.index("BEGIN:VEVENT") : PLAIN.index("END:VCALENDAR")]

    answers = itip.read(PLAIN.replace(event, event + event.replace("ACCEPTED", "DECLINED")).encode())

    assert [answer.partstat for answer in answers] == ["ACCEPTED", "DECLINED"]


def deep(levels: int) -> str:
    return with_line("VERSION", "BEGIN:X\r\n" * levels + "END:X\r\n" * levels)


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        ("", "no whole calendar"),
        ("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n", "no whole calendar"),
        (PLAIN[:-20], "no whole calendar"),
        (PLAIN + PLAIN, "more than one calendar"),
        (PLAIN.replace("END:VEVENT\n", ""), "not nested properly"),
        (PLAIN.replace("BEGIN:VEVENT\n", ""), "not nested properly"),
        ("BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n", "holds no event"),
        (with_line("METHOD", "METHOD;X:REPLY"), "not a calendar"),
        (with_line("UID", ""), "no usable UID"),
        (with_line("UID", "UID:" + "x" * 256), "no usable UID"),
        (with_line("VERSION", "X-PAD:" + "x" * 65536), "larger than 64 KB"),
        (with_line("VERSION", "X-PAD:x\r\n" * 600), "more than 600 lines"),
        (deep(4), "more than an answer can"),
        (with_line("VERSION", "BEGIN:VEVENT\r\n" * 50_000 + "END:VEVENT\r\n" * 50_000), "larger than 64 KB"),
        (with_line("VERSION", "BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 20_000), "larger than 64 KB"),
        (with_line("VERSION", "BEGIN:VEVENT\r\n" * 2_000), "more than 600 lines"),
        (deep(150), "more than an answer can"),
        (with_line("VERSION", "BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 20), "more than an answer can"),
    ],
)
def test_what_is_not_one_whole_answer_is_unreadable(hostile: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        itip.read(hostile.encode())


def test_a_calendar_inside_a_calendar_is_unreadable() -> None:
    nested = with_line("VERSION", "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR")

    with pytest.raises(Unreadable):
        itip.read(nested.encode())


@pytest.mark.parametrize(
    "hostile",
    [
        "CATEGORIES:" + "," * 60_000,
        "ATTENDEE;" + "X=" * 30_000,
        "ATTENDEE;CN=" + '"' * 60_000,
        "ATTENDEE:" + "x" * 60_000,
        "ATTENDEE:" + "mailto:" * 8_000,
        "BEGIN:" * 10_000,
        "BEGIN:VCALENDAR\r\n" * 3_500,
    ],
)
def test_hostile_lines_within_the_caps_cost_less_than_a_second(hostile: str) -> None:
    began = time.process_time()

    for place in ("VERSION", "DTSTAMP"):
        with suppress(Unreadable):
            itip.read(with_line(place, hostile).encode())

    assert time.process_time() - began < 1


FRAGMENTS = st.sampled_from(
    [*PLAIN.splitlines(), "BEGIN:VTIMEZONE", ";", ":", '"', " ", "\\n", "mailto:", "\x00", "é"]
)


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=20)), max_size=30), st.sampled_from(["\n", "\r\n", "\r", ""]))
def test_no_input_makes_it_raise_anything_but_unreadable(pieces: list[str], between: str) -> None:
    text = between.join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:x", *pieces, "END:VEVENT", "END:VCALENDAR"])
    try:
        answers = itip.read(text.encode(errors="replace"))
    except Unreadable:
        return
    for answer in answers:
        texts = (answer.method, answer.uid, answer.partstat, answer.sent_by, *answer.attendees)
        assert not any(UNSAFE.search(text) for text in texts)
        assert answer.dtstamp is None or answer.dtstamp.tzinfo is UTC
