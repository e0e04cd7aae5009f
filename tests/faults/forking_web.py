"""Web processes that start at once: the modules are loaded here, and each port given makes one; they end together."""

from __future__ import annotations

import os
import signal
import sys

import app


def main() -> None:
    """Serve on every port until standard input ends."""
    children = []
    for port in sys.argv[1:]:
        child = os.fork()
        if not child:
            os.environ["CONVENE_WEB"] = f"127.0.0.1:{port}"
            app.main()
            os._exit(0)
        children.append(child)
    sys.stdin.read()
    for child in children:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
