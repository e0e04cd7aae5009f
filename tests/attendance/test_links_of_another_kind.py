"""A link is good for the one thing that it was made for: the code of one kind opens no other, whatever the number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from meetings.letterhead import Letterhead, named_in

Makes = Callable[[Letterhead, UUID], str]
Reads = Callable[[Letterhead, str], UUID | None]
OWNER = "keyworker@placement.example"


def action_made(letterhead: Letterhead, action: UUID) -> str:
    return letterhead.action_link(action, OWNER)


def action_read(letterhead: Letterhead, link: str) -> UUID | None:
    action = named_in(link)
    return action if action and letterhead.is_link_of(link, action, OWNER) else None


KINDS: dict[str, tuple[Makes, Reads]] = {
    "answer": (Letterhead.answer_link, Letterhead.invitation_of),
    "acknowledge": (Letterhead.acknowledge_link, Letterhead.letter_of),
    "handover": (Letterhead.handover_link, Letterhead.handover_of),
    "outcomes": (Letterhead.outcomes_link, Letterhead.told_of),
    "action": (action_made, action_read),
}


@pytest.mark.parametrize(("made", "read"), list(permutations(KINDS, 2)))
def test_a_code_of_one_kind_opens_no_other(letterhead: Letterhead, made: str, read: str) -> None:
    subject = uuid4()
    link = KINDS[made][0](letterhead, subject).rpartition("/")[2]
    assert KINDS[made][1](letterhead, link) == subject
    assert KINDS[read][1](letterhead, link) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_reply_token_and_the_feeds_are_no_links(letterhead: Letterhead, kind: str) -> None:
    subject = uuid4()
    for token in (letterhead.token(subject), letterhead.feed_token(subject)):
        assert KINDS[kind][1](letterhead, f"{subject.hex}.{token}") is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change", [str.upper, lambda link: link + "\n", lambda link: " " + link, lambda link: link[1:]]
)
def test_a_link_that_was_changed_at_all_is_none(
    letterhead: Letterhead, kind: str, change: Callable[[str], str]
) -> None:
    link = KINDS[kind][0](letterhead, uuid4()).rpartition("/")[2]
    assert KINDS[kind][1](letterhead, change(link)) is None
