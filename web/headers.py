"""What every response tells the browser: run only our own files, show us in no frame, keep no page."""

from __future__ import annotations

from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

# The one script inside the page is the Design System's, which tells style sheets that scripts run.
DESIGN_SYSTEM_SCRIPT = "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' {DESIGN_SYSTEM_SCRIPT}",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HARDENED = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


async def harden(message: Message, scope: Scope) -> None:
    """Each response, error pages included, carries the headers; only static files may be kept by the browser."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HARDENED.items():
        headers[name] = value
    if not (message["status"] == 200 and str(scope["path"]).startswith("/static/")):
        headers["cache-control"] = "no-store"
    application: Any = scope["litestar_app"]
    if application.state.front_door.secure:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
