"""The dataset of missing children and their meetings: as it may be given out, on a page and as files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from reports.asking import asked_for, choices, filled_in
from reports.dataset_files import FORMATS, draw_up, file_of, named
from reports.documents.shown import shown
from reports.making import NotMade
from reports.rates import DoesNotReconcile
from web import forms
from web.guards import CLOSED, Needs
from web.pages import page, refused
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
TEMPLATE = "reports/dataset.html"


@get(
    "/reports/dataset",
    include_in_schema=False,
    needs=Needs(Act.READ_FIGURES, everywhere=True),
    waits=True,
)
async def dataset_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """The dataset of the period and type in the address; without them, this financial year's main type."""
    form = forms.Form(request.query_params.multi_items())
    try:
        period, kind = asked_for(form, now)
    except forms.Mistakes as mistakes:
        return page(TEMPLATE, request, status=400, problems=mistakes.problems, values=form, **choices(now))
    values = filled_in(period, kind, now)
    try:
        document = await draw_up(period, kind.value, now)
    except DoesNotReconcile as difference:
        return page(TEMPLATE, request, status=500, difference=difference, values=values, **choices(now))
    return page(
        TEMPLATE,
        request,
        shown=shown(document),
        document=document,
        values=values,
        **choices(now),
    )


@get(
    "/reports/dataset/{kind:str}", include_in_schema=False, needs=Needs(Act.READ_FIGURES, everywhere=True), waits=True
)
async def dataset_file(request: AnyRequest, kind: FromPath[str], now: NamedDependency[datetime]) -> Response[bytes]:
    """The same as one file: a package of CSV files with their dictionary, or a spreadsheet."""
    if kind not in FORMATS:
        raise NotFoundException("The dataset has no such format.")
    form = forms.Form(request.query_params.multi_items())
    try:
        period, meeting_type = asked_for(form, now)
        document = await draw_up(period, meeting_type.value, now)
        content = await file_of(document, kind)
    except forms.Mistakes as mistakes:
        return refused(" ".join(mistakes.problems.values()), 400)
    except DoesNotReconcile as difference:
        return refused(f"The dataset is not given because it does not add up. {difference}", 500)
    except NotMade as why:
        return refused(f"The dataset is not given. {why} Try again.", 500)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{named(document, kind)}"'},
    )


router = Router(path="/", route_handlers=[dataset_page, dataset_file], guards=CLOSED)
