"""The page People: who has an account, what they are appointed to, and how administrators give and end both."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import people
from directory.people import HasAccount, Known, OwnAccount
from directory.posts import agency_and_unit_names
from web import forms
from web.appointing import NotAPost
from web.forms import Mistakes, Problems, ask
from web.guards import CLOSED, Needs
from web.pages import page, utc_now
from web.roles import Act, Role
from web.signin import NotAnAddress
from web.viewer import Post

AnyRequest = Request[Any, Any, Any]
ADMINISTRATORS = Needs(Act.APPOINT, everywhere=True)  # accounts are of no single agency
HERE = "/people"
DONE = {
    "added": "They can sign in now: on the sign-in page they enter their address, and a letter brings them a link.",
    "given": "The appointment was given. It holds from their next click on.",
    "ended": "The appointment is ended, from their next click on.",
    "signed-out": "They are signed out everywhere, and can sign in again.",
    "no-access": "They can sign in no more, are signed out everywhere and hold no appointment.",
}
_OWN = "Nobody changes their own account. Another administrator can, or whoever runs Convene."


class Appointed(msgspec.Struct):
    role: Annotated[Role, ask("Choose what they are appointed as")]
    agency: str = ""
    unit: str = ""


class Newcomer(Appointed, kw_only=True):
    email: Annotated[str, ask("Enter their work address, such as name@council.gov.uk", max_length=254)]
    title: Annotated[str, ask("Enter the role they are shown as", max_length=80)]


@get(HERE, include_in_schema=False, needs=ADMINISTRATORS)
async def list_people(request: AnyRequest) -> Template:
    """Everybody with an account, or those whose role or address holds what was searched for."""
    words, asked = request.query_params.get("q", "").strip()[:254], request.query_params.get("page", "")
    number = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    shown, more = await people.listed(words.replace("\0", ""), number, now=utc_now())
    return page(
        "directory/people.html",
        request,
        values={"q": words},
        shown=shown,
        previous=_page(words, number - 1) if number > 1 else "",
        next=_page(words, number + 1) if more else "",
    )


@get(f"{HERE}/new", include_in_schema=False, needs=ADMINISTRATORS)
async def ask_newcomer(request: AnyRequest) -> Template:
    """Who is to have an account, and their first appointment."""
    return await _newcomer(request)


@post(f"{HERE}/new", include_in_schema=False, needs=ADMINISTRATORS)
async def add(request: AnyRequest) -> Template | Redirect:
    """They can sign in and hold their first appointment."""
    form, problems = await forms.read(request), Problems()
    try:
        wanted = forms.fill(Newcomer, form)
        first = await _post(wanted)
        person = await people.add(wanted.email, wanted.title, first, by=request.user.id, now=utc_now())
    except Mistakes as mistakes:
        problems = mistakes.problems
    except NotAnAddress:
        problems.add("email", "Enter a work address, such as name@council.gov.uk")
    except HasAccount:
        problems.add("email", "This address has an account already: find it under People. Nothing was changed.")
    else:
        return _done(person, "added")
    return await _newcomer(request, form, problems)


@get(f"{HERE}/{{person:uuid}}", include_in_schema=False, needs=ADMINISTRATORS)
async def show(request: AnyRequest, person: FromPath[UUID]) -> Template:
    """One person with their appointments."""
    return await _shown(request, await _known(person))


@post(f"{HERE}/{{person:uuid}}/appointments", include_in_schema=False, needs=ADMINISTRATORS)
async def give(request: AnyRequest, person: FromPath[UUID]) -> Template | Redirect:
    """They hold one more appointment; who could sign in no more can again."""
    found, form = await _known(person), await forms.read(request)
    try:
        await people.give(person, await _post(forms.fill(Appointed, form)), by=request.user.id, now=utc_now())
    except Mistakes as mistakes:
        return await _shown(request, found, form, mistakes.problems)
    except OwnAccount:
        raise PermissionDeniedException(_OWN) from None
    return _done(person, "given")


@post(f"{HERE}/{{person:uuid}}/appointments/{{appointment:uuid}}/end", include_in_schema=False, needs=ADMINISTRATORS)
async def end_post(request: AnyRequest, person: FromPath[UUID], appointment: FromPath[UUID]) -> Redirect:
    """The appointment holds no more; ending it again is harmless."""
    await _known(person)
    try:
        if not await people.end_post(person, appointment, by=request.user.id, now=utc_now()):
            raise NotFoundException
    except OwnAccount:
        raise PermissionDeniedException(_OWN) from None
    return _done(person, "ended")


@post(f"{HERE}/{{person:uuid}}/sign-out", include_in_schema=False, needs=ADMINISTRATORS)
async def sign_out(request: AnyRequest, person: FromPath[UUID]) -> Redirect:
    """Every session of theirs is over at once."""
    await _known(person)
    try:
        await people.sign_out(person, by=request.user.id, now=utc_now())
    except OwnAccount:
        raise PermissionDeniedException(_OWN) from None
    return _done(person, "signed-out")


@post(f"{HERE}/{{person:uuid}}/end", include_in_schema=False, needs=ADMINISTRATORS)
async def end_access(request: AnyRequest, person: FromPath[UUID]) -> Template | Redirect:
    """They can enter no more, where the box that says so was ticked."""
    found, form = await _known(person), await forms.read(request)
    if form.get("sure") != "yes":
        return await _shown(request, found, form, Problems(sure="Tick the box if their access is to end"))
    try:
        await people.end_access(person, by=request.user.id, now=utc_now())
    except OwnAccount:
        raise PermissionDeniedException(_OWN) from None
    return _done(person, "no-access")


async def _post(wanted: Appointed) -> Post:
    """:raises Mistakes: beside the unit where one is meant, else beside the agency."""
    try:
        return await people.post_wanted(wanted.role, wanted.agency, wanted.unit)
    except NotAPost as refused:
        field = "unit" if wanted.unit or wanted.role is Role.UNIT_LEAD else "agency"
        raise Mistakes(Problems({field: str(refused)})) from None


async def _known(person: UUID) -> Known:
    found = await people.known(person, now=utc_now())
    if found is None:
        raise NotFoundException
    return found


async def _shown(
    request: AnyRequest, found: Known, values: forms.Form | None = None, problems: Problems | None = None
) -> Template:
    return page(
        "directory/people_one.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        one=found,
        own=found.id == request.user.id,
        values=values or {},
        problems=problems or {},
        **await _choices(),
    )


async def _newcomer(
    request: AnyRequest, values: forms.Form | None = None, problems: Problems | None = None
) -> Template:
    status = 400 if problems else 200
    return page(
        "directory/people_new.html",
        request,
        status=status,
        values=values or {},
        problems=problems or {},
        **await _choices(),
    )


async def _choices() -> dict[str, Any]:
    agencies, units = await agency_and_unit_names()
    return {
        "roles": [("", "Choose"), *forms.options(Role)],
        "agencies": [("", "Choose"), *agencies.items()],
        "units": [("", "All of the agency"), *((code, f"{name} ({code})") for code, name in units.items())],
    }


def _page(words: str, number: int) -> str:
    return f"{HERE}?{urlencode({'q': words, 'page': number} if words else {'page': number})}"


def _done(person: UUID, code: str) -> Redirect:
    return Redirect(f"{HERE}/{person}?done={code}", status_code=303)


router = Router(
    "/", guards=CLOSED, route_handlers=[list_people, ask_newcomer, add, show, give, end_post, sign_out, end_access]
)
