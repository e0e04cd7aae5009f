"""The dataset as it leaves the house: nothing in it tells of a few children, and it says how to read it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zipfile import ZipFile

import pytest

from meetings.tables import MeetingType
from reports import dataset_files, periods
from reports.document import HIDDEN, Document, Table, freeze
from reports.publication_tables import Publication, State, Whole
from reports.sealing import Published, seal, verify
from tests.browsing import Browser
from tests.factories import make_child
from tests.reports.protecting import column, report, table
from tests.reports.test_dataset import LATER, boroughs, cells, missing

__all__ = ["boroughs"]
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PERIOD = periods.quarter(2026, 4)


@pytest.fixture
async def children(boroughs: None) -> None:
    """Eight children of Southwark went missing once and one of them again; two of Lambeth, seven of Hackney."""
    for place, count in (("E09000028", 8), ("E09000022", 2), ("E09000012", 7)):
        for number in range(count):
            child = await make_child()
            await missing(child, place, since=LATER + timedelta(hours=number))
    await missing(child, "E09000028", since=LATER + timedelta(days=20))


async def released(printed: Table, whole: Table) -> None:
    """A report of the same days with this table is out."""
    publication, content = uuid4(), seal(Published(document=report(printed, period=PERIOD.code)))
    await Publication.insert(
        Publication(
            id=publication,
            period=PERIOD.code,
            type=MeetingType.MISSING.value,
            state=State.RELEASED,
            content=content,
            sha256=verify(content).sha256,
            drawn_at=NOW,
            drafted_at=NOW,
            drafted_by="committee officer",
            challenge_until=NOW,
            released_at=NOW,
        )
    )
    await Whole.insert(Whole(publication=publication, content=freeze(report(whole, period=PERIOD.code))))


async def drawn_up() -> Document:
    return await dataset_files.draw_up(PERIOD, MeetingType.MISSING, NOW)


@pytest.mark.usefixtures("children")
class TestWhatIsKeptBack:
    async def test_a_borough_with_few_children_is_kept_back_with_another_that_would_tell_of_it(self) -> None:
        shown = cells(await drawn_up(), "kinds", "incidents")
        assert shown["Lambeth"] == HIDDEN
        assert list(shown.values()).count(HIDDEN) >= 2

    async def test_one_child_who_went_missing_twice_cannot_be_worked_out_from_incidents_and_individuals(self) -> None:
        document = await drawn_up()
        assert cells(document, "individuals", "further")[""] == HIDDEN
        whole = cells(document, "kinds", "incidents")[""], cells(document, "individuals", "individuals")[""]
        assert HIDDEN in whole

    async def test_it_says_that_it_must_not_be_given_out_beside_a_report_unlooked_at(self) -> None:
        assert any("beside a dataset of days that overlap" in said for said in (await drawn_up()).caveats)

    async def test_what_a_released_report_keeps_back_is_kept_back_here_too(self) -> None:
        shown = {name: cell for name, cell in cells(await drawn_up(), "kinds", "incidents").items() if name}
        borough = next(name for name, cell in shown.items() if isinstance(cell, int) and cell)
        printed, whole = (
            table([column("incidents")], [(borough, cell)], by="borough", of="incidents")
            for cell in (HIDDEN, shown[borough])
        )
        await released(printed, whole)
        assert cells(await drawn_up(), "kinds", "incidents")[borough] == HIDDEN

    async def test_the_finding_says_only_what_is_shown(self) -> None:
        document = await drawn_up()
        assert document.threshold == 5
        assert document.finding.endswith("incidents began; how many, and of how many children, is kept back.")


@pytest.mark.usefixtures("children")
class TestTheFiles:
    async def test_the_package_holds_every_table_and_a_dictionary_of_every_column(self) -> None:
        document = await drawn_up()
        with ZipFile(io.BytesIO(await dataset_files.file_of(document, "zip"))) as packed:
            names, package = packed.namelist(), json.loads(packed.read("datapackage.json"))
        assert names == ["datapackage.json", *(f"{table.name}.csv" for table in document.tables)]
        said = json.dumps(package)
        assert "is never that sum" in said
        assert "up to two in three are never reported" in said

    async def test_every_format_can_be_made(self) -> None:
        document = await drawn_up()
        for kind in dataset_files.FORMATS:
            assert (await dataset_files.file_of(document, kind)).startswith(b"PK"), kind


class TestThePage:
    async def test_it_shows_incidents_and_individuals_apart_and_offers_the_files(
        self, browser: Browser, children: None
    ) -> None:
        text = (await browser.get("/reports/dataset?period=2026-Q4")).text
        assert "Individuals by responsible borough" in text
        assert "[c]" in text
        for kind in dataset_files.FORMATS:
            answer = await browser.get(f"/reports/dataset/{kind}?period=2026-Q4")
            assert answer.status_code == 200
            assert f'filename="convene-dataset-2026-Q4.{kind}"' in answer.headers["content-disposition"]

    async def test_a_period_that_cannot_be_taken_is_named(self, browser: Browser) -> None:
        for path in ("/reports/dataset", "/reports/dataset/zip"):
            answer = await browser.get(f"{path}?period=whenever")
            assert answer.status_code == 400
            assert "is not a period" in answer.text

    async def test_there_is_no_other_format(self, browser: Browser) -> None:
        assert (await browser.get("/reports/dataset/exe?period=2026-Q4")).status_code == 404
