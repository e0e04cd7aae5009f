"""An outgoing message and its calendar taken apart, with nothing that a library might forgive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Stream:
    """A calendar as its lines: split, unfolded and looked up, with nothing that a library might forgive."""

    raw: bytes

    @cached_property
    def lines(self) -> list[str]:
        return self.raw.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")

    @cached_property
    def method(self) -> str:
        return self.value("METHOD")

    @cached_property
    def events(self) -> list[list[str]]:
        return self.components("VEVENT")

    def components(self, name: str) -> list[list[str]]:
        text = "\n".join(self.lines)
        return [found.split("\n") for found in re.findall(rf"BEGIN:{name}\n(.*?)END:{name}", text, re.DOTALL)]

    def of(self, name: str, within: Sequence[str] | None = None) -> list[str]:
        """The whole lines of this property, in one component or in all of the calendar."""
        return [
            line
            for line in (self.lines if within is None else within)
            if re.match(rf"{name}[;:]", line, re.IGNORECASE)
        ]

    def value(self, name: str) -> str:
        found = self.of(name)
        return re.sub(r'^[^":]*("[^"]*"[^":]*)*:', "", found[0]) if found else ""

    def address(self, name: str) -> str:
        return self.value(name).lower().removeprefix("mailto:")


@dataclass(frozen=True)
class Sent:
    """A message as it was handed to the relay."""

    raw: bytes
    envelope_from: str

    @cached_property
    def mail(self) -> Message[str, str]:
        return message_from_bytes(self.raw)

    @cached_property
    def parts(self) -> dict[str, Any]:
        return {part.get_content_type(): part for part in self.mail.walk()}

    @cached_property
    def stream(self) -> Stream:
        part = self.parts.get("text/calendar") or self.parts.get("application/ics")
        return Stream(part.get_payload(decode=True) if part is not None else b"")

    def shape(self, part: Any = None) -> Any:
        part = self.mail if part is None else part
        inside = part.get_payload()
        return [part.get_content_type(), *map(self.shape, inside)] if part.is_multipart() else part.get_content_type()

    def content(self, kind: str) -> bytes:
        return bytes(self.parts[kind].get_payload(decode=True)) if kind in self.parts else b""

    def addresses(self, name: str) -> list[str]:
        return [address.lower() for _, address in getaddresses(self.mail.get_all(name, []))]
