"""What an invitee reads: times that name one moment, and what is asked of whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from meetings import letters
from meetings.letters import Invited, Letterhead

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def invited() -> Invited:
    starts = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    return Invited(
        invitation=UUID(int=1),
        address="missing-ne@met-police.example",
        cn="North East BCU",
        capacities=("home police", "incident police"),
        required=True,
        reference="SM-7KQ4ZP",
        type="missing strategy meeting",
        uid="7@invites.example",
        sequence=1,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        place="Room 2",
        link="https://meet.example/r/42",
        reply_by=datetime(2026, 11, 20, 0, 0, tzinfo=UTC),
        first_message_id="<1@invites.example>",
    )


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 11, 20, 10, 30, tzinfo=UTC), "Friday 20 November 2026 at 10:30am"),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "Friday 20 November 2026 at midday"),
        (datetime(2026, 11, 20, 12, 30, tzinfo=UTC), "Friday 20 November 2026 at 12:30pm"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=UTC), "Wednesday 1 July 2026 at 10am"),
    ],
)
def test_a_time_is_londons_in_words(instant: datetime, words: str) -> None:
    assert letters.in_words(instant) == words
    assert letters.until(instant) == words


def test_an_answer_wanted_by_midnight_names_the_day_that_ends(invited: Invited, letterhead: Letterhead) -> None:
    letter = letters.invitation(invited, letterhead, message_id="<1@invites.example>", now=NOW)
    assert letter.text.startswith("Please say by the end of Thursday 19 November 2026 whether you can attend")


@pytest.mark.parametrize(
    ("major", "subject", "opening"),
    [
        (True, "New time: ", "has a new time. Please answer again by"),
        (False, "New place or link: ", "has a new place or link. An answer that you gave still stands."),
    ],
)
def test_a_change_says_what_changed_and_whether_to_answer_again(
    invited: Invited, letterhead: Letterhead, major: bool, subject: str, opening: str
) -> None:
    letter = letters.change(invited, letterhead, major=major, message_id="<2@invites.example>", now=NOW)
    assert letter.subject.startswith(subject)
    assert opening in letter.text
    assert opening in letter.html


@pytest.mark.parametrize(
    ("whole", "opening"), [(True, "is called off. You do not need to do anything."), (False, "goes ahead without")]
)
def test_a_cancellation_says_whether_the_meeting_or_only_the_seat_is_off(
    invited: Invited, letterhead: Letterhead, whole: bool, opening: str
) -> None:
    letter = letters.cancellation(invited, letterhead, whole=whole, message_id="<3@invites.example>", now=NOW)
    assert opening in letter.text
    assert "Accept" not in letter.text
