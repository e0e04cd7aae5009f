"""A unit challenges an outcome of its own: said once, answered once, and the register changes by its own verb."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from attendance import challenge_errors as errors
from attendance.challenge_listing import count_open, open_challenges, standing_of_seats
from attendance.challenge_tables import Challenge, ChallengeState
from attendance.challenges import Claim, answer, answer_wanted_by, raise_challenge, withdraw
from attendance.errors import NameWanted, WasCalledOff
from attendance.register import Mark, close, mark, standing_marks
from attendance.tables import Attendance, Outcome
from audit.tables import Entry
from directory.tables import Contact
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingEvent, MeetingState, Seat
from tests.browsing import letters
from web.viewer import MACHINE

UNIT = "Central North"
CAME = Claim("attended", "Our sergeant was in the call from the start.", "Missing team inspector")


@pytest.fixture
async def closed(rolled_back: None, convene: Any, now: datetime) -> Any:
    """A meeting of yesterday whose closed register says that Central North did not come."""
    held = await convene(starts_at=now - timedelta(days=1), invited_at=now - timedelta(days=3))
    marks = [Mark(seat, Outcome.ATTENDED) for unit, seat in held.seats.items() if unit != UNIT]
    await mark(held.id, [*marks, Mark(held.seats[UNIT], Outcome.NO_SHOW)], by="coordinator", now=now)
    await close(held.id, inquorate_reason="urgent", by="coordinator", now=now)
    return held


async def unit_of(seat: UUID) -> UUID:
    row = await Seat.select(Seat.unit).where(Seat.id == seat).first()
    assert row is not None
    return UUID(str(row["unit"]))


async def raised(held: Any, now: datetime, claim: Claim = CAME, unit: str = UNIT) -> UUID:
    return await raise_challenge(held.seats[unit], await unit_of(held.seats[unit]), claim, now=now)


async def outcome(held: Any, unit: str = UNIT) -> Outcome:
    return (await standing_marks(held.id))[held.seats[unit]].outcome


async def timeline(held: Any) -> list[str]:
    rows = await MeetingEvent.select(MeetingEvent.what).where(MeetingEvent.meeting == held.id)
    return [row["what"] for row in rows]


async def with_contacts(held: Any, *addresses: str) -> None:
    unit = await unit_of(held.seats[UNIT])
    for rank, address in enumerate(addresses, 1):
        await Contact.insert(
            Contact(id=uuid4(), unit=unit, role="team", email=address, rank=rank, active_from=date(2026, 1, 1))
        )


class TestRaising:
    async def test_the_outcome_stays_recorded_and_is_marked_as_challenged(self, closed: Any, now: datetime) -> None:
        await raised(closed, now)

        assert await outcome(closed) == Outcome.NO_SHOW
        (one,) = await open_challenges(MACHINE)
        assert (one.unit, one.challenged, one.says, one.raised_by) == (
            UNIT, "no-show", "attended", "Missing team inspector",
        )  # fmt: skip
        assert (await standing_of_seats([closed.seats[UNIT]]))[closed.seats[UNIT]].open
        assert f"outcome challenged: {UNIT}, no-show; it says attended" in await timeline(closed)
        assert await Entry.exists().where(Entry.action.like("outcome challenged%"))

    async def test_the_mark_that_was_challenged_is_on_record(self, closed: Any, now: datetime) -> None:
        await raised(closed, now)
        row = await Challenge.objects().first()
        standing = await Attendance.select(Attendance.id).where(Attendance.seat == closed.seats[UNIT]).first()
        assert row is not None
        assert standing is not None
        assert row.mark == standing["id"]

    async def test_pressing_the_button_twice_raises_one_challenge(self, closed: Any, now: datetime) -> None:
        assert await raised(closed, now) == await raised(closed, now)
        assert await count_open(MACHINE) == 1

    async def test_another_claim_about_the_same_seat_waits_for_the_first(self, closed: Any, now: datetime) -> None:
        await raised(closed, now)
        with pytest.raises(errors.AlreadyChallenged):
            await raised(closed, now, Claim("apologies", "We rang before.", "Inspector"))

    async def test_a_unit_challenges_no_outcome_but_its_own(self, closed: Any, now: datetime) -> None:
        stranger = await unit_of(closed.seats["East Area"])
        with pytest.raises(errors.NotItsSeat):
            await raise_challenge(closed.seats[UNIT], stranger, CAME, now=now)
        assert await count_open(MACHINE) == 0

    async def test_a_seat_removed_before_the_start_has_no_outcome_to_challenge(
        self, closed: Any, now: datetime
    ) -> None:
        before = closed.starts_at - timedelta(hours=1)
        await Seat.update({Seat.removed_at: before}).where(Seat.id == closed.seats[UNIT])
        with pytest.raises(errors.NotItsSeat):
            await raised(closed, now)

    @pytest.mark.parametrize(
        ("claim", "refused"),
        [
            (Claim("no-show", "We did not come.", "Inspector"), errors.SaysTheSame),
            (Claim("not recorded", "Nobody knows.", "Inspector"), errors.UnknownOutcome),
            (Claim("late", "We were late.", "Inspector"), errors.UnknownOutcome),
            (Claim("attended", " \n ", "Inspector"), errors.ChallengeReasonWanted),
            (Claim("attended", "x" * 301, "Inspector"), errors.ChallengeReasonWanted),
            (Claim("attended", "We came.", ""), NameWanted),
            (Claim("attended", "We came.", "x" * 81), NameWanted),
        ],
    )
    async def test_what_cannot_be_a_challenge_is_refused(
        self, closed: Any, now: datetime, claim: Claim, refused: type[Exception]
    ) -> None:
        with pytest.raises(refused):
            await raised(closed, now, claim)
        assert await count_open(MACHINE) == 0

    async def test_an_outcome_that_nobody_recorded_can_be_challenged(
        self, rolled_back: None, convene: Any, now: datetime
    ) -> None:
        held = await convene(starts_at=now - timedelta(days=1), invited_at=now - timedelta(days=3))
        await raised(held, now)
        (one,) = await open_challenges(MACHINE)
        assert (one.challenged, one.says) == ("not recorded", "attended")

    async def test_a_meeting_called_off_has_no_outcomes(self, closed: Any, now: datetime) -> None:
        await Meeting.update({Meeting.state: MeetingState.CALLED_OFF}).where(Meeting.id == closed.id)
        with pytest.raises(WasCalledOff):
            await raised(closed, now)


class TestAnswering:
    async def test_upheld_it_corrects_the_register_with_the_answer_as_the_reason(
        self, closed: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        one = await raised(closed, now)
        await answer(
            one, upheld=True, words="The Teams file shows it.", by="coordinator", now=now, letterhead=letterhead
        )

        assert await outcome(closed) == Outcome.ATTENDED
        last = await Attendance.objects().order_by(Attendance.id, ascending=False).first()
        assert last is not None
        assert last.reason == "challenge upheld: The Teams file shows it."
        told = await timeline(closed)
        assert f"register corrected: {UNIT}, attended, now quorate" in told
        assert f"challenge upheld: {UNIT}, attended; nobody could be told" in told

    async def test_the_longest_answer_fits_the_reason_of_the_correction(
        self, closed: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        one = await raised(closed, now)
        await answer(one, upheld=True, words="w" * 180, by="coordinator", now=now, letterhead=letterhead)
        assert await outcome(closed) == Outcome.ATTENDED

    async def test_of_an_open_register_the_seat_is_marked_and_it_stays_open(
        self, rolled_back: None, convene: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        held = await convene(starts_at=now - timedelta(days=1), invited_at=now - timedelta(days=3))
        one = await raised(held, now)
        await answer(one, upheld=True, words="They came.", by="coordinator", now=now, letterhead=letterhead)
        assert await outcome(held) == Outcome.ATTENDED
        assert not [what for what in await timeline(held) if "corrected" in what]

    async def test_kept_it_changes_no_mark(self, closed: Any, now: datetime, letterhead: Letterhead) -> None:
        before = await Attendance.count()
        one = await raised(closed, now)
        await answer(one, upheld=False, words="The minutes say nobody.", by="c", now=now, letterhead=letterhead)

        assert (await outcome(closed), await Attendance.count()) == (Outcome.NO_SHOW, before)
        row = await Challenge.objects().first()
        assert row is not None
        assert (row.state, row.answer, row.answered_by) == (ChallengeState.KEPT, "The minutes say nobody.", "c")

    async def test_an_outcome_that_was_kept_is_not_challenged_again(
        self, closed: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        one = await raised(closed, now)
        await answer(one, upheld=False, words="The minutes.", by="c", now=now, letterhead=letterhead)
        with pytest.raises(errors.AnsweredAlready):
            await raised(closed, now)

    async def test_it_is_answered_once(self, closed: Any, now: datetime, letterhead: Letterhead) -> None:
        one = await raised(closed, now)
        await answer(one, upheld=False, words="The minutes.", by="c", now=now, letterhead=letterhead)
        with pytest.raises(errors.ChallengeOver, match="kept"):
            await answer(one, upheld=True, words="After all.", by="c", now=now, letterhead=letterhead)
        assert await outcome(closed) == Outcome.NO_SHOW

    @pytest.mark.parametrize("words", ["", " ", "w" * 181])
    async def test_it_is_answered_in_words(
        self, closed: Any, now: datetime, letterhead: Letterhead, words: str
    ) -> None:
        one = await raised(closed, now)
        with pytest.raises(errors.AnswerWanted):
            await answer(one, upheld=True, words=words, by="c", now=now, letterhead=letterhead)
        assert await outcome(closed) == Outcome.NO_SHOW

    async def test_nobody_answers_a_challenge_that_is_none(
        self, rolled_back: None, now: datetime, letterhead: Letterhead
    ) -> None:
        with pytest.raises(errors.NoSuchChallenge):
            await answer(uuid4(), upheld=True, words="x", by="c", now=now, letterhead=letterhead)

    def test_the_answer_is_wanted_in_five_working_days(self, now: datetime) -> None:
        assert answer_wanted_by(now) == now + timedelta(days=7)


class TestTheLetterWithTheAnswer:
    async def test_each_of_the_units_contacts_reads_what_is_recorded_now(
        self, closed: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        await with_contacts(closed, "team@central-north.example", "inspector@central-north.example")
        one = await raised(closed, now)
        before = len(await letters())
        await answer(one, upheld=True, words="The Teams file shows it.", by="c", now=now, letterhead=letterhead)

        first, second = (await letters())[before:]
        assert first == second
        sample = (Path(__file__).parent / "challenge_letter.txt").read_text()
        assert first.replace("\r\n", "\n") == sample.replace("SM-123456", closed.reference)

    async def test_where_the_outcome_is_kept_it_says_what_to_do(
        self, closed: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        await with_contacts(closed, "team@central-north.example")
        one = await raised(closed, now)
        await answer(one, upheld=False, words="The minutes say nobody.", by="c", now=now, letterhead=letterhead)

        text = (await letters())[-1]
        assert text.startswith(f"The outcome of {UNIT} at meeting {closed.reference} stays as it is: no-show.")
        assert "If your unit does not agree, reply to this message and say why." in text


class TestWithdrawing:
    async def test_it_counts_as_never_raised(self, closed: Any, now: datetime) -> None:
        one = await raised(closed, now)
        await withdraw(one, await unit_of(closed.seats[UNIT]), who="Inspector", now=now)
        await withdraw(one, await unit_of(closed.seats[UNIT]), who="Inspector", now=now)

        assert await count_open(MACHINE) == 0
        assert not await standing_of_seats([closed.seats[UNIT]])
        assert [what for what in await timeline(closed) if "withdrawn" in what] == [
            f"challenge withdrawn: {UNIT}, no-show"
        ]

    async def test_the_unit_may_say_something_else_then(self, closed: Any, now: datetime) -> None:
        one = await raised(closed, now)
        await withdraw(one, await unit_of(closed.seats[UNIT]), who="Inspector", now=now)
        await raised(closed, now, Claim("apologies", "We rang before.", "Inspector"))
        assert [challenge.says for challenge in await open_challenges(MACHINE)] == ["apologies"]

    async def test_nobody_withdraws_for_another_unit(self, closed: Any, now: datetime) -> None:
        one = await raised(closed, now)
        with pytest.raises(errors.NotItsSeat):
            await withdraw(one, await unit_of(closed.seats["East Area"]), who="Inspector", now=now)
        assert await count_open(MACHINE) == 1

    async def test_what_was_answered_is_not_withdrawn(
        self, closed: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        one = await raised(closed, now)
        await answer(one, upheld=False, words="The minutes.", by="c", now=now, letterhead=letterhead)
        with pytest.raises(errors.ChallengeOver, match="kept"):
            await withdraw(one, await unit_of(closed.seats[UNIT]), who="Inspector", now=now)
