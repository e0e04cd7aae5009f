"""The head of the log goes elsewhere: by a letter each day, and into a file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from audit import sealing, trail, verifying
from audit.chain import Head, read_heads
from meetings.letters import Letterhead
from notifications.tables import OutboundMail
from overseeing import Overseer
from tests.browsing import letters
from web import head_letters
from web.letters import Sender

SAMPLE = (Path(__file__).parent / "head_letter.txt").read_text()
SENDER = Sender("meetings@invites.convene.example", "Convene meetings", "https://convene.example")


async def test_one_letter_a_day_says_what_to_keep(rolled_back: None, now: datetime) -> None:
    head = Head(12, 3456, now, "ab" * 32)

    assert await head_letters.send_daily(head, "log@auditor.example", SENDER, now=now)
    assert not await head_letters.send_daily(head, "log@auditor.example", SENDER, now=now + timedelta(hours=9))
    assert await head_letters.send_daily(head, "log@auditor.example", SENDER, now=now + timedelta(days=1))

    assert next(text.replace("\r\n", "\n") for text in await letters()) == SAMPLE
    assert read_heads(SAMPLE) == [head]
    assert {row["recipient"] for row in await OutboundMail.select(OutboundMail.recipient)} == {"log@auditor.example"}


async def test_what_is_sealed_is_in_the_file_within_a_minute_and_verifies(
    committed: None, letterhead: Letterhead, now: datetime, tmp_path: Path
) -> None:
    at = [now]
    file = tmp_path / "heads"
    overseer = Overseer(letterhead, lambda: at[0], heads=file, letters_to="log@auditor.example")
    for seconds in (0, 10, 70, 140):
        at[0] = now + timedelta(seconds=seconds)
        if seconds < 100:
            await trail.record("coordinator", "moved", "meeting:7F3K2M", now=at[0])
        await overseer.seal()

    heads = read_heads(file.read_text())
    assert [head.number for head in heads] == [1, 3]
    assert (await verifying.verify(heads)).compared == 2
    assert await sealing.newest() == heads[-1]
    assert await OutboundMail.count() == 1
