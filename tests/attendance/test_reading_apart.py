"""Reading in a process apart: it reads the same, and a message that stops it stops no other."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from attendance import reading
from attendance.reading import ToRead
from attendance.reading_apart import ReadsApart
from attendance.taking_in import take_in_one
from meetings.letters import Letterhead
from notifications import inbox
from notifications.apart import ROOT
from tests.attendance.conftest import HOME
from tests.attendance.mailing import SAMPLES, answer, ended, report

PATIENCE = 0.5
TODAY = date(2026, 11, 18)


@pytest_asyncio.fixture
async def poisonable() -> AsyncIterator[ReadsApart]:
    reader = ReadsApart("tests.attendance.poisoned_process", patience=PATIENCE)
    yield reader
    await reader.close()


@pytest_asyncio.fixture
async def apart() -> AsyncIterator[ReadsApart]:
    reader = ReadsApart()
    yield reader
    await reader.close()


@pytest.fixture
async def meeting(committed: None, convene: Any) -> Any:
    return await convene()


def process_of(reader: ReadsApart) -> int:
    assert reader._process is not None
    return reader._process.pid


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


async def test_it_says_of_every_sample_what_reading_here_says(apart: ReadsApart) -> None:
    samples = [path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for path in SAMPLES.glob("*.eml")]
    assert samples
    odd = [
        b"",
        b"\xff\xfe",
        b"Subject: caf\xe9\r\nFrom: \xe9@x.example\r\n\r\n\xe9",
        report("failed"),
        b"x" * 3_000_000,
    ]
    raws = [*samples, *odd]
    assert await apart([ToRead(raw, TODAY) for raw in raws]) == [reading.read(raw, TODAY) for raw in raws]


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        (b"hang", "Reading it took longer than 0.5 seconds."),
        (b"spin", "Reading it took longer than 0.5 seconds."),
        (b"swell", "It cannot be read (MemoryError)."),
        (b"die", "Reading it ended the process that read it."),
    ],
)
async def test_a_poisonous_message_is_set_aside_in_time_and_the_next_is_taken_in(
    committed: None,
    convene: Any,
    letterhead: Letterhead,
    now: datetime,
    poisonable: ReadsApart,
    poison: bytes,
    reason: str,
) -> None:
    meeting = await convene()
    to = meeting.reply_address("Central North")
    bad = await inbox.keep("smtp", poison, "", "nobody@invites.convene.example", now=now)
    good = await inbox.keep("smtp", answer(uid=meeting.uid, to=to, sender=HOME, at=now), HOME, to, now=now)

    begun = time.monotonic()
    assert await take_in_one(letterhead=letterhead, now=now, reader=poisonable)
    assert time.monotonic() - begun < 10
    assert await take_in_one(letterhead=letterhead, now=now, reader=poisonable)

    set_aside = await ended(bad)
    assert (set_aside.disposition, set_aside.reason, set_aside.tries) == ("set aside", reason, 1)
    assert (await ended(good)).disposition == "applied"


async def test_a_process_that_the_system_ended_costs_no_message_its_answer(apart: ReadsApart, now: datetime) -> None:
    raw = answer(uid="one@invites.convene.example", to="m@invites.convene.example", sender=HOME, at=now)
    await apart.start()
    os.kill(process_of(apart), 9)
    assert await apart([ToRead(raw, TODAY)]) == [reading.read(raw, TODAY)]


async def test_a_message_stays_kept_while_no_process_can_be_started(
    committed: None, letterhead: Letterhead, now: datetime
) -> None:
    mail = await inbox.keep("smtp", b"Subject: one\r\n\r\n", "", "nobody@invites.convene.example", now=now)
    assert not await take_in_one(letterhead=letterhead, now=now, reader=ReadsApart("attendance.no_such_module"))
    kept = await ended(mail)
    assert (kept.disposition, kept.tries) == ("kept", 0)


async def test_the_process_knows_no_secret_and_no_database(apart: ReadsApart) -> None:
    await apart.start()
    told = environment_of(process_of(apart))
    assert not any(name in told for name in (b"CONVENE", b"DATABASE"))


async def test_the_process_loads_no_library_of_databases_networks_or_pages() -> None:
    named = "import sys, attendance.reading_process; print(*sys.modules)"
    done = await asyncio.create_subprocess_exec(sys.executable, "-c", named, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    loaded = {name.partition(b".")[0] for name in (await done.communicate())[0].split()}
    assert b"icalendar" in loaded
    assert not loaded & {b"piccolo", b"asyncpg", b"litestar", b"aiosmtplib", b"aiosmtpd", b"settings"}
