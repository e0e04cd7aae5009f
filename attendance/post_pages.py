"""Mail that needs a person: what came in and could not be applied, and what went out and was refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import bounces
from attendance.timeline import ANSWERS
from audit import trail
from meetings.letters import Letterhead
from meetings.tables import Meeting
from notifications import inbox, itip, outbox
from notifications.errors import Unreadable
from notifications.imip import Opened, open_message
from notifications.tables import InboundMail, OutboundMail
from web.pages import page

AnyRequest = Request[Any, Any, Any]
LONGEST_SHOWN = 4000  # characters of a message that cannot be opened
DONE = {
    "not-reached": "Recorded: our letters did not arrive. The seat counts as not reached, never as a no-show.",
    "dealt-with": "Marked as dealt with. The message is kept.",
    "not-waiting": "Nothing was changed: somebody had already dealt with it.",
}


@get("/post", include_in_schema=False)
async def post_page(request: AnyRequest) -> Template:
    """Everything that waits for a person, the oldest first, each with its reason."""
    set_aside = await inbox.set_aside_waiting()
    refused = await outbox.needing_a_person()
    references = await _references({mail.uid for mail in set_aside} | {mail.uid for mail in refused})
    return page(
        "attendance/post.html", request, done=DONE, set_aside=set_aside, refused=refused, references=references
    )


@get("/post/{mail:int}", include_in_schema=False)
async def message_page(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template:
    """One message as plain text, and what its calendar says; that it was read is in the audit trail."""
    row = await InboundMail.objects().where(InboundMail.id == mail).first()
    if row is None:
        raise NotFoundException("There is no such message.")
    await trail.record(str(request.user.id), "read a message", f"mail:{mail}", now=now)
    opened, text = _opened(row)
    references = await _references({row.uid})
    return page(
        "attendance/message.html",
        request,
        mail=row,
        opened=opened,
        text=text,
        came_to=_without_token(row.envelope_to),
        answers=_answers(opened),
        words=ANSWERS,
        reference=references.get(row.uid, ""),
        came_back=await bounces.returned_letter(row, letterhead) is not None,
    )


@post("/post/{mail:int}/not-reached", include_in_schema=False)
async def not_reached_step(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Redirect:
    """A person has confirmed that our letters to this seat came back."""
    confirmed = await bounces.confirm(mail, letterhead=letterhead, by=str(request.user.id), now=now)
    return Redirect(f"/post?done={'not-reached' if confirmed else 'not-waiting'}", status_code=303)


@post("/post/{mail:int}/dealt-with", include_in_schema=False)
async def dealt_with_step(request: AnyRequest, mail: FromPath[int], now: NamedDependency[datetime]) -> Redirect:
    """A person has dealt with a message that was set aside."""
    by = str(request.user.id)
    async with InboundMail._meta.db.transaction():
        reviewed = await inbox.review(mail, by=by, now=now)
        if reviewed:
            await trail.record(by, "dealt with a message", f"mail:{mail}", now=now)
    return Redirect(f"/post?done={'dealt-with' if reviewed else 'not-waiting'}", status_code=303)


@post("/post/letters/{mail:int}/dealt-with", include_in_schema=False)
async def letter_dealt_with_step(
    request: AnyRequest, mail: FromPath[int], now: NamedDependency[datetime]
) -> Redirect:
    """A person has dealt with a letter of ours that was refused."""
    by = str(request.user.id)
    async with OutboundMail._meta.db.transaction():
        seen = await outbox.seen(mail, by=by, now=now)
        if seen:
            await trail.record(by, "dealt with a refused letter", f"letter:{mail}", now=now)
    return Redirect(f"/post?done={'dealt-with' if seen else 'not-waiting'}", status_code=303)


def _opened(row: InboundMail) -> tuple[Opened | None, str]:
    """The message and its text, or what can be shown of one that cannot be opened."""
    if row.content is None:
        return None, ""
    raw = bytes(row.content)
    try:
        opened = open_message(raw)
    except Unreadable:
        return None, raw[:LONGEST_SHOWN].decode("utf-8", errors="replace")
    return opened, opened.text


def _without_token(address: str) -> str:
    """The address with its reply token, which proves possession of an invitation, left out."""
    local, _, domain = address.rpartition("@")
    box, plus, _ = local.partition("+")
    return f"{box}+…@{domain}" if plus else address


def _answers(opened: Opened | None) -> list[itip.Answer]:
    """What the message's calendars say, as far as they can be read."""
    answers: dict[itip.Answer, None] = {}
    for method, stream in opened.calendars if opened else ():
        try:
            answers |= dict.fromkeys(itip.read(stream, method=method))
        except Unreadable:
            continue
    return list(answers)


async def _references(uids: Iterable[str]) -> dict[str, str]:
    """The meetings' references by their UIDs."""
    rows: list[dict[str, Any]] = await Meeting.select(Meeting.uid, Meeting.reference).where(
        Meeting.uid.is_in([uid for uid in uids if uid] or [""])
    )
    return {row["uid"]: row["reference"] for row in rows}


handlers = [post_page, message_page, not_reached_step, dealt_with_step, letter_dealt_with_step]
