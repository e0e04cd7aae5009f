"""Read what attendees' calendars say, by a strict reader of our own where it can, else by icalendar; pure.

icalendar is the one to be trusted with the odd ones, of what mending.py leaves; it takes five times as long.
"""

from icalendar import Calendar, Component

from notifications import plain_answer
from notifications.addresses import one_line
from notifications.answer import Answer
from notifications.errors import Unreadable
from notifications.event_facts import Event, Property, answer_of
from notifications.mending import mended


def read(calendar: bytes, *, method: str = "") -> tuple[Answer, ...]:
    """What an incoming calendar says, one Answer for each of its events.

    Attendees' clients leave much out: Exchange sends no ORGANIZER, some no ATTENDEE, SEQUENCE or DTSTAMP.
    What is absent is said to be absent. `method` is the one in the mail header, for streams without any.

    :raises Unreadable: when no event with a UID can be read, or it is larger than an answer can be.
    """
    lines = mended(calendar)
    said, events = plain_answer.events(lines) or by_library(lines)
    method = one_line(method if said is None else said).upper()[:20]
    if not events:
        raise Unreadable("the calendar holds no event")
    return tuple(answer_of(event, method) for event in events)


def by_library(lines: list[str]) -> tuple[str | None, list[Event]]:
    """The METHOD, None where there is none, and the events, as icalendar reads them.

    :raises Unreadable: when it cannot.
    """
    try:
        whole = Calendar.from_ical("".join(f"{line}\r\n" for line in lines))
        method = whole.get("METHOD")
        events = [_event(component) for component in whole.walk("VEVENT")]
    except Exception as error:  # whatever the library trips over, these bytes are for a person
        raise Unreadable(f"not a calendar: {type(error).__name__}") from error
    return None if method is None else str(method), events


def _event(component: Component) -> Event:
    found: Event = {}
    for name, value in component.items():
        values = value if isinstance(value, list) else [value]
        found[str(name).upper()] = [_property(str(name).upper(), one) for one in values]
    return found


def _property(name: str, value: object) -> Property:
    """The value as text; as it is written, but for texts and addresses, which the library has unescaped."""
    to_ical = getattr(value, "to_ical", None)
    as_written = to_ical is not None and name not in ("ATTENDEE", "UID", "COMMENT")
    text = to_ical().decode(errors="replace") if as_written and to_ical else str(value)
    params = {str(key).upper(): _texts(values) for key, values in dict(getattr(value, "params", {})).items()}
    return Property(text, params)


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list | tuple) else (str(values),)
