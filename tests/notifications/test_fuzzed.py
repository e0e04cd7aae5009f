"""Hostile and broken messages: each ends as exactly one kind, none in an exception, none takes long."""

from hypothesis import given
from hypothesis import strategies as st

from attendance.reading import read
from bench import fuzz
from notifications.kinds import InboundKind


def test_fifteen_hundred_hostile_messages_each_end_as_one_kind() -> None:
    counted = fuzz.tried(range(1_500))

    assert counted.crashes == []
    assert counted.slow == []
    assert counted.kinds.total() == 1_500
    assert {InboundKind.ANSWER, InboundKind.UNREADABLE, InboundKind.TEXT} <= set(counted.kinds)


def test_a_message_is_the_same_each_time_it_is_made() -> None:
    assert [fuzz.message(seed) for seed in range(20)] == [fuzz.message(seed) for seed in range(20)]


@given(st.integers(0, 2**32), st.binary(max_size=200), st.integers(0, 2_000))
def test_no_octets_within_a_message_make_it_crash(seed: int, octets: bytes, at: int) -> None:
    raw = fuzz.message(seed)

    assert fuzz.ended(raw[:at] + octets + raw[at:]) is not None


@given(st.binary(max_size=300))
def test_what_is_no_message_at_all_waits_for_a_person(octets: bytes) -> None:
    assert read(octets).kind in set(InboundKind) - {InboundKind.UNREAD, InboundKind.ANSWER}
