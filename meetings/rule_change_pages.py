"""A rule is changed by those who keep the rules: the form, what it would have meant, and then the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory.areas import place_names
from meetings import rule_forms
from meetings.errors import MeetingError
from meetings.rule_changes import change, check, end_own, standing, versions_of
from meetings.rule_errors import NoSuchRule, UnsuitableRule
from meetings.rule_terms import Terms, terms_of
from meetings.rule_trial import tried
from meetings.rule_words import differences, title_of
from meetings.rules_pages import draw_rule
from meetings.situations import BY_PEOPLE
from meetings.tables import Rule
from web import forms
from web.guards import Needs, keeps_rules
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class _Changing:
    """The rule that is being changed: for which place, all its versions, and what it says now."""

    code: str
    place: str
    place_name: str
    versions: list[Rule]
    before: Rule
    to_come: bool  # what it says now does not hold yet

    @property
    def terms(self) -> Terms:
        return terms_of(self.before)


@get("/rules/{code:str}/change", include_in_schema=False, guards=[keeps_rules], needs=Needs(Act.READ_RULES))
async def change_page(request: AnyRequest, code: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """The form, filled with what the rule says now; with a place, with what holds for its children."""
    place = request.query_params.get("place")
    if place == "":
        return await draw_rule(request, code, now, problems={"place": "Choose an authority"})
    changing = await _changing(code, place or "", now)
    return _draw(request, changing, rule_forms.shown(changing.terms))


@post("/rules/{code:str}/change", include_in_schema=False, guards=[keeps_rules], needs=Needs(Act.READ_RULES))
async def change_step(
    request: AnyRequest, code: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """What the change would have meant; then, on Change, the new version is made."""
    form = await forms.read(request)
    changing = await _changing(code, form.get("place", ""), now)
    if form.get("step") == "change":
        return _draw(request, changing, form)
    try:
        when, terms = _read(form, changing.terms)
        if form.get("step") == "save":
            await change(
                code,
                changing.place,
                terms,
                seen=_seen(form),
                from_day=when.from_day,
                reason=when.reason,
                by=str(request.user.id),
                now=now,
            )
            return Redirect(f"/rules/{code}?done=changed", status_code=303)
        check(changing.place, terms, changing.versions, when.from_day, when.reason, now)
    except forms.Mistakes as mistakes:
        return _draw(request, changing, form, mistakes.problems)
    except UnsuitableRule as unsuitable:
        return _draw(request, changing, form, unsuitable.problems)
    except MeetingError as refused:
        return _draw(request, changing, form, {refused.field: str(refused)})
    return page(
        "meetings/rule_check.html",
        request,
        changing=changing,
        when=when,
        title=title_of(terms.condition),
        differs=differences(changing.terms, terms),
        trial=await tried(code, changing.place, terms, now),
        alert=not terms.makes_meeting,
        asked=terms.when in BY_PEOPLE,
        answers=[(name, value) for name in form if name != "step" for value in form.many(name)],
    )


@post("/rules/{code:str}/ending", include_in_schema=False, guards=[keeps_rules], needs=Needs(Act.READ_RULES))
async def ending_step(
    request: AnyRequest, code: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """An authority has no rule of its own any more from a day on."""
    form = await forms.read(request)
    try:
        when = forms.fill(rule_forms.When, form)
        await end_own(
            code,
            form.get("place", ""),
            from_day=when.from_day,
            reason=when.reason,
            by=str(request.user.id),
            now=now,
        )
    except forms.Mistakes as mistakes:
        return await draw_rule(request, code, now, values=form, problems=mistakes.problems)
    except UnsuitableRule as unsuitable:
        return await draw_rule(request, code, now, values=form, problems=unsuitable.problems)
    except NoSuchRule as unknown:
        raise NotFoundException(str(unknown)) from unknown
    except MeetingError as refused:
        return await draw_rule(request, code, now, values=form, problems={refused.field: str(refused)})
    return Redirect(f"/rules/{code}?done=ended", status_code=303)


async def _changing(code: str, place: str, now: datetime) -> _Changing:
    names = await place_names()
    if place and place not in names:
        raise NotFoundException("There is no such authority. Choose one on the rule's page.")
    try:
        versions = await versions_of(code)
    except NoSuchRule as unknown:
        raise NotFoundException(str(unknown)) from unknown
    before = standing(versions, place) or standing(versions, "")
    assert before is not None, "a general rule is changed and switched off, never ended"
    to_come = before.effective_from > london_date(now)
    return _Changing(code, place, names.get(place, ""), versions, before, to_come)


def _seen(form: forms.Form) -> UUID:
    """The version that the form was filled from; one that never was where the form does not say."""
    return forms.chosen_id(form.get("seen", "")) or UUID(int=0)


def _read(form: forms.Form, before: Terms) -> tuple[rule_forms.When, Terms]:
    """Both halves of the form.

    :raises Mistakes: with the problems of both, so that nobody is told of them one by one.
    """
    problems: dict[str, str] = {}
    when, terms = None, None
    try:
        terms = rule_forms.read_terms(form, before)
    except forms.Mistakes as mistakes:
        problems |= mistakes.problems
    try:
        when = forms.fill(rule_forms.When, form)
    except forms.Mistakes as mistakes:
        problems |= mistakes.problems
    if when is None or terms is None:
        raise forms.Mistakes(forms.Problems(**problems))
    return when, terms


def _draw(
    request: AnyRequest, changing: _Changing, values: forms.Form, problems: dict[str, str] | None = None
) -> Template:
    return page(
        "meetings/rule_change.html",
        request,
        status=400 if problems else 200,
        changing=changing,
        title=title_of(changing.terms.condition),
        choices=rule_forms.choices(changing.terms),
        values=values,
        problems=problems or {},
    )


handlers = [change_page, change_step, ending_step]
