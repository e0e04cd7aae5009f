"""What can be wrong in the directory; each message says what happened and what to do next."""

from datetime import date
from uuid import UUID


def written(day: date) -> str:
    """A day as people write it: 20 November 2026."""
    return f"{day.day} {day:%B %Y}"


class DirectoryError(ValueError):
    """Something the directory refuses; nothing was changed."""


class NoUnit(DirectoryError):
    """No police unit is recorded for the place on that day."""

    def __init__(self, place: str, on: date) -> None:
        super().__init__(
            f"No police unit is recorded for {place} on {written(on)}. "
            "Choose another place or day, or record in the directory who polices it."
        )
        self.place = place
        self.on = on


class NoSuchPlace(DirectoryError):
    """The directory has no place of this code."""

    def __init__(self, place: str) -> None:
        super().__init__(f"The directory has no place with the code {place!r}. Choose one from the list.")


class NoSuchUnit(DirectoryError):
    """The directory has no unit of this id or code."""

    def __init__(self, unit: UUID | str) -> None:
        super().__init__(f"The directory has no unit {str(unit)!r}. Choose one from the directory's list.")


class NoSuchAgency(DirectoryError):
    """The directory has no agency of this code."""

    def __init__(self, agency: str) -> None:
        super().__init__(f"The directory has no agency {agency!r}. Choose one from the list.")


class NoSuchContact(DirectoryError):
    """The directory has no contact of this id for this unit."""

    def __init__(self, contact: UUID) -> None:
        super().__init__(f"The directory has no contact {str(contact)!r}. Go back to the unit's page.")


class AlreadyReached(DirectoryError):
    """The unit has a contact at this address already, on that day or later."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"The unit already has {email} on that day or later. Nothing was changed. "
            "End the other entry first, or choose another address."
        )


class WrongRank(DirectoryError):
    """The order in which a contact is tried is not a number from 1 to 9."""

    def __init__(self, rank: int) -> None:
        super().__init__(f"The order to try must be a number from 1 (first) to 9, not {rank}.")


class Overlap(DirectoryError):
    """Two units of one kind would serve one place on the same day."""

    def __init__(self, place: str, other: str) -> None:
        super().__init__(
            f"{other} already serves {place} for part of that time. Nothing was changed. "
            "Record a change of area from a day instead, or choose other dates."
        )


class WrongDates(DirectoryError):
    """A span of days that ends before it begins, or a change on the day the present area began."""


class NotACorrection(DirectoryError):
    """A change of area that alters days gone by, or replaces an entry, without its being said."""

    def __init__(self, on: date, *, past: bool) -> None:
        why = (
            f"{written(on)} is past" if past else f"A unit begins to serve one of the places on {written(on)} itself"
        )
        super().__init__(
            f"{why}, so this corrects what is recorded. Nothing was changed. "
            "Say that it is a correction, or give a later day."
        )


class BadDirectoryFile(DirectoryError):
    """A file of units or forces cannot be used; the message names file, line and value."""


class NameTaken(DirectoryError):
    """Something of this name, or of a name that makes the same code, is in the directory already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The directory already has {name}. Nothing was added. Choose another name.")


class NoSuchHours(DirectoryError):
    """The unit has no such duty pattern or days off."""

    def __init__(self) -> None:
        super().__init__("The unit has no such duty hours any more. Go back to its duty hours.")


class NoShift(DirectoryError):
    """A duty pattern in which nobody ever works, or one that is too long."""


class BadPromise(DirectoryError):
    """A time to answer that cannot be promised."""


class FileGone(DirectoryError):
    """The file that was to be confirmed is not there any more."""

    def __init__(self) -> None:
        super().__init__("This file is not kept any more: it was confirmed, or waited for over a day. Send it again.")


class FileNotReady(DirectoryError):
    """A file of which a line is wrong, or that changes nothing, was to be carried out."""

    def __init__(self) -> None:
        super().__init__("The file cannot be taken as it is. Nothing was changed.")


class PreviewedBefore(DirectoryError):
    """The directory changed after the preview, so that the file would do something else."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed the directory after you saw what the file does. Nothing was taken. "
            "This is what it does now: look at it again and confirm that."
        )


class LinkGone(DirectoryError):
    """The link in a letter is not one of ours, or is over; nobody is told which."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more.")


class ChangedMeanwhile(DirectoryError):
    """What somebody saw is not what is held now."""

    def __init__(self) -> None:
        super().__init__("Something of this was changed while you had the page open. Nothing was saved. Look again.")


class NoSuchWarning(DirectoryError):
    """Nothing of this id speaks against the unit's entry."""

    def __init__(self) -> None:
        super().__init__("The unit has no such warning. Go back to the unit's page.")


class NothingProposed(DirectoryError):
    """A proposal that would change nothing."""

    def __init__(self) -> None:
        super().__init__("This is what the directory holds already. Change what is wrong, then propose it.")


class ProposalDecided(DirectoryError):
    """Somebody decided about the proposal before."""

    def __init__(self) -> None:
        super().__init__("This proposal was decided before. Nothing was changed.")


class FourEyes(DirectoryError):
    """Whoever proposed where a unit's letters go would accept it themselves."""

    def __init__(self) -> None:
        super().__init__(
            "You proposed this yourself, and it moves where the unit's letters go. Nothing was changed. "
            "Its owner, or somebody else who keeps the directory, has to accept it."
        )


class TooManyProposed(DirectoryError):
    """Somebody proposed as much in a day as units should have to read."""

    def __init__(self) -> None:
        super().__init__("You proposed 20 changes in 24 hours. This one was not kept. Try again tomorrow.")
