"""The JSON door: systems report episodes and placement moves, one or many, each by itself and as often as they like.

Every item is a transaction of its own: a refused one keeps none of the others out. The answer is 201 when
something new was taken, 200 when all was taken and nothing was new, 207 when some items were refused, and 422
when every one was. Sending the same again is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotAuthorizedException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta

from meetings.episode_tables import SourceSystem
from meetings.intake import sources
from meetings.intake.changes import Result
from meetings.intake.errors import RefusedReport
from meetings.intake.openapi import EpisodesOperation, MovesOperation
from meetings.intake.record import Reported, place_codes, report_episode, report_move
from meetings.intake.reports import EpisodeFields, EpisodeReport, MoveFields, MoveReport
from meetings.intake.screening import unknown_field

MOST_ITEMS: Final = 1000
LARGEST: Final = 2_000_000  # bytes

AnyRequest = Request[Any, Any, Any]
S = TypeVar("S", EpisodeFields, MoveFields)
Take = Callable[[S], Awaitable[Reported]]

_WHERE = re.compile(r"(?P<what>.*?) - at `\$\.?(?P<field>[A-Za-z0-9_]*).*`")
_LACKING = re.compile(r"Object missing required field `(\w+)`")


class Outcome(msgspec.Struct, kw_only=True):
    """What became of one item, in the order sent."""

    source_reference: Annotated[str | None, Meta(description="As sent; null where there was none to read.")]
    result: Annotated[
        str, Meta(description="new, corrected, re-graded, closed, reopened, withdrawn, unchanged, refused")
    ]
    id: Annotated[UUID | None, Meta(description="The episode's or move's id in Convene.")] = None
    changed: Annotated[list[str], Meta(description="The names of the fields that changed.")] = []
    triggers: Annotated[list[str], Meta(description="The rules that call for a meeting about it.")] = []
    problems: Annotated[dict[str, str], Meta(description="A sentence for each field of a refused item.")] = {}


class Answer(msgspec.Struct):
    """One outcome for each item."""

    outcomes: list[Outcome]


class Fault(msgspec.Struct):
    """Why nothing of a request was taken."""

    status_code: int
    detail: str


RESPONSES: Final = {
    201: ResponseSpec(Answer, description="All taken, at least one of them new."),
    207: ResponseSpec(Answer, description="Some taken and some refused: see each outcome."),
    400: ResponseSpec(Fault, description="The body is no JSON, or no list of 1 to 1,000 objects. Nothing was taken."),
    401: ResponseSpec(Fault, description="No token, or one that is not known. Nothing was taken."),
    413: ResponseSpec(Fault, description="The body is larger than 2 MB. Nothing was taken."),
    422: ResponseSpec(Answer, description="Every item was refused: see each outcome."),
}


@post(
    "/episodes",
    operation_class=EpisodesOperation,
    operation_id="reportEpisodes",
    summary="Report, correct, re-grade, close or withdraw episodes",
    status_code=200,
    responses=RESPONSES,
    security=[{"bearer": []}],
    tags=["Intake"],
    request_max_body_size=LARGEST,
)
async def take_in_episodes(request: AnyRequest, now: NamedDependency[datetime]) -> Response[Answer]:
    """Each item is known by its `source_reference`; a later report of one changes only what it says."""
    source = await _source(request, now)
    places = await place_codes()

    async def take(item: EpisodeFields) -> Reported:
        report = EpisodeReport(source=source.name, issuer=source.issuer, **_fields(item))
        return await report_episode(report, actor=f"source:{source.name}", now=now, places=places)

    return await _take_all(request, EpisodeFields, take)


@post(
    "/placement-moves",
    operation_class=MovesOperation,
    operation_id="reportPlacementMoves",
    summary="Report or correct moves of a looked-after child's placement",
    status_code=200,
    responses=RESPONSES,
    security=[{"bearer": []}],
    tags=["Intake"],
    request_max_body_size=LARGEST,
)
async def take_in_moves(request: AnyRequest, now: NamedDependency[datetime]) -> Response[Answer]:
    """Each item is known by its `source_reference`; a later report of one corrects it."""
    source = await _source(request, now)
    places = await place_codes()

    async def take(item: MoveFields) -> Reported:
        report = MoveReport(source=source.name, issuer=source.issuer, **_fields(item))
        return await report_move(report, actor=f"source:{source.name}", now=now, places=places)

    return await _take_all(request, MoveFields, take)


async def _source(request: AnyRequest, now: datetime) -> SourceSystem:
    """:raises NotAuthorizedException: unless the request carries a known system's token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    source = await sources.source_of_token(token.strip(), now) if scheme.lower() == "bearer" else None
    if source is None:
        raise NotAuthorizedException(
            "Send the header `Authorization: Bearer …` with the token of your source system. Nothing was taken.",
            headers={"www-authenticate": "Bearer"},
        )
    return source


async def _take_all(
    request: AnyRequest, shape: type[S], take: Callable[[S], Awaitable[Reported]]
) -> Response[Answer]:
    outcomes = [await _take_one(item, shape, take) for item in await _items(request)]
    results = {outcome.result for outcome in outcomes}
    if "refused" in results:
        status = 422 if results == {"refused"} else 207
    else:
        status = 201 if Result.NEW in results else 200
    return Response(Answer(outcomes), status_code=status)


async def _take_one(item: Any, shape: type[S], take: Take[S]) -> Outcome:
    sent = item.get("source_reference") if isinstance(item, dict) else None
    reference = sent[:64] if isinstance(sent, str) else None
    try:
        done = await take(_read(item, shape))
    except RefusedReport as refused:
        return Outcome(source_reference=reference, result="refused", problems=refused.problems)
    return Outcome(
        source_reference=reference,
        result=str(done.result),
        id=done.id,
        changed=list(done.changed),
        triggers=list(done.triggers),
    )


async def _items(request: AnyRequest) -> list[Any]:
    """The objects of the body, however many.

    :raises ClientException: when it is no JSON, no object and no list of 1 to 1,000.
    """
    try:
        body = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ClientException("The body is not JSON. Nothing was taken. Send one object or a list.") from None
    items = body if isinstance(body, list) else [body]
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ClientException(
            f"The list has {len(items)} items. Nothing was taken. Send from 1 to {MOST_ITEMS} at once."
        )
    return items


def _read(item: Any, shape: type[S]) -> S:
    """The item in its shape.

    :raises RefusedReport: with a sentence for each field that is not known, or for the first that cannot be read.
    """
    if not isinstance(item, dict):
        raise RefusedReport({"": "An item is an object with fields. Nothing of this one was kept."})
    unknown = [name for name in item if name not in shape.__struct_fields__]
    if unknown:
        raise RefusedReport({name[:40]: unknown_field(name) for name in unknown[:20]})
    try:
        return msgspec.convert(item, shape)
    except msgspec.ValidationError as error:
        raise RefusedReport(_sentence(str(error))) from None


def _sentence(error: str) -> dict[str, str]:
    """msgspec's error as the field and a sentence."""
    lacking = _LACKING.match(error)
    if lacking:
        return {lacking[1]: f"{lacking[1]} is needed."}
    found = _WHERE.match(error)
    return {found["field"]: f"{found['what']}."} if found else {"": f"{error}."}


def _fields(item: EpisodeFields | MoveFields) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


router = Router(path="/api", route_handlers=[take_in_episodes, take_in_moves])
