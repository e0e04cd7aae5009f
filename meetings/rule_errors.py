"""What can stop a change of a rule: each says the fact, what was kept, and what to do next."""

from __future__ import annotations

from meetings.errors import MeetingError


class NoSuchRule(MeetingError):
    def __init__(self, code: str) -> None:
        super().__init__(f"There is no rule {code}. Choose one in the list of rules.")


class UnsuitableRule(MeetingError):
    """The rule cannot say this; `problems` has a sentence for each field that is wrong."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class NothingDiffers(MeetingError):
    def __init__(self) -> None:
        super().__init__("This is what the rule says already. Nothing was changed. Change something, or go back.")


class RuleChangedMeanwhile(MeetingError):
    def __init__(self, code: str) -> None:
        super().__init__(
            f"Somebody else has changed the rule {code} since you opened this page. Nothing of yours was saved. "
            "Look at what it says now, and make your change again if it is still needed."
        )


class NoRuleOfItsOwn(MeetingError):
    field = "place"

    def __init__(self) -> None:
        super().__init__("This authority has no rule of its own: the general one holds there. Nothing was changed.")


class UnsuitableRulePlace(MeetingError):
    field = "place"

    def __init__(self) -> None:
        super().__init__("There is no such authority. Choose one in the list. Nothing was changed.")
