"""Whose episodes somebody may report: those of places that their units serve, and no other's by its reference."""

from __future__ import annotations

from datetime import date
from typing import Any

from directory.areas import place_names
from meetings import seeing
from meetings.intake.errors import RefusedReport
from meetings.intake.reports import EpisodeReport
from meetings.tables import Meeting
from web.roles import Act
from web.viewer import Viewer

_SERVED = """
    SELECT DISTINCT area.place FROM area
    WHERE {} AND coalesce(area.effective_from, '-infinity') <= {} AND coalesce(area.effective_to, 'infinity') > {}
"""
_ANOTHERS = "SELECT 1 FROM episode WHERE source = {} AND source_reference = {} AND NOT {}"


async def own_places(viewer: Viewer, on: date) -> dict[str, str]:
    """The names, by their codes, of the places that the viewer's units serve on the day; all for a desk of all."""
    names = await place_names()
    if viewer.may_everywhere(Act.TAKE_IN):
        return names
    own = seeing.units(viewer, Act.TAKE_IN, of="area.unit")
    rows: list[dict[str, Any]] = await Meeting.raw(_SERVED, own, on, on)
    served = {row["place"] for row in rows}
    return {code: name for code, name in names.items() if code in served}


async def check_own(viewer: Viewer, report: EpisodeReport, on: date) -> None:
    """:raises RefusedReport: when none of its places is the viewer's, or the episode is somebody else's."""
    if viewer.may_everywhere(Act.TAKE_IN):
        return
    served = await own_places(viewer, on)
    if not {report.home_place, report.host_place, report.incident_place} & set(served):
        raise RefusedReport({"home_place": "Choose a place that your agency serves here, as host or as incident."})
    anothers: list[dict[str, Any]] = await Meeting.raw(
        _ANOTHERS, report.source, report.source_reference, seeing.episodes(viewer, Act.RUN)
    )
    if anothers:
        raise RefusedReport({"reference": "Load the page again"})


async def check_authority(viewer: Viewer, authority: str, on: date) -> None:
    """:raises RefusedReport: when the files are of an authority whose place the viewer's units do not serve."""
    if not viewer.may_everywhere(Act.TAKE_IN) and authority not in await own_places(viewer, on):
        raise RefusedReport({"authority": "Choose the authority that you are appointed at."})
