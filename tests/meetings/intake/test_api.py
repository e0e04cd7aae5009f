"""The JSON door."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

from audit.tables import Entry
from meetings.episode_tables import Child, Episode, PlacementMove, SourceSystem
from meetings.intake.api import router
from meetings.intake.errors import SourceExists, UnsuitableSource
from meetings.intake.sources import add_source, end_source
from meetings.tables import Trigger
from web import errors

pytestmark = pytest.mark.usefixtures("directory")
EPISODES, MOVES = "/api/episodes", "/api/placement-moves"
ITEM: dict[str, Any] = {
    "source_reference": "E1",
    "child": "C1",
    "started_at": "2026-11-18T08:00:00Z",
    "home_place": "E09000022",
}
MOVE: dict[str, Any] = {
    "source_reference": "M1",
    "child": "C1",
    "moved_at": "2026-11-17T08:00:00+00:00",
    "home_place": "E09000022",
    "from_place": "E09000022",
    "to_place": "E23000032",
}


@pytest_asyncio.fixture
async def door(directory: None, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """The door, with a source system's token on every request."""
    token = await add_source("lambeth-lcs", "lambeth", now)
    app = Litestar(
        [router],
        dependencies={"now": Provide(lambda: now, sync_to_thread=False)},
        exception_handlers=errors.HANDLERS,
        openapi_config=OpenAPIConfig(title="Convene", version="1"),
    )
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # ASGI, with Litestar's own names for its parts
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://convene.example", headers=headers) as client:
        yield client


async def test_a_new_episode_is_201_and_the_same_again_200(door: httpx.AsyncClient) -> None:
    first, again = await door.post(EPISODES, json=ITEM), await door.post(EPISODES, json=ITEM)
    assert (first.status_code, again.status_code) == (201, 200)
    (outcome,) = again.json()["outcomes"]
    assert outcome == {
        "source_reference": "E1",
        "result": "unchanged",
        "id": first.json()["outcomes"][0]["id"],
        "changed": [],
        "triggers": [],
        "problems": {},
    }


async def test_a_list_is_taken_item_by_item_and_a_bad_one_keeps_no_other_out(door: httpx.AsyncClient) -> None:
    items = [ITEM, ITEM | {"source_reference": "E2", "home_place": "Nowhere"}, ITEM | {"source_reference": "E3"}]
    answer = await door.post(EPISODES, json=items)
    outcomes = answer.json()["outcomes"]
    assert answer.status_code == 207
    assert [(one["source_reference"], one["result"]) for one in outcomes] == [
        ("E1", "new"),
        ("E2", "refused"),
        ("E3", "new"),
    ]
    assert outcomes[1]["problems"]["home_place"].startswith("There is no place 'Nowhere'.")
    assert await Episode.count() == 2


async def test_later_items_re_grade_and_close_it(door: httpx.AsyncClient) -> None:
    await door.post(EPISODES, json=ITEM)
    later: list[dict[str, Any]] = [
        {"source_reference": "E1", "police_grading": "high"},
        {"source_reference": "E1", "ended_at": "2026-11-18T09:50:00Z", "closure": "found"},
        {"source_reference": "E1", "ended_at": None},
        {"source_reference": "E1", "withdrawn": True},
    ]
    answer = await door.post(EPISODES, json=later)
    assert answer.status_code == 200
    outcomes = answer.json()["outcomes"]
    assert [one["result"] for one in outcomes] == ["re-graded", "closed", "reopened", "withdrawn"]
    assert outcomes[0]["triggers"] == ["HIGH"]


async def test_the_episode_is_marked_with_its_source_and_the_source_is_the_actor(door: httpx.AsyncClient) -> None:
    await door.post(EPISODES, json=ITEM)
    assert [row["source"] for row in await Episode.select()] == ["lambeth-lcs"]
    assert [row["issuer"] for row in await Child.select()] == ["lambeth"]
    assert await Entry.count().where(Entry.actor == "source:lambeth-lcs", Entry.action == "episode recorded") == 1


