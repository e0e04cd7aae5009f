"""The simulated units have habits of their own, which a restart or another order of events does not change."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from attendance.tables import Outcome
from demo import officers
from demo.officers import Habit
from demo.programs import Program
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS, NOT_CONVENED_REASONS

DAY = timedelta(days=1)
GOOD = Habit(0.95, 0.95, 2.0, Program.OUTLOOK)
POOR = Habit(0.25, 0.55, 8.0, Program.OUTLOOK)


def throws(number: int = 2000) -> Iterator[Random]:
    return (officers.dice(1, n) for n in range(number))


def outcomes(habit: Habit, answered: str) -> Counter[str]:
    return Counter(officers.coming(habit, rng, answered).outcome for rng in throws())


def test_a_unit_has_the_same_habit_each_time() -> None:
    assert officers.habit(2023, "NA", "bcu") == officers.habit(2023, "NA", "bcu")


def test_some_command_units_are_better_than_others() -> None:
    reliable = [officers.habit(2023, code, "bcu").reliable for code in ("AS", "AW", "CE", "CN", "EA", "NA", "NE")]
    assert max(reliable) - min(reliable) > 0.3


def test_every_outcome_is_one_that_the_register_knows() -> None:
    seen = set().union(*(outcomes(POOR, answered) for answered in ("ACCEPTED", "TENTATIVE", "DECLINED", "")))
    assert seen == {o.value for o in Outcome if o is not Outcome.NOT_RECORDED} | {""}


def test_a_reliable_unit_that_accepted_comes_more_often() -> None:
    good, poor = outcomes(GOOD, "ACCEPTED"), outcomes(POOR, "ACCEPTED")
    assert good["attended"] > poor["attended"]


def test_who_never_answered_stays_away_more_often_than_who_accepted() -> None:
    assert outcomes(POOR, "")["no-show"] > 2 * outcomes(POOR, "ACCEPTED")["no-show"]


@pytest.mark.parametrize("notice", [timedelta(minutes=30), DAY, 5 * DAY])
def test_an_answer_comes_before_the_start(notice: timedelta) -> None:
    for rng in throws():
        meant = officers.intention(POOR, rng, notice=notice)
        assert meant.after < notice
        assert not meant.changes_to or meant.after + meant.changes_before_start <= notice


def test_only_present_units_join_late_or_leave_early() -> None:
    for rng in throws():
        came = officers.coming(POOR, rng, "TENTATIVE")
        assert came.outcome in ("attended", "deputy attended") or not (came.joined_late or came.left_early)


def test_meetings_are_called_off_for_reasons_that_the_product_offers() -> None:
    found = [c for rng in throws() if (c := officers.calling_off(rng, notice=DAY))]
    assert 0.06 < len(found) / 2000 < 0.12
    assert {c.asked_by for c in found} <= set(CALLED_OFF_BY)
    assert {c.reason for c in found} <= set(CALLED_OFF_REASONS)


def test_less_is_convened_where_the_police_cannot_be_relied_on() -> None:
    poor = [officers.not_convened(rng, 0.2) for rng in throws()]
    good = [officers.not_convened(rng, 0.95) for rng in throws()]
    assert len([r for r in poor if r]) > len([r for r in good if r])
    assert set(poor) - {""} <= set(NOT_CONVENED_REASONS)
