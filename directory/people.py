"""Who has an account and what they are appointed to, as administrators look after it: given, ended, signed out.

Accounts, appointments and sessions follow the real time, whatever clock the demonstration shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import Or

from directory.posts import agency_and_unit_names, post_at
from keeping import NOBODY
from web import sessions, signin
from web.appointing import NotAPost, end_appointment, held_by
from web.roles import Role
from web.tables import Appointment, Person
from web.viewer import EVERY, Post

ON_A_PAGE = 50


class OwnAccount(Exception):
    """Nobody gives themselves an appointment, or ends their own: another administrator or the operator does."""


class HasAccount(ValueError):
    """Somebody with this address has an account already."""


@dataclass(frozen=True)
class Held:
    """One appointment that holds, in words. Instants are aware."""

    id: UUID
    role: str
    where: str
    since: datetime
    until: datetime | None
    given_by: str


@dataclass(frozen=True)
class Known:
    """Somebody with an account. `last_signed_in` is None where no session of theirs is kept any more."""

    id: UUID
    email: str
    title: str
    has_access: bool
    keeps_rules: bool
    publishes: bool
    held: Sequence[Held]
    last_signed_in: datetime | None

    @property
    def is_forgotten(self) -> bool:
        """Whether their address went with its time, so that they could not be let in again."""
        return self.email.endswith(f"@{NOBODY}")


async def listed(words: str, number: int, *, now: datetime) -> tuple[list[Known], bool]:
    """One page of the people whose role or address holds these words, by role; and whether there are more.

    :param number: which page, the first being 1.
    """
    asked = Person.objects().order_by(Person.title).order_by(Person.email)
    if words:
        like = f"%{_literally(words)}%"
        asked = asked.where(Or(Person.title.ilike(like), Person.email.ilike(like)))
    found = await asked.limit(ON_A_PAGE + 1).offset((number - 1) * ON_A_PAGE)
    return await _in_words(found[:ON_A_PAGE], now), len(found) > ON_A_PAGE


async def known(person: UUID, *, now: datetime) -> Known | None:
    """The person of this id; None where there is none."""
    found = await Person.objects().where(Person.id == person)
    return (await _in_words(found, now))[0] if found else None


async def add(email: str, title: str, post: Post, *, by: UUID, now: datetime) -> UUID:
    """Somebody new can sign in and holds this post; their id.

    :raises HasAccount: where the address has an account, ended or not: nothing of it is changed by accident.
    :raises NotAnAddress: when the address is none.
    """
    async with Person._meta.db.transaction():
        if await signin.id_of(email) is not None:
            raise HasAccount
        return await signin.add_person(email, title, post.agency, appointments=[post], by=str(by), now=now)


async def give(person: UUID, post: Post, *, by: UUID, now: datetime) -> None:
    """The person holds this post too; who could sign in no more can again.

    :raises OwnAccount: when it is one's own.
    """
    async with Person._meta.db.transaction():
        email = await _of_another(person, by)
        await signin.add_person(email, "", appointments=[post], by=str(by), now=now)


async def end_post(person: UUID, appointment: UUID, *, by: UUID, now: datetime) -> bool:
    """The appointment holds no more, from the next request on; False where the person never had it.

    :raises OwnAccount: when it is one's own.
    """
    await _of_another(person, by)
    if not await Appointment.exists().where(Appointment.id == appointment, Appointment.person == person):
        return False
    await end_appointment(appointment, by=str(by), now=now)
    return True


async def sign_out(person: UUID, *, by: UUID, now: datetime) -> None:
    """Every session of the person is over; they can sign in again.

    :raises OwnAccount: when it is one's own.
    """
    await _of_another(person, by)
    await sessions.end_all_of(person, by=str(by), now=now)


async def end_access(person: UUID, *, by: UUID, now: datetime) -> None:
    """The person can sign in no more, is signed out at once and holds no appointment or right.

    :raises OwnAccount: when it is one's own.
    """
    async with Person._meta.db.transaction():
        await signin.end_person(await _of_another(person, by), by=str(by), now=now)


async def post_wanted(role: Role, agency: str, unit: str) -> Post:
    """The post at the agency or unit of this code; at every agency, nobody is appointed by a page.

    :raises NotAPost: when it is none that can be given, with the sentence to show.
    """
    post = await post_at(role, agency, unit)
    if post.agency == EVERY:
        raise NotAPost("Choose an agency. Every agency at once is given on the command line only.")
    return post


async def _of_another(person: UUID, by: UUID) -> str:
    """The person's address; within a transaction, it stays theirs for as long."""
    if person == by:
        raise OwnAccount
    found = await Person.select(Person.email).where(Person.id == person).lock_rows().first()
    assert found is not None, "whoever calls has found the person, and people are never deleted"
    return str(found["email"])


async def _in_words(people: Sequence[Person], now: datetime) -> list[Known]:
    ids = [person.id for person in people]
    held, begun = await held_by(ids, now=now), await sessions.last_begun(ids)
    names, givers = await agency_and_unit_names(), await signin.titles_of(one.given_by for one in held)
    return [
        Known(
            id=person.id,
            email=person.email,
            title=person.title,
            has_access=sessions.is_active(person, now),
            keeps_rules=person.keeps_rules,
            publishes=person.publishes,
            held=[
                Held(
                    one.id, one.role, _where(one, names), one.since, one.until, givers.get(one.given_by, one.given_by)
                )
                for one in held
                if one.person == person.id
            ],
            last_signed_in=begun.get(person.id),
        )
        for person in people
    ]


def _where(held: Appointment, names: tuple[dict[str, str], dict[str, str]]) -> str:
    """The name of the unit or the agency; its code where the directory knows it no more."""
    agencies, units = names
    if held.unit_code:
        return units.get(held.unit_code, held.unit_code)
    return agencies.get(held.agency_code, held.agency_code) or "every agency"


def _literally(words: str) -> str:
    """For LIKE: what people type stands for itself."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
