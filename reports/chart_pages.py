"""The pictures of the report's page, each drawn from the cells of its table when a browser asks for it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from reports import drawing, drawing_up
from reports.asking import asked_for
from reports.document import Chart, Document, Table
from reports.rates import DoesNotReconcile
from web import forms
from web.guards import Needs
from web.roles import Act

MOST_REMEMBERED: Final = 400  # pictures, of about twenty reports
Drawable = tuple[Chart, Table]
_remembered: OrderedDict[str, Drawable] = OrderedDict()


def addresses(document: Document, kind: str) -> dict[str, str]:
    """Where the picture of each chart is, by the chart's name.

    The address holds a hash of what is drawn, which is remembered; after a restart it is counted anew.
    """
    found: dict[str, str] = {}
    for chart, table in _drawables(document):
        key = _key(chart, table)
        _remembered[key] = (chart, table)
        _remembered.move_to_end(key)
        asked = urlencode({"period": document.period, "type": kind})
        found[chart.name] = f"/reports/charts/{chart.name}/{key}.svg?{asked}"
    while len(_remembered) > MOST_REMEMBERED:
        _remembered.popitem(last=False)
    return found


@get(
    "/reports/charts/{name:str}/{key:str}",
    include_in_schema=False,
    needs=Needs(Act.READ_FIGURES, everywhere=True),
    waits=True,
)
async def chart(
    request: Request[Any, Any, Any], name: FromPath[str], key: FromPath[str], now: NamedDependency[datetime]
) -> Response[bytes]:
    """The picture; 404 where the report has no such chart, or where it cannot be drawn."""
    form = forms.Form(request.query_params.multi_items())
    found = _remembered.get(key.removesuffix(".svg")) or await _afresh(form, name, now)
    if found is None:
        return Response(b"", status_code=404, media_type="text/plain")
    try:
        drawn = await drawing.drawn(*found, narrow=form.get("narrow") == "yes")
    except drawing.NotDrawn:
        return Response(b"", status_code=404, media_type="text/plain")
    return Response(drawn, media_type="image/svg+xml")


async def _afresh(form: forms.Form, name: str, now: datetime) -> Drawable | None:
    """The chart of this name in the report as it stands now."""
    try:
        period, kind = asked_for(form, now)
        document = await drawing_up.draw_up(period, kind.value, now)
    except (forms.Mistakes, DoesNotReconcile):
        return None
    return next((found for found in _drawables(document) if found[0].name == name), None)


def _drawables(document: Document) -> Iterator[Drawable]:
    tables = {table.name: table for table in document.tables}
    return ((chart, tables[chart.table]) for section in document.sections for chart in section.charts)


def _key(chart: Chart, table: Table) -> str:
    return hashlib.sha256(msgspec.json.encode((chart, table), order="deterministic")).hexdigest()[:32]
