"""One quarter from its day to the committee's list and the open-data folder, with the real press and the real PDF."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pypdf
import pytest

from attendance.challenges import Claim, answer, raise_challenge
from attendance.tables import Outcome
from meetings.letters import Letterhead
from notifications.tables import OutboundMail
from reports import publishing
from reports.calendar_tables import Every
from reports.delivery_tables import MadeFile
from reports.making import made
from reports.posting import post_due
from reports.publication_tables import Publication
from reports.publishing_rounds import PublishingRounds
from reports.report_calendars import Terms, add, add_address
from reports.sealing import verify
from reports.standing_press import PRESS
from tests.factories import close_register, make_mark, make_meeting, make_seat, make_unit
from tests.reports.calendar.drafts import MISSING

TENTH = datetime(2026, 10, 14, 8, 0, tzinfo=UTC)  # 9 in London, ten working days after the third quarter
CLERK = "clerk@committee.example"


@pytest.mark.usefixtures("committed")
async def test_a_quarter_goes_out(tmp_path: Path, letterhead: Letterhead) -> None:
    clock = [TENTH]
    rounds = PublishingRounds(
        letterhead, lambda: clock[0], PRESS, made, tmp_path / "open-data", "https://data.council.example"
    )
    calendar = await add(Every.QUARTER, MISSING, Terms(since=date(2026, 9, 1)), by="tests", now=TENTH)
    await add_address(calendar, CLERK, "Clerk to the committee", by="tests", now=TENTH)
    unit = await make_unit(code="CN", name="Central North")
    for number in range(12):
        starts = datetime(2026, 7, 6, 10, tzinfo=UTC) + timedelta(days=number)
        meeting = await make_meeting(home=unit, starts_at=starts)
        seat = await make_seat(meeting=meeting, unit=unit)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW if number > 8 else Outcome.ATTENDED)
        await close_register(meeting=meeting)

    async def all_rounds() -> None:
        await post_due(clock[0])
        for work in rounds.named().values():
            await work()

    await all_rounds()
    (draft,) = await Publication.objects()
    claim = Claim("attended", "The duty log.", "Inspector", publication=draft.id, period=draft.period)
    challenge = await raise_challenge(seat.id, unit.id, claim, now=clock[0])
    await answer(challenge, upheld=True, words="The log shows it.", by="c", now=clock[0], letterhead=letterhead)
    clock[0] = draft.challenge_until
    await all_rounds()
    await publishing.redraw(draft.id, press=PRESS, by="head", now=clock[0])
    (draft,) = await Publication.objects()
    await publishing.approve(draft.id, "I read it.", seen=draft.sha256, press=PRESS, by="head", now=clock[0])
    await publishing.release(draft.id, seen=draft.sha256, press=PRESS, by="director", now=clock[0])
    for _ in range(2):
        await all_rounds()

    (mail,) = await OutboundMail.objects().where(OutboundMail.recipient == CLERK)
    message = message_from_bytes(mail.content, policy=policy.default)
    (pdf,) = message.iter_attachments()
    content = pdf.get_payload(decode=True)
    assert isinstance(content, bytes)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert draft.sha256 in text.replace("\n", "").replace(" ", "")
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith(verify(draft.content).published.document.finding)

    release = tmp_path / "open-data" / "2026-Q3" / "missing-strategy-meeting" / "r1"
    assert (release / "report.pdf").read_bytes() == content
    assert (release / "report.json").read_bytes() == draft.content
    assert zipfile.ZipFile(release / "data.zip").testzip() is None
    assert draft.sha256 in (release / "report.html").read_text()
    assert await MadeFile.count() == 5
