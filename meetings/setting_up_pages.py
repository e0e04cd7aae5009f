"""Setting a meeting up for a child for whom something waits, or recording that none is convened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory.areas import place_names
from directory.errors import NoUnit
from directory.truth import truths
from meetings.calling_off import not_convened
from meetings.causes import sources
from meetings.episode_tables import Child, Episode
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.proposal import Proposal, propose
from meetings.reasons import NOT_CONVENED_REASONS
from meetings.setting_up import chosen, leading, set_up
from meetings.slot_words import choice
from meetings.subjects import CHILD
from meetings.tables import Rule, Trigger
from meetings.taking_proposals import set_up_as_proposed
from meetings.times_shown import Joining, times_shown, usual_joining
from meetings.waiting import triggers_waiting, why
from meetings.wanting import USUAL_MINUTES, as_wanted, weighed_at
from meetings.when import When
from web import forms
from web.guards import Needs
from web.moments import NotUnderstood, london_date
from web.pages import front_door, page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


class NewMeeting(msgspec.Struct):
    """The form that sets a meeting up; `starts` is London's time, read into UTC."""

    starts: Annotated[datetime, forms.ask("Enter when the meeting starts")]
    minutes: Annotated[int, forms.ask("Choose how long the meeting lasts")]
    seats: Annotated[list[UUID], forms.ask("Choose at least one unit to invite")]
    place: str = ""
    link: str = ""
    fixed: bool = False
    lead: UUID | None = None

    def when(self) -> When:
        return When(self.starts, self.minutes, self.place, self.link, self.fixed)


class ProposedTime(msgspec.Struct):
    """The form that takes a proposed time: which one, for how long, the units that were shown, and how they join."""

    slot: Annotated[str, forms.ask("Choose a time")]
    minutes: Annotated[int, forms.ask("Choose how long the meeting lasts", ge=10, le=480)]
    asked: Annotated[list[UUID], forms.ask("Choose a time; somebody must be asked to it")]
    join_place: str = ""
    join_link: str = ""


