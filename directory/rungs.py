"""The rungs of the ladder: who is told when a unit does not answer, or does not come. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Rung(StrEnum):
    """Whose turn it is. UNIT is the unit's own mailboxes; the others are the directory's contacts for the ladder."""

    UNIT = "unit"
    SUPERVISOR = "supervisor"
    HEAD = "head of service"
    SUPERINTENDENT = "superintendent"
    DIRECTOR = "director"
    PARTNERS = "safeguarding partners"


# What a rung is, in a police unit and elsewhere.
RUNGS: Final = {
    Rung.UNIT: "The unit's own mailboxes",
    Rung.SUPERVISOR: "Supervisor: detective sergeant, or first-line manager",
    Rung.HEAD: "Head of service: detective inspector or chief inspector, or head of service",
    Rung.SUPERINTENDENT: "Superintendent of the command unit",
    Rung.DIRECTOR: "Director",
    Rung.PARTNERS: "Safeguarding partners and MOPAC, who get the quarterly note",
}
CHOSEN: Final = tuple(rung for rung in Rung if rung is not Rung.UNIT)  # those that the directory keeps contacts for