REFUSED: dict[str, tuple[Any, str, str]] = {
    "a birth date": (ITEM | {"dob": "2012-03-12"}, "dob", "Field dob is refused: Convene does not hold birth dates"),
    "a name": (ITEM | {"childName": "x"}, "childName", "Field childName is refused: Convene does not hold names"),
    "an address": (
        ITEM | {"placement_address": "x"},
        "placement_address",
        "Field placement_address is refused: Convene does not hold addresses",
    ),
    "an unknown field": (ITEM | {"grading": "high"}, "grading", "There is no field grading."),
    "a reference that is a birth date": (ITEM | {"child": "12-03-2012"}, "child", "This looks like a birth date"),
    "no reference": ({"child": "C1"}, "source_reference", "source_reference is needed."),
    "a time without its offset": (ITEM | {"started_at": "2026-11-18T08:00:00"}, "started_at", "Expected `datetime`"),
    "no time at all": (ITEM | {"started_at": "yesterday"}, "started_at", "Invalid RFC3339"),
    "a number as a time": (ITEM | {"started_at": 1795000000}, "started_at", "Expected `datetime`"),
    "a start of the first century": (
        ITEM | {"started_at": "0001-01-01T00:00:00+23:59"},
        "started_at",
        "The start is more than 19 years ago.",
    ),
    "an end of the last century": (ITEM | {"ended_at": "9999-12-31T23:59:59-23:59"}, "ended_at", "The end is in the"),
    "an unknown grading": (ITEM | {"police_grading": "severe"}, "police_grading", "Invalid enum value"),
    "a flag in words": (ITEM | {"cse": "yes"}, "cse", "Expected `bool`"),
    "what is no object": (["E1"], "", "An item is an object"),
    "a list in a list": ([[ITEM]], "", "An item is an object"),
    "a NUL character": (ITEM | {"child": "C\x001"}, "child", "A reference is 1 to 64"),
}


@pytest.mark.parametrize(("item", "field", "sentence"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_refused_item_is_answered_with_a_sentence_for_its_field(
    door: httpx.AsyncClient, item: Any, field: str, sentence: str
) -> None:
    answer = await door.post(EPISODES, json=item)
    assert answer.status_code == 422
    (outcome,) = answer.json()["outcomes"]
    assert list(outcome["problems"]) == [field]
    assert outcome["problems"][field].startswith(sentence)
    assert (await Episode.count(), await Child.count()) == (0, 0)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"source_reference": "\xff"}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "0 items"),
        (b"[" + b",".join([b"1"] * 1001) + b"]", "1001 items"),
    ],
    ids=["nothing", "half an object", "no UTF-8", "a deep nest", "an empty list", "too many items"],
)
async def test_a_body_that_is_no_list_of_items_is_refused_whole(
    door: httpx.AsyncClient, body: bytes, says: str
) -> None:
    answer = await door.post(EPISODES, content=body)
    assert answer.status_code == 400
    assert says in answer.json()["detail"]
    assert "Nothing was taken." in answer.json()["detail"]


async def test_a_body_over_two_megabytes_is_refused(door: httpx.AsyncClient) -> None:
    answer = await door.post(EPISODES, content=b" " * 2_000_001)
    assert answer.status_code == 413


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer ключ"])
@pytest.mark.parametrize("path", [EPISODES, MOVES])
async def test_without_a_known_token_nothing_is_taken(door: httpx.AsyncClient, path: str, header: str) -> None:
    answer = await door.post(path, json=ITEM, headers={b"authorization": header.encode()})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "Nothing was taken." in answer.json()["detail"]
    assert await Episode.count() == 0


async def test_a_source_that_was_ended_is_not_taken_any_more(door: httpx.AsyncClient, now: datetime) -> None:
    await end_source("lambeth-lcs", now)
    assert (await door.post(EPISODES, json=ITEM)).status_code == 401


async def test_a_placement_move_is_taken_and_may_call_for_a_meeting(door: httpx.AsyncClient) -> None:
    await door.post(EPISODES, json=ITEM | {"started_at": "2026-11-10T08:00:00Z", "ended_at": "2026-11-10T12:00:00Z"})
    first, again = await door.post(MOVES, json=MOVE), await door.post(MOVES, json=[MOVE])
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["outcomes"][0]["triggers"] == ["HISTORY"]
    assert (await PlacementMove.count(), await Trigger.count()) == (1, 1)


