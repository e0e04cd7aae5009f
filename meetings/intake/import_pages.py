"""Taking SSDA903 files in: check first, then take in; what is wrong can be downloaded. No file is ever kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.response import Template

from meetings.intake.csvfile import Problem, as_csv
from meetings.intake.errors import RefusedReport
from meetings.intake.files import HISTORY_AFTER_DAYS, ImportResult, import_files
from meetings.own_places import check_authority, own_places
from web import forms
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act
from web.viewer import Viewer

SHOWN: Final = 200  # problems on the page
DOWNLOADED: Final = 20_000  # problems in the list to download

AnyRequest = Request[Any, Any, Any]


@get("/import", include_in_schema=False, needs=Needs(Act.TAKE_IN))
async def import_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """Which files, whose, and whether to check them or to take them in."""
    return await _draw(request, forms.Form([("act", "check")]), await own_places(viewer, london_date(now)))


@post("/import", include_in_schema=False, needs=Needs(Act.TAKE_IN))
async def import_step(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """What the files did, or would do, with every problem; after a check the files are chosen again."""
    form, own = await forms.read(request), await own_places(viewer, london_date(now))
    missing, episodes = await _content(form, "missing"), await _content(form, "episodes")
    problems = _problems(form, missing)
    if problems:
        return await _draw(request, form, own, problems=problems)
    try:
        await check_authority(viewer, form["authority"], london_date(now))
        result = await import_files(
            missing or b"",
            episodes,
            authority=form["authority"],
            actor=str(request.user.id),
            now=now,
            age_bands=form.get("age_bands") == "yes",
            dry_run=form["act"] == "check",
        )
    except RefusedReport as refused:
        return await _draw(request, form, own, problems=refused.problems)
    return await _draw(request, form, own, result=result)


@post("/import/problems", include_in_schema=False, needs=Needs(Act.TAKE_IN))
async def problems_step(request: AnyRequest) -> Response[bytes]:
    """The problems that the page before has shown, as a CSV file: the page carried them, nothing was kept here."""
    form = await forms.read(request)
    try:
        problems = msgspec.json.decode(form.get("problems", ""), type=list[Problem])
    except msgspec.MsgspecError:
        raise ClientException("The list of problems did not arrive whole. Check the files again.") from None
    return Response(
        b"\xef\xbb\xbf" + as_csv(problems).encode(),  # with the mark by which Excel knows UTF-8
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="import-problems.csv"'},
        status_code=200,
    )


def _problems(form: forms.Form, missing: bytes | None) -> forms.Problems:
    problems = forms.Problems()
    if not form.get("authority"):
        problems.add("authority", "Choose the authority whose files these are")
    if not missing:
        problems.add("missing", "Choose the file of missing periods")
    if form.get("act") not in ("check", "take"):
        problems.add("act", "Choose whether to check the files or to take them in")
    return problems


async def _content(form: forms.Form, name: str) -> bytes | None:
    """The bytes of an uploaded file; None where none was chosen."""
    upload = form.files.get(name)
    return (await upload.read() or None) if upload is not None else None


async def _draw(
    request: AnyRequest,
    values: forms.Form,
    own: dict[str, str],
    *,
    result: ImportResult | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    found = result.problems if result else ()
    return page(
        "meetings/import.html",
        request,
        status=400 if problems else 200,
        values=values,
        problems=problems or {},
        places=[("", "Choose"), *own.items()],
        result=result,
        found=found[:SHOWN],
        hidden_problems=len(found) - SHOWN,
        problems_json=msgspec.json.encode(found[:DOWNLOADED]).decode(),
        history_after_days=HISTORY_AFTER_DAYS,
    )


handlers = [import_page, import_step, problems_step]
