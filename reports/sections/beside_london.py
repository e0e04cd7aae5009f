"""Which units differ from London's rate by more than chance, and how sure that is."""

from __future__ import annotations

from typing import Final

import msgspec

from reports import funnel
from reports.document import Section
from reports.material import Material
from reports.measures import attendance_rate
from reports.sections.prose import EXPLAINED

NAME: Final = "beside-london"
LONDON: Final = "London"
LONDON_SEATS: Final = "police seats in London"  # other forces are no part of London


def section(material: Material) -> Section | None:
    """The funnel of the BCUs and the City; nothing where none of them was expected anywhere."""
    rates = [(row.name, attendance_rate(row.seats)) for row in material.of_london]
    if not any(rate.whole for _, rate in rates):
        return None
    table, chart = funnel.funnel(rates, whole=LONDON)
    shown = msgspec.structs.replace(table, of=LONDON_SEATS)
    return Section(
        name=NAME,
        heading="Which units differ from London, and how sure that is",
        sentences=EXPLAINED[NAME],
        charts=(chart,),
        tables=(shown,),
    )


def said(section: Section) -> Section:
    """The section with the words that its cells allow."""
    table, chart = funnel.said(section.tables[0])
    return msgspec.structs.replace(section, tables=(table,), charts=(chart,))
