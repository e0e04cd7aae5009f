"""A sign-in service on loopback: it gives access tokens by OAuth 2's client credentials, and says whose they are."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from notifications.access_tokens import Grant

SECRET = "the-client's-secret"


@dataclass
class SignInService:
    """What it was asked and what it gave. `answer`, where set, is said instead of a token: status and body."""

    port: int = 0
    user: str = "convene@council.example"
    lasts: object = 3600
    answer: tuple[int, bytes] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    location: str = ""

    @property
    def grant(self) -> Grant:
        return Grant(f"http://127.0.0.1:{self.port}/token", "convene", SECRET, "https://mail.example/.default")

    def granted(self, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(form)
        if self.answer is not None:
            return self.answer
        if form.get("client_secret") != SECRET:
            return 401, json.dumps({"error": "invalid_client", "error_description": "AADSTS7000215: wrong"}).encode()
        token = f"token-{len(self.asked)}"
        self.valid.add(token)
        return 200, json.dumps({"token_type": "Bearer", "expires_in": self.lasts, "access_token": token}).encode()

    def introspected(self, token: str) -> tuple[int, bytes]:
        """What Dovecot asks: whose token is it?"""
        if token not in self.valid:
            return 401, b'{"error": "invalid_token"}'
        return 200, json.dumps({"username": self.user}).encode()


class _Handler(BaseHTTPRequestHandler):
    service: ClassVar[SignInService]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(*self.service.granted({name: values[0] for name, values in parse_qs(body).items()}))

    def do_GET(self) -> None:
        self._say(*self.service.introspected(urlsplit(self.path).query.partition("=")[2]))

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if self.service.location:
            self.send_header("Location", self.service.location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Nothing: the test looks at `asked`."""


@contextmanager
def a_sign_in_service() -> Iterator[SignInService]:
    """It listens within."""
    service = SignInService()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    service.port = server.server_address[1]
    listening = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    listening.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        listening.join()
