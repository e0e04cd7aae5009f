"""Whatever people and partners write, it cannot become a line, a property or a method of our calendars."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from directory.wording import NotPlain, plain_line
from notifications import itip, publishing
from notifications.errors import UnsafeHeader
from notifications.imip import compose
from notifications.itip import Invitee, Method
from tests.notifications.outgoing.facts import broken, broken_in_calendar
from tests.notifications.outgoing.messages import CALENDARS, ENTRIES, MEETING, OCCURRENCE, SERIES, feed, letter
from tests.notifications.outgoing.sent import Stream

ROOT = Path(__file__).parents[3]
ROOMS = ("notifications", "meetings")  # those that write calendars; attendance reads them
SENT_BY_US = {"REQUEST", "CANCEL", "DECLINECOUNTER", "PUBLISH"}
TEXT = st.text(max_size=300)
HARMFUL = [
    "x\r\nATTENDEE:mailto:stranger@elsewhere.example",
    "x\nMETHOD:ADD",
    "x\rBEGIN:VALARM",
    "x\u2028ATTACH:https://elsewhere.example",
    "x\u2029y",
    "x\x85y",
    "x\x0b\x0c\x00y",
    "x\u202egnp.exe",
    "x\u2066y\u2069",
    "x\ud800y",
    "=?utf-8?q?a=0ABcc=3A_stranger=40elsewhere.example?=",
    "\\n\\,;:\"'",
]


def names(stream: bytes) -> list[str]:
    """The names of the lines, in their order."""
    return [re.split("[:;]", line)[0] for line in Stream(stream).lines]


@pytest.mark.parametrize("harmful", HARMFUL)
@pytest.mark.parametrize("kind", ["comment", "summary", "description", "location", "organizer", "invitee"])
def test_no_text_of_a_message_adds_a_line(kind: str, harmful: str) -> None:
    writers: dict[str, Callable[[str], bytes]] = {
        "comment": lambda text: itip.decline_counter(MEETING, comment=text),
        "summary": lambda text: itip.request(replace(SERIES, summary=text)),
        "description": lambda text: itip.cancel(replace(MEETING, sequence=1, description=text)),
        "location": lambda text: itip.request(replace(OCCURRENCE, location=text)),
        "organizer": lambda text: itip.request(replace(MEETING, organizer_cn=text)),
        "invitee": lambda text: itip.request(replace(MEETING, invitee=Invitee("a@b.example", text))),
    }
    stream = writers[kind](harmful)

    assert names(stream) == names(writers[kind]("x"))
    assert 12 not in broken_in_calendar(stream)
    assert not re.search(
        "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", stream.decode()
    )


@pytest.mark.parametrize("harmful", HARMFUL)
@pytest.mark.parametrize("field", ["name", "summary", "description", "location"])
def test_no_text_of_a_feed_adds_a_line(field: str, harmful: str) -> None:
    def written(text: str) -> bytes:
        if field == "name":
            return feed(ENTRIES, name=text)
        changed: dict[str, Any] = {field: text}
        return feed([replace(ENTRIES[0], **changed), ENTRIES[1]])

    assert names(written(harmful)) == names(written("x"))
    assert 12 not in broken_in_calendar(written(harmful))


@given(name=TEXT, summary=TEXT, description=TEXT, location=TEXT)
def test_a_feed_of_any_words_has_the_same_lines(name: str, summary: str, description: str, location: str) -> None:
    entry = replace(ENTRIES[0], summary=summary, description=description or "x", location=location or "x")
    stream = feed([entry], name=name)

    assert names(stream) == names(feed([ENTRIES[0]]))
    assert not {5, 12, 13, 14, 15, 18} & set(broken_in_calendar(stream))
    (event,) = Calendar.from_ical(stream).walk("VEVENT")
    assert event["UID"] == ENTRIES[0].uid


@given(comment=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"]), min_size=1, max_size=300))
def test_why_a_proposal_was_declined_is_read_as_it_was_written(comment: str) -> None:
    comment = comment.replace("\\N", "").replace("\\n", "")  # which icalendar itself reads as a line end
    stream = itip.decline_counter(MEETING, comment=f"x{comment}")

    (event,) = Calendar.from_ical(stream).walk("VEVENT")
    assert str(event["COMMENT"]) == f"x{comment}"


@given(text=st.text(min_size=1, max_size=80))
def test_what_may_be_the_name_of_a_unit_or_a_series_can_always_be_sent(text: str) -> None:
    try:
        name = plain_line(text, "The name", 80)
    except NotPlain:
        return
    calendar = itip.request(replace(SERIES, summary=f"{name} BR-2BCDFG", invitee=Invitee("a@b.example", name)))
    written = replace(
        letter("series"),
        to="a@b.example",
        to_name=name,
        subject=f"New dates: {name} BR-2BCDFG, Monday 1 March 2027 at 10am",
        calendar=calendar,
    )

    assert broken(compose(written), written.envelope_from) == {}


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY\r\nATTENDEE:mailto:a@b.example",
        "FREQ=WEEKLY;BYDAY=TU\n",
        "WEEKLY",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;UNTIL=20270427T100000",
        "FREQ=WEEKLY;UNTIL=20270427",
        "FREQ=WEEKLY;COUNT=4;UNTIL=20270427T090000Z",
        "FREQ=WEEKLY;X=" + "Y" * 500,
    ],
)
@pytest.mark.parametrize("write", [itip.request, itip.cancel])
def test_only_a_rule_that_ends_in_utc_or_by_number_is_written(write: Callable[[Any], bytes], rule: str) -> None:
    if not rule:
        assert b"RRULE" not in write(replace(SERIES, rule=rule)).partition(b"BEGIN:VEVENT")[2]
        return
    with pytest.raises(UnsafeHeader):
        write(replace(SERIES, rule=rule))


def test_an_occurrence_cannot_carry_the_rule_of_its_series() -> None:
    with pytest.raises(ValueError, match="occurrence"):
        itip.request(replace(SERIES, recurrence_id=SERIES.starts_at))


@pytest.mark.parametrize(
    "address", ['a@b.example"', "a@b.example\r\nX:y", "not an address", "a@b.example,c@d.example"]
)
def test_a_deputy_is_of_one_plain_address(address: str) -> None:
    with pytest.raises(UnsafeHeader):
        itip.request(replace(MEETING, invitee=Invitee("deputy@b.example", "Deputy", delegated_from=address)))


@pytest.mark.parametrize(
    "changed",
    [{"uid": "a\r\nX:y"}, {"uid": ""}, {"link": "http://plain.example"}, {"link": "https://a.example/\nX:y"}],
)
def test_what_could_break_out_of_its_line_of_a_feed_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(UnsafeHeader):
        feed([replace(ENTRIES[0], **changed)])


def test_a_feeds_organizer_is_one_plain_address() -> None:
    with pytest.raises(UnsafeHeader):
        publishing.published("x", ENTRIES, organizer_address="a@b.example\r\nX:y", organizer_cn="x")


def test_every_calendar_is_of_a_method_that_an_organizer_sends() -> None:
    assert {Stream(calendar).method for calendar in CALENDARS.values()} == SENT_BY_US


@pytest.mark.parametrize("method", [Method.ADD, Method.PUBLISH, ""])
def test_no_letter_leaves_with_add_or_with_a_feed(method: str) -> None:
    harmed = CALENDARS["invitation"].replace(b"METHOD:REQUEST", f"METHOD:{method}".encode())
    with pytest.raises(ValueError, match="method"):
        compose(replace(letter("invitation"), calendar=harmed, method=str(method)))


def test_nothing_in_the_product_writes_the_method_add() -> None:
    """Only the method's own name in the list of methods says ADD; no other code names it, by word or by member."""
    found = []
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                named = isinstance(node, ast.Attribute) and node.attr == "ADD"
                written = (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and (node.value == "ADD" or "METHOD:ADD" in node.value)
                )
                if named or written:
                    found.append(f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    itself = [place for place in found if place.startswith("notifications/itip.py")]
    assert len(itself) == 1
    assert [place for place in found if place not in itself] == []
