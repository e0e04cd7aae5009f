"""Run by the system's Python, which has libical: JSON list of calendars in, what it finds wrong with each out."""

import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402 - the version is chosen first


def complaints(calendar: str) -> list[str]:
    """The errors that libical writes into a calendar: of its grammar, and of RFC 5546's restrictions."""
    component = ICalGLib.Component.new_from_string(calendar)
    if component is None:
        return ["not a calendar"]
    component.check_restrictions()
    unfolded = component.as_ical_string().replace("\r", "").replace("\n ", "")
    return [line.partition(":")[2] for line in unfolded.split("\n") if line.startswith("X-LIC-ERROR")]


json.dump([complaints(calendar) for calendar in json.load(sys.stdin)], sys.stdout)
