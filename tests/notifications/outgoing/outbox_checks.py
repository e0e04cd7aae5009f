"""Everything in the outbox, checked: what ended a test end to end must have left nothing that a client misreads."""

from __future__ import annotations

from collections import Counter, defaultdict

from notifications.tables import OutboundMail
from tests.notifications.outgoing.checkers import libical_complaints, read_by_icaljs
from tests.notifications.outgoing.facts import broken, broken_in_thread
from tests.notifications.outgoing.sent import Sent


async def check_all_sent() -> Counter[str]:
    """Each calendar in the outbox satisfies all three checkers; returns how many there were of each method."""
    mails = await OutboundMail.objects().where(OutboundMail.calendar.is_not_null()).order_by(OutboundMail.id)
    assert mails, "nothing was sent"
    calendars = [bytes(mail.calendar or b"") for mail in mails]
    threads: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)
    for mail, calendar in zip(mails, calendars, strict=True):
        raw = bytes(mail.content or b"")
        assert broken(raw, mail.envelope_from) == {}, calendar.decode()
        assert Sent(raw, mail.envelope_from).stream.raw == calendar
        threads[mail.envelope_from, mail.uid].append(calendar)
    for thread in threads.values():
        assert broken_in_thread(thread) == {}, b"\n".join(thread).decode()
    for calendar, found in zip(calendars, libical_complaints(calendars), strict=True):
        assert found == [], calendar.decode()
    methods: Counter[str] = Counter()
    for mail, read in zip(mails, read_by_icaljs(calendars), strict=True):
        (event,) = read["events"]
        (attendee,) = event["attendees"]
        said = (event["uid"], event["sequence"], attendee["address"].lower())
        assert said == (mail.uid, mail.sequence, f"mailto:{mail.recipient}".lower())
        methods[read["method"]] += 1
    return methods
