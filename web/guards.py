"""Who may enter, and who may do what there: every closed route says what it is about and which act it is.

A route declares it where it is made: `@get("/meetings/{reference:str}", needs=Needs(Act.SEE, MEETING))`. One guard
reads that, asks whose the case is, and answers for all: a case that is not the viewer's is not found, exactly as
one that does not exist, and that it was asked for is in the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import ImproperlyConfiguredException, NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from audit import trail
from web.errors import NotSignedIn
from web.pages import front_door
from web.roles import Act
from web.viewer import Viewer

Connection = ASGIConnection[Any, Any, Any, Any]
_LONGEST = 120  # characters of an audit entry's subject
_NOT_YOURS = "Your appointment does not include this."


class Subject(Protocol):
    """What a route is about, found by the parameters of its path."""

    @property
    def kind(self) -> str:
        """One word for the audit trail."""
        ...

    @property
    def parameter(self) -> str:
        """The parameter of the path that names it."""
        ...

    async def acts(self, viewer: Viewer, named: Any) -> frozenset[Act]:
        """What the viewer may do with the one of this name: nothing where there is none, or it is not theirs."""
        ...


@dataclass(frozen=True)
class Needs:
    """What one route asks of its viewer: to be allowed this act, of this subject where it is about one.

    `everywhere`: only for an appointment at every agency, because what is shown or changed is everybody's.
    """

    act: Act
    subject: Subject | None = None
    everywhere: bool = False


def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only for people who are signed in.

    :raises NotSignedIn: for anybody else; pages lead to the sign-in page, the JSON door says 401.
    """
    if connection.scope.get("user") is None:
        raise NotSignedIn


async def admitted(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only for people whose appointments allow what the route declares; stands behind `signed_in`.

    :raises NotFoundException: where the case is not theirs, or there is none.
    :raises PermissionDeniedException: where they may see it and may not do this, or their role does not include it.
    :raises ImproperlyConfiguredException: where the route declares nothing: nobody is let in by an oversight.
    """
    needs, viewer = handler.opt.get("needs"), _viewer(connection)
    if not isinstance(needs, Needs):
        raise ImproperlyConfiguredException("a closed route must say what it needs")
    if needs.subject is None:
        allowed = viewer.may_everywhere(needs.act) if needs.everywhere else viewer.may(needs.act)
        connection.state.acts = frozenset(act for act in Act if viewer.may(act))
    else:
        acts = await _acts_on(needs.subject, viewer, connection)
        allowed = needs.act in acts
        connection.state.acts = acts
    if not allowed:
        raise PermissionDeniedException(_NOT_YOURS)


async def _acts_on(subject: Subject, viewer: Viewer, connection: Connection) -> frozenset[Act]:
    named = connection.path_params[subject.parameter]
    acts = await subject.acts(viewer, named)
    if not acts:
        now = front_door(Request(connection.scope)).clock()
        route = {"route": connection.scope["path_template"]}
        about = f"{subject.kind}:{named}"[:_LONGEST]
        await trail.record(str(viewer.person), "was refused a case", about, now=now, detail=route)
        raise NotFoundException(f"There is no such {subject.kind} among those that you may see.")
    return acts


def viewer_of(request: Request[Any, Any, Any]) -> Viewer:
    """Who is looking, for the handlers that list.

    :raises NotSignedIn: when nobody is signed in.
    """
    return _viewer(request)


def _viewer(connection: Connection) -> Viewer:
    """Who is looking.

    :raises NotSignedIn: when nobody is signed in.
    """
    viewer = connection.scope["state"].get("viewer")
    if not isinstance(viewer, Viewer):
        raise NotSignedIn
    return viewer


def keeps_rules(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only for people who keep the rules; stands behind `signed_in`.

    :raises PermissionDeniedException: for anybody else, who may read the rules all the same.
    """
    person = connection.scope.get("user")
    if person is None or not person.keeps_rules:
        raise PermissionDeniedException("Everybody may read the rules; only people who keep them may change them.")


def publishes(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only for people who publish reports; stands behind `signed_in`.

    :raises PermissionDeniedException: for anybody else, who may read what is published and what is drafted.
    """
    person = connection.scope.get("user")
    if person is None or not person.publishes:
        raise PermissionDeniedException(
            "Everybody may read the publications; only people who publish reports may act."
        )


CLOSED = [signed_in, admitted]
"""The guards of every router that is not open to strangers."""
