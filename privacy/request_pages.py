"""What is asked of the authority about what is held: written down, shown, confirmed, handed on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template
from piccolo.columns.combination import WhereRaw

from audit import trail
from privacy import requests
from privacy.endings import OF_A_CHILD
from privacy.errors import PrivacyError
from privacy.tables import CaseHold, PrivacyRequest, Stand
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.signin import titles_of

AnyRequest = Request[Any, Any, Any]
MOST_SHOWN = 100
DONE = {
    "asked": "It is written down. This page shows what is held once it is looked up, usually within a minute.",
    "confirmed": "It is confirmed. This page says when it is done, usually within a minute.",
    "dropped": "It is dropped. Nothing was removed.",
    "lifted": "The hold is lifted.",
}


class Wished(msgspec.Struct):
    """The form: what is asked for, about whom, by whom and why."""

    wish: Annotated[str, forms.ask("Choose what is asked for")]
    subject: Annotated[str, forms.ask("Enter the child’s reference, or the person’s address", max_length=254)]
    who: Annotated[str, forms.ask("Choose who asks")]
    why: Annotated[str, forms.ask("Say why, or by which request of theirs", max_length=requests.LONGEST_WHY)]
    issuer: Annotated[str, forms.ask("Enter whose numbering the reference is", max_length=40)] = ""


@get(
    "/requests",
    include_in_schema=False,
    needs=Needs(Act.DISCLOSE),
    opens=View("the list of requests for what is held"),
)
async def requests_page(request: AnyRequest) -> Template:
    """What was asked, the latest first; the holds that stand; and a form for another."""
    return await _draw(request)


@post("/requests", include_in_schema=False, needs=Needs(Act.DISCLOSE))
async def requests_step(request: AnyRequest, now: NamedDependency[datetime]) -> Template | Redirect:
    """What was asked for is written down."""
    form = await forms.read(request)
    try:
        new = forms.fill(Wished, form)
        reference = await requests.ask(
            new.wish,
            issuer=new.issuer,
            subject=new.subject,
            who=new.who,
            why=new.why,
            by=str(request.user.id),
            now=now,
        )
    except forms.Mistakes as mistakes:
        return await _draw(request, form, mistakes.problems)
    except PrivacyError as refused:
        return await _draw(request, form, {refused.field: str(refused)})
    return Redirect(f"/requests/{reference}?done=asked", status_code=303)


@get(
    "/requests/{reference:str}",
    include_in_schema=False,
    needs=Needs(Act.DISCLOSE),
    opens=View("a request for what is held", "request", "reference"),
)
async def request_page(request: AnyRequest, reference: FromPath[str]) -> Template:
    """How far one request is, what an erasure would do, or the answer to take away."""
    return await _draw_one(request, await _mine(request, reference))


@post("/requests/{reference:str}", include_in_schema=False, needs=Needs(Act.DISCLOSE))
async def request_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """An erasure is confirmed by somebody else, or a request is dropped."""
    row, form, by = await _mine(request, reference), await forms.read(request), str(request.user.id)
    drops = form.get("act") == "drop"
    if not drops and form.get("sure") != "yes":
        return await _draw_one(request, row, {"sure": "Tick the box: an erasure cannot be undone"})
    try:
        await (requests.drop if drops else requests.confirm)(reference, by=by, now=now)
    except PrivacyError as refused:
        return await _draw_one(request, row, {refused.field: str(refused)})
    return Redirect(f"/requests/{reference}?done={'dropped' if drops else 'confirmed'}", status_code=303)


@get(
    "/requests/{reference:str}/answer.zip",
    include_in_schema=False,
    needs=Needs(Act.DISCLOSE),
    opens=View("what is held, as a file", "request", "reference"),
)
async def answer_file(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Response[bytes]:
    """The answer, to whoever wrote the request down; that it was taken is in the log."""
    row = await _mine(request, reference)
    if row.content is None or row.asked_by != str(request.user.id):
        raise NotFoundException("There is no answer to take away, or not any more.")
    await trail.record(str(request.user.id), "took an answer away", f"request:{reference}", now=now)
    named = {"content-disposition": f'attachment; filename="{reference}.zip"'}
    return Response(bytes(row.content), media_type="application/zip", headers=named)


@post("/requests/holds/{reference:str}", include_in_schema=False, needs=Needs(Act.DISCLOSE))
async def hold_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The hold is lifted, with the reason."""
    form = await forms.read(request)
    ours = _ours(request, "case_hold.held_by", "case_hold.held_at")
    hold = await CaseHold.objects().where((CaseHold.reference == reference) & ours).first()
    if hold is None:
        raise NotFoundException(f"There is no hold {reference}.")
    try:
        await requests.lift(reference, why=form.get(f"lifted-{reference}", ""), by=str(request.user.id), now=now)
    except PrivacyError as refused:
        return await _draw(request, None, {f"lifted-{reference}": str(refused)})
    return Redirect("/requests?done=lifted", status_code=303)


