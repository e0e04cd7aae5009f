"""Files are made in a process apart, once for everybody who asks for the same one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from audit.tables import Entry
from reports import asked_files, making
from reports.document import Document, freeze
from reports.documents import datapackage
from reports.making import Format, NotMade, Step, Told
from reports.making_tables import AskedFile, Stage
from tests.browsing import Browser
from tests.reports.whole_report import WHOLE

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PLAIN = msgspec.structs.replace(
    WHOLE, sections=tuple(msgspec.structs.replace(section, charts=()) for section in WHOLE.sections)
)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


class Maker:
    """Makes a file in an instant, or cannot; remembers what it was asked for."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.problem = problem
        self.asked: list[str] = []

    async def __call__(self, frozen: bytes, kind: str, told: Told | None) -> bytes:
        self.asked.append(kind)
        if self.problem:
            raise self.problem
        assert told is not None
        await told(Step(1, 16))
        return b"file of " + frozen[:10]


async def asked(document: Document = PLAIN, kind: Format = Format.PDF) -> UUID:
    return await asked_files.ask(document, kind, by="person", now=NOW)


async def row_of(one: UUID) -> AskedFile:
    row = await AskedFile.objects().get(AskedFile.id == one)
    assert row is not None
    return row


async def test_a_file_made_apart_is_the_file_of_its_format() -> None:
    assert await making.made(freeze(PLAIN), Format.CSV) == datapackage.write(PLAIN)
    assert await making.made(freeze(PLAIN), "json") == freeze(PLAIN)


async def test_a_pdf_is_made_apart() -> None:
    assert (await making.made(freeze(PLAIN), Format.PDF)).startswith(b"%PDF-1.7")


async def test_what_is_no_report_is_made_into_no_file() -> None:
    with pytest.raises(NotMade, match="could not be made"):
        await making.made(b'{"title": "half a report"}', Format.CSV)


async def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(NotMade, match="took too long"):
        await making.made(freeze(PLAIN), Format.ODS, patience=0.01)


@pytest.mark.usefixtures("rolled_back")
async def test_two_who_ask_for_the_same_file_get_the_same_one() -> None:
    first = await asked()
    assert await asked() == first
    assert await asked(kind=Format.ODS) != first
    assert await Entry.count().where(Entry.action == "asked for a file") == 2


@pytest.mark.usefixtures("rolled_back")
async def test_a_file_that_waits_is_made_once_and_says_how_far_it_is() -> None:
    one, maker = await asked(), Maker()
    assert await asked_files.make_due(at(NOW), make=maker) == 1
    assert await asked_files.make_due(at(NOW), make=maker) == 0
    row = await row_of(one)
    assert (row.stage, row.content, row.done, row.many) == (Stage.MADE, b"file of " + freeze(PLAIN)[:10], 1, 16)


@pytest.mark.usefixtures("rolled_back")
async def test_a_file_that_cannot_be_made_says_why_and_may_be_asked_for_again() -> None:
    one = await asked()
    await asked_files.make_due(at(NOW), make=Maker(NotMade("It took too long to be made.")))
    assert ((await row_of(one)).stage, (await row_of(one)).why) == (Stage.FAILED, "It took too long to be made.")
    assert await asked() == one
    await asked_files.make_due(at(NOW), make=Maker())
    assert (await row_of(one)).stage == Stage.MADE


@pytest.mark.usefixtures("rolled_back")
async def test_a_file_whose_worker_died_is_begun_again_but_not_for_ever() -> None:
    one, broken = await asked(), Maker(KeyboardInterrupt())  # type: ignore[arg-type]  # as a worker that is stopped
    moment = NOW
    for _ in range(asked_files.TRIES):
        with pytest.raises(KeyboardInterrupt):
            await asked_files.make_due(at(moment), make=broken)
        assert await asked_files.make_due(at(moment), make=broken) == 0
        moment += asked_files.LEASE
    await asked_files.make_due(at(moment), make=broken)
    assert ((await row_of(one)).stage, len(broken.asked)) == (Stage.FAILED, asked_files.TRIES)


@pytest.mark.usefixtures("rolled_back")
async def test_files_are_forgotten_after_two_days() -> None:
    await asked()
    assert await asked_files.forget(NOW + timedelta(days=2)) == 0
    assert await asked_files.forget(NOW + timedelta(days=2, seconds=1)) == 1


async def test_the_report_page_leads_to_a_file_that_can_be_downloaded(browser: Browser) -> None:
    sent = await browser.send_form(
        "/reports", "/reports/files", period="2026-11", type="missing strategy meeting", format="csv"
    )
    assert sent.status_code == 303
    where = sent.headers["location"]
    waiting = await browser.get(where)
    assert "Your file is being made" in waiting.text
    assert waiting.headers["refresh"] == "2"
    assert (await browser.get(f"{where}/download")).status_code == 404
    await asked_files.make_due(at(NOW), make=Maker())
    ready = await browser.get(where)
    assert "Your file is ready" in ready.text
    assert "refresh" not in ready.headers
    file = await browser.get(f"{where}/download")
    assert file.content.startswith(b"file of ")
    assert file.headers["content-disposition"] == 'attachment; filename="convene-2026-11-not-for-publication.zip"'
    assert file.headers["content-type"] == "application/zip"


async def test_a_file_that_could_not_be_made_is_told_of_with_what_to_do_next(browser: Browser) -> None:
    one = await asked()
    await asked_files.make_due(at(NOW), make=Maker(NotMade("It took too long to be made.")))
    said = (await browser.get(f"/reports/files/{one}")).text
    assert "The file could not be made" in said
    assert "It took too long to be made. The figures are as they were." in said


async def test_a_format_that_is_not_listed_is_refused(browser: Browser) -> None:
    sent = await browser.send_form("/reports", "/reports/files", period="2026-11", format="docx")
    assert (sent.status_code, sent.text) == (
        400,
        "Choose a format from the list: go back to the report and choose again.",
    )


async def test_a_file_that_is_kept_no_more_is_not_found(browser: Browser) -> None:
    assert (await browser.get(f"/reports/files/{UUID(int=7)}")).status_code == 404
