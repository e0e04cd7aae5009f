"""The log of acts as people read it: of a case for managers, of a person for managers and administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import case_log, child_log
from attendance.child_log import CHILD_LOGGED
from audit import looking_up, unusual
from audit.chain import Row
from audit.words import act_in_words, subject_in_words
from directory.csv_text import as_file
from meetings.subjects import MEETING, Case
from meetings.tables import Meeting
from web.filters import london
from web.forms import Form
from web.guards import CLOSED, Needs, viewer_of
from web.pages import page
from web.reading import BY_LINK, View
from web.roles import Act
from web.signin import titles_of
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
HERE = "/log"
ON_A_PAGE = 50
IN_A_FILE = 20_000  # the newest; a file that a spreadsheet still opens
# What a manager may look into: an administrator, who may read the log of people, sees no case.
LOGGED = Case("meeting", "reference", MEETING.found, MEETING.seen, (Act.REVIEW_GLASS,))
_HEAD = ("Number", "When (London)", "Who", "What", "About", "Reference", "Detail")


@get(HERE, include_in_schema=False, needs=Needs(Act.AUDIT), opens=View("the log of acts"))
async def index_page(request: AnyRequest) -> Template | Redirect:
    """Whose log, or which meeting's?"""
    viewer, asked = viewer_of(request), request.query_params
    if case := asked.get("case", "").strip():
        return Redirect(f"{HERE}/meetings/{quote(case.upper(), safe='')}", status_code=303)
    if person := asked.get("person", ""):
        return Redirect(f"{HERE}/people/{quote(person, safe='')}", status_code=303)
    people = [(str(one.id), f"{one.title} ({one.email})") for one in await case_log.people_for(viewer)]
    return page(
        "attendance/log.html",
        request,
        values=Form(),
        people=[("", "Choose"), *people],
        manager=viewer.may(Act.REVIEW_GLASS),
    )


@get(
    f"{HERE}/meetings/{{reference:str}}",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS, LOGGED),
    opens=View("the log of the meeting"),
)
async def meeting_page(request: AnyRequest, reference: FromPath[str]) -> Template:
    """Who changed and opened what of a meeting, the newest first."""
    meeting, viewer = await _found(reference), viewer_of(request)
    subjects = await case_log.subjects_of(meeting.id)
    entries = await looking_up.about(subjects, before=_before(request), most=ON_A_PAGE + 1)
    others = [one for one in await _meetings(meeting.child, viewer) if one != reference]
    here = f"{HERE}/meetings/{quote(reference, safe='')}"
    child = meeting.child if await child_log.may_read(meeting.child, viewer) else None
    return await _draw(request, entries, f"Meeting {reference}", here, others=others, child=child)


@get(
    f"{HERE}/meetings/{{reference:str}}/file.csv",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS, LOGGED),
    opens=View("the log of the meeting as a file"),
)
async def meeting_file(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    """The same as a file."""
    subjects = await case_log.subjects_of((await _found(reference)).id)
    return await _file(await looking_up.about(subjects, most=IN_A_FILE), f"log-of-meeting-{reference}")


@get(
    f"{HERE}/children/{{child:uuid}}",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS, CHILD_LOGGED),
    opens=View("the log of the child"),
)
async def child_page(request: AnyRequest, child: FromPath[UUID]) -> Template:
    """Who changed and opened what of a child's case, whether or not a meeting was convened, the newest first."""
    viewer = viewer_of(request)
    entries = await child_log.entries_of(child, viewer, before=_before(request), most=ON_A_PAGE + 1)
    leads = {
        "meetings": await _meetings(child, viewer),
        "of_child": True,
        "of_all": viewer.may_everywhere(Act.REVIEW_GLASS),
    }
    title = f"Child {await child_log.reference_of(child)}"
    return await _draw(request, entries, title, f"{HERE}/children/{child}", **leads)


