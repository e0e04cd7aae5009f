"""Whose part of a child's case an entry of the log tells of, on values alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attendance.in_sight import Entry, Sight, Span, is_of_the_part
from web.roles import Role
from web.viewer import Post

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
HERE, THERE = Post(Role.COORDINATOR, "camden"), Post(Role.COORDINATOR, "newham")
ALWAYS = Span(MONDAY - 52 * WEEK, None)
CALLED = "rules called for a meeting"


def opened(actor: str = "somebody", at: datetime = MONDAY, action: str = "opened what waits for a child") -> Entry:
    return Entry(1, at, actor, action)


def sight(*posts: tuple[Post, Span], **known: object) -> Sight:
    return Sight(posts={"somebody": posts}, seeing=frozenset({HERE}), **known)  # type: ignore[arg-type]  # of each test


def test_what_somebody_opened_in_a_post_that_sees_the_part_tells_of_it() -> None:
    assert is_of_the_part(opened(), sight((HERE, ALWAYS)))
    assert is_of_the_part(opened(), sight((THERE, ALWAYS), (HERE, ALWAYS)))


def test_what_somebody_opened_in_a_post_elsewhere_does_not() -> None:
    assert not is_of_the_part(opened(), sight((THERE, ALWAYS)))


@pytest.mark.parametrize(("days", "told"), [(-1, True), (0, False), (8, False)])
def test_it_is_the_post_of_that_moment_that_counts(days: int, told: bool) -> None:
    moved = sight((HERE, Span(MONDAY - WEEK, MONDAY)), (THERE, Span(MONDAY, None)))
    assert is_of_the_part(opened(at=MONDAY + timedelta(days=days)), moved) is told


def test_where_no_post_held_by_this_clock_all_that_were_held_count() -> None:
    later = Span(MONDAY + WEEK, None)
    assert is_of_the_part(opened(), sight((HERE, later)))
    assert not is_of_the_part(opened(), sight((THERE, later)))


@pytest.mark.parametrize(("hours", "told"), [(0, True), (2, False)])
def test_emergency_access_opens_every_part_while_it_lasts(hours: int, told: bool) -> None:
    glass = {"somebody": [Span(MONDAY, MONDAY + timedelta(hours=2))]}
    entry = opened(at=MONDAY + timedelta(hours=hours))
    assert is_of_the_part(entry, sight((THERE, ALWAYS), opened=glass)) is told


@pytest.mark.parametrize("action", ["was refused a case", "took emergency access"])
def test_who_was_refused_or_took_emergency_access_is_told_to_every_authority(action: str) -> None:
    assert is_of_the_part(opened(action=action), sight((THERE, ALWAYS)))


def test_what_a_process_did_is_told() -> None:
    assert is_of_the_part(opened("a process"), sight((THERE, ALWAYS)))


def test_what_called_for_a_meeting_is_told_by_its_cause() -> None:
    known = Sight(calls=frozenset({CALLED}), causes=frozenset({"own"}), noticed=frozenset({MONDAY}))
    assert is_of_the_part(Entry(1, MONDAY, "convene", CALLED, "own"), known)
    assert not is_of_the_part(Entry(1, MONDAY, "convene", CALLED, "another"), known)


def test_what_names_no_cause_is_told_by_when_it_was_noticed() -> None:
    known = Sight(calls=frozenset({CALLED}), noticed=frozenset({MONDAY}))
    assert is_of_the_part(Entry(1, MONDAY, "convene", CALLED), known)
    assert not is_of_the_part(Entry(1, MONDAY + WEEK, "convene", CALLED), known)
