"""What the pages about one meeting begin with: the meeting that their address names."""

from __future__ import annotations

from litestar.exceptions import NotFoundException

from meetings.tables import Meeting


async def meeting_of(reference: str) -> Meeting:
    """The meeting with this reference.

    :raises NotFoundException: when there is none.
    """
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    if meeting is None:
        raise NotFoundException(f"There is no meeting {reference}.")
    return meeting


async def childs_meeting_of(reference: str) -> Meeting:
    """The meeting with this reference, which is about one child.

    :raises NotFoundException: when there is none, or it is about a place, a group or many.
    """
    meeting = await meeting_of(reference)
    if meeting.child is None:
        raise NotFoundException(f"Meeting {reference} is not about one child.")
    return meeting
