"""What can stop a meeting's verb: each says the fact, what was kept, and what to do next."""

from __future__ import annotations


class MeetingError(Exception):
    """A verb was refused; nothing was changed. `str()` is a sentence for the person who asked."""

    field = ""  # the form field it belongs beside, if one


class NoSuchMeeting(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no meeting {reference}. Check the reference in the list of meetings.")


class NothingWaiting(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            "Nothing waits for this child: somebody may have set the meeting up a moment ago. Nothing was sent. "
            "Look in the list of meetings."
        )


class AlreadyCalledOff(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"Meeting {reference} is called off, so it cannot be changed. Set up a new one.")


class AlreadyBegun(MeetingError):
    """The meeting's time has come: its register says who came, or that it did not take place."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Meeting {reference} has begun or is over, so its invitations cannot be changed. Mark its register."
        )


class NoSuchInvitation(MeetingError):
    def __init__(self) -> None:
        super().__init__("There is no such invitation. Nothing was changed. Open the meeting's page again.")


class InvitationEnded(MeetingError):
    """The seat's invitation was taken back, or has passed to somebody else."""

    def __init__(self, unit: str, reference: str) -> None:
        super().__init__(
            f"The invitation of {unit} to meeting {reference} was taken back or handed on since. "
            "Nothing was changed. Look at the meeting's page for who is invited now."
        )


class AlreadyInvited(MeetingError):
    """One mailbox would hold two invitations to one meeting, which calendars cannot tell apart."""

    field = "address"

    def __init__(self, address: str, reference: str) -> None:
        super().__init__(
            f"{address} already has an invitation to meeting {reference}, and a calendar keeps only one for each "
            "meeting. Nothing was changed. Ask for another address, or record the unit's answer by hand."
        )


class UnusableAddress(MeetingError):
    field = "address"


class UnsuitableTime(MeetingError):
    field = "starts"


class UnsuitablePlace(MeetingError):
    field = "place"


class UnsuitableSeats(MeetingError):
    field = "seats"


class UnsuitableReason(MeetingError):
    field = "reason"


class UnsuitableAsker(MeetingError):
    field = "asked_by"


class NoSuchSeries(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no series {reference}. Check the reference in the list of series.")


class SeriesCalledOff(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"Series {reference} is called off, so it cannot be changed. Set up a new one.")


class SeriesOver(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"The last date of series {reference} has passed. Nothing was changed. Set up a new one.")


class UnsuitableSeries(MeetingError):
    """The series cannot have these days, times or words; `field` is the form field that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class SeatsOfSeries(MeetingError):
    field = "unit"

    def __init__(self, series: str) -> None:
        super().__init__(
            f"This meeting is one date of series {series}, and the unit is asked for every date. "
            "Nothing was changed. Remove the unit on the page of the series."
        )


class NoAddressForOneDate(MeetingError):
    field = "unit"

    def __init__(self) -> None:
        super().__init__(
            "The directory has no address for this unit, so it cannot be asked to one date of a series. "
            "Nothing was changed. Add a contact to the unit, then ask it."
        )


class AskedToOneDate(MeetingError):
    field = "unit"

    def __init__(self) -> None:
        super().__init__(
            "This unit is asked to one date of the series alone. Nothing was changed. "
            "Remove its seat there, then add it to the series."
        )


class NoSuchFeed(MeetingError):
    def __init__(self) -> None:
        super().__init__("There is no such calendar. Nothing was changed. Open the list of calendars again.")


class UnsuitableFeed(MeetingError):
    field = "whose"

    def __init__(self) -> None:
        super().__init__("Choose whose meetings the calendar shows.")


class NoList(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Meeting {reference} is no briefing or panel, so it has no list of children. Nothing was changed."
        )


class ListFull(MeetingError):
    field = "reference"

    def __init__(self, most: int) -> None:
        super().__init__(f"A list holds at most {most} children. Nothing was added. Take some off first.")


class NoSuchLine(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            "This child is not on the list any more: somebody may have taken it off. Nothing was changed. "
            "Open the list again."
        )


class NotYetBegun(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Meeting {reference} has not begun, so nothing can be decided there yet. Nothing was changed. "
            "Come back when it has."
        )


class NotAskedHere(MeetingError):
    """Rule ASKED is switched off, or no version of it is in force."""

    def __init__(self) -> None:
        super().__init__(
            "The rule by which a briefing or panel calls for a strategy meeting (ASKED) is switched off. Nothing was "
            "changed. Ask whoever keeps the rules, or choose something else."
        )


class UnknownArea(MeetingError):
    field = "area"

    def __init__(self) -> None:
        super().__init__("Choose the borough or area from the list. Nothing was sent.")


class UnsuitableClock(MeetingError):
    """The clock cannot run so long; `field` is the form field that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{sentence} Nothing was changed.")
        self.field = field


class UnsuitableLead(MeetingError):
    field = "lead"


class NoLeadHere(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"Meeting {reference} is about no child, so no police unit leads it. Nothing was changed.")


class NoDispute(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Who leads meeting {reference} is not disputed, or was settled a moment ago. Nothing was changed. "
            "Look at the meeting's page."
        )


class LeadIsDisputed(MeetingError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Who leads meeting {reference} is disputed. Nothing was changed. "
            "Record the chair's decision for now, or how it was settled."
        )


class UnsuitableWords(MeetingError):
    """What was typed is missing or too long; `field` is the form field that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{sentence} Nothing was changed.")
        self.field = field


class NoSuchHandover(MeetingError):
    def __init__(self) -> None:
        super().__init__("There is no such handover, or the move was corrected since. Nothing was changed.")


class UnsuitableReview(MeetingError):
    field = "due"


class NoSuchAction(MeetingError):
    def __init__(self) -> None:
        super().__init__("There is no such action. Nothing was changed. Open the meeting's page again.")


class ActionEnded(MeetingError):
    """The action has ended, so that it can be neither ended nor changed; a coordinator can open it again."""

    def __init__(self, state: str) -> None:
        super().__init__(f"This action is already recorded as {state}. Nothing was changed.")


class UnsuitableAction(MeetingError):
    """The action cannot be given so; `field` is the form field that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class UnsuitableAnswer(MeetingError):
    """The checklist cannot be answered so; `field` is the form field that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NoSuchPlan(MeetingError):
    def __init__(self) -> None:
        super().__init__("There is no such plan: plans are kept for two weeks. Propose times for all again.")
