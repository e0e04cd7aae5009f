"""Everything in the log that concerns one meeting, and who may read that of a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from attendance.unusual_tables import UnusualReading
from audit.looking_up import Posts
from meetings.tables import Meeting
from web.roles import Role
from web.tables import Appointment, Person
from web.viewer import EVERY, Viewer

_OF_MEETING = """
SELECT 'meeting:' || reference AS subject FROM meeting WHERE id = {0}
UNION ALL SELECT 'meeting:' || {0}::uuid::text
UNION ALL SELECT 'invitation:' || id FROM invitation WHERE meeting = {0}
UNION ALL SELECT 'seat:' || id FROM seat WHERE meeting = {0}
UNION ALL SELECT 'action:' || id FROM action WHERE meeting = {0}
UNION ALL SELECT 'line:' || id FROM briefing_line WHERE meeting = {0}
UNION ALL SELECT 'challenge:' || id FROM challenge WHERE meeting = {0}
UNION ALL SELECT 'ladder:' || id FROM escalation WHERE meeting = {0}
UNION ALL SELECT 'access:' || id FROM break_glass WHERE meeting = {0}
UNION ALL SELECT 'proposal:' || proposal.id FROM proposal JOIN invitation ON invitation.id = proposal.invitation
    WHERE invitation.meeting = {0}
UNION ALL SELECT 'deputy:' || deputy.id FROM deputy JOIN invitation ON invitation.id = deputy.invitation
    WHERE invitation.meeting = {0}
UNION ALL SELECT 'mail:' || mail.id FROM inbound_mail AS mail JOIN meeting ON meeting.uid = mail.uid
    WHERE meeting.id = {0} AND mail.uid <> ''
"""
_AGENCIES = """
SELECT agency_code AS code FROM appointment WHERE person = {} AND since <= now()
UNION SELECT agency_code FROM person WHERE id = {}
"""


async def subjects_of(meeting: UUID) -> list[str]:
    """What entries about this meeting, its seats, letters, answers and ladders have as their subject."""
    parts = _OF_MEETING.split("{0}")
    rows = await Meeting.raw("{}".join(parts), *[meeting] * (len(parts) - 1))
    return [row["subject"] for row in rows]


async def person_for(viewer: Viewer, person: UUID) -> Person | None:
    """The person whose log the viewer may read: of an agency that they manage or administer."""
    found = await Person.objects().get(Person.id == person)
    own = set(agencies_of(viewer, Role.MANAGER, Role.ADMINISTRATOR))
    if found is None or EVERY in own:
        return found
    of_person = {row["code"] for row in await Person.raw(_AGENCIES, person, person)} - {EVERY}
    return found if own & of_person else None


async def posts_of(viewer: Viewer, person: UUID) -> Posts | None:
    """When the person held posts that the viewer manages or administers, and when others; None without others.

    What they did while they had posts elsewhere alone is about cases of others. While they had one here and one there
    the log does not tell in which of them they acted.
    """
    own = set(agencies_of(viewer, Role.MANAGER, Role.ADMINISTRATOR))
    rows = await Appointment.select(Appointment.agency_code, Appointment.since, Appointment.until).where(
        Appointment.person == person
    )
    if EVERY in own or all(row["agency_code"] in own for row in rows):
        return None
    here = [(row["since"], row["until"]) for row in rows if row["agency_code"] in own]
    return Posts(here, [(row["since"], row["until"]) for row in rows if row["agency_code"] not in own])


async def people_for(viewer: Viewer) -> list[Person]:
    """Everybody whose log the viewer may read, by their role."""
    everybody = await Person.objects().order_by(Person.title, Person.email)
    return [person for person in everybody if await person_for(viewer, person.id)]


async def unusual_for(viewer: Viewer) -> list[dict[str, Any]]:
    """The latest days of unusual reading by people of agencies that the viewer manages, but their own."""
    rows = (
        await UnusualReading.select(*UnusualReading.all_columns(), UnusualReading.person.title)
        .where(UnusualReading.person != viewer.person)
        .order_by(UnusualReading.found_at, ascending=False)
        .limit(200)
    )
    managed = set(agencies_of(viewer, Role.MANAGER))
    return [row for row in rows if EVERY in managed or managed & set(row["agencies"])]


def agencies_of(viewer: Viewer, *roles: Role) -> Sequence[str]:
    """The agencies at which, as a whole, the viewer has one of these roles; EVERY among them for all."""
    return sorted({post.agency for post in viewer.posts if post.role in roles and post.unit == EVERY})
