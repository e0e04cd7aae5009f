"""Every route, for every role, about a case of one's own authority and of another's: let in, refused or not found.

The rows are the application's own routes, the columns the roles. What is expected of a cell follows from what its
route declares (`needs=`) and from what the role may do (web/roles.py); nothing is listed by hand.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from attendance.tables import Response
from directory.subjects import UnitOf
from meetings.letterhead import Letterhead
from meetings.subjects import Case
from meetings.tables import Meeting, Seat, Series
from reports.making_tables import AskedFile
from reports.publication_tables import Publication, State
from tests.access.borough import Borough, belongings, borough
from tests.browsing import CITY_DESK, Browser, application, sign_in_as
from tests.conftest import MATRIX
from tests.factories import make_response
from web.guards import Needs
from web.roles import MAY, Act, Role
from web.viewer import MACHINE, Post, Viewer

LET_IN, REFUSED, HIDDEN = "yes", "no", "-"
OWN, OTHER = "own", "other"
DESK = "everything"  # a column of its own: for it no case is another's, so that every row is known to be there
POSTS = {
    Role.COORDINATOR: Post(Role.COORDINATOR, "lambeth-council"),
    Role.MANAGER: Post(Role.MANAGER, "lambeth-council"),
    Role.UNIT_LEAD: Post(Role.UNIT_LEAD, "metropolitan-police-service", "AS"),
    Role.PARTNER: Post(Role.PARTNER, "lambeth-health"),
    Role.ANALYST: Post(Role.ANALYST),
    Role.COMMITTEE: Post(Role.COMMITTEE),
    Role.ADMINISTRATOR: Post(Role.ADMINISTRATOR),
}


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    parts: tuple[Any, ...]
    needs: Needs


@dataclass
class Column:
    """One role's browser, its viewer, and what is that person's own or, of the same kinds, somebody else's."""

    name: str
    browser: Browser
    viewer: Viewer
    personal: dict[str, dict[str, UUID]] = field(default_factory=dict)


