"""What can stop a verb of this room: each says the fact, what was kept, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID


class AttendanceError(Exception):
    """A verb was refused; nothing was changed. `str()` is a sentence for the person who asked."""

    field = ""  # the form field it belongs beside, if one


class NoSuchInvitation(AttendanceError):
    def __init__(self) -> None:
        super().__init__("There is no such invitation. Nothing was recorded. Open the meeting's page again.")


class NoAnswerWanted(AttendanceError):
    """The invitation was taken back, or the meeting is called off or over."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}, so no answer can be recorded. Nothing was changed.")


class LinkGone(AttendanceError):
    """No invitation that can still be answered is behind the link; it is never told why."""

    def __init__(self) -> None:
        super().__init__("This link does not work, or does not work any more. Nothing was changed.")


class UnknownAnswer(AttendanceError):
    field = "answer"

    def __init__(self) -> None:
        super().__init__("Choose what the unit answered: accepted, tentative or declined.")


class UnsuitableProposal(AttendanceError):
    """The time that an invitee would rather have cannot be one."""

    field = "starts"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Nothing was changed.")


class UnsuitableDeputy(AttendanceError):
    field = "deputy"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Nothing was changed.")


class NotYetStarted(AttendanceError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Meeting {reference} has not started. Nothing was recorded. Mark its register once its time has come."
        )


class WasCalledOff(AttendanceError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Meeting {reference} was called off, so it has no register: nobody was absent. Nothing was changed."
        )


class RegisterClosed(AttendanceError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"The register of meeting {reference} is already closed. Nothing was changed. "
            "To change a mark, correct it and give the reason."
        )


class RegisterOpen(AttendanceError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"The register of meeting {reference} is still open. Nothing was changed. Mark the seats and close it."
        )


class NotASeat(AttendanceError):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"A mark was for a seat that meeting {reference} does not have. Nothing was recorded. "
            "Open the register again."
        )


class FlagWithoutPresence(AttendanceError):
    def __init__(self, seat: UUID, unit: str) -> None:
        self.field = f"outcome-{seat}"
        super().__init__(
            f"{unit} cannot have joined late or left early without having attended. Nothing was recorded."
        )


class NameWithoutDeputy(AttendanceError):
    field = "deputy"

    def __init__(self, unit: str) -> None:
        super().__init__(f"Mark “Deputy” for {unit} before you say who came instead. Nothing was recorded.")


class NameTooLong(AttendanceError):
    field = "deputy"

    def __init__(self, most: int) -> None:
        super().__init__(f"Give the deputy's name or role in at most {most} characters. Nothing was recorded.")


class ReportMisplaced(AttendanceError):
    field = "report"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"The day of a report is kept where nobody came. Mark “Report” or “Apologies” for {unit} first. "
            "Nothing was recorded."
        )


class ReportToCome(AttendanceError):
    field = "report"

    def __init__(self) -> None:
        super().__init__("The day on which the report came cannot be in the future. Nothing was recorded.")


class PeopleUndecided(AttendanceError):
    """Each person whom a Teams file shows in doubt is for a seat, or nobody's, by somebody's word."""

    def __init__(self, people: Mapping[int, str]) -> None:
        self.people = dict(people)
        super().__init__("Decide about each person in doubt. Nothing was marked, and the file's people are kept.")


class SeatsUnmarked(AttendanceError):
    """Closing needs each seat marked, or left "not recorded" on purpose."""

    def __init__(self, seats: Mapping[UUID, str]) -> None:
        self.seats = dict(seats)
        self.units = tuple(seats.values())
        super().__init__(
            f"Mark every seat, or choose “Not recorded”, before you close the register: {', '.join(self.units)}."
        )


class QuorumReasonWanted(AttendanceError):
    field = "inquorate_reason"

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(
            f"The meeting was not quorate ({', '.join(missing)} missing). Say why it was held all the same."
        )


class CorrectionReasonWanted(AttendanceError):
    field = "reason"

    def __init__(self) -> None:
        super().__init__("Say why the closed register is corrected. Nothing was changed.")


class ReasonTooLong(AttendanceError):
    def __init__(self, field: str) -> None:
        super().__init__("Give the reason in at most 200 characters. Nothing was changed.")
        self.field = field


class NoSuchMeeting(AttendanceError):
    def __init__(self) -> None:
        super().__init__("There is no such meeting. Nothing was changed. Look in the list of meetings.")


class NoSuchRequest(AttendanceError):
    """No proposal, deputy or message of that number asks for anything."""

    def __init__(self) -> None:
        super().__init__("There is nothing of that kind to decide. Nothing was changed. Look at the post again.")


class DecidedOtherwise(AttendanceError):
    """Somebody has decided it the other way, or it was overtaken."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Nothing was changed.")


class UnusableAlias(AttendanceError):
    def __init__(self) -> None:
        super().__init__("Two different mail addresses are needed for this to be remembered. Nothing was changed.")


class UnknownReason(AttendanceError):
    field = "reason"

    def __init__(self) -> None:
        super().__init__("Choose one of the reasons, or none. Nothing was changed.")


class NotAContact(AttendanceError):
    field = "decision"

    def __init__(self) -> None:
        super().__init__("Choose one of the unit's other contacts. Nothing was changed.")


class NotOffered(AttendanceError):
    """What the person chose would have no effect on this answer, or cannot be done any more."""

    field = "who"

    def __init__(self) -> None:
        super().__init__("Choose one of the steps that this page offers. Nothing was changed.")


class NoSuchLadder(AttendanceError):
    def __init__(self) -> None:
        super().__init__("There is no such ladder. Nothing was changed. Open the meeting's page again.")


class LadderOver(AttendanceError):
    """It was stopped, or has no step left."""

    def __init__(self) -> None:
        super().__init__("This ladder has ended: no step is left to hold or to hurry. Nothing was changed.")


class UnsuitableHold(AttendanceError):
    field = "until"

    def __init__(self, what: str) -> None:
        super().__init__(what)


class LadderReasonWanted(AttendanceError):
    field = "reason"

    def __init__(self, longest: int) -> None:
        super().__init__(f"Say why, in {longest} characters or fewer, without a child's name or details.")


class NameWanted(AttendanceError):
    field = "who"

    def __init__(self, longest: int) -> None:
        super().__init__(f"Enter your role or your name, in {longest} characters or fewer.")


class NoSuccessor(AttendanceError):
    field = "successor"

    def __init__(self) -> None:
        super().__init__("Choose who follows: another contact of the unit, or somebody new. Nothing was changed.")


class UnsuitableThreshold(AttendanceError):
    """Low attendance cannot be told by these numbers."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{message} Nothing was changed.")
        self.field = field
