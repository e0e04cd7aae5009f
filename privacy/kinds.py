"""The kinds of data that have a period: what goes, after how long unless the authority says otherwise, and why. Pure.

No law fixes these periods. Article 5(1)(e) of the UK GDPR asks that personal data be kept no longer than needed, and
the Information Commissioner that whoever keeps them decides, writes down why, and looks at it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One kind of data. Days are whole days; `least` and `most` are what an authority may choose between."""

    code: str
    title: str
    goes: str
    days: int
    least: int
    most: int
    why: str


CASES: Final = "cases"
_KINDS: Final = (
    Kind(
        "cases",
        "Who the child of a case is",
        "The child’s reference and those of its episodes and moves, flags, everything written freely, whom the "
        "invitations went to, actions and the timeline. Episodes’ times, seats, outcomes and answers stay, about a "
        "child that nobody can name, because figures are counted from them.",
        730,
        180,
        2555,
        "Two years after the last that happened: long enough for missing history to call for a meeting after a move, "
        "for a complaint to be heard (the Ombudsman takes them up to 12 months after), and for a year’s report to be "
        "corrected. The children’s own files, which the authority keeps for decades, are not here.",
    ),
    Kind(
        "mail in",
        "Messages that came in",
        "The whole text of a message, and its sender. That it came, and what it was taken as, stays.",
        90,
        30,
        365,
        "Until nobody disputes any more how an answer was read. Never while it waits to be read by a person.",
    ),
    Kind(
        "mail out",
        "Letters that were sent",
        "The whole text of a letter and its calendar entry. That it was sent, to whom and when, stays.",
        90,
        30,
        365,
        "As for messages that came in. Never before the meeting that it is about is over.",
    ),
    Kind(
        "words",
        "What people wrote beside an answer",
        "Notes beside answers, proposed times and deputies, and the text of absence notices.",
        180,
        30,
        730,
        "Until the quarter’s report is out and its outcomes were challenged.",
    ),
    Kind(
        "people",
        "People who left, and letters of the ladder",
        "Addresses and telephone numbers of contacts and accounts that ended, of successors, of those whom the "
        "ladder told; accesses by break-glass that were looked at.",
        730,
        180,
        2555,
        "As long as the cases they worked on.",
    ),
    Kind(
        "sessions",
        "Sessions and sign-in links",
        "When somebody was signed in. That they signed in stays in the audit trail.",
        90,
        7,
        365,
        "Until a misuse would have been found and looked into.",
    ),
    Kind(
        "feeds",
        "Addresses of calendar feeds",
        "A feed that was revoked, or that no calendar has read, for so long. It can be made again.",
        180,
        30,
        730,
        "A secret address that nobody reads is one that somebody else may find.",
    ),
    Kind(
        "reminders",
        "Reminders",
        "When reminders of answers and registers were due and sent.",
        365,
        90,
        1095,
        "A year of figures on late answers can be explained by them.",
    ),
    Kind(
        "plans",
        "Proposed plans",
        "Times that were proposed and never sent.",
        14,
        1,
        90,
        "A working paper of one week.",
    ),
    Kind(
        "busy times",
        "Busy times from units’ calendars",
        "When a unit’s published calendar said it was taken. Each reading replaces the one before it.",
        7,
        1,
        90,
        "They serve to find a time; a past one serves nothing.",
    ),
    Kind(
        "files",
        "Files of reports that somebody asked for",
        "The file; it can be made again.",
        2,
        1,
        30,
        "Until it was downloaded.",
    ),
    Kind(
        "answers",
        "Answers to who asked what is held of them",
        "The answer, and whom it was about. That somebody asked, why and when it was answered stays.",
        30,
        7,
        365,
        "Until it was handed over. It holds everything at once, so it should not lie about.",
    ),
)
KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.code: kind for kind in _KINDS})
ELSEWHERE: Final = (
    (
        "Names in Teams files",
        "14 days, or when a person decided, or the register is closed",
        "The file itself is never kept.",
    ),
    (
        "Links in letters",
        "Answers: a day after the meeting. Ladder, handovers and actions: 60 days",
        "A letter is passed on more easily than an account.",
    ),
    (
        "Backups",
        "As long as whoever runs the database keeps them",
        "What was forgotten since is forgotten again before a restored database is opened.",
    ),
)
