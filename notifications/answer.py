"""What an attendee's calendar says about a meeting, as facts; pure."""

from dataclasses import dataclass
from datetime import date, datetime

LARGEST_SEQUENCE = 2**31 - 1


@dataclass(frozen=True)
class Answer:
    """What one VEVENT of an incoming calendar says, as facts: nothing is decided here.

    `method` and `partstat` are in capitals, "" where absent. `partstat` is "" also when several attendees
    are named and differ: then ask `partstat_of`. Addresses are in lower case; an ATTENDEE without a usable
    address appears in `attendee_partstats` as "". `sent_by` is the delegate who pressed the button.
    """

    method: str
    uid: str
    sequence: int | None
    dtstamp: datetime | None
    partstat: str
    attendees: tuple[str, ...]
    attendee_partstats: tuple[tuple[str, str], ...]
    sent_by: str
    recurrence: bool
    recurrence_id: datetime | None = None
    recurrence_day: date | None = None  # where it says a day only, or midnight, and means one (Exchange)
    starts_at: datetime | None = None  # as the sender's calendar says; what a COUNTER proposes
    ends_at: datetime | None = None
    original_starts_at: datetime | None = None  # Outlook's note beside a proposal (MS-OXCICAL 2.1.3.1.1.20.60)
    comment: str = ""
    delegated_to: tuple[str, ...] = ()
    delegated_from: tuple[str, ...] = ()

    def partstat_of(self, address: str) -> str:
        """What this attendee answered; "" when the calendar does not name them, or says two things."""
        said = {partstat for named, partstat in self.attendee_partstats if named == address.lower()}
        return said.pop() if len(said) == 1 else ""
