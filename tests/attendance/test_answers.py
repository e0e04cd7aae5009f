"""What the answers of one seat amount to when the meeting starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attendance.answers import Given, last_answer_at, withdrew_late

STARTS = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def said(*answers: tuple[str, float], sequence: int = 0) -> list[Given]:
    """Applied answers, each so many hours before the start."""
    return [
        Given(number, partstat, sequence, at, at, "duty@police.example", row=9, applied=True)
        for number, (partstat, hours) in enumerate(answers, 1)
        for at in [STARTS - timedelta(hours=hours)]
    ]


class TestLastAnswerAt:
    def test_an_answer_after_the_instant_is_not_yet_known(self) -> None:
        given = said(("ACCEPTED", 30), ("DECLINED", -1))
        stands = last_answer_at(given, STARTS, 0)
        assert stands is not None
        assert stands.partstat == "ACCEPTED"

    def test_an_answer_to_an_earlier_time_does_not_count(self) -> None:
        assert last_answer_at(said(("ACCEPTED", 30), sequence=0), STARTS, 1) is None

    def test_who_answered_before_the_start_has_answered(self) -> None:
        assert last_answer_at(said(("DECLINED", 1)), STARTS, 0) is not None

    def test_who_answered_at_the_start_or_later_has_not(self) -> None:
        assert last_answer_at(said(("ACCEPTED", 0)), STARTS, 0) is None


class TestWithdrewLate:
    def test_a_decline_within_a_day_of_the_start_after_accepting_is_late(self) -> None:
        assert withdrew_late(said(("ACCEPTED", 40), ("DECLINED", 23)), STARTS)

    def test_a_decline_with_a_full_day_of_notice_is_not(self) -> None:
        assert not withdrew_late(said(("ACCEPTED", 40), ("DECLINED", 24)), STARTS)

    def test_repeating_a_decline_does_not_make_it_late(self) -> None:
        assert not withdrew_late(said(("ACCEPTED", 40), ("DECLINED", 30), ("DECLINED", 2)), STARTS)

    def test_repeating_a_late_decline_does_not_excuse_it(self) -> None:
        assert withdrew_late(said(("ACCEPTED", 40), ("DECLINED", 20), ("DECLINED", 2)), STARTS)

    def test_who_never_accepted_withdrew_nothing(self) -> None:
        assert not withdrew_late(said(("TENTATIVE", 40), ("DECLINED", 2)), STARTS)

    def test_who_accepted_again_did_not_withdraw(self) -> None:
        assert not withdrew_late(said(("ACCEPTED", 40), ("DECLINED", 20), ("ACCEPTED", 2)), STARTS)
