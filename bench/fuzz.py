"""Hostile and broken messages through the reading of mail: `./run bench fuzz`. Counts how they end.

Every message is made from a seed, so that one which fails can be made again: `./run bench fuzz --only SEED`. They
start from the samples of the tests and are bent, cut, spliced, stuffed and repeated, inside their packed parts too.
A crash is an exception that nobody expected; each message must end as exactly one kind, within a second of CPU time.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import platform
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from pathlib import Path

from attendance.reading import Reading, read
from notifications.kinds import InboundKind

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
RECEIVED = date(2026, 11, 18)
UNEXPECTED = re.compile(r"It cannot be read \(\w+\)\.")
TOO_LONG = 1.0  # seconds of CPU time
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/=]{0,76}")
_PIECES = (
    b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"METHOD:REPLY", b"METHOD:COUNTER", b"UID:",
    b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example", b"RECURRENCE-ID;TZID=Nowhere:99999999T999999", b"SEQUENCE:-1",
    b"DTSTAMP:00000000T000000Z", b"DTSTART;TZID=../../etc/passwd:20261201T110000", b"DURATION:P999999W", b"RRULE:",
    b"Content-Type: multipart/mixed; boundary=B", b"Content-Type: message/rfc822", b"--B", b"--B--", b"\r\n\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status", b"Content-Transfer-Encoding: base64",
    b"Content-Type: text/calendar; charset=utf-7; method=REPLY", b"Content-Type: application/ms-tnef",
    b"Content-Type: application/pkcs7-mime", b"Content-Type: text/plain; charset*0*=utf-8''%FF; x", b"From: ",
    b"Subject: =?utf-8?q?=0ABcc=3A?=", b"Action: failed", b"Status: 5.1.1", b"Auto-Submitted: auto-replied",
    b"Authentication-Results: ;;;(((", b"Return-Path: <>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b";", b":",
    b'"', b"To: <", b"From: a\r\nSent: b\r\n",
    b"\xe2\x80\xae", b"=?utf-16?b?//8=?=", b"-----BEGIN PGP MESSAGE-----", b"until 31/12/9999",
)  # fmt: skip


@cache
def samples() -> tuple[bytes, ...]:
    """The samples, the same ones in the same order everywhere."""
    return tuple(path.read_bytes() for path in sorted(SAMPLES.glob("*.eml")))


def message(seed: int) -> bytes:
    """The message of this seed, always the same."""
    dice = random.Random(seed)
    raw = dice.choice(samples())
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        raw = dice.choice(_WAYS)(raw, dice)
    return raw[:400_000]


def _bent(raw: bytes, dice: random.Random) -> bytes:
    bent = bytearray(raw)
    for _ in range(dice.randint(1, 20)):
        if bent:
            bent[dice.randrange(len(bent))] = dice.randrange(256)
    return bytes(bent)


def _cut(raw: bytes, dice: random.Random) -> bytes:
    first, last = sorted(dice.choices(range(len(raw) + 1), k=2))
    return dice.choice((raw[:first], raw[first:last], raw[:first] + raw[last:]))


def _repeated(raw: bytes, dice: random.Random) -> bytes:
    first = dice.randrange(len(raw) + 1)
    span = raw[first : first + dice.choice((1, 10, 80, 1_000))]
    return raw[:first] + span * dice.choice((2, 3, 30, 1_000)) + raw[first:]


def _stuffed(raw: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 6)):
        first = dice.randrange(len(raw) + 1)
        if dice.random() < 0.7:  # at the beginning of a line, where it does the most harm
            first = raw.find(b"\n", first) + 1
        piece = dice.choice(_PIECES) * dice.choice((1, 1, 1, 2, 50))
        raw = raw[:first] + piece + dice.choice((b"", b"\r\n", b"\n")) + raw[first:]
    return raw


def _spliced(raw: bytes, dice: random.Random) -> bytes:
    other = dice.choice(samples())
    return raw[: dice.randrange(len(raw) + 1)] + other[dice.randrange(len(other) + 1) :]


def _shuffled(raw: bytes, dice: random.Random) -> bytes:
    lines = raw.split(b"\r\n")
    for _ in range(dice.randint(1, 10)):
        first, last = dice.randrange(len(lines)), dice.randrange(len(lines))
        lines[first] = dice.choice((lines[last], b"", lines[first] + lines[last], lines[first].swapcase()))
    return dice.choice((b"\r\n", b"\r\n", b"\n", b"\r")).join(lines)


def _within(raw: bytes, dice: random.Random) -> bytes:
    """What is packed as base64, bent inside: calendars, winmail.dat, signatures."""
    found = list(_BASE64.finditer(raw))
    if not found:
        return _stuffed(raw, dice)
    one = dice.choice(found)
    try:
        inside = base64.b64decode(one[0], validate=False)
    except ValueError:
        return raw
    inside = dice.choice((_bent, _cut, _stuffed, _repeated, _shuffled))(inside, dice)
    return raw[: one.start()] + base64.encodebytes(inside) + raw[one.end() :]


def _nested(raw: bytes, dice: random.Random) -> bytes:
    levels = dice.choice((1, 2, 5, 30))
    kind = dice.choice((b"multipart/mixed", b"message/rfc822", b"multipart/signed", b"multipart/report"))
    heads = b"".join(b"Content-Type: %b; boundary=N%d\r\n\r\n--N%d\r\n" % (kind, n, n) for n in range(levels))
    return b"From: home.unit@police.example\r\n" + heads + raw


def _random(raw: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(dice.choice((0, 1, 100, 5_000)))


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _bent, _bent, _cut, _repeated, _stuffed, _stuffed, _spliced, _shuffled, _within, _within, _nested, _random,
)  # fmt: skip


@dataclass
class Counted:
    """How so many messages ended."""

    kinds: Counter[str] = field(default_factory=Counter)
    crashes: list[int] = field(default_factory=list)  # seeds
    slow: list[int] = field(default_factory=list)  # seeds
    slowest: float = 0.0  # seconds

    def add(self, other: Counted) -> None:
        self.kinds += other.kinds
        self.crashes += other.crashes
        self.slow += other.slow
        self.slowest = max(self.slowest, other.slowest)


def tried(seeds: range) -> Counted:
    """These messages, read one after another."""
    counted = Counted()
    for seed in seeds:
        raw = message(seed)
        begun = time.process_time()
        found = ended(raw)
        took = time.process_time() - begun
        counted.slowest = max(counted.slowest, took)
        if took > TOO_LONG:
            counted.slow.append(seed)
        if found is None:
            counted.crashes.append(seed)
        else:
            counted.kinds[found.value] += 1
    return counted


def ended(raw: bytes) -> InboundKind | None:
    """As which kind the message ended; None where something happened that nobody expected."""
    try:
        found: Reading = read(raw, RECEIVED)
    except Exception:  # counted, and shown with --only
        return None
    unexpected = UNEXPECTED.fullmatch(found.reason) or found.kind is InboundKind.UNREAD
    return None if unexpected else found.kind


def main() -> None:
    """Try, count, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--messages", type=int, default=100_000)
    wanted.add_argument("--first", type=int, default=0, help="the first seed")
    wanted.add_argument("--only", type=int, help="one seed: what it is, and what happens")
    given = wanted.parse_args()
    if given.only is not None:
        show(given.only)
        return
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
    begun, whole = time.perf_counter(), Counted()
    with ProcessPoolExecutor() as pool:
        for counted in pool.map(tried, _chunks(given.first, given.messages)):
            whole.add(counted)
    took = time.perf_counter() - begun
    say(f"{given.messages:,} messages in {took:.0f} s, {given.messages / took:,.0f} a second")
    say(f"crashes {len(whole.crashes)}")
    for kind, number in whole.kinds.most_common():
        say(f"  {kind:12} {number:8,}")
    say(f"the slowest took {whole.slowest * 1000:,.0f} ms; longer than {TOO_LONG:g} s: {len(whole.slow)}")
    for name, seeds in (("crashes", whole.crashes), ("slow", whole.slow)):
        if seeds:
            say(f"{name}, by seed: {', '.join(map(str, sorted(seeds)[:50]))}")
    sys.exit(bool(whole.crashes))


def _chunks(first: int, number: int) -> Iterator[range]:
    return (range(at, min(at + 500, first + number)) for at in range(first, first + number, 500))


def show(seed: int) -> None:
    """One message and how it ends, for whoever mends what went wrong."""
    raw = message(seed)
    say(f"{raw[:4_000]!r}")
    with contextlib.suppress(Exception):
        found = read(raw, RECEIVED)
        say(f"{found.kind}: {found.reason}")
        return
    traceback.print_exc()


say = partial(print, flush=True)

if __name__ == "__main__":
    main()
