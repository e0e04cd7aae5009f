"""Publications: which reports are out, what each says, and the steps of two people until one is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from meetings.tables import MeetingType
from reports import asked_files, drawing, periods, publication_listing, publishing, sealing
from reports.disclosure import THRESHOLD
from reports.document import in_file_names
from reports.making import Format
from reports.periods import BadPeriod
from reports.press import released_document
from reports.publication_tables import Publication, State
from reports.publishing_errors import NoSuchPublication, PublishingError
from reports.rates import DoesNotReconcile
from reports.standing_press import PRESS
from reports.subjects import PUBLICATION
from web import forms
from web.guards import Needs, publishes
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Step = Callable[[UUID, forms.Form, str, datetime], Awaitable[UUID]]
ALL = "/reports/publications"
DONE = {
    "drafted": "The draft is frozen, and units may challenge their outcomes.",
    "drawn": "The figures were drawn afresh. An earlier approval is void.",
    "approved": "You approved the report. Somebody else can release it when the challenges are over.",
    "released": "The report is published. Nothing alters it from now on.",
    "withdrawn": "The draft is withdrawn. It is kept, with the reason.",
    "revised": "The revision is drafted. What changed is its first section.",
}


class NewDraft(msgspec.Struct):
    """The form that drafts a report."""

    period: Annotated[str, forms.ask("Choose the period")]
    type: Annotated[MeetingType, forms.ask("Choose a type of meeting")]
    threshold: Annotated[int, forms.ask("Enter a whole number from 2 to 20", ge=2, le=20)]
    days: Annotated[int, forms.ask("Enter a number of days from 1 to 60", ge=1, le=60)]
    despite: bool = False


@get(ALL, include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS))
async def publications_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """Every report that is out or drafted, by period, with its hash and file; and those whose figures differ now."""
    return await _list(request, now)


@post(ALL, include_in_schema=False, guards=[publishes], needs=Needs(Act.PUBLISH))
async def draft_step(request: AnyRequest, now: NamedDependency[datetime]) -> Template | Redirect:
    """A report is drafted."""
    form = await forms.read(request)
    try:
        new = forms.fill(NewDraft, form)
        publication = await publishing.draft(
            periods.parse(new.period),
            new.type.value,
            press=PRESS,
            threshold=new.threshold,
            window_days=new.days,
            despite=new.despite,
            by=str(request.user.id),
            now=now,
        )
    except forms.Mistakes as mistakes:
        return await _list(request, now, form, mistakes.problems)
    except BadPeriod as problem:
        return await _list(request, now, form, {"period": str(problem)})
    except PublishingError as refused:
        return await _list(request, now, form, {refused.field: str(refused)})
    except DoesNotReconcile as difference:
        return await _list(request, now, form, {"": _unreconciled(difference)})
    return Redirect(f"{ALL}/{publication}?done=drafted", status_code=303)


@get(f"{ALL}/{{publication:uuid}}", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS, PUBLICATION))
async def publication_page(
    request: AnyRequest, publication: FromPath[UUID], now: NamedDependency[datetime]
) -> Template:
    """One report exactly as it is in its file, what became of it, and what may be done with it."""
    return await _one(request, await _found(publication), now)


@get(
    f"{ALL}/{{publication:uuid}}/file.json", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS, PUBLICATION)
)
async def publication_file(publication: FromPath[UUID]) -> Response[bytes]:
    """The published file, byte for byte."""
    row = await _found(publication)
    draft = "" if row.state == State.RELEASED else f"-{row.state}"
    name = f"convene-{in_file_names(row.period)}-revision-{row.revision}{draft}.json"
    return Response(
        row.content,
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@get(
    f"{ALL}/{{publication:uuid}}/charts/{{name:str}}",
    include_in_schema=False,
    needs=Needs(Act.READ_PUBLICATIONS, PUBLICATION),
    waits=True,
)
async def publication_chart(request: AnyRequest, publication: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """The picture of a chart, drawn from the cells of the file alone; 404 where there is none."""
    try:
        document = released_document(await _found(publication))
        tables = {table.name: table for table in document.tables}
        chart = next(one for section in document.sections for one in section.charts if one.name == name)
        narrow = request.query_params.get("narrow") == "yes"
        picture = await drawing.drawn(chart, tables[chart.table], narrow=narrow)
    except (StopIteration, sealing.NotAsPublished, drawing.NotDrawn):
        raise NotFoundException from None
    return Response(picture, media_type="image/svg+xml")


@post(f"{ALL}/{{publication:uuid}}/files", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS, PUBLICATION))
async def format_step(
    request: AnyRequest, publication: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """What was released is being made into a file of the format that was chosen."""
    row = await _found(publication)
    form = await forms.read(request)
    if form.get("format") not in [one.value for one in Format] or row.state != State.RELEASED:
        return await _one(request, row, now, form, {"format": "Choose a format from the list"})
    document = sealing.presented(sealing.verify(row.content))
    asked = await asked_files.ask(document, Format(form["format"]), by=str(request.user.id), now=now)
    return Redirect(f"/reports/files/{asked}", status_code=303)


@post(
    f"{ALL}/{{publication:uuid}}/{{step:str}}",
    include_in_schema=False,
    guards=[publishes],
    needs=Needs(Act.PUBLISH, PUBLICATION),
)
async def publication_step(
    request: AnyRequest, publication: FromPath[UUID], step: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The report goes a step: redrawing, approval, release, withdrawal, revision."""
    if step not in STEPS:
        raise NotFoundException
    row = await _found(publication)
    form = await forms.read(request)
    act, done = STEPS[step]
    try:
        led_to = await act(publication, form, str(request.user.id), now)
    except PublishingError as refused:
        return await _one(request, row, now, form, {refused.field and f"{step}-{refused.field}": str(refused)})
    except DoesNotReconcile as difference:
        return await _one(request, row, now, form, {"": _unreconciled(difference)})
    return Redirect(f"{ALL}/{led_to}?done={done}", status_code=303)


