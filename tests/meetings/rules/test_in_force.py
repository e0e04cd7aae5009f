"""Which version decides on which day, against asking every version every day."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from meetings.in_force import RuleBook, spans
from meetings.rule_facts import RuleFacts

FIRST = date(2026, 11, 1)
CAMDEN, LAMBETH = "E09000007", "E09000022"
lengths = st.one_of(st.none(), st.integers(0, 20))


@st.composite
def versions(draw: st.DrawFn) -> list[RuleFacts]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        since = FIRST + timedelta(days=draw(st.integers(0, 25)))
        days = draw(lengths)
        made.append(
            RuleFacts(
                id=uuid4(),
                code="HIGH",
                place=draw(st.sampled_from(("", CAMDEN))),
                version=number,
                condition={"when": "graded high"},
                effective_from=since,
                effective_to=None if days is None else since + timedelta(days=days),
            )
        )
    return made


def deciding(made: list[RuleFacts], place: str, day: date) -> RuleFacts | None:
    holding = [one for one in made if one.place in ("", place) and one.in_force(day)]
    own = [one for one in holding if one.place]
    return max(own or holding, key=lambda one: one.version, default=None)


@given(versions(), st.sampled_from((CAMDEN, LAMBETH)))
def test_the_version_of_each_day_is_the_highest_of_the_authoritys_own_or_else_of_the_general_ones(
    made: list[RuleFacts], place: str
) -> None:
    decides = RuleBook(made).of(place).get("HIGH", ())
    for day in (FIRST + timedelta(days=n) for n in range(-1, 60)):
        expected = deciding(made, place, day)
        assert [one.id for one in decides if one.in_force(day)] == ([expected.id] if expected else [])


@given(versions())
def test_the_days_are_in_order_and_each_change_is_a_change(made: list[RuleFacts]) -> None:
    for earlier, later in pairwise(spans(made)):
        assert earlier.effective_to is not None
        assert earlier.effective_to <= later.effective_from
        assert earlier.id != later.id or earlier.effective_to < later.effective_from