async def test_a_move_in_another_shape_is_refused(door: httpx.AsyncClient) -> None:
    answer = await door.post(MOVES, json=[{"source_reference": "M1"}, MOVE | {"postcode": "x"}])
    assert [list(one["problems"]) for one in answer.json()["outcomes"]] == [["child"], ["postcode"]]


async def test_a_token_is_shown_once_and_only_its_digest_kept(now: datetime) -> None:
    token = await add_source("brent-lcs", "E09000005", now)
    (row,) = await SourceSystem.select()
    assert len(token) >= 43
    assert token not in str(row)
    assert await Entry.count().where(Entry.subject == "source:brent-lcs") == 1


async def test_a_second_source_of_one_name_is_refused_and_the_first_keeps_its_token(
    door: httpx.AsyncClient, now: datetime
) -> None:
    with pytest.raises(SourceExists, match="lambeth-lcs"):
        await add_source("lambeth-lcs", "lambeth", now)
    assert (await door.post(EPISODES, json=ITEM)).status_code == 201


@pytest.mark.parametrize(
    ("name", "issuer"), [("form", "lambeth"), ("ssda903:E09000022", "lambeth"), ("A b", "lambeth"), ("lcs", "a b")]
)
async def test_a_source_needs_a_plain_name_of_its_own(now: datetime, name: str, issuer: str) -> None:
    with pytest.raises(UnsuitableSource):
        await add_source(name, issuer, now)


async def test_ending_a_source_twice_is_harmless(door: httpx.AsyncClient, now: datetime) -> None:
    await end_source("lambeth-lcs", now)
    await end_source("lambeth-lcs", now + timedelta(hours=1))
    assert [row["ended_at"] for row in await SourceSystem.select()] == [now]


async def test_openapi_describes_the_fields_of_both_requests(door: httpx.AsyncClient) -> None:
    paths = (await door.get("/schema/openapi.json")).json()["paths"]
    one, many = paths[EPISODES]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert many["items"] == one
    assert one["required"] == ["source_reference"]
    assert one["properties"]["home_place"]["examples"] == ["E09000022"]
    assert "no name" in one["properties"]["child"]["description"]
    assert {"201", "207", "400", "401", "413", "422"} <= set(paths[EPISODES]["post"]["responses"])
    move = paths[MOVES]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0]
    assert set(move["required"]) == set(MOVE)


async def test_the_example_of_the_documentation_can_be_sent(door: httpx.AsyncClient) -> None:
    paths = (await door.get("/schema/openapi.json")).json()["paths"]
    example = paths[EPISODES]["post"]["requestBody"]["content"]["application/json"]["examples"]["report"]["value"]
    answer = await door.post(EPISODES, content=msgspec.json.encode(example))
    assert answer.status_code == 201


@pytest.mark.parametrize("reference", ["\x00", "a\x00b", "\u202eE1"])
async def test_a_reference_that_no_database_could_hold_is_refused_with_a_sentence(
    door: httpx.AsyncClient, reference: str
) -> None:
    for item in (ITEM | {"source_reference": reference}, {"source_reference": reference, "cse": True}):
        answer = await door.post(EPISODES, json=item)
        assert answer.status_code == 422
        assert "A reference is" in answer.json()["outcomes"][0]["problems"]["source_reference"]


@pytest.mark.parametrize("field", ["reported_at", "disclosure_at", "graded_high_at"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1999-01-01T00:00:00Z"])
async def test_a_time_before_any_childhood_is_refused_first_and_later(
    door: httpx.AsyncClient, field: str, moment: str
) -> None:
    """In the first years of the calendar a zone leads out of it, and PostgreSQL gives minus infinity back."""
    item = ITEM | {"police_grading": "high", field: moment}
    first = await door.post(EPISODES, json=item)
    await door.post(EPISODES, json=ITEM)
    later = await door.post(EPISODES, json={"source_reference": "E1", "police_grading": "high", field: moment})
    for answer in (first, later):
        assert answer.status_code == 422
        assert "more than 19 years ago" in answer.json()["outcomes"][0]["problems"][field]