async def _redraw(publication: UUID, form: forms.Form, by: str, now: datetime) -> UUID:
    despite = form.get("redrawing-despite") == "yes"
    await publishing.redraw(publication, press=PRESS, despite=despite, by=by, now=now)
    return publication


async def _approve(publication: UUID, form: forms.Form, by: str, now: datetime) -> UUID:
    words, seen = form.get("approval-statement", ""), form.get("seen", "")
    await publishing.approve(publication, words, seen=seen, press=PRESS, by=by, now=now)
    return publication


async def _release(publication: UUID, form: forms.Form, by: str, now: datetime) -> UUID:
    await publishing.release(publication, seen=form.get("seen", ""), press=PRESS, by=by, now=now)
    return publication


async def _withdraw(publication: UUID, form: forms.Form, by: str, now: datetime) -> UUID:
    await publishing.withdraw_draft(publication, form.get("withdrawal-reason", ""), by=by, now=now)
    return publication


async def _revise(publication: UUID, form: forms.Form, by: str, now: datetime) -> UUID:
    reason, despite = form.get("revision-reason", ""), form.get("revision-despite") == "yes"
    return await publishing.revise(publication, reason, press=PRESS, despite=despite, by=by, now=now)


STEPS: dict[str, tuple[Step, str]] = {
    "redrawing": (_redraw, "drawn"),
    "approval": (_approve, "approved"),
    "release": (_release, "released"),
    "withdrawal": (_withdraw, "withdrawn"),
    "revision": (_revise, "revised"),
}


async def _found(publication: UUID) -> Publication:
    try:
        return await publishing.found(publication)
    except NoSuchPublication:
        raise NotFoundException from None


async def _list(
    request: AnyRequest,
    now: datetime,
    values: forms.Form | None = None,
    problems: Mapping[str, str] | None = None,
) -> Template:
    over = [
        (period.code, period.name[0].upper() + period.name[1:])
        for several in periods.recent(london_date(now)).values()
        for period in several
        if period.until <= now
    ]
    usual = {"type": MeetingType.MISSING.value, "threshold": THRESHOLD, "days": publishing.WINDOW_DAYS}
    return page(
        "reports/publications.html",
        request,
        status=400 if problems else 200,
        listed=await publication_listing.listed(request.state.viewer),
        colours=publication_listing.COLOURS,
        periods=over,
        types=forms.options(MeetingType),
        values=values or forms.Form((name, str(value)) for name, value in usual.items()),
        problems=problems or {},
    )


async def _one(
    request: AnyRequest,
    row: Publication,
    now: datetime,
    values: forms.Form | None = None,
    problems: Mapping[str, str] | None = None,
) -> Template:
    return page(
        "reports/publication.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        shown=await publication_listing.shown(row),
        challenges=await publishing.open_challenges(row),
        colours=publication_listing.COLOURS,
        file_formats=[(one.value, one.words) for one in Format],
        values=values or forms.Form(),
        problems=problems or {},
    )


def _unreconciled(difference: DoesNotReconcile) -> str:
    return f"The figures do not add up, so nothing was frozen: {difference} Tell this to those who run Convene."


handlers = [
    publications_page,
    draft_step,
    publication_page,
    publication_file,
    publication_chart,
    format_step,
    publication_step,
]
