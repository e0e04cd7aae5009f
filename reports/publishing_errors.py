"""What can stop a verb of publishing: each says the fact, what was kept, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from web import filters

if TYPE_CHECKING:
    from reports.changes import Change


class PublishingError(Exception):
    """A verb was refused; nothing was changed. `str()` is a sentence for the person who asked."""

    field = ""  # the form field it belongs beside, if one


class NoSuchPublication(PublishingError):
    def __init__(self) -> None:
        super().__init__("There is no such publication. Look in the list of publications.")


class NotWhile(PublishingError):
    def __init__(self, state: str) -> None:
        super().__init__(
            f"This cannot be done with a publication that is {state}: somebody may have acted a moment ago. Nothing "
            "was changed. Read how it stands now."
        )


class PeriodNotOver(PublishingError):
    field = "period"

    def __init__(self, period: str) -> None:
        super().__init__(
            f"The period {period} is not over, so its figures cannot be published. Choose an earlier one."
        )


class AlreadyDrafted(PublishingError):
    field = "period"

    def __init__(self) -> None:
        super().__init__(
            "There is a draft or a publication of this period and type already. Open it in the list: a draft can be "
            "drawn afresh, and what is released can be revised."
        )


class Unfinished(PublishingError):
    """Figures that may still change without anybody's mistake."""

    field = "despite"

    def __init__(self, registers_open: int, waiting: int) -> None:
        parts = [
            *([counted(registers_open, "register is", "registers are") + " still open"] if registers_open else []),
            *([counted(waiting, "meeting is", "meetings are") + " not yet in the ledger"] if waiting else []),
        ]
        super().__init__(
            f"{' and '.join(parts)}, so the figures will change. Nothing was drafted. Close the registers first, or "
            "say that you draft it all the same."
        )


class TellsTooMuch(PublishingError):
    """Safety net: a reference of a meeting or child, or an address would be frozen for everybody to read."""

    def __init__(self) -> None:
        super().__init__(
            "The report would hold the reference of a meeting or a child, or somebody's address, so it was not "
            "frozen. Tell whoever looks after Convene."
        )


class WordsWanted(PublishingError):
    def __init__(self, field: str, longest: int) -> None:
        self.field = field
        super().__init__(f"Say it in words, in {longest} characters or fewer.")


class WordsTellTooMuch(PublishingError):
    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(
            "Leave out references of meetings, addresses, and figures that the report keeps back: everybody will "
            "read these words."
        )


class NotWhatYouSaw(PublishingError):
    def __init__(self) -> None:
        super().__init__(
            "The figures were drawn afresh while you read. Nothing was changed. Read the draft as it stands now."
        )


class OutOfDate(PublishingError):
    def __init__(self, found: Sequence[Change]) -> None:
        first = found[0]
        super().__init__(
            f"{counted(len(found), 'figure has', 'figures have')} changed since the draft was drawn; the first: "
            f"{first.table}, {first.row}, {first.measure}: {first.before}, now {first.after}. Nothing was changed. "
            "Draw the figures afresh and read them again."
        )


class OthersReleased(PublishingError):
    def __init__(self) -> None:
        super().__init__(
            "A report that this one can be subtracted from was released since it was drawn; together they might tell "
            "what each hides. Nothing was released. Draw the figures afresh and approve them again."
        )


class SamePerson(PublishingError):
    def __init__(self) -> None:
        super().__init__("You approved it, so somebody else must release it. Nothing was released.")


class WindowOpen(PublishingError):
    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"Units may challenge their outcomes until {filters.london(until)}. Nothing was released. Come back then."
        )


class ChallengesOpen(PublishingError):
    def __init__(self, challenges: int) -> None:
        super().__init__(
            f"{counted(challenges, 'challenge waits', 'challenges wait')} for an answer. Nothing was released. "
            "Answer them first: the answers are part of the record."
        )


class NothingChanged(PublishingError):
    def __init__(self) -> None:
        super().__init__("No published figure is another one now, so there is nothing to revise.")


class NotNewest(PublishingError):
    def __init__(self) -> None:
        super().__init__("There is a newer revision. Revise that one, where its figures have changed.")


def counted(number: int, one: str, several: str) -> str:
    """As "1 register is", "3 registers are"."""
    return f"{number} {one if number == 1 else several}"
