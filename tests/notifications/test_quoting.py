"""What a person wrote, apart from what they quote, and the answer it may mean."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.quoting import Written, parted, suggested

OUTLOOK = (
    "From: Convene <meetings@invites.example>\nSent: 18 November 2026 10:00\nTo: A\nSubject: M\n\nCan you attend?"
)
UNDERLINED = "________________________________\n" + OUTLOOK
OLD_OUTLOOK = "-----Original Message-----\n" + OUTLOOK
GMAIL = "On Wed, 18 Nov 2026 at 10:00, Convene <meetings@invites.example>\nwrote:\n\n> Can you attend?\n> Yes or no."
APPLE = "On 18 Nov 2026, at 10:00, Convene meetings <meetings@invites.example> wrote:\n\n> Can you attend?"


@pytest.mark.parametrize("quoted", [OUTLOOK, UNDERLINED, OLD_OUTLOOK, GMAIL, APPLE])
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n", "\n\n\n\n  \n"])
def test_the_mail_quoted_below_is_parted_from_the_new_text(quoted: str, between: str) -> None:
    written = parted(f"Sorry, I cannot attend.\n\nA. Officer{between}{quoted}")

    assert written.new == "Sorry, I cannot attend.\n\nA. Officer"
    assert "Can you attend?" in written.quoted


@pytest.mark.parametrize("quoted", [OUTLOOK, GMAIL, APPLE])
def test_a_mail_that_only_quotes_says_nothing_new(quoted: str) -> None:
    written = parted(quoted)

    assert written.new == ""
    assert "Can you attend?" in written.quoted


def test_a_text_without_a_quotation_is_all_new() -> None:
    assert parted("I will be there.\r\nRoom 4.\r\n") == Written("I will be there.\nRoom 4.", "")


def test_answers_between_quoted_lines_are_the_new_text() -> None:
    assert parted("> Can you attend?\nYes.\n> Bring the file.\nI will.") == Written(
        "Yes.\nI will.", "> Can you attend?\n> Bring the file."
    )


@pytest.mark.parametrize(
    ("text", "partstat"),
    [
        ("Yes.", "ACCEPTED"),
        ("Yes, I'll be there. Regards, A", "ACCEPTED"),
        ("I will attend.", "ACCEPTED"),
        ("Happy to attend", "ACCEPTED"),
        ("I can make it.\n\nSent from my iPhone", "ACCEPTED"),
        ("No problem, I will attend.", "ACCEPTED"),
        ("I\u2019m attending", "ACCEPTED"),
        ("Apologies for the late reply. I can attend.", "ACCEPTED"),
        ("No, sorry.", "DECLINED"),
        ("I can't attend.", "DECLINED"),
        ("I am unable to attend, please accept my apologies.", "DECLINED"),
        ("Unfortunately I won\u2019t be able to make it.", "DECLINED"),
        ("Apologies, I am in court.", "DECLINED"),
        ("Sorry, nobody from the unit can attend.", "DECLINED"),
        ("No one can make it.", "DECLINED"),
        ("I may be able to attend.", ""),
        ("Tentative for now", "TENTATIVE"),
        ("I'll try.", "TENTATIVE"),
        ("Not sure yet.", "TENTATIVE"),
        ("I cannot attend but my colleague will attend in my place.", ""),
        ("Can I attend by telephone?", ""),
        ("I can attend, but not later than 11.", ""),
        ("Could we make it another time", ""),
        ("Thank you.", ""),
        ("", ""),
    ],
)
def test_a_plain_text_suggests_its_answer_and_no_other_does(text: str, partstat: str) -> None:
    assert suggested(text) == partstat
    assert suggested(f"{text}\n\n{OUTLOOK}") == partstat


def test_what_is_quoted_suggests_nothing() -> None:
    assert suggested(f"{GMAIL}\n> I will attend.") == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "On " * 7_000,
        ("On " + "x " * 200 + "\n") * 50,
        "From: " * 3_500,
        "From:\n" * 3_500,
        "From:" + " " * 20_000,
        "\n" * 20_000,
        " \n" * 10_000,
        ".CAUTION: mail" * 1_400,
        "> " * 10_000,
        "-" * 20_000,
        "____\n" * 4_000,
        "Best regards" * 1_600,
        "Sent from my " * 1_500,
        "apologies " * 2_000,
    ],
)
def test_hostile_texts_cost_less_than_two_seconds(hostile: str) -> None:
    began = time.process_time()

    parted(hostile)
    suggested(hostile)

    assert time.process_time() - began < 2


@given(st.text(alphabet="abc >\n\rOn wrote:From-_", max_size=400))
def test_no_word_is_lost_between_the_new_and_the_quoted_text(text: str) -> None:
    written = parted(text)

    assert sorted("".join(f"{written.new}{written.quoted}".split())) == sorted("".join(text.split()))
