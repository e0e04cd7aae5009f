"""The whole way over real sockets: outbox, relay, door, inbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from notifications import inbox, itip, outbox
from notifications.imip import Kind, Letter, open_message
from notifications.itip import Event, Invitee, Partstat
from notifications.lmtp import open_door
from notifications.smtp import Relay
from notifications.tables import InboundMail, OutboundMail, OutState
from tests.notifications.scripted import a_relay

TEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
HOME = Invitee("missing.ce@police.example", "Met: Central East – missing team")
ORGANIZER = "meetings+abcdefghijklmnopqrstuvwxyz@invites.example"
EVENT = Event(
    uid="meeting-7f3k2m@invites.example",
    sequence=0,
    dtstamp=TEN,
    starts_at=TEN + timedelta(days=2),
    ends_at=TEN + timedelta(days=2, hours=1),
    summary="Missing strategy meeting 7f3k2m",
    description="Please say whether you can attend.\n.\nA dot on its own line.",
    location="Room 1",
    link="",
    organizer_address=ORGANIZER,
    organizer_cn="Convene meetings",
    invitee=HOME,
)


def a_letter(*, to: str, sender: str, calendar: bytes, method: str) -> Letter:
    return Letter(
        to=to,
        to_name="Zoë's team",
        from_address=sender,
        from_name="Sender",
        reply_to=sender,
        envelope_from=sender,
        subject="Missing strategy meeting 7f3k2m",
        text="Please say whether you can attend.\n.\n..\nFrom here on.\n",
        html="<p>.</p>\n",
        message_id=f"<{method.lower()}@invites.example>",
        date=TEN,
        calendar=calendar,
        method=method,
    )


async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> int:
    return await inbox.keep(door, raw, envelope_from, envelope_to, now=TEN)


async def test_an_invitation_and_its_answer_make_the_whole_way_byte_for_byte(committed: None) -> None:
    invitation = a_letter(to=HOME.address, sender=ORGANIZER, calendar=itip.request(EVENT), method="REQUEST")
    await outbox.enqueue(invitation, key="request:1", kind="request", now=TEN, uid=EVENT.uid, sequence=0)
    answer = itip.reply(EVENT, partstat=Partstat.ACCEPTED, answered_by=HOME, dtstamp=TEN)
    returned = a_letter(to=ORGANIZER, sender=HOME.address, calendar=answer, method="REPLY")
    await outbox.enqueue(returned, key="reply:1", kind="reply", now=TEN)
    door = await open_door("smtp", "127.0.0.1", 0, keep=keep, domain=None, hostname="mx.example")
    relay = Relay("127.0.0.1", door.sockets[0].getsockname()[1], hostname="convene.example")

    assert await outbox.deliver_due(relay.send, clock=lambda: TEN) == 2

    await relay.close()
    door.close()
    sent = await OutboundMail.select(OutboundMail.content, OutboundMail.state).order_by(OutboundMail.id)
    came = await InboundMail.select(InboundMail.content, InboundMail.envelope_to).order_by(InboundMail.id)
    assert [row["state"] for row in sent] == [OutState.SENT, OutState.SENT]
    assert [row["content"] for row in came] == [row["content"] for row in sent]
    assert [row["envelope_to"] for row in came] == [HOME.address, ORGANIZER]
    opened = open_message(came[1]["content"])
    assert opened.kind is Kind.CALENDAR
    (read,) = itip.read(opened.calendars[0][1])
    assert (read.uid, read.sequence, read.partstat_of(HOME.address)) == (EVENT.uid, 0, "ACCEPTED")


async def test_a_relay_that_breaks_off_after_the_last_byte_gets_the_same_bytes_again(committed: None) -> None:
    letter = a_letter(to=HOME.address, sender=ORGANIZER, calendar=itip.request(EVENT), method="REQUEST")
    await outbox.enqueue(letter, key="request:1", kind="request", now=TEN, uid=EVENT.uid, sequence=0)
    async with a_relay() as (relay, script):
        script.once["."] = "break"
        await outbox.deliver_due(relay.send, clock=lambda: TEN)
        assert await OutboundMail.exists().where(OutboundMail.state == OutState.QUEUED)
        await outbox.deliver_due(relay.send, clock=lambda: TEN + timedelta(minutes=1))

    assert len(script.taken) == 2
    assert script.taken[0] == script.taken[1]
    assert await OutboundMail.exists().where(OutboundMail.state == OutState.SENT)
