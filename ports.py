"""Whether a port can be listened on, found out by trying."""

from __future__ import annotations

import socket


def listen_briefly(host: str, port: int) -> int:
    """The port, which can be listened on; any that is free where 0 is asked for.

    :raises OSError: when it cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])