@get(
    "/waiting/{child:uuid}",
    include_in_schema=False,
    needs=Needs(Act.SEE_PLACES, CHILD),
    opens=View("what waits for a child"),
)
async def set_up_page(
    request: AnyRequest, child: FromPath[UUID], now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """The best times for one child's meeting, its reasons, the seats that the rules call for, a time to choose."""
    triggers, proposal = await _waiting(child, london_date(now), viewer, Act.SEE_PLACES)
    return await _draw(request, child, triggers, proposal, now=now)


@post("/waiting/{child:uuid}/proposal", include_in_schema=False, needs=Needs(Act.RUN, CHILD))
async def proposal_step(
    request: AnyRequest,
    child: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
    viewer: NamedDependency[Viewer],
) -> Template | Redirect:
    """The meeting is set up at a proposed time with all that were shown, and its invitations are on their way."""
    form = await forms.read(request)
    triggers, proposal = await _waiting(child, london_date(now), viewer, Act.RUN)
    try:
        new = forms.fill(ProposedTime, form)
        asked = as_wanted(child, triggers, proposal, now, units=new.asked, minutes=new.minutes, place=new.join_place)
        joining, by = Joining(new.join_place, new.join_link), str(request.user.id)
        reference = await set_up_as_proposed(
            asked, new.slot, joining, by=by, now=now, letterhead=letterhead, viewer=viewer
        )
    except forms.Mistakes as mistakes:
        return await _draw(request, child, triggers, proposal, now=now, values=form, problems=mistakes.problems)
    except MeetingError as refused:
        field = {"starts": "slot", "place": "join_link", "seats": "slot"}.get(refused.field, refused.field)
        problems = {field: str(refused)}
        return await _draw(request, child, triggers, proposal, now=now, values=form, problems=problems)
    return Redirect(f"/meetings/{reference}?done=set-up", status_code=303)


@post("/waiting/{child:uuid}", include_in_schema=False, needs=Needs(Act.RUN, CHILD))
async def set_up_step(
    request: AnyRequest,
    child: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
    viewer: NamedDependency[Viewer],
) -> Template | Redirect:
    """Check the answers; then, on Send, the meeting is set up and its invitations are on their way."""
    form = await forms.read(request)
    triggers, proposal = await _waiting(child, _day_asked(form, now), viewer, Act.RUN)
    if form.get("step") == "change":
        return await _draw(request, child, triggers, proposal, now=now, values=form)
    try:
        new = forms.fill(NewMeeting, form)
        new.when().check(now)
        kept = chosen(proposal, new.seats)
        lead = leading(proposal, new.lead)
        if form.get("step") == "send":
            reference = await set_up(
                child,
                new.when(),
                new.seats,
                lead=lead,
                by=str(request.user.id),
                now=now,
                letterhead=letterhead,
                viewer=viewer,
            )
            return Redirect(f"/meetings/{reference}?done=set-up", status_code=303)
    except forms.Mistakes as mistakes:
        return await _draw(request, child, triggers, proposal, now=now, values=form, problems=mistakes.problems)
    except MeetingError as refused:
        problems = {refused.field: str(refused)}
        return await _draw(request, child, triggers, proposal, now=now, values=form, problems=problems)
    asked = as_wanted(child, triggers, proposal, now, units=new.seats, minutes=new.minutes, place=new.place)
    answers = [(name, value) for name in form if name != "step" for value in form.many(name)]
    return page(
        "meetings/check.html",
        request,
        action=f"/waiting/{child}",
        when=new.when(),
        kept=kept,
        lead=next(seat.name for seat in proposal.police if seat.unit == lead),
        proposal=proposal,
        answers=answers,
        weighed=choice(await weighed_at(asked, new.starts, now)),
    )


@post("/waiting/{child:uuid}/not-convened", include_in_schema=False, needs=Needs(Act.RUN, CHILD))
async def not_convened_step(
    request: AnyRequest, child: FromPath[UUID], now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template | Redirect:
    """The decision that no meeting is convened is on record, with its reason."""
    form = await forms.read(request)
    try:
        await not_convened(child, reason=form.get("reason", ""), by=str(request.user.id), now=now, viewer=viewer)
    except MeetingError as refused:
        triggers, proposal = await _waiting(child, london_date(now), viewer, Act.RUN)
        problems = {refused.field: str(refused)}
        return await _draw(request, child, triggers, proposal, now=now, problems=problems)
    return Redirect("/?done=not-convened", status_code=303)


def _proposed(proposal: Proposal, joining: Joining, given: forms.Form | None) -> forms.Form:
    """What was given; for the rest, every proposed seat, an hour, and how the last meeting was joined."""
    first = {
        "minutes": "60",
        "lead": str(proposal.lead_unit),
        "place": joining.place,
        "link": joining.link,
        "join_place": joining.place,
        "join_link": joining.link,
    }
    given = given or forms.Form()
    pairs = [(name, value) for name in given for value in given.many(name)]
    pairs += [(name, value) for name, value in first.items() if name not in given]
    if "step" not in given:  # not the form in which units are ticked
        pairs += [("seats", str(seat.unit)) for seat in proposal.seats]
    return forms.Form(pairs)


def _day_asked(form: forms.Form, now: datetime) -> date:
    """The date of the meeting, whose units are to be asked; today where none can be read yet."""
    try:
        starts = forms.moment(form, "starts")
    except NotUnderstood:
        starts = None
    return london_date(starts or now)


async def _waiting(child: UUID, on: date, viewer: Viewer, act: Act) -> tuple[list[Trigger], Proposal]:
    triggers = await triggers_waiting(child, viewer, act)
    if not triggers:
        raise NotFoundException("Nothing waits for this child: its meeting may have been set up a moment ago.")
    try:
        return triggers, await propose(triggers, on)
    except NoUnit as unknown:
        raise NotFoundException(f"{unknown} Complete the directory, then set the meeting up.") from unknown


async def _draw(
    request: AnyRequest,
    child: UUID,
    triggers: list[Trigger],
    proposal: Proposal,
    *,
    now: datetime,
    values: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    joining = await usual_joining(str(request.user.id), front_door(request).join_link)
    asked = as_wanted(child, triggers, proposal, now, minutes=_minutes(request, values), place=joining.place)
    rules = {r.id: r for r in await Rule.objects().where(Rule.id.is_in([t.rule for t in triggers]))}
    behind = await sources([t.cause for t in triggers])
    episodes = await Episode.objects().where(Episode.id.is_in(behind)).order_by(Episode.started_at)
    known = await Child.objects().where(Child.id == child).first()
    return page(
        "meetings/set_up.html",
        request,
        status=400 if problems else 200,
        child=known,
        reasons=[(rules[t.rule], t) for t in triggers],
        why=why,
        episodes=episodes,
        places=await place_names(),
        proposal=proposal,
        truths=await truths([seat.unit for seat in proposal.seats], now),
        times=await times_shown(asked, now),
        joining=joining,
        values=_proposed(proposal, joining, values),
        problems=problems or {},
        not_convened_reasons=forms.options(NOT_CONVENED_REASONS),
    )


def _minutes(request: AnyRequest, given: forms.Form | None) -> int:
    """How long the proposed times are to last, where the form or the address says what the page offers."""
    asked = given["minutes"] if given and "minutes" in given else request.query_params.get("minutes", "")
    return int(asked) if asked in ("30", "90") else USUAL_MINUTES


handlers = [set_up_page, proposal_step, set_up_step, not_convened_step]
