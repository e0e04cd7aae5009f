"""Whether the web process lives, and whether it can serve."""

from __future__ import annotations

import asyncio

import structlog
from litestar import MediaType, Response, Router, get

from web.tables import Person

log = structlog.get_logger()
PATIENCE = 2.0  # seconds for the database to answer


@get("/live", media_type=MediaType.TEXT, include_in_schema=False)
async def live() -> str:
    """200 while the process answers at all; it touches nothing else."""
    return "alive\n"


@get("/ready", media_type=MediaType.TEXT, include_in_schema=False)
async def ready() -> Response[str]:
    """200 when a query over the pool comes back in time, else 503, so that a drained pool is noticed."""
    try:
        async with asyncio.timeout(PATIENCE):
            await Person.exists()
    except Exception as failure:
        log.error("not ready", error=type(failure).__name__)
        return Response("The database does not answer.\n", status_code=503, media_type=MediaType.TEXT)
    return Response("ready\n", media_type=MediaType.TEXT)


router = Router("/", route_handlers=[live, ready])
