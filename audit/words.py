"""What an entry says, in the words of people who read it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Kinds of subject, and what they are called; of some the reference is what people know them by.
_KNOWN_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "meeting": "Meeting",
        "series": "Series",
        "handover": "Move",
        "rule": "Rule",
        "clock": "Clock",
        "unit": "Unit",
        "place": "Place",
        "mail": "Message",
        "letter": "Letter",
        "proposal": "Proposed time",
        "deputy": "Named deputy",
        "source": "Source system",
        "report": "Report",
        "request": "Request",
    }
)
_NAMELESS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "list": "A list",
        "child": "A child’s case",
        "episode": "An episode",
        "move": "A move",
        "decision": "A decision not to meet",
        "invitation": "An invitation",
        "series invitation": "An invitation to a series",
        "seat": "A seat",
        "action": "An action",
        "line": "A line of a list",
        "challenge": "A challenge",
        "ladder": "A ladder",
        "alias": "Another address",
        "plan": "A plan",
        "feed": "A calendar feed",
        "person": "An account",
        "session": "A session",
        "contact": "A contact",
        "access": "Emergency access",
        "publication": "A publication",
        "figure": "A figure",
    }
)
_SUBJECT = re.compile(r"([a-z]+(?: invitation| calendar)?)[: ](.+)")
_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def act_in_words(action: str) -> str:
    """The act as the beginning of a sentence: "Opened the register"."""
    return action[:1].upper() + action[1:]


def subject_in_words(subject: str) -> str:
    """What an entry is about: "Meeting 7F3K2M", "An invitation"; a long number, which says nothing, is left out."""
    found = _SUBJECT.fullmatch(subject)
    if not found:
        return act_in_words(subject)
    kind, named = found.groups()
    if kind in _KNOWN_BY:
        return _KNOWN_BY[kind] if _NUMBER.match(named) else f"{_KNOWN_BY[kind]} {named}"
    return _NAMELESS.get(kind, act_in_words(kind))
