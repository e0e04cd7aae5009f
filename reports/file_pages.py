"""A report as a file: asked for on the report's page, made while somebody waits, then downloaded."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from reports import asked_files, drawing_up
from reports.asked_files import KEPT
from reports.asking import asked_for
from reports.making import Format
from reports.making_tables import AskedFile, Stage
from reports.rates import DoesNotReconcile
from reports.subjects import FILE
from web import forms
from web.guards import CLOSED, Needs
from web.pages import page, refused
from web.roles import Act

AGAIN = 2  # seconds after which the page of a file that is not made yet asks again
AnyRequest = Request[Any, Any, Any]


@post("/reports/files", include_in_schema=False, needs=Needs(Act.READ_FIGURES, everywhere=True))
async def ask_step(request: AnyRequest, now: NamedDependency[datetime]) -> Redirect | Response[bytes]:
    """The report of this period and type is being made into a file of the format that was chosen."""
    form = await forms.read(request)
    try:
        period, meeting_type = asked_for(form, now)
        kind = Format(form.get("format", ""))
        document = drawing_up.not_for_publication(await drawing_up.draw_up(period, meeting_type.value, now))
    except forms.Mistakes as mistakes:
        return refused(" ".join(mistakes.problems.values()), 400)
    except ValueError:
        return refused("Choose a format from the list: go back to the report and choose again.", 400)
    except DoesNotReconcile as difference:
        return refused(f"No file is made because the figures do not add up. {difference}", 500)
    asked = await asked_files.ask(document, kind, by=str(request.user.id), now=now)
    return Redirect(f"/reports/files/{asked}", status_code=303)


@get("/reports/files/{asked:uuid}", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS, FILE))
async def file_page(request: AnyRequest, asked: FromPath[UUID]) -> Template:
    """How far the file is; where it is not made yet, the browser asks again by itself, without a script."""
    columns = AskedFile.all_columns(exclude=[AskedFile.frozen, AskedFile.content])
    row = await AskedFile.select(*columns).where(AskedFile.id == asked).first()
    if row is None:
        raise NotFoundException("This file is kept no more. Go to the report and ask for it again.")
    waiting = row["stage"] in (Stage.WAITING, Stage.BEING_MADE)
    shown = page("reports/file_asked.html", request, file=row, format=Format(row["kind"]), waiting=waiting, kept=KEPT)
    if waiting:
        shown.headers["refresh"] = str(AGAIN)
    return shown


@get("/reports/files/{asked:uuid}/download", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS, FILE))
async def download(asked: FromPath[UUID]) -> Response[bytes]:
    """The file, once it is made; to be saved, never shown in the browser beside our own pages."""
    made = (AskedFile.id == asked) & (AskedFile.stage == Stage.MADE)
    row = await AskedFile.select(AskedFile.content, AskedFile.kind, AskedFile.name).where(made).first()
    if row is None:
        raise NotFoundException("This file is not made, or kept no more.")
    kind = Format(row["kind"])
    return Response(
        bytes(row["content"]),
        media_type=kind.media_type,
        headers={"content-disposition": f'attachment; filename="{row["name"]}.{kind.ending}"'},
    )


router = Router(path="/", route_handlers=[ask_step, file_page, download], guards=CLOSED)
