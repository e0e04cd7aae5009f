"""Addresses of checks: known again by the installation that made them, for a day, and by nobody else made."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.check_address import GOOD_FOR, token_found, token_made

SECRET = "a secret that only the tests know, forty"
INVITEE = "meetings+aaaabbbbccccddddeeeeffff22@invites.example"


def made(now: datetime) -> str:
    return token_made(SECRET, chance=b"four", now=now)


def test_a_token_looks_like_an_invitees_and_is_known_again_in_address_and_message_id(now: datetime) -> None:
    token = made(now)
    assert re.fullmatch(r"[a-z2-7]{26}", token)
    for written in (
        f"meetings+{token}@invites.example",
        f"Bounce+{token.upper()}@INVITES.example",
        f"<check.{token}@x>",
    ):
        assert token_found(written, SECRET, now=now) == token


def test_it_is_good_for_a_day(now: datetime) -> None:
    address = f"meetings+{made(now)}@invites.example"
    assert token_found(address, SECRET, now=now + GOOD_FOR)
    assert token_found(address, SECRET, now=now + GOOD_FOR + timedelta(seconds=1)) is None


def test_another_installations_token_and_an_invitees_are_none(now: datetime) -> None:
    assert token_found(f"meetings+{made(now)}@x", SECRET + "!", now=now) is None
    assert token_found(INVITEE, SECRET, now=now) is None
    assert token_found("meetings@invites.example", SECRET, now=now) is None


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26))
def test_no_guess_is_a_token_and_none_is_an_error(guess: str) -> None:
    assert token_found(f"meetings+{guess}@x", SECRET, now=datetime.fromisoformat("2026-11-18T10:00:00+00:00")) is None
