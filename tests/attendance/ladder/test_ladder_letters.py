"""The letters of the ladder, as whoever is on it reads them: without an account, and perhaps for the first time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.ladder import Cause
from attendance.ladder_letters import Before, Told, letter
from directory.rungs import Rung
from meetings.letterhead import Letterhead

SAMPLES = Path(__file__).parent / "letters"
NOW = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
LINK = "https://convene.example/acknowledge/0123456789abcdef0123456789abcdef.abcdefghijklmnopqrstuvwxyz"
SILENT = Told(
    cause=Cause.NO_ANSWER,
    unit="Central North BCU",
    about="Central North BCU has not said whether it comes to the missing strategy meeting on Friday 20 November "
    "2026 at 10am.",
    wanted="Please see that somebody of the unit answers the invitation. It went to missing-cn@met-police.example.",
    reference="SM-7K4Q2D",
    starts_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    before=(
        Before((Rung.UNIT,), NOW - timedelta(hours=4), "sent", "duty desk"),
        Before((Rung.SUPERVISOR,), NOW - timedelta(hours=2), "sent"),
    ),
    next_rungs=(Rung.SUPERINTENDENT, Rung.DIRECTOR),
    next_at=NOW + timedelta(hours=2),
    goes_on=True,
)
NO_SHOW = Told(
    cause=Cause.NO_SHOW,
    unit="Central North BCU",
    about="Nobody of Central North BCU came to the missing strategy meeting on Wednesday 18 November 2026 at 10am, "
    "and nobody had said so.",
    wanted="Please find out why, and see that somebody comes to the next meeting about this child.",
    reference="SM-7K4Q2D",
    starts_at=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    next_rungs=(Rung.HEAD,),
    next_at=NOW + timedelta(days=4),
)
FIRST = replace(SILENT, before=(), next_rungs=(Rung.SUPERVISOR,), next_at=NOW + timedelta(hours=2))
LAST = replace(
    SILENT,
    before=(
        Before((Rung.UNIT,), NOW - timedelta(hours=4), "sent"),
        Before((Rung.SUPERVISOR,), NOW - timedelta(hours=2), "nobody known"),
        Before((Rung.HEAD,), NOW - timedelta(hours=1), "missed"),
    ),
    next_rungs=(),
    next_at=None,
)
DISPUTE = Told(
    cause=Cause.DISPUTE,
    unit="Central North BCU",
    about="Two police units each say that the other leads the meeting SM-7K4Q2D.",
    wanted="Please agree with the other unit which of you leads.",
    reference="SM-7K4Q2D",
    starts_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    next_rungs=(Rung.HEAD,),
    next_at=NOW + timedelta(hours=4),
    goes_on=True,
)
KINDS = {
    "first-step": (FIRST,),
    "third-step": (SILENT,),
    "last-step": (LAST,),
    "no-show": (NO_SHOW,),
    "dispute": (DISPUTE,),
    "several": (
        SILENT,
        replace(
            NO_SHOW, unit="Essex missing unit", about=NO_SHOW.about.replace("Central North BCU", "Essex missing unit")
        ),
    ),
}


def written(told: Any, letterhead: Letterhead) -> str:
    made = letter(
        told,
        letterhead,
        to="inspector@met-police.example",
        role="detective inspector",
        link=LINK,
        message_id="<1@invites.convene.example>",
        now=NOW,
    )
    return f"To: {made.to_name}\nSubject: {made.subject}\n\n{made.text}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_letter_reads_as_its_sample(kind: str, letterhead: Letterhead) -> None:
    assert written(KINDS[kind], letterhead) == (SAMPLES / f"{kind}.txt").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_one_link_and_it_stands_by_itself(kind: str, letterhead: Letterhead) -> None:
    text = written(KINDS[kind], letterhead)
    assert re.findall(r"https?://\S+", text) == [LINK]
    assert f"\n\n{LINK}\n\n" in text


@pytest.mark.parametrize("kind", KINDS)
def test_its_subject_is_short_enough_to_be_read_in_a_list(kind: str, letterhead: Letterhead) -> None:
    subject = written(KINDS[kind], letterhead).splitlines()[1].removeprefix("Subject: ")
    assert len(subject) <= 80
