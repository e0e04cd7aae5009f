"""The authorities that look after children, as two files of the directory: their units, and the areas of these.

They ship as files, to be previewed and taken like any other, because an installation may have units of its own for
the same places, which nobody may overwrite. Where the names and codes are from is in data/README.md.
"""

from __future__ import annotations

from typing import Final

from directory.csv_sheets import Sheet
from directory.seed import DATA

UNITS, AREAS = (f"authorities-{sheet.value}.csv" for sheet in (Sheet.UNITS, Sheet.AREAS))
AUTHORITIES: Final = {name: DATA / name for name in (UNITS, AREAS)}


def as_sent(name: str) -> bytes:
    """The file of this name, as if somebody had sent it."""
    return AUTHORITIES[name].read_bytes()
