"""Who is appointed to what: giving and ending appointments, and reading those that hold.

Appointments follow the real time, as sessions do: the demonstration's clock gives nobody rights and takes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns.combination import And, Or

from audit import trail
from web.roles import Role
from web.tables import Appointment, Person
from web.viewer import EVERY, Post, Viewer


class NotAPost(ValueError):
    """The role needs an agency or a unit that was not given; the message is a sentence for people."""


async def appoint(person: UUID, post: Post, *, by: str, now: datetime, until: datetime | None = None) -> UUID:
    """The person holds this post from now on, until `until` where it is given; one held already stays as it is.

    :param by: who gives it: a person's id, or "operator".
    :returns: the appointment's id.
    :raises NotAPost: when a unit comes without its agency, or a lead of a police unit without the unit.
    """
    _check(post)
    async with Appointment._meta.db.transaction():
        await Person.select(Person.id).where(Person.id == person).lock_rows()  # of two givers, one waits
        held = await Appointment.select(Appointment.id).where(_is(person, post), _holds(now)).first()
        if held is not None:
            return UUID(str(held["id"]))
        given = Appointment(
            id=uuid4(), person=person, role=post.role, agency_code=post.agency, unit_code=post.unit,
            since=now, until=until, given_by=by,
        )  # fmt: skip
        await Appointment.insert(given)
        await trail.record(by, "appointed a person", f"person {person}", now=now, detail=_detail(post, until))
    return given.id


async def end_appointment(appointment: UUID, *, by: str, now: datetime) -> bool:
    """The appointment holds no more, from the next request on; False when it did not hold any more or never was."""
    async with Appointment._meta.db.transaction():
        ended = (
            await Appointment.update({Appointment.until: now})
            .where(Appointment.id == appointment, _holds(now))
            .returning(Appointment.person, Appointment.role, Appointment.agency_code, Appointment.unit_code)
        )
        for row in ended:
            post = _post(row)
            await trail.record(by, "ended an appointment", f"person {row['person']}", now=now, detail=_detail(post))
    return bool(ended)


async def end_all(person: UUID, *, by: str, now: datetime) -> None:
    """None of the person's appointments holds any more."""
    held = await Appointment.select(Appointment.id).where(Appointment.person == person, _holds(now))
    for row in held:
        await end_appointment(row["id"], by=by, now=now)


async def held_by(people: Sequence[UUID], *, now: datetime) -> list[Appointment]:
    """The appointments of these people that hold now, the oldest first."""
    if not people:
        return []
    held: list[Appointment] = (
        await Appointment.objects()
        .where(Appointment.person.is_in(list(people)), _holds(now))
        .order_by(Appointment.since, Appointment.id)
    )
    return held


_POSTS_AND_GLASS = """
SELECT role, agency_code, unit_code, NULL::uuid AS meeting, NULL::uuid AS child FROM appointment
WHERE person = {} AND since <= {} AND (until IS NULL OR until > {})
UNION ALL
SELECT NULL, NULL, NULL, meeting, child FROM break_glass
WHERE person = {} AND since <= {} AND until > {} AND (ended_at IS NULL OR ended_at > {})
"""  # in one, because every request asks


async def viewer_of(person: UUID, *, now: datetime) -> Viewer:
    """The person with the posts that they hold now, and the cases whose glass they broke and that are open yet."""
    rows: list[dict[str, Any]] = await Appointment.raw(_POSTS_AND_GLASS, person, now, now, person, now, now, now)
    posts = tuple(_post(row) for row in rows if row["role"])
    return Viewer(person, posts, tuple(case for row in rows for case in (row["meeting"], row["child"]) if case))


def _check(post: Post) -> None:
    if post.unit != EVERY and post.agency == EVERY:
        raise NotAPost("A unit needs its agency. Nothing was changed.")
    if post.role is Role.UNIT_LEAD and post.unit == EVERY:
        raise NotAPost("A police-unit lead leads one unit: say which. Nothing was changed.")


def _holds(now: datetime) -> And:
    return And(Appointment.since <= now, Or(Appointment.until.is_null(), Appointment.until > now))


def _is(person: UUID, post: Post) -> And:
    place = And(Appointment.agency_code == post.agency, Appointment.unit_code == post.unit)
    return And(And(Appointment.person == person, Appointment.role == post.role), place)


def _post(row: dict[str, object]) -> Post:
    return Post(Role(str(row["role"])), str(row["agency_code"]), str(row["unit_code"]))


def _detail(post: Post, until: datetime | None = None) -> dict[str, object]:
    return {"role": post.role, "agency": post.agency, "unit": post.unit, "until": until}
