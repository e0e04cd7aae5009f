"""What can stop a challenge or its answer: each says the fact, what was kept, and what to do next."""

from __future__ import annotations

from attendance.errors import AttendanceError


class NoSuchChallenge(AttendanceError):
    def __init__(self) -> None:
        super().__init__("There is no such challenge. Nothing was changed. Look in the list of challenges.")


class NotItsSeat(AttendanceError):
    """A unit challenges its own outcomes and nobody else's."""

    def __init__(self) -> None:
        super().__init__("This outcome is not your unit's. Nothing was changed. Open the link in the letter again.")


class UnknownOutcome(AttendanceError):
    field = "says"

    def __init__(self) -> None:
        super().__init__("Choose the outcome that your unit says is right")


class SaysTheSame(AttendanceError):
    field = "says"

    def __init__(self, outcome: str) -> None:
        super().__init__(f"“{outcome.capitalize()}” is what is recorded. Choose what your unit says is right.")


class ChallengeReasonWanted(AttendanceError):
    field = "reason"

    def __init__(self, longest: int) -> None:
        super().__init__(
            f"Say why, in {longest} characters or fewer, without a child's name or details. Nothing was recorded."
        )


class AlreadyChallenged(AttendanceError):
    """It waits for its answer; a second one would only hide the first."""

    def __init__(self) -> None:
        super().__init__(
            "Your unit has already challenged this outcome, and the challenge waits for an answer. "
            "Nothing was recorded now. Withdraw it first if you want to say something else."
        )


class AnsweredAlready(AttendanceError):
    """The same outcome was challenged, and a person kept it."""

    def __init__(self) -> None:
        super().__init__(
            "This outcome was challenged before, and it was kept with an answer. Nothing was recorded now. "
            "If you do not agree, reply to the letter that brought the answer."
        )


class ChallengeOver(AttendanceError):
    def __init__(self, state: str) -> None:
        super().__init__(f"This challenge is {state} already. Nothing was changed.")


class AnswerWanted(AttendanceError):
    field = "words"

    def __init__(self, longest: int) -> None:
        super().__init__(
            f"Say in {longest} characters or fewer what the unit is told, without a child's name. "
            "Nothing was changed."
        )
