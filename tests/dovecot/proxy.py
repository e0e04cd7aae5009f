"""A wire between the door and its server that is cut, or goes dead, at a chosen command."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Wire:
    """Passes bytes both ways. Cuts the connection instead of passing a command with `cut_before` in it, once; or
    passes that with `cut_after` and nothing that follows, once. While `dead`, takes all and passes nothing."""

    to_port: int
    port: int = 0
    cut_before: bytes = b""
    cut_after: bytes = b""
    cut_within: int = 0  # octets of one answer after which it is cut, once
    dead: bool = False
    connections: int = 0
    said: list[bytes] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)

    def cut(self) -> None:
        """Every connection is broken now."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self.dead = False
            server = socket.create_connection(("127.0.0.1", self.to_port))
            self._open += [client, server]
            threading.Thread(target=self._from_client, args=(client, server), daemon=True).start()
            threading.Thread(target=self._from_server, args=(server, client), daemon=True).start()

    def _from_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                self.said.append(data)
                if self.cut_before and self.cut_before in data:
                    self.cut_before = b""
                    break
                if self.cut_after and self.cut_after in data:
                    self.cut_after = b""
                    self.dead = True
                    server.sendall(data)
                    server.settimeout(0.5)
                    with contextlib.suppress(OSError):
                        server.recv(1)  # it has heard the command and answers
                    break
                if not self.dead:
                    server.sendall(data)
        self.cut()
        client.close()
        server.close()

    def _from_server(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self.cut_within and len(data) > self.cut_within:
                    client.sendall(data[: self.cut_within])
                    self.cut_within = 0
                    self.cut()
                elif not self.dead:
                    client.sendall(data)
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def a_wire(to_port: int) -> Iterator[Wire]:
    """It is there within."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(to_port, port=listener.getsockname()[1])
        listening = threading.Thread(target=wire.serve, args=(listener,), daemon=True)
        listening.start()
        try:
            yield wire
        finally:
            wire.cut()
            listener.shutdown(socket.SHUT_RDWR)
            listening.join(5)
