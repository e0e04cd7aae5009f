"""Every good answer under every way in which clients and gateways bend mail: it still says the same.

The table says of each way what it makes of the facts (`makes`) and what it may take away (`may_lose`). Whatever is
not named there must be what outcomes.toml says. The same mail twice, and answers in another order, are a matter of
what was taken in before: tests/attendance has those.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from notifications.imip import Kind
from notifications.itip import Answer
from tests.notifications import mutating
from tests.notifications.outcomes import SAMPLES, Outcome, expected, told

NOBODY = {"attendees": (), "attendee_partstats": (), "partstat": "", "delegated_to": (), "delegated_from": ()}
GOOD = sorted(
    name
    for name, outcome in expected().items()
    if outcome.opened.kind is Kind.CALENDAR and outcome.answers and not outcome.opened.wrapped
)


def always(outcome: Outcome) -> bool:
    return True


def by_one_author(outcome: Outcome) -> bool:
    """What a gateway wrapped is only opened where its author is the one author of the mail."""
    return len(outcome.opened.from_addresses) == 1


def in_plain_ascii(outcome: Outcome) -> bool:
    """An encoding without any encoding carries nothing else, and no octets of zero."""
    return outcome.opened.message_id != "<utf16@police.example>"


def fits_winmail(outcome: Outcome) -> bool:
    """Outlook packs one plain answer of one attendee, whose times and version it knows."""
    (answer, *more) = outcome.answers
    return (
        not more
        and answer.method in ("REPLY", "COUNTER")
        and len(answer.attendees) == 1
        and answer.partstat in mutating.CLASSES
        and not (answer.delegated_to or answer.delegated_from)
        and None not in (answer.sequence, answer.dtstamp, answer.starts_at, answer.ends_at)
        and (answer.method == "REPLY" or answer.original_starts_at is not None)
    )


@dataclass(frozen=True)
class Mutation:
    """One way to bend a message."""

    name: str
    bend: Callable[[bytes, Outcome], bytes]
    makes: dict[str, Any] = field(default_factory=dict)  # of each answer
    may_lose: tuple[str, ...] = ()  # of each answer
    mail: dict[str, Any] = field(default_factory=dict)  # of the mail
    applies: Callable[[Outcome], bool] = always


def stream(change: mutating.Change, encoding: str = "base64") -> Callable[[bytes, Outcome], bytes]:
    return lambda raw, _: mutating.with_streams(raw, change, encoding=encoding)


def whole(change: Callable[[bytes], bytes]) -> Callable[[bytes, Outcome], bytes]:
    return lambda raw, _: change(raw)


def same(text: str) -> str:
    return text


without = mutating.lines_without
MUTATIONS = [
    Mutation("no ORGANIZER", stream(without("ORGANIZER"))),
    Mutation("no ATTENDEE", stream(without("ATTENDEE")), makes=NOBODY, may_lose=("comment", "sent_by")),
    Mutation("no DTSTAMP", stream(without("DTSTAMP")), makes={"dtstamp": None}),
    Mutation("no SEQUENCE", stream(without("SEQUENCE", "X-MICROSOFT-CDO-APPT-SEQUENCE")), makes={"sequence": None}),
    Mutation("no SUMMARY, PRODID or VERSION", stream(without("SUMMARY", "PRODID", "VERSION"))),
    Mutation("Windows zone without VTIMEZONE", stream(mutating.with_windows_zone)),
    Mutation("letter case", stream(mutating.in_small_letters)),
    Mutation("byte order mark", stream(lambda text: f"\ufeff{text}")),
    Mutation("bare LF in the calendar", stream(lambda text: text.replace("\r\n", "\n"))),
    Mutation("lone CR in the calendar", stream(lambda text: text.replace("\r\n", "\r"))),
    Mutation("doubled CR in the calendar", stream(lambda text: text.replace("\r\n", "\r\r\n"))),
    Mutation("bare LF in the whole mail", whole(lambda raw: raw.replace(b"\r\n", b"\n"))),
    Mutation("folded at every 24th character", stream(mutating.folded_often)),
    Mutation("banner before and disclaimer after", stream(mutating.with_banner)),
    Mutation("unknown properties and an alarm", stream(mutating.with_strangers)),
    Mutation("transfer encoding base64", stream(same, "base64")),
    Mutation("transfer encoding quoted-printable", stream(same, "quoted-printable"), applies=in_plain_ascii),
    Mutation("transfer encoding 8bit", stream(same, "8bit"), applies=in_plain_ascii),
    Mutation("transfer encoding 7bit", stream(same, "7bit"), applies=in_plain_ascii),
    Mutation("transfer encoding binary", stream(same, "binary"), applies=in_plain_ascii),
    Mutation(
        "wrapped in message/rfc822",
        whole(mutating.within_gateway),
        mail={"wrapped": "gateway", "text": "[EXTERNAL]"},
        applies=by_one_author,
    ),
    Mutation("signed, the signature beside it", whole(mutating.beside_signature), mail={"wrapped": "signed"}),
    Mutation("signed, inside the signature", whole(mutating.within_signature), mail={"wrapped": "signed"}),
    Mutation(
        "TNEF",
        lambda raw, outcome: mutating.within_winmail(raw, outcome.answers[0]),
        may_lose=("comment", "recurrence_day"),
        mail={"wrapped": "tnef", "text": ""},
        applies=fits_winmail,
    ),
    Mutation("duplicate part", whole(mutating.with_copies)),
]


def bent(answer: Answer, mutation: Mutation, read: Answer) -> Answer:
    """What the answer must have become: as the table says, and lost where it may be and was."""
    lost = {name: getattr(read, name) for name in mutation.may_lose if not getattr(read, name)}
    return replace(answer, **mutation.makes | lost)


BENT = [(mutation, name) for mutation in MUTATIONS for name in GOOD if mutation.applies(expected()[name])]


@pytest.mark.parametrize(("mutation", "name"), BENT, ids=[f"{mutation.name}, {name}" for mutation, name in BENT])
def test_a_bent_answer_says_the_same(mutation: Mutation, name: str) -> None:
    outcome = expected()[name]

    read = told(mutation.bend((SAMPLES / name).read_bytes(), outcome))

    assert len(read.answers) == len(outcome.answers)
    pairs = zip(outcome.answers, read.answers, strict=True)
    assert read == replace(
        outcome,
        opened=replace(outcome.opened, **mutation.mail),
        answers=tuple(bent(answer, mutation, now) for answer, now in pairs),
        methods=read.methods,
    )


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_every_mutation_bends_most_of_the_good_answers(mutation: Mutation) -> None:
    assert sum(mutation is one for one, _ in BENT) > 20
