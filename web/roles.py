"""The roles that a person can be appointed to, and what each may do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is appointed as; the value is what the database, the command line and pages say."""

    COORDINATOR = "coordinator"
    MANAGER = "manager"
    UNIT_LEAD = "police-unit lead"
    PARTNER = "partner"
    ANALYST = "analyst"
    COMMITTEE = "committee reader"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What a page or a form lets somebody do. Whether this case is theirs is asked besides (meetings/seeing.py)."""

    ENTER = "read what everybody who is signed in may read"
    SEE = "read a case in which one's unit has a seat"
    SEE_PLACES = "read the cases of the places that one's units serve"
    RUN = "run a case of these places: convene, change, mark, decide"
    SPEAK = "speak for a seat of one's own unit: name its deputy, challenge its outcome"
    TAKE_IN = "report episodes and take in files"
    BREAK_GLASS = "take emergency access to a case that is not one's own"
    REVIEW_GLASS = "review the emergency access that others took"
    OVERSEE = "change what is about no case of one's own: thresholds, standing clocks"
    READ_DIRECTORY = "read the directory"
    CHANGE_DIRECTORY = "change the directory"
    READ_RULES = "read the rules"
    READ_FIGURES = "read figures before they are published"
    READ_PUBLICATIONS = "read what was released"
    PUBLISH = "draw up, approve and release publications"
    KEEP_CALENDARS = "keep the calendars of the reports"
    APPOINT = "give and end accounts and appointments"
    AUDIT = "read the trail of others"
    OPERATE = "see whether the installation works"
    RETAIN = "set how long data is kept"
    DISCLOSE = "answer what is held of somebody, hold a case, have a child forgotten"


_EVERYBODY = frozenset({Act.ENTER, Act.READ_PUBLICATIONS})
_AT_WORK = _EVERYBODY | {Act.READ_DIRECTORY, Act.READ_RULES}
_PARTNER = _AT_WORK | {Act.SEE}
_COORDINATOR = _PARTNER | {
    Act.SEE_PLACES, Act.RUN, Act.TAKE_IN, Act.BREAK_GLASS, Act.CHANGE_DIRECTORY, Act.READ_FIGURES, Act.PUBLISH,
}  # fmt: skip  # not SPEAK: who decides about deputies and challenges does not raise them for a unit

MAY: Mapping[Role, frozenset[Act]] = {
    Role.COORDINATOR: _COORDINATOR,
    Role.MANAGER: _COORDINATOR | {Act.REVIEW_GLASS, Act.AUDIT, Act.OVERSEE, Act.KEEP_CALENDARS, Act.DISCLOSE},
    Role.UNIT_LEAD: _PARTNER | {Act.SEE_PLACES, Act.SPEAK, Act.BREAK_GLASS},
    Role.PARTNER: _PARTNER,
    Role.ANALYST: _AT_WORK | {Act.READ_FIGURES, Act.PUBLISH, Act.KEEP_CALENDARS},
    Role.COMMITTEE: _EVERYBODY,
    Role.ADMINISTRATOR: _AT_WORK
    | {
        Act.CHANGE_DIRECTORY,
        Act.OVERSEE,
        Act.KEEP_CALENDARS,
        Act.APPOINT,
        Act.AUDIT,
        Act.OPERATE,
        Act.RETAIN,
        Act.PUBLISH,
    },
}
