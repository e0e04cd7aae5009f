"""What counts for each date of a series."""

from __future__ import annotations

from attendance.answers import standing
from attendance.state import given_to
from meetings.tables import Invitation, Series
from tests.meetings.series_set_up import dates, of_police


async def answers(series: Series) -> list[str]:
    """What counts for the police unit, date by date; "" for none."""
    whole, said = await of_police(series), []
    for meeting in await dates(series):
        row = (
            await Invitation.objects()
            .where((Invitation.meeting == meeting.id) & (Invitation.of_series == whole.id))
            .first()
        )
        assert row is not None
        counts = standing((await given_to([row.id]))[row.id], meeting.last_major_sequence)
        said.append(counts.partstat if counts else "")
    return said
