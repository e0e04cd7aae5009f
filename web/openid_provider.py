"""An organisation's own sign-in, as its operator names it: whom it speaks for, and what Convene is to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Provider:
    """An organisation whose own sign-in is believed for addresses of its domains, and of no others.

    :param name: in addresses of pages, for example "lambeth".
    :param title: what people know it as, for example "Lambeth Council".
    :param only: whether addresses of its domains get no letters with links.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    domains: frozenset[str]
    only: bool = False

    def speaks_for(self, email: str) -> bool:
        """Whether the address lies in one of its domains; those below them are others'."""
        return email.rpartition("@")[2] in self.domains
