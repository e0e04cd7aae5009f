"""What people fill in on the directory's pages, and beside which field a refusal is shown."""

from datetime import date
from typing import Annotated

import msgspec

from directory import contacts
from directory.addresses import BadAddress
from directory.errors import AlreadyReached, NameTaken, NoSuchPlace, NoSuchUnit, Overlap, WrongDates
from directory.tables import UnitKind
from directory.wording import NotPlain
from web.forms import Mistakes, Problems, ask

# Which field of a form an error belongs to; an error of another kind stands at the head of the page.
_FIELDS: dict[type[Exception], str] = {
    BadAddress: "email",
    AlreadyReached: "email",
    NameTaken: "name",
    NoSuchPlace: "place",
    NoSuchUnit: "unit",
    Overlap: "place",
    WrongDates: "on",
}
_WORDING = {
    "The role": "role",
    "The telephone number": "phone",
    "The name": "name",
    "The hours": "hours",
    "The source": "source",
    "The unit's name": "name",
    "The agency's name": "agency",
}


class NewContact(msgspec.Struct):
    role: Annotated[str, ask("Enter what the mailbox is, such as duty desk", max_length=60)]
    email: Annotated[str, ask("Enter a mail address", max_length=254)]
    active_from: Annotated[date, ask("Enter the first day it is used")]
    name: Annotated[str, ask("Enter the name", max_length=80)] = ""
    phone: Annotated[str, ask("Enter a telephone number", max_length=40)] = ""
    rank: Annotated[int, ask("Enter when it is tried, as a number from 1 to 9", ge=1, le=contacts.LAST_RANK)] = 1
    group: bool = False


class ContactChange(msgspec.Struct):
    role: Annotated[str, ask("Enter what the mailbox is, such as duty desk", max_length=60)]
    name: Annotated[str, ask("Enter the name", max_length=80)] = ""
    phone: Annotated[str, ask("Enter a telephone number", max_length=40)] = ""
    rank: Annotated[int, ask("Enter when it is tried, as a number from 1 to 9", ge=1, le=contacts.LAST_RANK)] = 1
    group: bool = False


class DeskNote(msgspec.Struct):
    phone: Annotated[str, ask("Enter a telephone number", max_length=40)] = ""
    hours: Annotated[str, ask("Enter the hours", max_length=160)] = ""


class ContactEnd(msgspec.Struct):
    on: Annotated[date, ask("Enter the first day it is no longer used")]


class NewUnit(msgspec.Struct):
    name: Annotated[str, ask("Enter the unit's name", max_length=120)]
    kind: Annotated[UnitKind, ask("Choose what the unit is for")]
    agency: Annotated[str, ask("Enter the agency it belongs to", max_length=120)]
    place: str = ""
    since: date | None = None


def problems_of(error: Exception) -> Problems:
    """The error's own sentence, at the field it belongs to."""
    if isinstance(error, Mistakes):
        return error.problems
    if isinstance(error, NotPlain):
        return Problems({_WORDING.get(error.what, ""): str(error)})
    return Problems({_FIELDS.get(type(error), ""): str(error)})
