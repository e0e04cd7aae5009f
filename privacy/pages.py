"""The pages of this room."""

from __future__ import annotations

from litestar import Router

from privacy import request_pages, retention_pages
from web.guards import admitted, signed_in

router = Router(
    path="/", guards=[signed_in, admitted], route_handlers=[*retention_pages.handlers, *request_pages.handlers]
)
