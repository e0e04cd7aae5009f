"""What can stop a change of the calendar of reports: each says the fact, and what to do next."""

from __future__ import annotations


class CalendarError(Exception):
    """A verb was refused; nothing was changed. `str()` is a sentence for the person who asked."""

    field = ""  # the form field it belongs beside, if one


class NoSuchCalendar(CalendarError):
    def __init__(self) -> None:
        super().__init__("There is no such report in the calendar. Nothing was changed. Look at the calendar again.")


class CalendarThere(CalendarError):
    field = "every"

    def __init__(self, every: str, meeting_type: str) -> None:
        super().__init__(f"The calendar has a report of each {every} about {meeting_type} already. Change that one.")


class OutOfRange(CalendarError):
    def __init__(self, field: str, what: str, least: int, most: int) -> None:
        super().__init__(f"{what} is a whole number from {least} to {most}")
        self.field = field


class WrongChoice(CalendarError):
    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field = field


class AlreadyListed(CalendarError):
    field = "address"

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is on the list already.")


class NameNeeded(CalendarError):
    field = "name"

    def __init__(self, longest: int) -> None:
        super().__init__(f"Say whose address it is, as a role or an office, in {longest} characters or fewer")
