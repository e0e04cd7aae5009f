"""Each kind of message, whole, as the files in shapes/ show it: a change of any octet is a change to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.imip import compose
from tests.notifications.outgoing.messages import CALENDARS, MAILED, letter

SHAPES = Path(__file__).parent / "shapes"
LETTERS = ("invitation", "called off", "proposal declined")


def named(kind: str, ending: str) -> Path:
    return SHAPES / (kind.replace(" ", "-").replace("'", "") + ending)


def whole(file: Path) -> bytes:
    """The file as it travels: lines ended by CRLF."""
    return file.read_text().replace("\n", "\r\n").encode()


@pytest.mark.parametrize("kind", CALENDARS)
def test_a_calendar_is_this_stream_and_no_other(kind: str) -> None:
    assert CALENDARS[kind] == whole(named(kind, ".ics"))


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_this_message_and_no_other(kind: str) -> None:
    assert compose(letter(kind)) == whole(named(kind, ".eml"))


def test_every_kind_has_its_shape_and_every_shape_its_kind() -> None:
    assert {file.name for file in SHAPES.iterdir()} == {
        *(named(kind, ".ics").name for kind in CALENDARS),
        *(named(kind, ".eml").name for kind in LETTERS),
    }
    assert set(LETTERS) <= set(MAILED)
