"""The letters about an action, whole, as their owner reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from meetings.action_letters import Given, new_action, nudge
from meetings.action_rules import Nudge
from meetings.letters import Letterhead

ACTION = UUID("1f2e3d4c-5b6a-4798-8776-655443322110")
OWNER = "nurses@lambeth-health.example"
ID = "<action@invites.convene.example>"


@pytest.fixture
def given(letterhead: Letterhead) -> Given:
    return Given(
        "SM-7RCVP5",
        "information sharing",
        "Lambeth health team",
        "nurses@lambeth-health.example",
        date(2026, 11, 25),
        letterhead.action_link(ACTION, OWNER),
    )


def test_a_new_action_is_read_whole(given: Given, letterhead: Letterhead, now: datetime) -> None:
    letter = new_action(given, letterhead, again=False, message_id=ID, now=now)
    assert letter.subject == "Action for you: information sharing, due Wednesday 25 November 2026, SM-7RCVP5"
    assert letter.text == (
        "Meeting SM-7RCVP5 gave you an action. Please do it by Wednesday 25 November 2026.\n"
        "\n"
        "Meeting: SM-7RCVP5\n"
        "Kind: Information sharing\n"
        "Owner: Lambeth health team\n"
        "Due: Wednesday 25 November 2026\n"
        "\n"
        "What is to be done stands on this page, which asks for no password. Say there how it ended: done, overtaken "
        "by events, or not done.\n"
        "\n"
        f"{given.link}\n"
        "\n"
        "If the action is not yours, reply to this message and say whose it is. Do not put a child's name or details "
        "in your reply.\n"
        "\n"
        "-- \n"
        "OFFICIAL-SENSITIVE\n"
        "Sent by Convene meetings. Replies reach the meeting's coordinator.\n"
    )
    assert (letter.reply_to, letter.calendar) == ("meetings@invites.convene.example", None)


def test_one_that_was_opened_again_says_so(given: Given, letterhead: Letterhead, now: datetime) -> None:
    letter = new_action(given, letterhead, again=True, message_id=ID, now=now)
    assert letter.subject.startswith("Open again: ")
    assert letter.text.startswith("The action that meeting SM-7RCVP5 gave you is open again. Please do it by ")


@pytest.mark.parametrize(
    ("which", "subject", "opening"),
    [
        (Nudge.BEFORE, "Due soon: ", "is due on Wednesday 25 November 2026."),
        (Nudge.TODAY, "Due today: ", "is due today, Wednesday 25 November 2026."),
        (Nudge.OVERDUE, "Overdue: ", "was due on Wednesday 25 November 2026, and is still open."),
    ],
)
def test_a_reminder_says_first_how_the_action_stands(
    given: Given, letterhead: Letterhead, now: datetime, which: Nudge, subject: str, opening: str
) -> None:
    letter = nudge(given, letterhead, which, message_id=ID, now=now)
    assert letter.subject.startswith(subject)
    assert letter.text.startswith(f"Your action from meeting SM-7RCVP5 {opening}\n")


def test_the_link_of_one_action_opens_no_other(given: Given, letterhead: Letterhead) -> None:
    link = given.link.rpartition("/")[2]
    assert letterhead.is_link_of(link, ACTION, OWNER)
    assert not letterhead.is_link_of(link.replace("1f2e", "1f2f"), ACTION, OWNER)
    assert letterhead.invitation_of(link) is None
    assert not replace(letterhead, secret="another").is_link_of(link, ACTION, OWNER)


def test_the_link_of_an_action_is_its_owners_alone(given: Given, letterhead: Letterhead) -> None:
    link = given.link.rpartition("/")[2]
    assert not letterhead.is_link_of(link, ACTION, "somebody.else@council.example")
