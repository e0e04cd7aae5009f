"""When and where a meeting is, as a coordinator chose it, and what cannot be chosen. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from meetings import clocks
from meetings.errors import UnsuitablePlace, UnsuitableTime


@dataclass(frozen=True)
class When:
    """A meeting's time and place as the coordinator chose them. `starts_at` is an instant; a place or a link.

    `fixed` asks the invitees' calendars not to offer "propose new time" (X-MICROSOFT-DISALLOW-COUNTER).
    """

    starts_at: datetime
    minutes: int
    place: str
    link: str
    fixed: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def link_of(self, reference: str) -> str:
        """The link of the meeting with this reference: `{reference}` in it gives each meeting a room of its own."""
        return self.link.replace("{reference}", reference)

    def check(self, now: datetime) -> None:
        """:raises UnsuitableTime, UnsuitablePlace: with what to give instead."""
        if self.starts_at <= now:
            raise UnsuitableTime("The start must be in the future.")
        if self.starts_at > now + timedelta(days=180):
            raise UnsuitableTime("The start must be within the next six months.")
        if not 10 <= self.minutes <= 480:
            raise UnsuitableTime("The meeting must last from 10 minutes to 8 hours.")
        if not self.place and not self.link:
            raise UnsuitablePlace("Give a place, or a link to join online.")
        if len(self.place) > 120 or not self.place.isprintable():
            raise UnsuitablePlace("The place must be one line of at most 120 characters.")
        if self.link and not _is_link(self.link):
            raise UnsuitablePlace("The link must start with https:// and be at most 255 characters.")


def answers_wanted_by(reply_clocks: Iterable[tuple[int, str]], starts_at: datetime, now: datetime) -> datetime:
    """By the shortest of these clocks, at the latest an hour before the start; once that has passed, by the start."""
    latest = starts_at - timedelta(hours=1)
    asked = min(clocks.reply_by(now, amount, unit) for amount, unit in reply_clocks)
    return min(asked, latest if latest > now else starts_at)


def _is_link(text: str) -> bool:
    """Whether this is an https address that mail and calendars can carry."""
    try:
        parts = urlsplit(text)
    except ValueError:  # such as a bracket that nothing closes
        return False
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= 255
    return plain and parts.scheme == "https" and bool(parts.hostname)
