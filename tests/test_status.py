"""What administrators are told of the installation: what works, what to look at, and what is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import status
from audit import sealing, trail
from notifications import inbox, outbox, troubles
from notifications.imip import Letter
from notifications.tables import Heartbeat, OutboundMail, OutState
from reports.ledger_tables import LedgerState
from status import Level
from tests.browsing import Browser, application, sign_in_as
from tests.factories import make_meeting, make_unit
from web.roles import Role
from web.viewer import Post

OUT, IN, ROUNDS, LOG, LEDGER, BACKUP, TROUBLES = range(7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def told(which: int, now: datetime, *, demo: bool = False) -> tuple[Level, str]:
    line = (await status.lines(now, await status.turns(now), demo=demo))[which]
    return line.level, line.says


async def beat(job: str, at: datetime) -> None:
    await Heartbeat.insert(Heartbeat(job=job, at=at)).on_conflict(
        target=Heartbeat.job, action="DO UPDATE", values=[(Heartbeat.at, at)]
    )


async def letter(number: int, now: datetime, uid: str = "") -> None:
    one = Letter(
        to="unit@police.example",
        to_name="Unit",
        from_address="meetings@invites.example",
        from_name="Convene meetings",
        reply_to="meetings@invites.example",
        envelope_from="meetings@invites.example",
        subject="Please come",
        text="Please come.\n",
        html="<p>Please come.</p>\n",
        message_id=f"<{number}@invites.example>",
        date=now,
    )
    await outbox.enqueue(one, key=str(number), kind="request", uid=uid, now=now)


@pytest.mark.usefixtures("rolled_back")
class TestOfMail:
    async def test_letters_that_do_not_leave_are_counted_with_their_age(self, now: datetime) -> None:
        assert await told(OUT, now) == (Level.WORKS, "No letter is due.")
        for number in range(2):
            await letter(number, now)
        assert await told(OUT, now + MINUTE) == (Level.WORKS, "2 letters are due, the oldest for 60 seconds.")
        assert await told(OUT, now + 12 * MINUTE) == (Level.LOOK, "2 letters are due, the oldest for 12 minutes.")

    async def test_a_refusal_that_nobody_saw_is_to_be_looked_at(self, now: datetime) -> None:
        await letter(1, now)
        await OutboundMail.update({OutboundMail.state: OutState.REFUSED}).where(OutboundMail.key == "1")
        level, says = await told(OUT, now)
        assert (level, "Refused, and seen by nobody yet: 1." in says) == (Level.LOOK, True)
        await OutboundMail.update({OutboundMail.seen_at: now}).where(OutboundMail.key == "1")
        assert (await told(OUT, now))[0] is Level.WORKS

    async def test_mail_comes_in_while_a_letter_to_itself_comes_back(self, now: datetime) -> None:
        assert await told(IN, now) == (Level.UNKNOWN, "No letter to itself has come back yet.")
        assert (await told(IN, now, demo=True))[1] == "In the demonstration no letter is sent round."
        await beat("go round", now)
        assert (await told(IN, now + 5 * MINUTE))[0] is Level.WORKS
        level, says = await told(IN, now + 20 * MINUTE)
        assert (level, says) == (Level.LOOK, "A letter that Convene sent to itself came back 20 minutes ago.")

    async def test_what_came_in_and_is_not_read_is_told(self, now: datetime) -> None:
        await inbox.keep("lmtp", b"From: a@police.example\r\n\r\nYes", "", "meetings@invites.example", now=now)
        level, says = await told(IN, now + 9 * MINUTE)
        assert (level, says.endswith("1 letter is not read yet, the oldest for 9 minutes.")) == (Level.LOOK, True)


@pytest.mark.usefixtures("rolled_back")
class TestOfTheRest:
    async def test_a_round_is_late_by_how_long_somebody_waits_for_it(self, now: datetime) -> None:
        assert (await told(ROUNDS, now))[0] is Level.LOOK
        for job in ("deliver", "let go"):
            await beat(job, now)
        assert (await told(ROUNDS, now))[0] is Level.WORKS
        assert await told(ROUNDS, now + 6 * MINUTE) == (Level.LOOK, "Not for too long: deliver.")
        assert await told(ROUNDS, now + HOUR) == (Level.LOOK, "Not for too long: deliver, let go.")

    async def test_entries_without_a_seal_are_counted(self, now: datetime) -> None:
        await trail.record("somebody", "did something", "meeting SM-1", now=now)
        assert (await told(LOG, now + MINUTE))[0] is Level.WORKS
        level, says = await told(LOG, now + HOUR)
        assert level is Level.LOOK
        assert says.startswith("Not yet sealed: ")

    async def test_a_ledger_is_recounted_each_night(self, now: datetime) -> None:
        await LedgerState.delete(force=True)
        assert (await told(LEDGER, now))[0] is Level.UNKNOWN
        await LedgerState.insert(LedgerState(id=1, posted_to=now, checked_at=now))
        assert await told(LEDGER, now + 9 * HOUR) == (Level.WORKS, "Recounted 9 hours ago; nothing differs.")
        assert (await told(LEDGER, now + 30 * HOUR))[0] is Level.LOOK

    async def test_of_a_backup_only_what_was_told_is_known(self, now: datetime) -> None:
        assert (await told(BACKUP, now))[0] is Level.UNKNOWN
        await status.note_backup(now)
        assert await told(BACKUP, now + HOUR) == (Level.WORKS, "60 minutes ago, as ./run backed-up told.")
        assert (await told(BACKUP, now + 48 * HOUR))[0] is Level.LOOK
        assert status.BACKUP not in [turn.round for turn in await status.turns(now)]

    async def test_what_a_round_cannot_do_is_told_without_its_words(self, now: datetime) -> None:
        assert await told(TROUBLES, now) == (Level.WORKS, "Nothing.")
        await troubles.met("open data", "The folder of somebody@council.example cannot be written.", now=now)
        level, says = await told(TROUBLES, now)
        assert (level, "open data" in says, "somebody" in says) == (Level.LOOK, True, False)


async def test_everything_that_was_sealed_is_said_to_be(committed: None, now: datetime) -> None:
    await trail.record("somebody", "did something", "meeting SM-1", now=now)
    await sealing.seal_due(now)
    assert await told(LOG, now + HOUR) == (Level.WORKS, "Every entry is sealed.")


async def test_administrators_read_it_and_coordinators_are_not_offered_it(rolled_back: None, now: datetime) -> None:
    await beat("deliver", now)
    async with Browser(application()) as admin, Browser(application()) as coordinator:
        await sign_in_as(admin, "admin@council.example", "Administrator", posts=[Post(Role.ADMINISTRATOR)])
        text = (await admin.get("/status")).text
        assert "Is mail going out?" in text
        assert "When the worker last ended each round" in text
        council = [Post(Role.COORDINATOR, "lambeth-council")]
        await sign_in_as(coordinator, "somebody@council.example", "Coordinator", posts=council)
        assert (await coordinator.get("/status")).status_code == 403
        assert 'href="/status"' not in (await coordinator.get("/directory")).text


@pytest.mark.parametrize("post", [Post(Role.ADMINISTRATOR), Post(Role.ADMINISTRATOR, "lambeth-council")])
async def test_an_administrator_who_sees_no_case_is_told_of_mail_about_cases_that_is_stuck(
    rolled_back: None, post: Post
) -> None:
    """The database shows them none of these letters: the page counts past the wall."""
    long_ago = datetime.now(UTC) - 3 * HOUR
    of_case = await make_meeting(home=await make_unit(code="AS"))
    for number in range(3):
        await letter(number, long_ago, of_case.uid)
    await OutboundMail.update({OutboundMail.state: OutState.REFUSED}).where(OutboundMail.key == "2")
    for number in range(2):
        mail = f"From: a@police.example\r\n\r\nYes {number}".encode()
        await inbox.keep("lmtp", mail, "", "meetings@invites.convene.example", now=long_ago)
    async with Browser(application()) as browser:
        await sign_in_as(browser, "admin@council.example", "Administrator", posts=[post])
        text = (await browser.get("/status")).text
    assert "2 letters are due, the oldest for 3 hours." in text
    assert "Refused, and seen by nobody yet: 1." in text
    assert "2 letters are not read yet, the oldest for 3 hours." in text
