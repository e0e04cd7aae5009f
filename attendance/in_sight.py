"""Which entries about a child, who may be of two authorities, are of the reader's part of the case. Pure.

The log knows a child by one name, whoever's episode it was. What called for a meeting is told apart by its cause.
What people opened is told apart by their posts: whoever could see anything of the reader's part when they opened the
child's page saw it there, and whoever could see none of it opened the part of another authority.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from web.viewer import Post

OF_ALL = frozenset({"was refused a case", "took emergency access"})
"""Acts that are about every part: who was refused was refused all of it, and emergency access opens all of it."""


@dataclass(frozen=True)
class Entry:
    """One entry about the child; `cause` is what called for a meeting, "" where the entry names none."""

    id: int
    at: datetime
    actor: str
    action: str
    cause: str = ""


@dataclass(frozen=True)
class Span:
    """From `since` (inclusive) until `until` (exclusive), None for still."""

    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Sight:
    """What is known of the reader's part, and of the people who are named by the entries.

    :param calls: how the log names each act that called for a meeting.
    :param causes: what called for the reader's meetings, and `noticed`, when: for entries that name no cause.
    :param posts: by person, the posts that they held, and when.
    :param opened: by person, when they had emergency access to the child.
    :param seeing: the posts in which one sees anything of the reader's part.
    """

    calls: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    noticed: frozenset[datetime] = frozenset()
    posts: Mapping[str, Sequence[tuple[Post, Span]]] = field(default_factory=dict)
    opened: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    seeing: Collection[Post] = frozenset()


def is_of_the_part(entry: Entry, sight: Sight) -> bool:
    """Whether the entry tells of the reader's part of the case; what no person did, and called for nothing, does."""
    if entry.action in sight.calls:
        return entry.cause in sight.causes if entry.cause else entry.at in sight.noticed
    held = sight.posts.get(entry.actor, ())
    if entry.action in OF_ALL or not held:
        return True
    if any(span.holds(entry.at) for span in sight.opened.get(entry.actor, ())):
        return True
    then = [post for post, span in held if span.holds(entry.at)]
    return any(post in sight.seeing for post in then or [post for post, _ in held])
