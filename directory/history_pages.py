"""What was held of a unit, change by change, as a page and as a file."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from directory import history, units
from directory.csv_text import as_file
from directory.errors import NoSuchUnit
from directory.history import Version
from directory.subjects import UNIT
from directory.tables import Unit
from web.filters import london
from web.guards import Needs
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
HEAD = ("When", "Who", "Act", "Why", "Section", "Before", "After")


@get("/directory/{unit_code:str}/history", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY, UNIT))
async def history_page(request: AnyRequest, unit_code: FromPath[str]) -> Template:
    """The latest change first."""
    unit = await _unit(unit_code)
    return page("directory/history.html", request, unit=unit, versions=await history.versions_of(unit.id))


@get("/directory/{unit_code:str}/history.csv", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY, UNIT))
async def history_file(unit_code: FromPath[str]) -> Response[bytes]:
    """The same as CSV, a line for each thing that changed."""
    unit = await _unit(unit_code)
    rows = [row for version in await history.versions_of(unit.id) for row in _rows(version)]
    headers = {"content-disposition": f'attachment; filename="history-{unit.code}.csv"'}
    return Response(as_file([HEAD, *rows]), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(version: Version) -> list[tuple[str, ...]]:
    act = (london(version.at), version.by, version.action, version.why)
    return [(*act, one.section, one.before, one.after) for one in version.changes] or [(*act, "", "", "")]


async def _unit(code: str) -> Unit:
    try:
        return await units.unit_of_code(code)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


handlers = [history_page, history_file]
