"""The list of a briefing or a panel, and what is decided about each child on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from meetings.errors import MeetingError
from meetings.line_tables import Discussed
from meetings.lines import LISTED, decide, known_children, put_on_list, take_off
from meetings.listed import on_the_list, suggested
from meetings.meeting_pages import meeting_of
from meetings.subjects import MEETING
from meetings.tables import Meeting, MeetingState
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
TAKE_OFF = "take off"
DECISIONS = [
    ("", "Not yet discussed"),
    (Discussed.GOES_ON.value, "Discussed, comes back next time"),
    (Discussed.MEETING.value, "Call for a strategy meeting"),
    (Discussed.COVERED.value, "Covered by its own meeting"),
    (Discussed.RETURNED.value, "Returned, no longer discussed"),
    (TAKE_OFF, "Take off the list"),
]
DONE = {
    "added": "The children are on the list.",
    "decided": "The decisions are saved. A strategy meeting that was called for waits to be set up.",
    "unchanged": "Nothing was changed: that is how the list was.",
}


@get(
    "/meetings/{reference:str}/list",
    include_in_schema=False,
    needs=Needs(Act.SEE, MEETING),
    opens=View("the list of children"),
)
async def list_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """The children of one briefing or panel."""
    meeting = await _meeting(reference)
    return await _draw(request, meeting, now, viewer)


@post("/meetings/{reference:str}/list", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def list_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template | Redirect:
    """Children are put on the list, or what was decided is saved: as the button that was pressed says."""
    meeting = await _meeting(reference)
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        if form.get("act") == "add":
            children = await _chosen(form, meeting, now, viewer)
            done = "added" if await put_on_list(reference, children, by=by, now=now) else "unchanged"
        else:
            done = await _save(reference, form, by, now)
    except forms.Mistakes as mistakes:
        return await _draw(request, meeting, now, viewer, values=form, problems=mistakes.problems)
    except MeetingError as refused:
        return await _draw(request, meeting, now, viewer, values=form, problems={refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}/list?done={done}", status_code=303)


async def _save(reference: str, form: forms.Form, by: str, now: datetime) -> str:
    """Each line's choice is carried out; returns what to tell."""
    named = {name: forms.chosen_id(name.removeprefix("decided-")) for name in form if name.startswith("decided-")}
    chosen = {line: form[name] for name, line in named.items() if line}
    off = [line for line, choice in chosen.items() if choice == TAKE_OFF]
    decisions = {line: Discussed(choice) for line, choice in chosen.items() if choice in set(Discussed)}
    changed = await decide(reference, decisions, by=by, now=now) if _differs(decisions, form) else 0
    for line in off:
        await take_off(reference, line, by=by, now=now)
    return "decided" if changed or off else "unchanged"


def _differs(decisions: Mapping[UUID, Discussed], form: forms.Form) -> bool:
    """Whether any choice is another than the page showed: before the meeting begins only taking off is possible."""
    return any(form.get(f"shown-{line}", "") != choice for line, choice in decisions.items())


async def _chosen(form: forms.Form, meeting: Meeting, now: datetime, viewer: Viewer) -> list[UUID]:
    """The ticked children and the one whose reference was typed.

    :raises Mistakes: where nobody was chosen, or the reference is not one child's.
    """
    offered = {one.child for one in await suggested(meeting, now, viewer)}
    ticked = [forms.chosen_id(value) for value in form.many("children")]
    chosen = [child for child in ticked if child in offered]
    typed = form.get("reference", "")
    if typed:
        known = await known_children(typed, viewer)
        if len(known) != 1:
            raise forms.Mistakes(forms.Problems(reference=_not_one(len(known))))
        chosen.append(known[0].id)
    if not chosen:
        raise forms.Mistakes(forms.Problems(reference="Choose a child, or enter the reference of one"))
    return chosen


def _not_one(found: int) -> str:
    if found:
        return "Several systems know a child by this reference. Open the episode in Episodes to see which is meant."
    return "No child is known by this reference. Check it, or record the episode first."


async def _draw(
    request: AnyRequest,
    meeting: Meeting,
    now: datetime,
    viewer: Viewer,
    *,
    values: forms.Form | None = None,
    problems: Mapping[str, str] | None = None,
) -> Template:
    lines = await on_the_list(meeting.id, now, viewer)
    others = await suggested(meeting, now, viewer)
    if values is None:
        ticked = [("children", str(one.child)) for one in others]
        values = forms.Form([*ticked, *((f"decided-{one.line}", one.decided.value) for one in lines)])
    return page(
        "meetings/list.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        meeting=meeting,
        lines=lines,
        suggested=others,
        begun=now >= meeting.starts_at,
        called_off=meeting.state == MeetingState.CALLED_OFF,
        decisions=DECISIONS,
        values=values,
        problems=problems or {},
    )


async def _meeting(reference: str) -> Meeting:
    meeting = await meeting_of(reference)
    if meeting.type not in LISTED:
        raise NotFoundException(f"Meeting {reference} is no briefing or panel.")
    return meeting


handlers = [list_page, list_step]
