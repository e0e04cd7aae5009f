"""What people fill in to propose a change of an entry, and what they are shown when it cannot be taken."""

from typing import Annotated

import msgspec

from directory import contacts
from directory.addresses import BadAddress
from directory.change_tables import What
from directory.change_wanted import Wanted
from directory.errors import (
    AlreadyReached,
    ChangedMeanwhile,
    DirectoryError,
    FourEyes,
    NoSuchContact,
    NothingProposed,
    ProposalDecided,
)
from directory.tables import Contact
from directory.wording import NotPlain
from web.forms import Form, Mistakes, Problems, ask, chosen_id, shown

REFUSED = (Mistakes, BadAddress, NotPlain, DirectoryError)
_WORDS = {
    "The role": "role",
    "The name": "name",
    "The telephone number": "phone",
    "What should change": "words",
    "Why": "why",
    "The reason": "reason",
}
_FIELDS: dict[type[Exception], str] = {
    BadAddress: "email",
    AlreadyReached: "email",
    NothingProposed: "what",
    FourEyes: "",
    ProposalDecided: "",
    ChangedMeanwhile: "",
    NoSuchContact: "",
}


class NewProposal(msgspec.Struct):
    what: Annotated[What, ask("Choose what is wrong")]
    why: Annotated[str, ask("Enter how you know it", max_length=200)]
    contact: str = ""
    role: Annotated[str, ask("Enter what the mailbox is, such as duty desk", max_length=60)] = ""
    name: Annotated[str, ask("Enter the name", max_length=80)] = ""
    email: Annotated[str, ask("Enter a mail address", max_length=254)] = ""
    phone: Annotated[str, ask("Enter a telephone number", max_length=40)] = ""
    rank: Annotated[int, ask("Enter when it is tried, as a number from 1 to 9", ge=1, le=contacts.LAST_RANK)] = 1
    group: bool = False
    words: Annotated[str, ask("Enter what should change", max_length=300)] = ""

    def wanted(self) -> Wanted:
        told = msgspec.structs.asdict(self)
        return Wanted(**(told | {"contact": chosen_id(self.contact) if self.contact else None}))


class Refusal(msgspec.Struct):
    reason: Annotated[str, ask("Enter why it is refused", max_length=200)]


def filled(what: What, contact: Contact | None) -> Form:
    """The form as it is first shown, with what is held of the contact now."""
    given = NewProposal(what=what, why="")
    if contact is not None:
        held = {name: getattr(contact, name) for name in ("role", "name", "email", "phone", "rank", "group")}
        given = NewProposal(what=what, why="", contact=str(contact.id), **held)
    return shown(given)


def problems_of(error: Exception) -> Problems:
    """The error's own sentence, at the field it belongs to."""
    if isinstance(error, Mistakes):
        return error.problems
    if isinstance(error, NotPlain):
        return Problems({_WORDS.get(error.what, ""): str(error)})
    return Problems({_FIELDS.get(type(error), ""): str(error)})