def _ours(request: AnyRequest, by: str, at: str) -> WhereRaw:
    """Written down by oneself, or by whoever answered for one of the same agencies then; all for a desk of all."""
    viewer = request.scope["state"]["viewer"]
    return WhereRaw(
        f"({by} = {{}} OR {{}} OR EXISTS (SELECT 1 FROM appointment AS theirs WHERE theirs.person::text = {by} "
        f"AND theirs.role = 'manager' AND theirs.unit_code = '' AND theirs.agency_code = ANY({{}}::text[]) "
        f"AND theirs.since <= {at} AND coalesce(theirs.until, 'infinity') > {at}))",
        str(request.user.id),
        viewer.may_everywhere(Act.DISCLOSE),
        list(viewer.agencies(Act.DISCLOSE)),
    )


async def _mine(request: AnyRequest, reference: str) -> PrivacyRequest:
    """:raises NotFoundException: where there is none that this person may see."""
    ours = _ours(request, "privacy_request.asked_by", "privacy_request.asked_at")
    row = await PrivacyRequest.objects().where((PrivacyRequest.reference == reference) & ours).first()
    if row is None:
        raise NotFoundException(f"There is no request {reference}.")
    return row


async def _draw(
    request: AnyRequest, values: forms.Form | None = None, problems: dict[str, str] | None = None
) -> Template:
    rows = (
        await PrivacyRequest.objects()
        .where(_ours(request, "privacy_request.asked_by", "privacy_request.asked_at"))
        .order_by(PrivacyRequest.asked_at, ascending=False)
        .limit(MOST_SHOWN)
    )
    holds = (
        await CaseHold.objects()
        .where(CaseHold.lifted_at.is_null() & _ours(request, "case_hold.held_by", "case_hold.held_at"))
        .order_by(CaseHold.held_at)
    )
    return page(
        "privacy/requests.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        rows=rows,
        holds=holds,
        titles=await titles_of({row.asked_by for row in rows} | {row.held_by for row in holds}),
        wishes=requests.WISHES,
        wish_names={code: title for code, title, _ in requests.WISHES},
        who=forms.options(requests.WHO),
        values=values or forms.Form(),
        problems=problems or {},
    )


async def _draw_one(request: AnyRequest, row: PrivacyRequest, problems: dict[str, str] | None = None) -> Template:
    people = await titles_of({row.asked_by, row.confirmed_by})
    tables = {one.table: one for one in OF_A_CHILD}
    counts = [(tables[name].title, n, _fate(name)) for name, n in json.loads(row.counts).items() if name in tables]
    return page(
        "privacy/request.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        row=row,
        stands=Stand,
        title=next(title for code, title, _ in requests.WISHES if code == f"{row.wish} {row.about}"),
        people=people,
        counts=counts,
        own=row.asked_by == str(request.user.id),
        problems=problems or {},
    )


def _fate(table: str) -> str:
    """What an erasure does to the rows of a table, in words."""
    sets = next(one.sets for one in OF_A_CHILD if one.table == table)
    return {"": "Go", "stays": "Stay"}.get(sets, "Stay, without what tells who the child is")


handlers = [requests_page, requests_step, request_page, request_step, answer_file, hold_step]
