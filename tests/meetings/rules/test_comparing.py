"""Counting what a rule calls for skips only what cannot be: it agrees with asking the rules about everything."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import example, given, settings
from hypothesis import strategies as st

from meetings.comparing import (
    Compared,
    Known,
    as_always,
    calls,
    compare,
    instead,
    looks_back,
    needed,
    places_touched,
    read_from,
)
from meetings.default_rules import DEFAULTS
from meetings.in_force import RuleBook
from meetings.rule_facts import EpisodeFacts, RuleFacts
from meetings.triggers import fired

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
CODES = ("HIGH", "OPEN24-CARE", "OPEN72", "REPEAT", "EXPLOIT", "HARM", "CROSS", "REFUSED", "FIRST")


def rule_of(one: Any, **changes: Any) -> RuleFacts:
    amount, unit, start = one.clock or (None, "", "")
    facts: dict[str, Any] = {
        "code": one.code,
        "version": 1,
        "condition": one.condition,
        "clock_amount": amount,
        "clock_unit": unit,
        "clock_start": start,
        "makes_meeting": one.makes_meeting,
        "effective_from": date(2023, 4, 1),
    }
    return RuleFacts(id=uuid4(), **facts | changes)


RULES = [rule_of(one) for one in DEFAULTS]
hours = st.integers(0, 200 * 24)
later = st.one_of(st.none(), st.integers(0, 130 * 24))


def at(before: int) -> datetime:
    return NOW - timedelta(hours=before)


@st.composite
def episodes(draw: st.DrawFn) -> EpisodeFacts:
    """An episode of the last 200 days, of which anything may have been learned at any time since."""
    started = draw(hours)

    def since_then() -> datetime | None:
        after = draw(later)
        return None if after is None else at(max(started - after, 0))

    return EpisodeFacts(
        id=uuid4(),
        source=draw(st.sampled_from(("case-system", "return"))),
        source_reference=uuid4().hex,
        started_at=at(started),
        reported_at=since_then() or at(started),
        ended_at=since_then(),
        withdrawn=draw(st.integers(0, 9)) == 0,
        history_only=draw(st.integers(0, 9)) == 0,
        graded_high_at=since_then(),
        care_status=draw(st.sampled_from(("", "looked after"))),
        home_place="E09000022",
        host_place=draw(st.sampled_from(("", "E23000032"))),
        cse=draw(st.booleans()),
        flagged_at=since_then(),
        disclosure_at=since_then(),
        report_accepted=draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(episodes(), max_size=8), st.sampled_from(CODES))
def test_what_is_skipped_could_not_have_been_called_for(known: list[EpisodeFacts], code: str) -> None:
    rules = as_always(RULES, NOW.date())
    asked = needed(rules, code)
    found = calls({uuid4(): Known(known)}, asked, code, lambda place: True, (SINCE, NOW))
    plainly = [one for episode in known for one in fired(episode, known, RuleBook(rules), NOW)]
    expected = {one.cause: one for one in plainly if one.rule_code == code and one.fired_at >= SINCE}
    assert {cause: call.fired for cause, call in found.items()} == expected


def known_by(started: int, reported: int, ended: int, **said: Any) -> EpisodeFacts:
    """An episode by how many days ago it started, was reported and ended."""
    times = {"started_at": at(started * 24), "reported_at": at(reported * 24), "ended_at": at(ended * 24)}
    facts: dict[str, Any] = {"source": "case-system", "source_reference": uuid4().hex, "home_place": "E09000022"}
    return EpisodeFacts(id=uuid4(), **facts | times | said)


@settings(max_examples=150, deadline=None)
@example(
    [known_by(190, 190, 189), known_by(170, 170, 169), known_by(120, 80, 79)], "REPEAT"
)  # reported long after it started: counted with what was before its start, not before its report
@example(
    [known_by(190, 190, 189), known_by(170, 80, 169, history_only=True), known_by(120, 120, 119)], "REPEAT"
)  # of history alone, which calls for nothing itself: its report is what makes the third count
@given(st.lists(episodes(), max_size=8), st.sampled_from(CODES))
def test_earlier_episodes_are_read_as_far_back_as_the_rule_looks(known: list[EpisodeFacts], code: str) -> None:
    """The children and episodes that `rule_trial` reads, out of all there are."""
    asked = needed(as_always(RULES, NOW.date()), code)
    reported = [one.started_at for one in known if one.reported_at >= SINCE and not one.withdrawn]
    reach = read_from(SINCE, min(reported, default=None), looks_back(asked))
    in_view = [one for one in known if not one.withdrawn and (one.ended_at is None or latest(one) >= SINCE)]
    in_reach = [one for one in known if reach is None or one.started_at >= reach or one in in_view]
    read = {UUID(int=1): Known(in_reach)} if in_view else {}
    everything = calls({UUID(int=1): Known(known)}, asked, code, lambda place: True, (SINCE, NOW))
    assert calls(read, asked, code, lambda place: True, (SINCE, NOW)) == everything


def latest(one: EpisodeFacts) -> datetime:
    times = (one.ended_at, one.reported_at, one.disclosure_at, one.flagged_at)
    return max(time for time in times if time is not None)


def test_a_draft_takes_the_place_of_its_own_rule_alone() -> None:
    draft = rule_of(DEFAULTS[0], place="E09000007", clock_amount=6)
    assert len(instead(RULES, draft)) == len(RULES) + 1
    again = rule_of(DEFAULTS[0], place="E09000007", clock_amount=12)
    assert [rule.clock_amount for rule in instead(instead(RULES, draft), again) if rule.place] == [12]


def test_the_general_rule_touches_whoever_has_none_of_their_own() -> None:
    own = rule_of(DEFAULTS[0], place="E09000007")
    general = places_touched(rule_of(DEFAULTS[0]), [*RULES, own])
    assert (general("E09000007"), general("E09000022")) == (False, True)
    assert places_touched(own, RULES)("E09000007")
    assert not places_touched(own, RULES)("E09000022")


def test_nothing_beside_nothing_differs_in_nothing() -> None:
    assert compare({}, {}) == Compared(0, 0, 0, 0, 0, 0)
    assert compare({}, {}).difference == 0
