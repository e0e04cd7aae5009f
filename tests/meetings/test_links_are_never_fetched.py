"""The link to join a meeting is given on, never opened: whatever it leads to, Convene asks nobody for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from meetings.errors import UnsuitablePlace
from notifications import outbox
from notifications.tables import OutboundMail
from tests.directory.calendar_server import running, says
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "\\\\files.example\\share\\a",
        "//files.example/share/a",
        "http://169.254.169.254/latest/meta-data",
        "javascript:alert(1)",
        "data:text/html,a",
        "smb://files.example/a",
        "ftp://files.example/a",
        " https://meet.example/a\r\nBcc: evil@evil.example",
        "https://meet.example/a b",
        "https://meet.example/\u202egnp",
    ],
)
def test_abuse_case_27_a_link_that_is_not_plain_https_is_refused(link: str, now: datetime) -> None:
    with pytest.raises(UnsuitablePlace):
        replace(tomorrow(now), place="", link=link).check(now)


async def test_abuse_case_27_a_link_to_a_server_within_is_written_down_and_asked_nothing(
    rolled_back: None, london: None, letterhead: Any, now: datetime
) -> None:
    """The link to this machine stands in letters, and while they are made and sent nobody has knocked there."""
    from meetings import setting_up

    async def sent(raw: bytes, envelope_from: str, envelope_to: str) -> None:
        assert raw

    async with running(says(b"")) as server:
        when = replace(tomorrow(now), link=f"https://127.0.0.1:{server.port}/latest/meta-data")
        child = await child_waiting(now)
        units = await units_of(child, now)
        await setting_up.set_up(child, when, units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
        await outbox.deliver_due(sent, clock=lambda: now)
        assert await OutboundMail.count() >= len(units)
        assert server.asked == []
