"""Letters about a publication: to those who publish, that a draft waits; to the committee's list, that it is out.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import date_in_words, until
from notifications.imip import Attachment, Letter
from notifications.wording import Wording
from web.moments import london_date


@dataclass(frozen=True)
class Waiting:
    """A draft as those who publish are told of it; `link` is its page."""

    period: str
    type: str
    revision: int
    finding: str
    closes_at: datetime
    registers_open: int
    approved: bool
    challenges: int
    challenges_open: int
    link: str


@dataclass(frozen=True)
class Released:
    """A publication as the committee's list is told of it.

    :param rests_on: what the report says of its own records; "" where it says nothing.
    :param reason: why there is a correction; "" for the first revision.
    :param open_data: where its files are on the web, or "".
    :param pdf: None where it is too large for mail; then `pdf_link` says where it is.
    """

    title: str
    period: str
    type: str
    revision: int
    finding: str
    rests_on: str
    released_at: datetime
    sha256: str
    reason: str
    page: str
    open_data: str = ""
    pdf_link: str = ""
    pdf: Attachment | None = field(default=None, repr=False)


def draft_waits(one: Waiting, letterhead: Letterhead, *, to: str, message_id: str, now: datetime) -> Letter:
    """A draft is there to be read and approved; says what stands in its way."""
    facts = [
        ("Read the draft", one.link),
        ("Meetings", one.type),
        ("It says", one.finding),
        ("Units may challenge until", until(one.closes_at)),
    ]
    if one.registers_open:
        facts.append(("Registers open", f"{one.registers_open}: have them closed, then draw the figures afresh"))
    wording = Wording(
        subject=f"Draft to approve: {_report(one.period, one.revision)}",
        opening=f"The {_report(one.period, one.revision)} is drawn up. Please read it and approve it.",
        facts=facts,
        steps=["One person approves it, and another releases it once the units' time is over."],
        footer=_footer(letterhead, "because you may publish reports"),
    )
    return from_mailbox(wording, letterhead, to=to, to_name="", message_id=message_id, now=now)


def window_over(one: Waiting, letterhead: Letterhead, *, to: str, message_id: str, now: datetime) -> Letter:
    """The units' time is over; says what is still to be done before the report can be released."""
    wording = Wording(
        subject=f"{_next_step(one)}: {_report(one.period, one.revision)}",
        opening=f"Units may no longer challenge the {_report(one.period, one.revision)}. {_to_do(one)}",
        facts=[
            ("Open it", one.link),
            ("Meetings", one.type),
            ("Challenges", f"{one.challenges} raised, {one.challenges_open} without an answer"),
        ],
        steps=["Where a challenge was upheld, draw the figures afresh before it is approved."],
        footer=_footer(letterhead, "because you may publish reports"),
    )
    return from_mailbox(wording, letterhead, to=to, to_name="", message_id=message_id, now=now)


def released(
    one: Released, letterhead: Letterhead, *, to: str, to_name: str, message_id: str, now: datetime
) -> Letter:
    """The finding first, then what it rests on and where everything is."""
    wording = Wording(
        subject=f"{'Corrected' if one.reason else 'Published'}: {_report(one.period, one.revision)}",
        opening=one.finding,
        facts=_facts(one),
        steps=[
            *(["The PDF is attached. Its figures are the same in every format."] if one.pdf else []),
            "Small counts are hidden, so that nobody can tell who a meeting was about. They are printed as [c].",
            "To check a file that ends in .json, compare its SHA-256 with the one above.",
            "To be taken off this list, reply to this message.",
        ],
        footer=[f"Sent by {letterhead.sender_name}, because your address is on the committee's list."],
    )
    letter = from_mailbox(wording, letterhead, to=to, to_name=to_name, message_id=message_id, now=now)
    return replace(letter, attachments=(one.pdf,)) if one.pdf else letter


def _facts(one: Released) -> list[tuple[str, str]]:
    facts = [("Report", f"{one.title}, {one.period}")]
    if one.rests_on:
        facts.append(("What it rests on", one.rests_on))
    if one.reason:
        facts.append(("Why it is corrected", f"{one.reason} It replaces revision {one.revision - 1}."))
    facts.append(("Published", date_in_words(london_date(one.released_at))))
    if one.pdf_link:
        facts.append(("Read the PDF", one.pdf_link))
    if one.open_data:
        facts.append(("Every format", one.open_data))
    facts.append(("With an account", one.page))
    facts.append(("SHA-256", one.sha256))
    return facts


def _report(period: str, revision: int) -> str:
    name = f"attendance report for {period}"
    return f"{name}, revision {revision}" if revision > 1 else name


def _next_step(one: Waiting) -> str:
    if one.challenges_open:
        return "Answer challenges"
    return "Ready to release" if one.approved else "Ready to approve"


def _to_do(one: Waiting) -> str:
    if one.challenges_open:
        waits = "challenge waits" if one.challenges_open == 1 else "challenges wait"
        return f"{one.challenges_open} {waits} for an answer before it can be released."
    if one.approved:
        return "It can be released by somebody else than who approved it."
    return "It can be approved, and then released by somebody else."


def _footer(letterhead: Letterhead, why: str) -> list[str]:
    return [letterhead.marking, f"Sent by {letterhead.sender_name}, {why}."]
