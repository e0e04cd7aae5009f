"""The report of a period and a type of meeting, as a page and as files with the same numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.response import Template

from reports import calendar_pages, chart_pages, drawing_up, publication_pages, verify_pages
from reports.asking import asked_for, choices, filled_in
from reports.document import in_file_names
from reports.documents import csv
from reports.documents.shown import shown
from reports.making_words import Format
from reports.rates import DoesNotReconcile
from web import forms
from web.guards import CLOSED, Needs
from web.pages import page, refused
from web.roles import Act

FIRST = "attendance"
EARLIER_NAMES = {"police-units": FIRST}  # by which other systems may still ask for a table
FILE_FORMATS = [(kind.value, kind.words) for kind in Format]
AnyRequest = Request[Any, Any, Any]


@get("/reports", include_in_schema=False, needs=Needs(Act.READ_FIGURES, everywhere=True))
async def report_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """The report of the period and type in the address; without them, this financial year's main type."""
    form = forms.Form(request.query_params.multi_items())
    try:
        period, kind = asked_for(form, now)
    except forms.Mistakes as mistakes:
        return page(
            "reports/report.html", request, status=400, problems=mistakes.problems, values=form, **choices(now)
        )
    values = filled_in(period, kind, now)
    try:
        counts = await drawing_up.counted(period, kind.value, now)
        document = await drawing_up.written(counts, period, kind.value, now)
    except DoesNotReconcile as difference:
        return page("reports/report.html", request, status=500, difference=difference, values=values, **choices(now))
    told: dict[str, Any] = {
        "about": period,
        "quality": counts.quality,
        "values": values,
        "file_formats": FILE_FORMATS,
        "pictures": chart_pages.addresses(document, kind.value),
    }
    return page("reports/report.html", request, report=shown(document), **told, **choices(now))


@get("/reports.csv", include_in_schema=False, needs=Needs(Act.READ_FIGURES, everywhere=True))
async def report_file(request: AnyRequest, now: NamedDependency[datetime]) -> Response[bytes]:
    """One table of the report as a file, by its name."""
    form = forms.Form(request.query_params.multi_items())
    try:
        period, kind = asked_for(form, now)
        report = await drawing_up.draw_up(period, kind.value, now)
    except forms.Mistakes as mistakes:
        return refused(" ".join(mistakes.problems.values()), 400)
    except DoesNotReconcile as difference:
        return refused(f"The figures are not given because they do not add up. {difference}", 500)
    asked = form.get("table", FIRST)
    found = {table.name: table for table in report.tables}
    table = found.get(EARLIER_NAMES.get(asked, asked))
    if table is None:
        return refused(f"There is no such table. Choose one of {', '.join(found)}.", 400)
    about = {
        "Period": period.name,
        "First day": period.first.isoformat(),
        "Last day": period.last.isoformat(),
        "Meeting type": kind.value,
    }
    named = f"convene-{in_file_names(period.code)}-{table.name}-not-for-publication.csv"
    return Response(
        csv.write(table, about),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{named}"'},
    )


router = Router(
    path="/",
    route_handlers=[
        report_page,
        report_file,
        chart_pages.chart,
        *calendar_pages.handlers,
        *publication_pages.handlers,
        *verify_pages.handlers,
    ],
    guards=CLOSED,
)
