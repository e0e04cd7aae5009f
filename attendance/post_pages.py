"""Mail that needs a person: what came in and could not be applied, what was refused, and what is held up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import text_answers
from attendance.behind import invitation_behind, next_contact_paths, waits
from attendance.errors import AttendanceError
from attendance.post_listing import references_of, waiting_groups
from attendance.rules import ANSWERS as TO_RECORD
from attendance.subjects import LETTER, MAIL, letters
from attendance.timeline import ANSWERS
from audit import trail
from meetings import seeing
from meetings.letters import Letterhead
from notifications import inbox, itip, outbox, troubles
from notifications.errors import Unreadable
from notifications.imip import Opened, open_message
from notifications.kinds import InboundKind
from notifications.quoting import parted, suggested
from notifications.tables import InboundMail, OutboundMail
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
LONGEST_SHOWN = 4000  # characters of a message that cannot be opened
DONE = {
    "not-reached": "Recorded: our letters did not arrive. The seat counts as not reached, never as a no-show.",
    "next-invited": "Recorded: our letters did not arrive. The unit's other contact is being invited.",
    "recorded": "The answer is recorded, and the message is dealt with.",
    "alias-learnt": "Remembered. The answer was judged again, and so was every other that waited for the same.",
    "not-invited": "Refused. Whoever answered is being told that they are not invited.",
    "deputy-invited": "Their answer was not theirs to give. They are being invited as the unit's deputy.",
    "dealt-with": "Marked as dealt with. The message is kept.",
    "not-waiting": "Nothing was changed: somebody had already dealt with it.",
}
LETTERS = {
    "request": "invitation",
    "cancel": "cancellation",
    "declined": "letter that the time stays",
    "decision": "letter about their deputy",
    "refusal": "letter that they are not invited",
    "sign-in": "sign-in letter",
    "handover": "notice of a move",
    "challenge": "answer to a challenge",
    "outcomes": "letter about a unit's outcomes",
    "publication": "letter about a draft report",
    "report": "published report",
}
CHOICES = [(answer.value, f"Record as: {ANSWERS[answer.value].capitalize()}") for answer in TO_RECORD]
_ITS_OWN_PAGE = {InboundKind.BOUNCE: "returned", InboundKind.STRANGER: "who"}


@get("/post", include_in_schema=False, needs=Needs(Act.RUN), opens=View("the post"))
async def post_page(request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]) -> Template:
    """Everything that waits for a person, grouped by the step that it needs, the oldest first."""
    own = seeing.where(letters(viewer))
    refused = await outbox.needing_a_person(own)
    requests = [letter for letter in refused if letter.kind == "request"]
    held_up = await outbox.held_up(now, own)
    return page(
        "attendance/post.html",
        request,
        done=DONE,
        groups=await waiting_groups(now, viewer),
        refused=refused,
        letter_names=LETTERS,
        held_up=held_up,
        troubles=await troubles.standing(),
        references=await references_of(letter.uid for letter in (*refused, *held_up)),
        elsewhere=await next_contact_paths(requests, now),
    )


@get("/post/{mail:int}", include_in_schema=False, needs=Needs(Act.RUN, MAIL), opens=View("a message"))
async def message_page(
    request: AnyRequest,
    mail: FromPath[int],
    letterhead: NamedDependency[Letterhead],
) -> Template:
    """One message as plain text, and what its calendar says."""
    row = await _found(mail)
    return await _message(request, row, letterhead)


@post("/post/{mail:int}/answer", include_in_schema=False, needs=Needs(Act.RUN, MAIL))
async def record_step(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The answer that a person read in the message is recorded."""
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        recorded = await text_answers.record(mail, form.get("answer", ""), letterhead=letterhead, by=by, now=now)
    except AttendanceError as refused:
        return await _message(request, await _found(mail), letterhead, form, {"answer": str(refused)})
    return Redirect(f"/post?done={'recorded' if recorded else 'not-waiting'}", status_code=303)


@post("/post/{mail:int}/dealt-with", include_in_schema=False, needs=Needs(Act.RUN, MAIL))
async def dealt_with_step(request: AnyRequest, mail: FromPath[int], now: NamedDependency[datetime]) -> Redirect:
    """A person has dealt with a message that was set aside."""
    by = str(request.user.id)
    async with InboundMail._meta.db.transaction():
        reviewed = await inbox.review(mail, by=by, now=now)
        if reviewed:
            await trail.record(by, "dealt with a message", f"mail:{mail}", now=now)
    return Redirect(f"/post?done={'dealt-with' if reviewed else 'not-waiting'}", status_code=303)


@post("/post/letters/{mail:int}/dealt-with", include_in_schema=False, needs=Needs(Act.RUN, LETTER))
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


async def _found(mail: int) -> InboundMail:
    row = await InboundMail.objects().where(InboundMail.id == mail).first() if 0 < mail < 2**63 else None
    if row is None:
        raise NotFoundException("There is no such message.")
    return row


async def _message(
    request: AnyRequest,
    row: InboundMail,
    letterhead: Letterhead,
    values: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    opened, text = _opened(row)
    references = await references_of({row.uid})
    said = parted(text)
    in_words = row.kind == InboundKind.TEXT and waits(row)
    reading = suggested(text) if in_words else ""
    return page(
        "attendance/message.html",
        request,
        status=400 if problems else 200,
        mail=row,
        opened=opened,
        said=said,
        came_to=_without_token(row.envelope_to),
        answers=_answers(opened),
        words=ANSWERS,
        reference=references.get(row.uid, ""),
        waiting=waits(row),
        own_page=_ITS_OWN_PAGE.get(InboundKind(row.kind), "") if waits(row) else "",
        choices=CHOICES if in_words and await invitation_behind(row, letterhead) else [],
        reading=ANSWERS.get(reading, ""),
        values=values or forms.Form([("answer", reading)]),
        problems=problems or {},
    )


def _opened(row: InboundMail) -> tuple[Opened | None, str]:
    """The message and its text, or what can be shown of one that cannot be opened."""
    if row.content is None:
        return None, ""
    raw = bytes(row.content)
    try:
        if not inbox.is_safe_to_read(row):
            raise Unreadable("it stopped who read it")
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


handlers = [post_page, message_page, record_step, dealt_with_step, letter_dealt_with_step]
