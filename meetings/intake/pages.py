"""Episodes: the list, one episode with its log, and the coordinator's forms for new ones and for changes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from directory.areas import place_names
from meetings.episode_tables import Grading
from meetings.intake import forms as shapes
from meetings.intake import import_pages
from meetings.intake.changes import Result
from meetings.intake.errors import RefusedReport
from meetings.intake.forms import Correction, End, Gradings, NewEpisode, correction_of, problems_in_form, reopening
from meetings.intake.listing import list_episodes, log_of, the_episode, triggers_of
from meetings.intake.record import report_episode
from meetings.intake.reports import EpisodeReport
from meetings.own_places import check_own
from meetings.subjects import EPISODE
from web import forms
from web.guards import CLOSED, Needs
from web.moments import london_date
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

DONE: Final = {
    Result.NEW: "The episode is recorded. Rules that call for a meeting are listed below.",
    Result.CORRECTED: "The episode is corrected.",
    Result.REGRADED: "The gradings are recorded.",
    Result.CLOSED: "The episode is closed. A return calls no meeting off.",
    Result.REOPENED: "The episode is open again.",
    Result.WITHDRAWN: "The episode is withdrawn. Triggers it had made before are kept, and wait for a decision.",
    Result.UNCHANGED: "Nothing was changed: it was as you entered it.",
}
SHAPES: Final[dict[str, type[End] | type[Gradings] | type[Correction]]] = {
    "end": End,
    "grading": Gradings,
    "correction": Correction,
}

LAST_PAGE: Final = 10_000
AnyRequest = Request[Any, Any, Any]


@get("/episodes", include_in_schema=False, needs=Needs(Act.SEE_PLACES), opens=View("the list of episodes"))
async def episodes_page(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    show: FromQuery[str] = "open",
    number: FromQuery[int] = 1,
) -> Template:
    """The episodes, the latest first: the open ones, or all."""
    if not 1 <= number <= LAST_PAGE:
        raise NotFoundException("There is no such page of the list.")
    only_open = show != "all"
    episodes, more = await list_episodes(only_open=only_open, number=number, viewer=viewer)
    return page(
        "meetings/episodes.html",
        request,
        episodes=episodes,
        places=await place_names(),
        only_open=only_open,
        number=number,
        more=more,
    )


@get("/episodes/new", include_in_schema=False, needs=Needs(Act.TAKE_IN))
async def new_page(request: AnyRequest) -> Template:
    """An empty form, with the reference that its episode will have."""
    values = forms.Form([("reference", f"F0-{secrets.token_hex(8)}"), ("kind", "M"), ("accepted", "yes")])
    return await _draw_new(request, values)


@post("/episodes/new", include_in_schema=False, needs=Needs(Act.TAKE_IN))
async def new_step(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template | Redirect:
    """The episode is recorded, and its page shows what calls for a meeting."""
    form = await forms.read(request)
    try:
        report = forms.fill(NewEpisode, form).report(now)
        await check_own(viewer, report, london_date(now))
        done = await report_episode(report, actor=str(request.user.id), now=now)
    except forms.Mistakes as mistakes:
        return await _draw_new(request, form, mistakes.problems)
    except RefusedReport as refused:
        return await _draw_new(request, form, problems_in_form(refused.problems))
    return Redirect(f"/episodes/{done.id}?done={done.result}", status_code=303)


@get(
    "/episodes/{episode:uuid}",
    include_in_schema=False,
    needs=Needs(Act.SEE_PLACES, EPISODE),
    opens=View("the episode"),
)
async def episode_page(request: AnyRequest, episode: FromPath[UUID]) -> Template:
    """What is known of one episode, what it calls for, and who changed what."""
    row = await _found(episode)
    return page(
        "meetings/episode.html",
        request,
        done={str(result): words for result, words in DONE.items()},
        episode=row,
        last_day=row["ended_at"] and row["ended_at"] - timedelta(seconds=1 if row["ended_by_day"] else 0),
        flags=[words for name, words in shapes.FLAGS if row[name]],
        places=await place_names(),
        triggers=await triggers_of(episode),
        log=await log_of(episode),
    )


@get(
    "/episodes/{episode:uuid}/{step:str}",
    include_in_schema=False,
    needs=Needs(Act.RUN, EPISODE),
    opens=View("the form to change the episode"),
)
async def change_page(request: AnyRequest, episode: FromPath[UUID], step: FromPath[str]) -> Template:
    """One form: the end, the gradings, or a correction, as the episode stands."""
    row = await _found(episode)
    return await _draw_change(request, row, _step(step), _as_it_stands(row, step))


@post("/episodes/{episode:uuid}/{step:str}", include_in_schema=False, needs=Needs(Act.RUN, EPISODE))
async def change_step(
    request: AnyRequest, episode: FromPath[UUID], step: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The episode is changed as the form says, by the same verb that its source would use."""
    row = await _found(episode)
    form = await forms.read(request)
    try:
        report = _said(row, _step(step), form)
        done = await report_episode(report, actor=str(request.user.id), now=now)
    except forms.Mistakes as mistakes:
        return await _draw_change(request, row, step, form, mistakes.problems)
    except RefusedReport as refused:
        return await _draw_change(request, row, step, form, problems_in_form(refused.problems))
    return Redirect(f"/episodes/{episode}?done={done.result}", status_code=303)


def _said(row: dict[str, Any], step: str, form: forms.Form) -> EpisodeReport:
    if step == "end" and form.get("reopen"):
        return reopening(row)
    return forms.fill(SHAPES[step], form).report(row)


def _step(step: str) -> str:
    if step not in SHAPES:
        raise NotFoundException("An episode has no such page.")
    return step


def _as_it_stands(row: dict[str, Any], step: str) -> forms.Form:
    if step == "grading":
        return forms.shown(Gradings(Grading(row["police_grading"]), Grading(row["social_care_grading"])))
    if step == "correction":
        return forms.shown(correction_of(row))
    return forms.shown(End(row["ended_at"], row["closure"])) if row["ended_at"] else forms.Form()


async def _found(episode: UUID) -> dict[str, Any]:
    row = await the_episode(episode)
    if row is None:
        raise NotFoundException("There is no such episode.")
    return row


async def _draw_new(request: AnyRequest, values: forms.Form, problems: dict[str, str] | None = None) -> Template:
    return page(
        "meetings/new_episode.html",
        request,
        status=400 if problems else 200,
        values=values,
        problems=problems or {},
        shapes=shapes,
        places=[("", "Choose"), *(await place_names()).items()],
        places_or_none=[("", "Not known, or the same"), *(await place_names()).items()],
    )


async def _draw_change(
    request: AnyRequest, row: dict[str, Any], step: str, values: forms.Form, problems: dict[str, str] | None = None
) -> Template:
    return page(
        "meetings/change_episode.html",
        request,
        status=400 if problems else 200,
        values=values,
        problems=problems or {},
        shapes=shapes,
        episode=row,
        step=step,
        places=list((await place_names()).items()),
        places_or_none=[("", "Not known, or the same"), *(await place_names()).items()],
    )


router = Router(
    path="/",
    guards=CLOSED,
    route_handlers=[
        episodes_page,
        new_page,
        new_step,
        episode_page,
        change_page,
        change_step,
        *import_pages.handlers,
    ],
)
