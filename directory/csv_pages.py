"""The directory as CSV files: out, and in again by way of a preview of every change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import authorities, csv_state, csv_taking
from directory.authorities import Offer
from directory.csv_plan import Change, Plan, What
from directory.csv_sheets import SHEETS, Sheet
from directory.csv_text import Unreadable, as_file
from directory.errors import FileGone, FileNotReady, PreviewedBefore
from web import forms
from web.guards import Needs
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
SHOWN: Final = 300  # changes, and problems, on one page; the file of changes has all
ABOUT: Final = {
    Sheet.CONTACTS: "Contacts: mailboxes, telephones and the ladder",
    Sheet.UNITS: "Units: what they are, whose, their duty desk and hours",
    Sheet.AREAS: "Areas: which unit serves which place from when until when",
    Sheet.DOMAINS: "Mail domains: encryption and answers",
}
DONE: Final = {
    "taken": "The file was taken. Every change is in the directory's records.",
    "nothing": "The directory lacks nothing of this list. Nothing was changed.",
}
NO_UNITS: Final = "No unit of the list is waiting for its place. Add the units first. Nothing was changed."
LISTED: Final = {f"{sheet.value}.csv": sheet for sheet in authorities.SHEETS}  # the files of the list that ships


@get("/directory/files", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY))
async def files_page(request: AnyRequest) -> Template:
    """The files to download, and one to send."""
    return _files(request)


@post("/directory/files", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def send_file(request: AnyRequest, now: Now) -> Template | Redirect:
    """The file that was chosen waits for its preview to be confirmed."""
    upload = (await forms.read(request)).files.get("file")
    raw = await upload.read() if upload is not None else b""
    if not raw:
        return _files(request, {"file": "Choose a CSV file"})
    try:
        kept = await csv_taking.keep(raw, by=str(request.user.id), now=now)
    except Unreadable as unreadable:
        return _files(request, {"file": str(unreadable)})
    return Redirect(f"/directory/files/{kept}", status_code=303)


@get("/directory/files/export/{name:str}", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY))
async def export(name: FromPath[str]) -> Response[bytes]:
    """One of the four files, as `contacts.csv`."""
    if name not in {f"{sheet.value}.csv" for sheet in Sheet}:
        raise NotFoundException
    return _csv(await csv_state.exported(Sheet(name.removesuffix(".csv"))), name)


@get(
    "/directory/files/authorities/{name:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True),
)
async def listed_authorities(name: FromPath[str]) -> Response[bytes]:
    """What the directory lacks of the list of authorities, as the file of units or of areas."""
    return _csv((await _offer()).file(_listed(name)), name)


@post(
    "/directory/files/authorities/{name:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True),
)
async def send_authorities(request: AnyRequest, name: FromPath[str], now: Now) -> Template | Redirect:
    """The same file waits for its preview to be confirmed, as if somebody had sent it."""
    sheet, offer = _listed(name), await _offer()
    if not offer.lines[sheet]:
        if offer.lines[Sheet.UNITS]:
            return _files(request, {"": NO_UNITS})
        return Redirect("/directory/files?done=nothing", status_code=303)
    kept = await csv_taking.keep(offer.file(sheet), by=str(request.user.id), now=now)
    return Redirect(f"/directory/files/{kept}?of=authorities", status_code=303)


@get("/directory/files/{file:uuid}", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def preview(request: AnyRequest, file: FromPath[UUID], now: Now) -> Template:
    """What the file would change, from what to what, and what is wrong with it."""
    own = (await _offer()).own if request.query_params.get("of") == "authorities" else {}
    return _preview(request, await _planned(file, now), own=own)


@post("/directory/files/{file:uuid}", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def confirm(request: AnyRequest, file: FromPath[UUID], now: Now) -> Template | Redirect:
    """The file is carried out as it was previewed; or the preview is shown as it is now."""
    previewed = (await forms.read(request)).get("previewed", "")
    try:
        await csv_taking.confirm(file, previewed, by=str(request.user.id), now=now)
    except FileGone as gone:
        return _files(request, {"file": str(gone)})
    except (PreviewedBefore, FileNotReady) as refused:
        return _preview(request, await _planned(file, now), str(refused))
    return Redirect("/directory/files?done=taken", status_code=303)


@get(
    "/directory/files/{file:uuid}/changes.csv",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True),
)
async def changes(file: FromPath[UUID], now: Now) -> Response[bytes]:
    """Every change and every problem of the file, one a line."""
    plan = await _planned(file, now)
    listed = [
        [str(change.line), change.what.value, *cell]
        for change in plan.acts
        for cell in (change.cells or [("", "", "")])
    ]
    wrong = [[str(problem.line), "problem", problem.column, "", problem.reason] for problem in plan.problems]
    return _csv(as_file([["line", "what", "column", "before", "after"], *wrong, *listed]), "changes.csv")


def _files(request: AnyRequest, problems: dict[str, str] | None = None) -> Template:
    sheets = [(sheet.value, ABOUT[sheet], [column.name for column in SHEETS[sheet]]) for sheet in ABOUT]
    status = 400 if problems else 200
    listed = len(authorities.shipped()[Sheet.UNITS])
    return page(
        "directory/files.html",
        request,
        status=status,
        done=DONE,
        problems=problems or {},
        sheets=sheets,
        listed=listed,
    )


def _preview(request: AnyRequest, plan: Plan, refused: str = "", *, own: Mapping[str, str] | None = None) -> Template:
    return page(
        "directory/preview.html",
        request,
        status=400 if refused or plan.problems else 200,
        problems={"": refused} if refused else {},
        plan=plan,
        about=ABOUT[plan.sheet] if plan.sheet else "",
        groups=[(what, plan.doing(what)[:SHOWN], len(plan.doing(what))) for what in What if what is not What.SAME],
        same=plan.counts[What.SAME],
        named=_named,
        shown=SHOWN,
        own=own or {},
        fingerprint=plan.fingerprint(),
    )


async def _offer() -> Offer:
    return authorities.lacking(await csv_state.known(), authorities.shipped())


def _listed(name: str) -> Sheet:
    if name not in LISTED:
        raise NotFoundException
    return LISTED[name]


def _named(change: Change) -> str:
    """The entry in a few words."""
    names = ("unit_code", "place_code", "place", "step", "role", "email", "domain", "name")
    return ", ".join(dict.fromkeys(value for name in names if (value := change.now(name))))


async def _planned(file: UUID, now: datetime) -> Plan:
    try:
        return await csv_taking.preview(file, now=now)
    except FileGone as gone:
        raise NotFoundException from gone


def _csv(content: bytes, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


handlers = [files_page, send_file, export, listed_authorities, send_authorities, preview, confirm, changes]
