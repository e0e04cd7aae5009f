"""One way to answer with a page, and what every page knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response
from litestar.response import Template

from web.clients import Clients
from web.letters import Sender
from web.openid_client import ProviderClient
from web.roles import Act
from web.viewer import Viewer


@dataclass(frozen=True)
class Section:
    """One entry of the service navigation: the addresses it covers, and the act without which it is not offered.

    `seldom`: not of the daily work; where there are many entries, it stands behind “More”.
    """

    text: str
    href: str
    roots: tuple[str, ...]
    act: Act
    everywhere: bool = False
    seldom: bool = False

    def is_for(self, viewer: Viewer) -> bool:
        return viewer.may_everywhere(self.act) if self.everywhere else viewer.may(self.act)


NAVIGATION = (
    Section("Waiting", "/", ("/", "/waiting"), Act.SEE_PLACES),
    Section("Plan", "/plan", ("/plan",), Act.RUN),
    Section("Meetings", "/meetings", ("/meetings", "/ladders", "/disputes", "/feeds", "/seats"), Act.SEE),
    Section("Follow up", "/follow-up", ("/follow-up",), Act.SEE_PLACES),
    Section("Series", "/series", ("/series",), Act.SEE),
    Section("Episodes", "/episodes", ("/episodes", "/import", "/handovers"), Act.SEE_PLACES),
    Section("Post", "/post", ("/post", "/proposals", "/deputies", "/aliases", "/invitations"), Act.RUN),
    Section("Reports", "/reports", ("/reports", "/challenges"), Act.READ_FIGURES, everywhere=True),
    Section("Publications", "/reports/publications", ("/reports/publications",), Act.READ_PUBLICATIONS),
    Section("Directory", "/directory", ("/directory",), Act.READ_DIRECTORY),
    Section("People", "/people", ("/people",), Act.APPOINT, everywhere=True, seldom=True),
    Section("Log", "/log", ("/log", "/break-glass"), Act.AUDIT, seldom=True),
    Section("Status", "/status", ("/status",), Act.OPERATE, seldom=True),
    Section("Rules", "/rules", ("/rules", "/retention", "/requests"), Act.READ_RULES, seldom=True),
)
DEMONSTRATION = Section("Mailroom", "/mailroom", ("/mailroom",), Act.RUN, everywhere=True, seldom=True)
MOST_IN_A_LINE = 10  # entries, at the width of a laptop


@dataclass(frozen=True)
class FrontDoor:
    """What the web process was told at its start and pages need; kept in `app.state.front_door`.

    `clock` is the application's, which the demonstration may move; sessions never use it.
    """

    clock: Callable[[], datetime]
    demo: bool
    marking: str
    sender: Sender
    join_link: str = ""  # offered to a coordinator who has used none yet
    clients: Clients = field(default_factory=Clients)
    providers: Mapping[str, ProviderClient] = field(default_factory=dict)  # by name: through whom people sign in

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https, so that cookies may insist on it."""
        return self.sender.base_url.startswith("https:")


def front_door(request: Request[Any, Any, Any]) -> FrontDoor:
    """The front door of the application that is answering."""
    door = request.app.state.front_door
    assert isinstance(door, FrontDoor)
    return door


def page(
    template: str,
    request: Request[Any, Any, Any],
    *,
    status: int = 200,
    done: Mapping[str, str] | None = None,
    **context: Any,
) -> Template:
    """The page, with who is signed in, the navigation, `now`, and a banner where an act was just done.

    `problems` (field to message) shows the error summary and the messages beside the fields that the macros
    make; `values` fills them. `may` are the names of the acts that the viewer may do here.
    `done` is the page's own table of what `?done=code` says: nothing of the
    address is ever shown.
    """
    door = front_door(request)
    person, viewer = request.scope.get("user"), request.scope["state"].get("viewer")
    shown: dict[str, Any] = {
        "person": person,
        "viewer": viewer,
        "may": {act.name.lower() for act in request.scope["state"].get("acts", ())},
        "nav": navigation(request.url.path, door.demo, viewer) if viewer else [],
        "now": door.clock(),
        "demo": door.demo,
        "marking": door.marking,
        "values": {},
        "problems": {},
        "flash": (done or {}).get(request.query_params.get("done", "")),
    }
    return Template(template, context=shown | context, status_code=status, headers={"content-language": "en"})


def page_number(request: Request[Any, Any, Any]) -> int:
    """The page of a list that is asked for; 1 where it is no plain number."""
    asked = request.query_params.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 and int(asked) else 1


def refused(sentence: str, status: int) -> Response[bytes]:
    """A sentence instead of the file that was asked for."""
    return Response(sentence.encode(), status_code=status, media_type="text/plain")


def link_gone(request: Request[Any, Any, Any]) -> Template:
    """Where a link of ours leads that works no more, whatever the reason: so guessing links teaches nothing."""
    return page("web/link_gone.html", request, status=404)


def navigation(path: str, demo: bool, viewer: Viewer) -> list[dict[str, Any]]:
    """The sections that are for the viewer, with the one that `path` lies in marked, and those behind “More”."""
    entries = [one for one in (*NAVIGATION, *([DEMONSTRATION] if demo else [])) if one.is_for(viewer)]
    if viewer.may_everywhere(Act.READ_FIGURES):  # for them publications stand under the reports
        entries = [one for one in entries if one.href != "/reports/publications"]
    many = len(entries) > MOST_IN_A_LINE
    return [
        {"text": one.text, "href": one.href, "active": _within(path, one.roots), "more": many and one.seldom}
        for one in entries
    ]


def _within(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or (root != "/" and path.startswith(root + "/")) for root in roots)


def cookie_name(kind: str, secure: bool) -> str:
    """The name of a cookie of ours; by https one that no neighbouring host can set (the `__Host-` prefix)."""
    return f"__Host-convene-{kind}" if secure else f"convene-{kind}"


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)
