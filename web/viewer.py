"""Who is looking: a person with the appointments that hold now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from web.roles import MAY, Act, Role

CITY_WIDE = (Role.ANALYST, Role.COMMITTEE)  # what they read is of the whole city, whoever employs them
EVERY = ""  # written where an appointment holds for every agency, or for every unit of its agency


@dataclass(frozen=True)
class Post:
    """One appointment that holds: a role at an agency, or at one unit of it; EVERY where it is at all of them."""

    role: Role
    agency: str = EVERY
    unit: str = EVERY

    @property
    def everywhere(self) -> bool:
        return self.unit == EVERY and (self.agency == EVERY or self.role in CITY_WIDE)


@dataclass(frozen=True)
class Viewer:
    """A signed-in person as the guards and the lists see them; without an appointment they may enter and no more.

    `opened` are the ids of the meetings and children whose cases they broke the glass of, while that lasts.
    """

    person: UUID
    posts: tuple[Post, ...] = ()
    opened: tuple[UUID, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    def may(self, act: Act) -> bool:
        """Whether one of the appointments lets them do this at all, wherever it is."""
        return act is Act.ENTER or any(act in MAY[post.role] for post in self.posts)

    def may_everywhere(self, *acts: Act) -> bool:
        """Whether one appointment at every agency lets them do all of these: no case is then anybody else's."""
        return any(post.everywhere for post in self._posts(acts))

    def agencies(self, *acts: Act) -> frozenset[str]:
        """The agencies, as a whole, for which they may do all of these; those of one unit alone are in `units`."""
        return frozenset(post.agency for post in self._posts(acts) if post.agency != EVERY and post.unit == EVERY)

    def units(self, *acts: Act) -> frozenset[str]:
        """The single units for which they may do all of these."""
        return frozenset(post.unit for post in self._posts(acts) if post.unit != EVERY)

    def _posts(self, acts: Iterable[Act]) -> Iterable[Post]:
        return (post for post in self.posts if MAY[post.role].issuperset(acts))


MACHINE = Viewer(UUID(int=0), tuple(Post(role) for role in Role if role is not Role.UNIT_LEAD))
"""A program that acts with no person before it, and sees everything. A page never passes it."""
