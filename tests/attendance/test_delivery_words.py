"""What a mail server's code means, in words that an officer can act on."""

from __future__ import annotations

import pytest

from attendance.delivery_words import in_plain_words


@pytest.mark.parametrize(
    ("status", "permanent", "said"),
    [
        ("5.1.1", True, "There is no such mailbox, or it has moved."),
        ("5.2.2", True, "The mailbox is full."),
        ("4.2.2", False, "The mailbox is full. It may work again later."),
        ("4.4.7", False, "Its mail server could not be reached for days. It may work again later."),
        ("5.4.4", True, "Its mail server could not be reached."),
        (
            "5.7.1",
            True,
            "Its mail server refused the letter for reasons of security. The address itself may be right.",
        ),
        ("5.0.0", True, "Its mail server does not say plainly why."),
        ("", False, "Its mail server does not say plainly why."),
    ],
)
def test_a_status_is_told_in_plain_words(status: str, permanent: bool, said: str) -> None:
    assert in_plain_words(status, permanent=permanent) == said
