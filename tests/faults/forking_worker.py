"""Workers that start at once: the modules are loaded here, and each line on standard input makes one more worker.

Each is a process of its own, whose id is printed; the next line is read when it has ended.
"""

from __future__ import annotations

import os
import sys

import worker


def main() -> None:
    """Make workers until standard input ends."""
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            worker.serve()
            os._exit(0)
        print(child, flush=True)  # noqa: T201  # whoever asked must know whom to kill
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
