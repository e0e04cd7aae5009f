"""The reports: figures for a period and a type of meeting, as a page and as files with the same numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.response import Template

from meetings.tables import MeetingType
from reports import figures, model
from reports.asking import asked_for, choices, filled_in
from reports.document import printed
from reports.documents import csv
from reports.figures import Asked
from reports.measures import ANSWERS, ATTENDANCE, CAVEATS, MEETINGS, RECORDING, REVIEWS, TRIGGERS
from reports.model import Report, Table
from reports.periods import Period
from reports.rates import DoesNotReconcile
from web import forms
from web.guards import signed_in
from web.pages import page

FILES = {
    "police-units": "police_units",
    "capacities": "capacities",
    "not-held": "called_off",
    "not-convened": "not_convened",
    "checklist": "checklist",
}
AnyRequest = Request[Any, Any, Any]


@get("/reports", include_in_schema=False)
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
        report = await _drawn_up(period, kind, now)
    except DoesNotReconcile as difference:
        return page("reports/report.html", request, status=500, difference=difference, values=values, **choices(now))
    return page("reports/report.html", request, report=report, values=values, **choices(now), **_shown(report))


@get("/reports.csv", include_in_schema=False)
async def report_file(request: AnyRequest, now: NamedDependency[datetime]) -> Response[bytes]:
    """One table of the report as a file: police-units, capacities, not-held, not-convened or checklist by `table`."""
    form = forms.Form(request.query_params.multi_items())
    try:
        period, kind = asked_for(form, now)
        name = FILES[form.get("table", "police-units")]
        report = await _drawn_up(period, kind, now)
    except forms.Mistakes as mistakes:
        return _refused(" ".join(mistakes.problems.values()), 400)
    except KeyError:
        return _refused(f"There is no such table. Choose one of {', '.join(FILES)}.", 400)
    except DoesNotReconcile as difference:
        return _refused(f"The figures are not given because they do not add up. {difference}", 500)
    about = {
        "Period": period.name,
        "First day": period.first.isoformat(),
        "Last day": period.last.isoformat(),
        "Meeting type": kind.value,
    }
    named = f"convene-{period.code.replace('..', '-to-')}-{name.replace('_', '-')}.csv"
    return Response(
        csv.write(getattr(report, name), about),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{named}"'},
    )


async def _drawn_up(period: Period, kind: MeetingType, now: datetime) -> Report:
    counted = await figures.count(Asked(period.since, period.until, kind.value, now))
    return model.draw_up(counted, period, kind.value, now)


def _shown(report: Report) -> dict[str, Any]:
    """The tables in the order of the page, printed, and what their measures mean."""
    tables = (
        report.attendance,
        report.recording,
        report.answers,
        report.meetings,
        report.triggers,
        report.reviews,
        report.capacities,
        report.called_off,
        report.not_convened,
        report.returns,
        report.lead_disputes,
        report.checklist,
    )
    definitions = (
        ("Attendance", (*ATTENDANCE, *RECORDING)),
        ("Answers and what was asked", ANSWERS),
        ("Meetings and triggers", (*MEETINGS, *TRIGGERS, *REVIEWS)),
    )
    return {"tables": [_on_page(table) for table in tables], "definitions": definitions, "caveats": CAVEATS}


def _on_page(table: Table) -> dict[str, Any]:
    """The table as the page's macro takes it: a "#" heads a column whose cells are numbers."""
    worded = [all(isinstance(row[n], str) for row in (*table.rows, table.total)) for n in range(len(table.heads))]
    return {
        "caption": table.caption,
        "head": [head if words else f"#{head}" for head, words in zip(table.heads, worded, strict=True)],
        "rows": [[printed(cell) for cell in row] for row in table.rows],
        "total": [printed(cell) for cell in table.total],
    }


def _refused(sentence: str, status: int) -> Response[bytes]:
    return Response(sentence.encode(), status_code=status, media_type="text/plain")


router = Router(path="/", route_handlers=[report_page, report_file], guards=[signed_in])
