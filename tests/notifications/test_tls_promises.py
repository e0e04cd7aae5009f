"""What is demanded of a relay's encryption, what it promised, and which letters wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import outbox
from notifications.errors import Held
from notifications.holding import holding
from notifications.imip import Letter
from notifications.tables import OutboundMail, OutState
from notifications.tls_promises import Policy, as_map, demanded, not_kept, promised

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
DEMANDS = {"police.example": demanded([]), "council.example": demanded([".mail.example", "mx.council.example"])}
NAMES = st.from_regex(r"\A[a-z][a-z0-9-]{0,5}\.example\Z")


def test_the_map_is_as_postfix_reads_it() -> None:
    assert as_map(DEMANDS).splitlines()[1:] == [
        "council.example secure match=.mail.example:mx.council.example",
        "police.example verify",
    ]


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=3)))
def test_a_relay_that_obeys_our_map_keeps_what_is_demanded(servers: dict[str, list[str]]) -> None:
    demands = {domain: demanded(names) for domain, names in servers.items()}
    assert promised(as_map(demands)) == demands
    assert not_kept(demands, promised(as_map(demands))) == frozenset()


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("police.example verify", True),
        ("police.example secure match=nexthop", True),
        ("police.example dane-only", True),
        ("POLICE.example fingerprint", True),
        ("police.example encrypt", False),  # to anybody who takes it
        ("police.example may", False),
        ("police.example dane", False),
        ("police.example", False),
        ("# police.example verify", False),
        (".police.example verify", False),
        ("", False),
    ],
)
def test_only_a_level_that_verifies_keeps_it(line: str, kept: bool) -> None:
    assert (not_kept({"police.example": demanded([])}, promised(line)) == frozenset()) is kept


@pytest.mark.parametrize(
    ("promise", "kept"),
    [
        (Policy("secure", frozenset({"mx.council.example"})), True),
        (Policy("secure", frozenset({"mx.council.example", "anybody.example"})), False),
        (Policy("verify"), False),
        (Policy("may", frozenset({"mx.council.example"})), False),
    ],
)
def test_a_certificate_of_another_name_is_not_what_was_demanded(promise: Policy, kept: bool) -> None:
    assert promise.keeps(DEMANDS["council.example"]) is kept


async def test_a_letter_that_is_held_is_not_given_to_the_relay_and_the_others_leave(rolled_back: None) -> None:
    taken: list[str] = []

    async def send(raw: bytes, envelope_from: str, recipient: str) -> None:
        taken.append(recipient)

    for number, to in enumerate(["a@police.example", "b@POLICE.example", "c@police.example", "d@council.example"]):
        await outbox.enqueue(_letter(to), key=str(number), kind="request", now=NOW)
    await outbox.deliver_due(holding(send, {"police.example"}), clock=lambda: NOW)
    assert taken == ["d@council.example"]
    waiting = await OutboundMail.objects().where(OutboundMail.state == OutState.QUEUED)
    assert len(waiting) == 3
    assert all("the relay has not promised that" in letter.last_error for letter in waiting)
    assert all(letter.due_at > NOW for letter in waiting)


async def test_nothing_stands_between_where_nothing_is_held() -> None:
    async def send(raw: bytes, envelope_from: str, recipient: str) -> None:
        raise Held("never called")

    assert holding(send, ()) is send


def _letter(to: str) -> Letter:
    return Letter(
        to=to,
        to_name="Unit",
        from_address="meetings@invites.example",
        from_name="Convene meetings",
        reply_to="meetings@invites.example",
        envelope_from="meetings@invites.example",
        subject="Please come",
        text="Please come.\n",
        html="<p>Please come.</p>\n",
        message_id=f"<{to}>",
        date=NOW,
    )
