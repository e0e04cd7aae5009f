"""Who is looking: a person with the appointments that hold now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from web.roles import MAY, Act, Role

EVERY = ""  # written where an appointment holds for every agency, or for every unit of its agency


@dataclass(frozen=True)
class Post:
    """One appointment that holds: a role at an agency, or at one unit of it; EVERY where it is at all of them."""

    role: Role
    agency: str = EVERY
    unit: str = EVERY

    @property
    def everywhere(self) -> bool:
        return self.agency == EVERY and self.unit == EVERY


@dataclass(frozen=True)
class Viewer:
    """A signed-in person as the guards and the lists see them; without an appointment they may enter and no more."""

    person: UUID
    posts: tuple[Post, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    def may(self, act: Act) -> bool:
        """Whether one of the appointments lets them do this at all, wherever it is."""
        return act is Act.ENTER or any(act in MAY[post.role] for post in self.posts)

    def may_everywhere(self, act: Act) -> bool:
        """Whether an appointment at every agency lets them do this: no case is then anybody else's."""
        return any(post.everywhere and act in MAY[post.role] for post in self.posts)

    def agencies(self, act: Act) -> frozenset[str]:
        """The agencies, as a whole, for which they may do this; those of one unit alone are in `units`."""
        return frozenset(post.agency for post in self._posts(act) if post.agency != EVERY and post.unit == EVERY)

    def units(self, act: Act) -> frozenset[str]:
        """The single units for which they may do this."""
        return frozenset(post.unit for post in self._posts(act) if post.unit != EVERY)

    def _posts(self, act: Act) -> Iterable[Post]:
        return (post for post in self.posts if act in MAY[post.role])
