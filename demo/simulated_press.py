"""The press of a simulated London: what it publishes says so, in its title and first among what must be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from reports import standing_press
from reports.periods import Period
from reports.press import Drawn, Press

SIMULATED: Final = "Every figure here was made by a simulation. None of it is about the police units that are named."


async def drawn(period: Period, meeting_type: str, now: datetime) -> Drawn:
    """The report of the records as they stand, marked as simulated."""
    found = await standing_press.drawn(period, meeting_type, now)
    title, caveats = f"Simulated: {found.document.title}", (SIMULATED, *found.document.caveats)
    return replace(found, document=msgspec.structs.replace(found.document, title=title, caveats=caveats))


PRESS: Final = Press(drawn, standing_press.hidden)
