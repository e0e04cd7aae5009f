"""Line ends, NUL, turned text and encoded words in what people and systems call things: refused, or only words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes

import pytest

from directory import contacts, units
from directory.tables import UnitKind
from directory.units import unit_of_code
from directory.wording import NotPlain
from meetings import setting_up
from meetings.errors import UnsuitablePlace
from meetings.intake.errors import RefusedReport
from meetings.intake.record import report_episode
from meetings.intake.reports import EpisodeReport
from meetings.letters import Letterhead
from notifications.tables import OutboundMail
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
ENCODED = "=?utf-8?q?a=0D=0ABcc:=20evil=40evil.example?="
NEVER = (
    "a\r\nBcc: evil@evil.example",
    "a\nATTENDEE:mailto:evil@evil.example",
    "a\x00b",
    "a\u202egnp.exe",
    "a\u2066b",
)


@pytest.mark.parametrize("hostile", NEVER)
async def test_abuse_case_24_no_name_role_place_or_reference_holds_them(now: datetime, hostile: str) -> None:
    unit = await unit_of_code("CE")
    with pytest.raises(NotPlain):
        await units.add_unit(hostile, kind=UnitKind.HEALTH, agency="An agency", places=[], since=None, by=BY, now=now)
    with pytest.raises(NotPlain):
        await contacts.add(
            unit.id, role=hostile, email="a@police.example", active_from=date(2026, 1, 1), by=BY, now=now
        )
    with pytest.raises(UnsuitablePlace):
        replace(tomorrow(now), place=hostile, link="").check(now)
    for child, episode in ((hostile, "E-1"), ("3f6c1a", hostile)):
        report = EpisodeReport(
            source="tests",
            issuer="tests",
            source_reference=episode,
            child=child,
            started_at=now - timedelta(hours=3),
            home_place="E09000022",
        )
        with pytest.raises(RefusedReport):
            await report_episode(report, actor="tests", now=now)


async def test_abuse_case_24_an_encoded_word_in_names_and_places_becomes_no_header(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now)
    invited = await units_of(child, now)
    when = replace(tomorrow(now), place=ENCODED, link="")
    await setting_up.set_up(child, when, invited, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    letters = [bytes(row["content"]) for row in await OutboundMail.select(OutboundMail.content)]
    assert len(letters) >= 2
    for raw in letters:
        head = message_from_bytes(raw)
        assert "Bcc" not in head
        assert [len(head.get_all(name, [])) for name in ("To", "From", "Subject")] == [1, 1, 1]
        assert "evil" not in "".join(value for _, value in head.items())
