"""Nobody on the ladder gets two letters at once: what falls due together comes in one, what follows waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from attendance import ladder_letters
from attendance.acknowledging import acknowledge, asked
from attendance.escalations import hurry
from attendance.ladder_tables import Escalation, EscalationLetter
from directory.rungs import Rung
from tests.attendance.ladder.conftest import DIRECTOR, HOUR, SERGEANT, THURSDAY, on_ladder, steps

MINUTE = timedelta(minutes=1)
DIRECTORS = 6 * HOUR  # after the first step


@pytest.fixture
async def many(rolled_back: None, convene: Any) -> list[Any]:
    """Twenty meetings at one time that nobody of one unit answers for; one director stands on every ladder."""
    units = (("Central North", "bcu", "missing.team@central-north.police.example", ("home police",)),)
    meetings = [await convene(units=units, quorum=()) for _ in range(20)]
    await on_ladder("Central North", Rung.SUPERVISOR, SERGEANT, "detective sergeant")
    await on_ladder(None, Rung.DIRECTOR, DIRECTOR, "director of safeguarding")
    return meetings


async def test_twenty_silent_seats_are_one_letter_to_the_director(many: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY + DIRECTORS)
    letters = await sent.since()
    subject, text = letters[DIRECTOR]
    assert subject == "20 matters wait for you: Central North"
    assert text.count("has not said whether it comes") == 20
    assert text.count("/acknowledge/") == 1
    assert SERGEANT not in letters


async def test_the_one_link_acknowledges_all_of_them(many: Any, round_at: Any) -> None:
    await round_at(THURSDAY + DIRECTORS)
    letter = await EscalationLetter.objects().where(EscalationLetter.address == DIRECTOR).first()
    assert letter is not None
    assert len((await asked(letter.id, now=THURSDAY + DIRECTORS)).matters) == 20
    assert await acknowledge(letter.id, who="director", now=THURSDAY + DIRECTORS)


async def test_what_falls_due_minutes_later_waits_a_quarter_of_an_hour(
    ladders: Any, convene: Any, round_at: Any, sent: Any
) -> None:
    at = THURSDAY + 2 * HOUR
    await convene(
        starts_at=ladders.starts_at + 5 * MINUTE,
        units=(("Central North", "bcu", "missing.team@central-north.police.example", ("home police",)),),
        quorum=(),
    )
    for minutes in (-120, -105):
        await round_at(at + minutes * MINUTE)
        await sent.since()
    await round_at(at)
    assert SERGEANT in await sent.since()
    for minutes in (5, 10, 14):
        await round_at(at + minutes * MINUTE)
        assert SERGEANT not in await sent.since()
    await round_at(at + 15 * MINUTE)
    assert SERGEANT in await sent.since()


async def test_who_stands_on_two_rungs_of_one_step_gets_one_letter(ladders: Any, round_at: Any, sent: Any) -> None:
    await on_ladder("Central North", Rung.SUPERINTENDENT, DIRECTOR.upper(), "director, acting superintendent")
    for hours in (0, 2, 4, 6):
        await round_at(THURSDAY + hours * HOUR)
    letters = [row for row in await EscalationLetter.objects() if row.address == DIRECTOR]
    assert len(letters) == 1


async def test_a_hurried_step_still_leaves_its_reader_in_peace_for_a_while(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    await on_ladder("Central North", Rung.HEAD, SERGEANT, "detective sergeant")
    await round_at(THURSDAY)
    await round_at(THURSDAY + 2 * HOUR)
    ladder = await Escalation.objects().first()
    assert ladder is not None
    await hurry(ladder.id, reason="the child was seen", by="coordinator", now=THURSDAY + 2 * HOUR)
    await round_at(THURSDAY + 2 * HOUR + MINUTE)
    assert (3, "sent") not in await steps()
    await round_at(THURSDAY + 2 * HOUR + 15 * MINUTE)
    assert (3, "sent") in await steps()


async def test_one_ladder_that_fails_keeps_no_other_from_being_climbed(
    many: Any, round_at: Any, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ladder_letters.letter
    bad = many[3].reference

    def fails_for_one(told: Any, *args: Any, **more: Any) -> Any:
        if any(one.reference == bad for one in told):
            raise ValueError
        return made(told, *args, **more)

    with monkeypatch.context() as broken:
        broken.setattr(ladder_letters, "letter", fails_for_one)
        await round_at(THURSDAY + 2 * HOUR)
    assert SERGEANT in await sent.since()
