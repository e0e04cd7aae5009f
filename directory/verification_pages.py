"""Where people signed in keep entries true: what to check, asking a unit, confirming for it, closing warnings."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import changes_proposed, contradictions, held, truth, units, verification, verification_round
from directory.contradictions import LONGEST_REASON
from directory.errors import ChangedMeanwhile, NoSuchUnit, NoSuchWarning
from directory.subjects import UNIT, keeps
from directory.tables import Unit
from directory.verification import LONGEST_HOW
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems, ask
from web.guards import Needs
from web.moments import london_date
from web.pages import front_door, page
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
DONE = {
    "asked": "The unit is asked again: the letters are on their way.",
    "confirmed": "It is recorded that all of it is right.",
    "decided": "Your decision is recorded. The warning is closed.",
}


class ByVoice(msgspec.Struct):
    how: Annotated[str, ask("Enter how you know it", max_length=LONGEST_HOW)]
    seen: str = ""


class Decision(msgspec.Struct):
    reason: Annotated[str, ask("Enter why the entry stays as it is", max_length=LONGEST_REASON)]


@get("/directory/checks", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY))
async def list_checks(request: AnyRequest, now: Now, viewer: NamedDependency[Viewer]) -> Template:
    """Of the entries that one keeps: which did not answer, what speaks against them, which changes are proposed."""
    kept = [unit for unit in await units.all_units() if keeps(viewer, unit.code, unit.agency.code)]
    ids = {unit.id for unit in kept}
    return page(
        "directory/checks.html",
        request,
        all=viewer.may_everywhere(Act.CHANGE_DIRECTORY),
        listed=await truth.to_check(kept, now),
        proposals=[row for row in await changes_proposed.all_open() if row.unit.id in ids],
    )


@post("/directory/{unit_code:str}/verification", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def ask_again(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Redirect:
    """The unit is asked at once whether its entry is right."""
    unit = await _unit(unit_code)
    sender = front_door(request).sender
    await verification_round.ask_now(unit.id, sender=sender, by=_actor(request), now=now)
    return Redirect(f"/directory/{unit.code}?done=truth-asked", status_code=303)


@get("/directory/{unit_code:str}/confirmation", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def confirmation_page(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template:
    return await _confirmation(request, await _unit(unit_code), now)


@post("/directory/{unit_code:str}/confirmation", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def confirm_for_unit(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template | Redirect:
    """Somebody asked the unit, and all is right."""
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        given = forms.fill(ByVoice, form)
        await verification.confirm_signed_in(unit.id, how=given.how, seen=given.seen, by=_actor(request), now=now)
    except Mistakes as mistakes:
        return await _confirmation(request, unit, now, form, mistakes.problems)
    except NotPlain as refused:
        return await _confirmation(request, unit, now, form, Problems({"how": str(refused)}))
    except ChangedMeanwhile as refused:
        return await _confirmation(request, unit, now, form, Problems({"": str(refused)}))
    return Redirect(f"/directory/{unit.code}?done=truth-confirmed", status_code=303)


@get(
    "/directory/{unit_code:str}/warnings/{warning:uuid}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def warning_page(request: AnyRequest, unit_code: FromPath[str], warning: FromPath[UUID]) -> Template:
    return await _warning(request, await _unit(unit_code), warning)


@post(
    "/directory/{unit_code:str}/warnings/{warning:uuid}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def decide_warning(
    request: AnyRequest, unit_code: FromPath[str], warning: FromPath[UUID], now: Now
) -> Template | Redirect:
    """The entry stays as it is, for a reason."""
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        given = forms.fill(Decision, form)
        row = await contradictions.contradiction_of(unit.id, warning)
        await contradictions.decide(row.id, reason=given.reason, by=_actor(request), now=now)
    except NoSuchWarning as missing:
        raise NotFoundException from missing
    except Mistakes as mistakes:
        return await _warning(request, unit, warning, form, mistakes.problems)
    except NotPlain as refused:
        return await _warning(request, unit, warning, form, Problems({"reason": str(refused)}))
    return Redirect(f"/directory/{unit.code}?done=truth-decided", status_code=303)


async def _confirmation(
    request: AnyRequest,
    unit: Unit,
    now: datetime,
    values: dict[str, str] | None = None,
    problems: Problems | None = None,
) -> Template:
    lines = held.current(await held.lines_of(unit), london_date(now))
    shown = {"unit": unit, "lines": lines, "fingerprint": held.fingerprint(lines)}
    return _form_page("directory/confirmation.html", request, values, problems, **shown)


async def _warning(
    request: AnyRequest,
    unit: Unit,
    warning: UUID,
    values: dict[str, str] | None = None,
    problems: Problems | None = None,
) -> Template:
    try:
        row = await contradictions.contradiction_of(unit.id, warning)
    except NoSuchWarning as missing:
        raise NotFoundException from missing
    return _form_page("directory/warning.html", request, values, problems, unit=unit, warning=row)


def _form_page(
    template: str, request: AnyRequest, values: dict[str, str] | None, problems: Problems | None, **context: Any
) -> Template:
    status = 400 if problems else 200
    return page(template, request, status=status, values=values or {}, problems=problems or {}, **context)


async def _unit(code: str) -> Unit:
    try:
        return await units.unit_of_code(code)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


def _actor(request: AnyRequest) -> str:
    return str(request.user.id)


handlers = [
    list_checks,
    ask_again,
    confirmation_page,
    confirm_for_unit,
    warning_page,
    decide_warning,
]