@get(
    f"{HERE}/children/{{child:uuid}}/file.csv",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS, CHILD_LOGGED),
    opens=View("the log of the child as a file"),
)
async def child_file(request: AnyRequest, child: FromPath[UUID]) -> Response[bytes]:
    """The same as a file; its name holds no reference, which would say too much in a list of files."""
    entries = await child_log.entries_of(child, viewer_of(request), most=IN_A_FILE)
    return await _file(entries, f"log-of-child-{child}")


@get(
    f"{HERE}/people/{{person:uuid}}",
    include_in_schema=False,
    needs=Needs(Act.AUDIT),
    opens=View("the log of a person", "person", "person"),
)
async def person_page(request: AnyRequest, person: FromPath[UUID]) -> Template:
    """What a person did and opened, the newest first."""
    title, posts = await _person(request, person)
    entries = await looking_up.done_by(str(person), posts, before=_before(request), most=ON_A_PAGE + 1)
    return await _draw(request, entries, title, f"{HERE}/people/{person}", in_part=posts is not None)


@get(
    f"{HERE}/people/{{person:uuid}}/file.csv",
    include_in_schema=False,
    needs=Needs(Act.AUDIT),
    opens=View("the log of a person as a file", "person", "person"),
)
async def person_file(request: AnyRequest, person: FromPath[UUID]) -> Response[bytes]:
    """The same as a file."""
    _, posts = await _person(request, person)
    return await _file(await looking_up.done_by(str(person), posts, most=IN_A_FILE), f"log-of-person-{person}")


@get(
    f"{HERE}/unusual",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS),
    opens=View("the list of unusual reading"),
)
async def unusual_page(request: AnyRequest) -> Template:
    """Whose reading was unusual in the last three months, and why."""
    rows = await case_log.unusual_for(viewer_of(request))
    return page("attendance/log_unusual.html", request, rows=rows, rules=unusual)


async def _found(reference: str) -> Meeting:
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None, "the guard found it"
    return meeting


async def _meetings(child: UUID | None, viewer: Viewer) -> list[str]:
    return await child_log.meetings_about(child, viewer) if child else []


async def _person(request: AnyRequest, person: UUID) -> tuple[str, looking_up.Posts | None]:
    """Who it is, and which of their posts are the reader's to know of, where not all are."""
    viewer = viewer_of(request)
    found = await case_log.person_for(viewer, person)
    if found is None:
        raise NotFoundException
    return str(found.title), await case_log.posts_of(viewer, person)


async def _draw(
    request: AnyRequest,
    entries: Sequence[Row],
    title: str,
    here: str,
    **leads: Any,
) -> Template:
    shown, more = entries[:ON_A_PAGE], len(entries) > ON_A_PAGE
    who = await _names(shown)
    return page(
        "attendance/log_of.html",
        request,
        title=title,
        here=here,
        rows=[(one.at, who[one.actor], act_in_words(one.action), subject_in_words(one.subject)) for one in shown],
        older=f"{here}?before={shown[-1].id}" if more else "",
        newest=here if "before" in request.query_params else "",
        **leads,
    )


async def _file(entries: Sequence[Row], name: str) -> Response[bytes]:
    who = await _names(entries)
    rows = [
        (
            str(one.id),
            london(one.at),
            who[one.actor],
            act_in_words(one.action),
            subject_in_words(one.subject),
            one.subject,
            one.detail,
        )
        for one in entries
    ]
    plain_name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    headers = {"content-disposition": f'attachment; filename="{plain_name}.csv"'}
    return Response(as_file([_HEAD, *rows]), media_type="text/csv", headers=headers)


async def _names(entries: Sequence[Row]) -> dict[str, str]:
    """Who each actor is: a person by their role, a process by its name."""
    actors = {one.actor for one in entries}
    titles = await titles_of(actors)
    named = {BY_LINK: "Whoever has the letter with the link"}
    return {actor: titles.get(actor) or named.get(actor) or act_in_words(actor) for actor in actors}


def _before(request: AnyRequest) -> int:
    asked = request.query_params.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else looking_up.NEWEST


router = Router(
    path="/",
    guards=CLOSED,
    route_handlers=[
        index_page,
        meeting_page,
        meeting_file,
        child_page,
        child_file,
        person_page,
        person_file,
        unusual_page,
    ],
)
