"""The web process of the benchmark: as it is, or without its second wall, as it was before there was one.

Without: `python -m bench.serving.served owner` signs in as the owner, whom no policy binds, and says on nobody's
behalf; each statement of a page is then its own.
"""

from __future__ import annotations

import sys
from typing import Any

import app
from web import walls


async def _straight_on(self: object, scope: Any, receive: Any, send: Any, next_app: Any) -> None:
    await next_app(scope, receive, send)


if __name__ == "__main__":
    if sys.argv[1:] == ["owner"]:
        for wall in (walls.BeforeSignIn, walls.OnBehalf):
            wall.handle = _straight_on  # type: ignore[method-assign]  # the benchmark's own process, without the wall
    app.main()
