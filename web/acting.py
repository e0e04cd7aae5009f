"""On whose behalf the database is asked: PostgreSQL shows and takes no other rows than theirs. Pure.

Whoever answers a request says so once, with `turn`; `piccolo_conf.Database` carries it into each transaction, and the
policies of `walls/` read it there. Where nothing is said (the worker, a command) the role that signed in decides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

WEB_ROLE = "convene_web"  # owns nothing, and bypasses nothing
SERVICE_ROLE = "convene_service"  # the worker's, the doors' and the commands': likewise, but every row is its work


class Way(StrEnum):
    """By which way somebody came, and so which rows are theirs; walls/scopes.py says which tables each opens."""

    NONE = ""  # sees no case
    PERSON = "person"  # signed in: what the appointments say
    SIGN_IN = "sign in"  # not known yet: accounts and sessions, no case
    LINK = "link"  # behind a sealed link in a letter: what the link is about, and no more
    FEED = "feed"  # a calendar that was subscribed to: which one, and then its maker's cases
    SOURCE = "source"  # a source system at the JSON door: children, episodes and moves
    DIARIES = "diaries"  # a person who plans: when units are taken, whoever's meeting it is
    INTAKE = "intake"  # a person who reports: a child may be known from elsewhere
    GLASS = "glass"  # a person in an emergency: which case a reference means, to be told to its owner
    TELLING = "telling"  # whether a text holds the reference of a child, whoever's it is
    FIGURES = "figures"  # a person who counts: figures are of all agencies
    WORKING = "working"  # a person who operates the installation: how much mail waits, whoever's it is
    HANDING = "handing"  # a person who keeps the directory: what somebody held who left passes to whoever follows


P = ParamSpec("P")
T = TypeVar("T")

_OF_A_PERSON = frozenset(
    {Way.PERSON, Way.DIARIES, Way.INTAKE, Way.GLASS, Way.TELLING, Way.FIGURES, Way.WORKING, Way.HANDING}
)


class Outlived(RuntimeError):
    """A task asked the database on behalf of a request that was over."""


@dataclass(frozen=True)
class Acting:
    """Whose rows: a person's, or those of `subject`, which a sealed link names."""

    way: Way
    person: UUID | None = None
    subject: UUID | None = None

    def settings(self) -> str:
        """The statement that says so to PostgreSQL, until the transaction ends."""
        return _statement(WEB_ROLE, self.way.value, self.person, self.subject)


@dataclass
class _Turn:
    acting: Acting
    over: bool = False


_turn: ContextVar[_Turn | None] = ContextVar("turn", default=None)


def current() -> Acting | None:
    """On whose behalf statements are run now; None where nobody said, as in the worker.

    :raises Outlived: in a task that a request began and that goes on after it.
    """
    turn = _turn.get()
    if turn is not None and turn.over:
        raise Outlived("The request is over, and what it began may not go on in its name.")
    return turn.acting if turn else None


@contextmanager
def turn(acting: Acting) -> Iterator[None]:
    """Within, the database is asked on this behalf."""
    mine = _Turn(acting)
    token = _turn.set(mine)
    try:
        yield
    finally:
        mine.over = True
        _turn.reset(token)


def beyond_own_cases(way: Way) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Whoever is signed in does this past the own cases, for the one purpose of the way; for others it is as it was.

    What comes of it must tell nothing of the cases themselves: a diary says when, figures how many.
    """

    def of(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @wraps(work)
        async def done(*args: P.args, **kwargs: P.kwargs) -> T:
            acting = current()
            if acting is None or acting.way not in _OF_A_PERSON:
                return await work(*args, **kwargs)
            with turn(replace(acting, way=way)):
                return await work(*args, **kwargs)

        return done

    return of


def undone() -> str:
    """The statement by which nobody is acting any more, for whoever goes on in the same transaction."""
    return _statement("none", "", None, None)


def _statement(role: str, way: str, person: UUID | None, subject: UUID | None) -> str:
    """Words of ours and UUIDs need no quoting; `wall_enter` (walls/seen.sql) finds out what is constant for them."""
    return f"SELECT set_config('role', '{role}', true), wall_enter('{way}', '{person or ''}', '{subject or ''}')"