def closed_routes(app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        parts = tuple(route.path_components)
        template = "/" + "/".join(part if isinstance(part, str) else "{" + part.name + "}" for part in parts)
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.resolve_guards():
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield Route(method, template, parts, handler.opt["needs"])


@dataclass
class City:
    """Two boroughs with the same cases, everybody who looks at them, and every closed route."""

    routes: list[Route]
    columns: dict[str, Column]
    of: dict[str, Borough]

    def path(self, route: Route, column: Column, whose: str, within: str = "") -> str:
        """The route's address with real rows in it, of the borough or the person that `whose` says."""
        named = {**self.of[whose].named, **column.personal[whose]}
        subject = route.needs.subject
        found = []
        for part in route.parts:
            if isinstance(part, str):
                found.append(part)
            elif subject is not None and part.name == subject.parameter:
                assert subject.kind in named, f"tests/access/borough.py makes no {subject.kind}"
                found.append(str(named[subject.kind]))
            else:
                beside = self.of[within or whose].within.get(part.name)
                found.append(str(beside or {int: 7, UUID: UUID(int=7)}.get(part.type, "end")))
        return "/" + "/".join(found)


@pytest_asyncio.fixture
async def city(rolled_back: None, london: None, now: datetime) -> AsyncIterator[City]:
    app = application()
    of = {
        OWN: await borough("lambeth", "E09000022", "AS", now=now),
        OTHER: await borough("camden", "E09000007", "CN", now=now),
    }
    released = await _released(now)
    for one in of.values():
        one.named |= released
    columns = {}
    stranger = await belongings(await _person("stranger@council.example"), of[OTHER], now=now)
    for name, posts in [(role.value, (post,)) for role, post in POSTS.items()] + [(DESK, CITY_DESK)]:
        email = f"{name.replace(' ', '-')}@convene.example"
        browser = await sign_in_as(Browser(app), email, name, keeps_rules=True, publishes=True, posts=posts)
        person = await _person(email)
        own = await belongings(person, of[OWN], now=now)
        viewer = Viewer(person, tuple(posts))
        columns[name] = Column(name, browser, viewer, {OWN: own, OTHER: stranger})
    convened: dict[Any, Any] = {  # a council's, of the police's unit, by a coordinator in her post
        Series.set_up_by: str(columns[Role.COORDINATOR].viewer.person),
        Series.set_up_at: datetime.now(UTC),
    }
    await Series.update(convened).where(Series.reference == of[OWN].named["series"])
    yield City(list(closed_routes(app)), columns, of)
    for column in columns.values():
        await column.browser.aclose()


async def _person(email: str) -> UUID:
    from web import signin

    return await signin.add_person(email, "somebody", now=datetime.now(UTC))


async def _released(now: datetime) -> dict[str, UUID]:
    """One report that everybody may read, and one file of it: they are nobody's own."""
    publication = Publication(
        id=uuid4(), period="2026-10", type="missing strategy meeting", state=State.RELEASED, content=b"{}",
        sha256="0" * 64, drawn_at=now, drafted_at=now, drafted_by="tests", challenge_until=now, released_at=now,
    )  # fmt: skip
    await Publication.insert(publication)
    file = AskedFile(id=uuid4(), sha256="0" * 64, kind="pdf", name="x", title="A report", asked_at=now, asked_by="t")
    await AskedFile.insert(file)
    return {"publication": publication.id, "file": file.id}


async def answer_to(column: Column, route: Route, path: str) -> httpx.Response:
    """What the role is answered; whatever it changed is undone."""
    from piccolo_conf import DB

    transaction = DB.current_transaction.get()
    assert transaction is not None
    before = await transaction.savepoint()
    form = {"_csrf_token": column.browser.cookies["convene-csrf"]} if route.method == "POST" else None
    answer = await column.browser.request(route.method, path, data=form)
    await before.rollback_to()  # type: ignore[no-untyped-call]  # Piccolo gives it no types
    return answer


def seen_as(answer: httpx.Response) -> str:
    if answer.status_code == 404 and "among those that you may see" in answer.text:
        return HIDDEN
    led_on = answer.status_code == 303 and answer.request.method == "GET" and answer.request.url.path == "/"
    return REFUSED if answer.status_code == 403 or led_on else LET_IN  # to the first section that is theirs


def expected(needs: Needs, viewer: Viewer, whose: str) -> str:
    """What the declaration and the role's acts make of the cell."""
    if needs.subject is None:
        allowed = viewer.may_everywhere(needs.act) if needs.everywhere else viewer.may(needs.act)
        return LET_IN if allowed else REFUSED
    subject = needs.subject
    if isinstance(subject, Case):
        theirs = whose == OWN or viewer.may_everywhere(subject.asked[0])
        if not theirs or not viewer.may(subject.asked[0]):
            return HIDDEN
        return LET_IN if viewer.may(needs.act) else REFUSED
    if isinstance(subject, UnitOf):
        if not viewer.may(Act.READ_DIRECTORY):
            return HIDDEN
        theirs = needs.act is Act.READ_DIRECTORY or whose == OWN or viewer.may_everywhere(needs.act)
        return LET_IN if theirs and viewer.may(needs.act) else REFUSED
    return LET_IN if viewer.may(needs.act) else REFUSED


@pytest.fixture
def printed(request: pytest.FixtureRequest) -> list[str]:
    return request.config.stash.setdefault(MATRIX, [])


async def test_every_cell_of_route_role_and_agency(city: City, printed: list[str]) -> None:
    wrong, cells = [], 0
    head = [f"{name[:11]:>11}" for name in city.columns]
    printed += ["Own / another agency's: yes let in, no refused, - not found", f"{'':66}{' '.join(head)}"]
    for route in city.routes:
        line = []
        for column in city.columns.values():
            pair = []
            for whose in (OWN, OTHER):
                answer = await answer_to(column, route, city.path(route, column, whose))
                seen = seen_as(answer)
                cells += 1
                pair.append(seen)
                problems = _problems(route, column, whose, answer, city)
                if seen != expected(route.needs, column.viewer, whose):
                    problems.append(f"{seen}, not {expected(route.needs, column.viewer, whose)}")
                wrong += [f"{route.method} {route.template} {column.name} {whose}: {one}" for one in problems]
            line.append(f"{'/'.join(pair):>11}")
        printed.append(f"{route.method:4} {route.template[:60]:60} {' '.join(line)}")
    assert not wrong, "\n".join(wrong)
    assert cells == len(city.routes) * len(city.columns) * 2 > 3000


def _problems(route: Route, column: Column, whose: str, answer: httpx.Response, city: City) -> list[str]:
    """What is wrong with an answer whatever the role: a fault, another's case shown, or another's words in it."""
    found = ["a fault"] if "This is a fault in Convene" in answer.text else []
    if column.name == DESK:
        return found
    if whose == OTHER and isinstance(route.needs.subject, Case) and answer.status_code == 200:
        found.append("another agency's case is shown")
    told = [secret for secret in city.of[OTHER].secrets if secret in answer.text]
    return found + [f"tells {secret}" for secret in told]


async def test_what_belongs_to_another_agencys_meeting_is_not_reached_through_ones_own(city: City) -> None:
    column, wrong = city.columns[Role.COORDINATOR], []
    for route in city.routes:
        beside = {part.name for part in route.parts if not isinstance(part, str)} & set(city.of[OTHER].within)
        if not beside or not isinstance(route.needs.subject, Case) or route.needs.subject.parameter in beside:
            continue
        answer = await answer_to(column, route, city.path(route, column, OWN, within=OTHER))
        told = [secret for secret in city.of[OTHER].secrets if secret in answer.text]
        if answer.status_code not in (400, 403, 404) or told:
            wrong.append(f"{route.method} {route.template}: {answer.status_code} {told}")
    assert not wrong


async def test_a_case_that_is_not_ones_own_is_answered_as_one_that_does_not_exist(city: City) -> None:
    column = city.columns[Role.COORDINATOR]
    theirs = await column.browser.get(f"/meetings/{city.of[OTHER].named['meeting']}")
    absent = await column.browser.get("/meetings/no-such-one")
    assert (theirs.status_code, _plain(theirs)) == (absent.status_code, _plain(absent)) == (404, _plain(absent))


async def test_abuse_case_30_a_case_of_another_agency_is_refused_by_its_id_and_that_is_logged(city: City) -> None:
    from audit.tables import Entry

    column, reference = city.columns[Role.MANAGER], city.of[OTHER].named["meeting"]
    assert (await column.browser.get(f"/meetings/{reference}")).status_code == 404
    (entry,) = await Entry.select().where(Entry.action == "was refused a case")
    assert (entry["actor"], entry["subject"]) == (str(column.viewer.person), f"meeting:{reference}")


async def test_abuse_case_30_each_route_about_a_case_writes_down_who_was_refused_it(city: City) -> None:
    """Reading it and altering it: by somebody of another agency whose role may do that with cases of their own."""
    from audit.tables import Entry

    column, asked, wrong = city.columns[Role.COORDINATOR], 0, []
    for route in city.routes:
        if not isinstance(route.needs.subject, Case) or not column.viewer.may(route.needs.subject.asked[0]):
            continue
        await Entry.raw("SAVEPOINT before_asking")
        before = await Entry.count().where(Entry.action == "was refused a case")
        form = {"_csrf_token": column.browser.cookies["convene-csrf"]} if route.method == "POST" else None
        answer = await column.browser.request(route.method, city.path(route, column, OTHER), data=form)
        logged = await Entry.count().where(Entry.action == "was refused a case") - before
        await Entry.raw("ROLLBACK TO SAVEPOINT before_asking")
        asked += 1
        if (answer.status_code, logged) != (404, 1):
            wrong.append(f"{route.method} {route.template}: {answer.status_code}, logged {logged} times")
    assert not wrong, "\n".join(wrong)
    assert asked > 60


async def test_abuse_case_31_lists_and_counts_hold_ones_own_and_nothing_of_another_agency(city: City) -> None:
    column, own = city.columns[Role.COORDINATOR], city.of[OWN]
    lists = {
        "/": own.named["child"], "/meetings": own.named["meeting"], "/series": own.named["series"],
        "/episodes": own.named["episode"], "/handovers": own.named["handover"], "/challenges": own.named["challenge"],
        "/follow-up": own.named["episode"], "/post": own.named["meeting"], "/aliases": "alias@lambeth.example",
    }  # fmt: skip
    for path, mine in lists.items():
        shown = (await column.browser.get(path)).text
        assert str(mine) in shown, path
        assert not [secret for secret in city.of[OTHER].secrets if secret in shown], path


async def test_abuse_case_31_a_calendar_shows_only_what_its_maker_may_see(
    city: City, now: datetime, letterhead: Letterhead
) -> None:
    from attendance.calendars import calendar_of
    from meetings.feed_tables import Feed

    column = city.columns[Role.COORDINATOR]
    feed = await Feed.objects().where(Feed.made_by == str(column.viewer.person)).first()
    assert feed is not None
    uids = {
        whose: (await Meeting.select(Meeting.uid).where(Meeting.reference == city.of[whose].named["meeting"]))[0][
            "uid"
        ]
        for whose in (OWN, OTHER)
    }
    shown = await calendar_of(feed, letterhead=letterhead, now=now, viewer=column.viewer)
    whole = await calendar_of(feed, letterhead=letterhead, now=now, viewer=MACHINE)
    assert uids[OWN].encode() in shown
    assert uids[OTHER].encode() not in shown
    assert uids[OTHER].encode() in whole


async def test_abuse_case_32_a_partner_reads_no_note_of_another_unit_and_is_offered_nothing_to_change(
    city: City, now: datetime
) -> None:
    meeting = await Meeting.objects().get(Meeting.reference == city.of[OWN].named["meeting"])
    seat = await Seat.objects().get(Seat.id == city.of[OWN].within["seat"])
    assert meeting is not None
    assert seat is not None
    await make_response(meeting=meeting, seat=seat, received_at=now)
    await Response.update({Response.comment: "for police and council alone"}).where(Response.comment == "")
    shown = {
        role: (await city.columns[role].browser.get(f"/meetings/{meeting.reference}")).text
        for role in (Role.COORDINATOR, Role.PARTNER)
    }
    assert "for police and council alone" in shown[Role.COORDINATOR]
    assert "for police and council alone" not in shown[Role.PARTNER]
    offered = [f"/meetings/{meeting.reference}/{step}" for step in ("time", "seats", "register", "answers")]
    assert [step for step in offered if step in shown[Role.COORDINATOR]]
    assert not [step for step in offered if step in shown[Role.PARTNER]]


def test_what_each_role_may_do_is_said_of_every_role() -> None:
    assert set(MAY) == set(Role) == set(POSTS)


def _plain(answer: httpx.Response) -> str:
    return re.sub(r'value="[0-9a-f]{40,}"', "", answer.text)
