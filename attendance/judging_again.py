"""An answer that was set aside is judged again, after a person changed what is known: by the same rules as before."""

from __future__ import annotations

from datetime import datetime

from attendance.behind import read_again, waits
from attendance.deciding import judge, write_down
from attendance.judging import Arrived
from meetings.letters import Letterhead
from notifications import inbox
from notifications.tables import Disposition, InboundMail


async def judge_again(mail_id: int, *, letterhead: Letterhead, authserv_id: str, by: str, now: datetime) -> bool:
    """The answer has the end that it deserves by what is known now; False when nothing changes.

    It is judged as of the time it came, so that waiting for a person makes no answer late. The former response
    stays on record beside the new one. One that still needs a person is left as it is. Two at once judge it once.
    """
    async with InboundMail._meta.db.transaction():
        mail = await InboundMail.objects().where(InboundMail.id == mail_id).first()
        reading = read_again(mail) if mail is not None and waits(mail) else None
        if mail is None or reading is None or not reading.answers:
            return False
        arrived = Arrived(mail.id, mail.received_at, mail.envelope_from, mail.envelope_to, reading)
        judged = await judge([arrived], letterhead=letterhead, authserv_id=authserv_id)
        end = judged[0].end()
        if end.disposition is Disposition.SET_ASIDE and end.kind == mail.kind:
            return False
        if not await inbox.settle_again(end, by=by, now=now):
            return False
        await write_down(judged, actor=by, letterhead=letterhead, now=now)
    return True
