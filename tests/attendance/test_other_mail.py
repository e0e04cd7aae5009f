"""Mail that is no calendar answer: rows 18 to 22, none of which moves an answer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies

from attendance.other_mail import Facts, Other, other
from notifications.kinds import InboundKind
from notifications.opening import Kind

facts = strategies.builds(
    Facts,
    kind=strategies.sampled_from(Kind),
    action=strategies.sampled_from(["failed", "delayed", "delivered", "relayed", "expanded", "displayed", "", "x"]),
    temporary=strategies.booleans(),
    first_day=strategies.one_of(strategies.none(), strategies.dates()),
    last_day=strategies.one_of(strategies.none(), strategies.dates()),
    suggested=strategies.sampled_from(["ACCEPTED", "TENTATIVE", "DECLINED", "", "x"]),
)


def reported(action: str, *, temporary: bool = False) -> Other:
    return other(Facts(Kind.REPORT, action=action, temporary=temporary))


class TestRow18Failed:
    def test_a_letter_that_came_back_waits_for_a_person(self) -> None:
        found = reported("failed")
        assert (found.row, found.kind, found.waits, found.code) == (18, InboundKind.BOUNCE, True, "5.2")
        assert found.event == "could not be delivered"

    def test_one_that_was_tried_for_too_long_failed_for_now(self) -> None:
        assert reported("failed", temporary=True).code == "5.1"

    def test_a_report_that_does_not_say_what_happened_is_taken_for_the_worst(self) -> None:
        found = reported("")
        assert (found.row, found.waits, found.event, found.code) == (18, True, "", "")


class TestRow19OnItsWay:
    @pytest.mark.parametrize(
        ("action", "code"), [("delayed", "1.1"), ("delivered", "1.2"), ("relayed", "1.1"), ("expanded", "1.2")]
    )
    def test_what_becomes_of_a_letter_is_recorded(self, action: str, code: str) -> None:
        found = reported(action)
        assert (found.row, found.kind, found.waits, found.code) == (19, InboundKind.DELIVERY, False, code)
        assert found.event


class TestRow20Away:
    def test_an_absence_notice_is_recorded_with_its_last_day(self) -> None:
        found = other(Facts(Kind.AUTOMATIC, first_day=date(2026, 11, 16), last_day=date(2026, 11, 27)))
        assert (found.row, found.kind, found.waits) == (20, InboundKind.ABSENCE, False)
        assert found.reason == "An automatic reply: it is not an answer. Away until 27 November 2026."

    def test_one_that_says_only_since_when(self) -> None:
        reason = other(Facts(Kind.AUTOMATIC, first_day=date(2026, 12, 1))).reason
        assert reason.endswith("Away from 1 December 2026.")

    def test_one_that_says_no_day(self) -> None:
        assert other(Facts(Kind.AUTOMATIC)).reason == "An automatic reply: it is not an answer."


class TestRow21Displayed:
    def test_that_a_letter_was_displayed_is_recorded_and_is_no_answer(self) -> None:
        found = reported("displayed")
        assert (found.row, found.kind, found.waits) == (21, InboundKind.DELIVERY, False)

    def test_that_it_was_deleted_is_recorded_too(self) -> None:
        found = reported("deleted")
        assert (found.row, found.waits, found.event) == (21, False, "was deleted")


class TestRow22Text:
    def test_a_persons_words_wait_for_a_person(self) -> None:
        found = other(Facts(Kind.TEXT))
        assert (found.row, found.kind, found.waits) == (22, InboundKind.TEXT, True)

    @pytest.mark.parametrize(
        ("partstat", "word"), [("ACCEPTED", "yes"), ("TENTATIVE", "perhaps"), ("DECLINED", "no")]
    )
    def test_with_what_they_seem_to_mean(self, partstat: str, word: str) -> None:
        assert other(Facts(Kind.TEXT, suggested=partstat)).reason.endswith(f"It reads like a {word}.")


class TestDamaged:
    @pytest.mark.parametrize("kind", [Kind.DAMAGED, Kind.SEALED, Kind.CALENDAR])
    def test_what_cannot_be_read_waits_for_a_person(self, kind: Kind) -> None:
        found = other(Facts(kind))
        assert (found.row, found.kind, found.waits) == (0, InboundKind.UNREADABLE, True)

    def test_who_sent_what_nobody_can_open_is_asked_to_answer_by_the_link(self) -> None:
        assert other(Facts(Kind.SEALED)).reason.endswith("answer by the link in the invitation.")


@given(facts)
def test_every_message_has_exactly_one_outcome_and_none_is_an_answer(one: Facts) -> None:
    found = other(one)
    assert found.row in (0, 18, 19, 20, 21, 22)
    assert found.kind not in (InboundKind.UNREAD, InboundKind.ANSWER, InboundKind.STRANGER)
    assert found.reason


@given(facts)
def test_what_is_doubtful_goes_to_a_person(one: Facts) -> None:
    found = other(one)
    assert found.waits == (found.row in (0, 18, 22))
