"""What every strategy meeting is asked to have thought of, and how an answer reads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANSWERS: Final = ("yes", "no", "unknown")


@dataclass(frozen=True)
class Item:
    """One question of the checklist; `why` is what whoever answers should know."""

    code: str
    asks: str
    why: str


ITEMS: Final = (
    Item("grab pack", "Grab pack available?", "The information sharing form of a looked-after child."),
    Item("textsafe", "TextSafe requested?", "The police must ask for it. No number is held here."),
    Item("same professional", "Same professional for both interviews?", "One person for the PPI and the RHI."),
    Item("rescue and response", "Rescue and Response considered?", "Whether a referral was thought of."),
    Item("trusted adult", "Trusted adult's views obtained?", "Whom the child trusts, asked what would help."),
    Item("family contact", "Family contact named?", "One person who keeps the family informed."),
    Item("agreement", "Philomena or care-home agreement in place?", "Whether it is; its contents are not held here."),
)
CODES: Final = tuple(item.code for item in ITEMS)
# What is counted over many meetings: the items, and what is recorded elsewhere on the same page.
COUNTED: Final = (
    *ITEMS,
    Item("PPI", "Prevention interview (PPI) done?", "After the newest return that the meeting was about."),
    Item("RHI", "Return home interview (RHI) done?", "After the newest return that the meeting was about."),
    Item("lead agency", "Lead agency named?", "Which agency leads after the meeting."),
)
