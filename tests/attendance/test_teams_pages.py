"""The pages of a Teams file: chosen, looked at, confirmed, without any script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx

from attendance.register import standing_marks
from attendance.tables import Attendance, Outcome
from attendance.teams_tables import TeamsPerson, TeamsReport
from tests.attendance.reading_pages import words
from tests.browsing import Browser

SAMPLES = Path(__file__).parents[1] / "samples" / "teams"
REPORT = (SAMPLES / "report-2022.csv").read_bytes()


def page_of(held: Any) -> str:
    return f"/meetings/{held.reference}/register/teams"


async def upload(browser: Browser, held: Any, raw: bytes) -> httpx.Response:
    page = await browser.get(page_of(held))
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', page.text)
    assert token is not None
    files = {"file": ("whatever it is called.bin", raw, "application/octet-stream")}
    return await browser.post(page_of(held), data={"_csrf_token": token[1]}, files=files)


async def confirm(browser: Browser, held: Any, *leave: str, **fields: str) -> httpx.Response:
    """The page's form as it stands, with other fields over it, and without those named."""
    page = await browser.get(page_of(held))
    sent: dict[str, list[str]] = {"act": ["confirm"]}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text):
        sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'name="([\w-]+)" value="([^"]*)" checked', page.text):
        sent.setdefault(name, []).append(value)
    sent["_csrf_token"] = sent["_csrf_token"][:1]
    sent |= {name: [value] for name, value in fields.items()}
    return await browser.post(page_of(held), data={k: v for k, v in sent.items() if k not in leave})


async def doubtful(held: Any) -> str:
    row = await TeamsPerson.objects().where(TeamsPerson.unverified.eq(True)).first()
    assert row is not None
    return f"person-{row.id}"


async def test_a_file_is_read_and_shows_what_it_would_mark(coordinator: Browser, held: Any) -> None:
    response = await upload(coordinator, held, REPORT)
    assert response.headers["location"] == f"{page_of(held)}?done=read"
    text = words(await coordinator.get(page_of(held)))
    assert "2 seats are present by the Teams file. 1 person to decide about." in text
    assert "Missing team duty officer , missing.team@central-north.police.example , 9:14am to 9:40am" in text
    assert await Attendance.count() == 0


async def test_it_is_confirmed_with_one_decision(coordinator: Browser, held: Any) -> None:
    await upload(coordinator, held, REPORT)
    refused = await confirm(coordinator, held)
    assert refused.status_code == 400
    assert "Decide for whom Missing Team, East Area came" in words(refused)

    done = await confirm(coordinator, held, **{await doubtful(held): str(held.seats["East Area"])})
    assert done.headers["location"] == f"/meetings/{held.reference}/register?done=teams"
    marks = await standing_marks(held.id)
    assert {unit: marks[seat].outcome for unit, seat in held.seats.items()} == dict.fromkeys(
        held.seats, Outcome.ATTENDED
    )
    assert marks[held.seats["Central North"]].joined_late
    page = words(await coordinator.get(f"/meetings/{held.reference}/register"))
    assert "Came, joined late, left early (Teams file)" in page


async def test_nobodys_seat_is_an_answer_too(coordinator: Browser, held: Any) -> None:
    await upload(coordinator, held, REPORT)
    await confirm(coordinator, held, **{await doubtful(held): "none"})
    assert held.seats["East Area"] not in await standing_marks(held.id)


async def test_what_is_not_ticked_is_not_marked(coordinator: Browser, held: Any) -> None:
    await upload(coordinator, held, REPORT)
    await confirm(coordinator, held, "taken", **{await doubtful(held): "none"})
    assert await Attendance.count() == 0
    assert not await TeamsPerson.count().where(TeamsPerson.name != "")


async def test_the_same_file_again_says_that_nothing_was_changed(coordinator: Browser, held: Any) -> None:
    await upload(coordinator, held, REPORT)
    again = await upload(coordinator, held, REPORT)
    assert again.headers["location"] == f"{page_of(held)}?done=known"
    assert "Nothing was changed: this file was read before" in words(await coordinator.get(again.headers["location"]))


async def test_no_file_and_no_report_are_refused_in_a_sentence(coordinator: Browser, held: Any) -> None:
    for raw, said in ((b"a,b\n1,2\n", "not an attendance report of Teams"), (b"x" * 2_000_000, "larger than 1 MB")):
        response = await upload(coordinator, held, raw)
        assert response.status_code == 400
        assert said in words(response)
    assert "Choose the attendance report" in words(await coordinator.send_form(page_of(held)))
    assert await TeamsReport.count() == 0


async def test_names_out_of_a_file_are_text_and_nothing_else(coordinator: Browser, held: Any) -> None:
    row = "<script>alert(1)</script>\t18/11/2026, 09:00:00\tx@elsewhere.example\n"
    await upload(coordinator, held, f"2. Participants\nName\tFirst Join\tEmail\n{row}".encode())
    page = await coordinator.get(page_of(held))
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script> , x@elsewhere.example" in words(page)


async def test_putting_it_aside_leaves_nothing(coordinator: Browser, held: Any) -> None:
    await upload(coordinator, held, REPORT)
    await coordinator.send_form(page_of(held), act="discard")
    assert "Put the file aside" not in words(await coordinator.get(page_of(held)))


async def test_before_the_start_and_after_closing_no_file_is_taken(
    coordinator: Browser, coming: Any, held: Any
) -> None:
    assert "has not started" in words(await coordinator.get(page_of(coming)))
    register = f"/meetings/{held.reference}/register"
    for act in ("everyone", "close"):
        await coordinator.send_form(register, act=act)
    assert "The register is closed" in words(await coordinator.get(page_of(held)))


async def test_a_stranger_sees_nothing_of_it(stranger: Browser, held: Any) -> None:
    assert (await stranger.get(page_of(held))).status_code in (302, 303, 401)
