"""Who answered? The page of an answer that somebody else gave, with each next step that would have an effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import strangers
from attendance.errors import AttendanceError
from attendance.strangers import Question, Who, question
from attendance.subjects import MAIL
from attendance.timeline import ANSWERS as WORDS
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from notifications.authentication import Dmarc
from notifications.tables import InboundMail
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
PROOF = {
    Dmarc.PASS: "The mail domain in its From vouches for it.",
    Dmarc.FAIL: "The mail domain in its From says that it did not send it. Telephone the unit.",
    Dmarc.NONE: "Our mail server did not say whether the domain in its From sent it.",
}
_DONE = {
    Who.ITSELF: "recorded",
    Who.SAME: "alias-learnt",
    Who.DEPUTY: "alias-learnt",
    Who.ONCE: "deputy-invited",
    Who.NOBODY: "not-invited",
}


@get("/post/{mail:int}/who", include_in_schema=False, needs=Needs(Act.RUN, MAIL), opens=View("a message"))
async def who_page(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
    authserv_id: NamedDependency[str],
) -> Template:
    """Who was invited, who answered, and how far that is proved."""
    asked = await _question(mail, letterhead, authserv_id, now)
    return _page(request, asked)


@post("/post/{mail:int}/who", include_in_schema=False, needs=Needs(Act.RUN, MAIL))
async def who_step(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
    authserv_id: NamedDependency[str],
) -> Template | Redirect:
    """A person has said who answered, and what waited for that is decided."""
    form = await forms.read(request)
    try:
        who = Who(form.get("who", ""))
        told: dict[str, Any] = {"letterhead": letterhead, "authserv_id": authserv_id, "now": now}
        done = await _decide(mail, who, by=str(request.user.id), **told)
        return Redirect(f"/post?done={_DONE[who] if done else 'not-waiting'}", status_code=303)
    except (AttendanceError, MeetingError) as refused:
        problems = {"who": str(refused)}
    except ValueError:
        problems = {"who": "Choose who answered"}
    return _page(request, await _question(mail, letterhead, authserv_id, now), form, problems)


async def _decide(mail: int, who: Who, **told: Any) -> bool:
    if who is Who.ITSELF:
        return await strangers.confirm(mail, **told)
    if who is Who.ONCE:
        return await strangers.stands_in(mail, **told)
    if who is Who.NOBODY:
        return await strangers.refuse(mail, **told)
    return await strangers.remember(mail, who, **told)


async def _question(mail: int, letterhead: Letterhead, authserv_id: str, now: datetime) -> Question:
    row = await InboundMail.objects().where(InboundMail.id == mail).first() if 0 < mail < 2**63 else None
    asked = None
    if row is not None:
        asked = await question(row, letterhead=letterhead, authserv_id=authserv_id, now=now)
    if asked is None:
        raise NotFoundException("This message is no answer that somebody else gave. Look at the post.")
    return asked


def _page(
    request: AnyRequest, asked: Question, values: Any = None, problems: dict[str, str] | None = None
) -> Template:
    """The likely reading stands in words and chooses nothing: what is remembered counts for every later answer."""
    return page(
        "attendance/who.html",
        request,
        status=400 if problems else 200,
        asked=asked,
        meeting=asked.meeting,
        proof=PROOF[asked.dmarc],
        words=WORDS,
        choices=[_choice(asked, who) for who in asked.offered],
        values=values or {},
        problems=problems or {},
    )


def _choice(asked: Question, who: Who) -> tuple[str, str, str]:
    other, invited = " and ".join(asked.others), asked.invitation.address
    sender = asked.sent_from[0] if asked.sent_from else ""
    told = {
        Who.ITSELF: (
            "The unit itself: I asked, and it says so",
            "The answer is recorded as one given by telephone. Nothing is remembered.",
        ),
        Who.SAME: (
            "The same person or mailbox",
            f"Remember that {other} is {invited}. This answer counts, and later ones count at once.",
        ),
        Who.DEPUTY: (
            "Somebody who may always answer for them",
            f"Remember that {other} answers for {invited}. This answer counts, and the page shows who gave it.",
        ),
        Who.ONCE: (
            "A deputy, for this meeting only",
            f"{sender} gets the seat's invitation, with place and link, and answers that. This one does not count.",
        ),
        Who.NOBODY: (
            "Nobody who should come",
            f"{sender} is told that they are not invited"
            + (", and a cancellation takes the meeting out of their calendar." if asked.by_token else "."),
        ),
    }
    return (who.value, *told[who])


handlers = [who_page, who_step]
