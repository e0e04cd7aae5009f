"""A DNS server on loopback that knows what it is told, and that of all else there is nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]  # (name, type): what stands there, as in a zone file


@contextmanager
def a_dns_server(zone: Zone, *, rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> Iterator[tuple[str, int]]:
    """It answers within, at the address that is given."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        answering = threading.Thread(target=_serve, args=(listener, zone, rcode), daemon=True)
        answering.start()
        try:
            yield listener.getsockname()
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", listener.getsockname())
            answering.join(5)


def _serve(listener: socket.socket, zone: Zone, rcode: dns.rcode.Rcode) -> None:
    while True:
        wire, client = listener.recvfrom(4096)
        if not wire:
            return
        asked = dns.message.from_wire(wire)
        (question,) = asked.question
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        name, kind = str(question.name).rstrip("."), dns.rdatatype.to_text(question.rdtype)
        if rcode != dns.rcode.NOERROR:
            answer.set_rcode(rcode)
        elif (name, kind) in zone:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, zone[name, kind]))
        elif name not in {known for known, _ in zone}:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        listener.sendto(answer.to_wire(), client)
