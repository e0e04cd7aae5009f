"""Every number of the exploring page is that of the report, and as long as the list of seats behind it."""

from __future__ import annotations

import random
import re
from dataclasses import asdict
from datetime import UTC, datetime
from html import unescape

import pytest

from audit.tables import Entry
from directory.tables import Unit
from meetings.tables import MeetingType
from reports import exploring, figures, periods, posting
from reports.counts import Asked, SeatCounts
from reports.explore_pages import COUNTS, OF_RATE
from reports.exploring import AT_ONCE, OF_UNITS, By, Question, explore, seats_behind
from reports.measures import attendance_rate
from tests.browsing import Browser
from tests.factories import make_mark, make_meeting, make_seat
from tests.reports.printed import Tables
from tests.reports.test_report_recount import make_history

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PERIODS = ("2026-11", "2026-10-25..2026-11-12", "2026-27")
KIND = MeetingType.MISSING.value


@pytest.fixture(params=range(2))
async def history(request: pytest.FixtureRequest, rolled_back: None) -> None:
    """Meetings of every kind around the edges of November, posted."""
    await make_history(random.Random(request.param))  # noqa: S311  # the same history each time
    await posting.post_due(NOW)


async def reported(period: str) -> figures.Counted:
    asked = periods.parse(period)
    return await figures.count(Asked(asked.since, asked.until, KIND, NOW))


def number(counts: SeatCounts, count: str) -> int:
    rate = attendance_rate(counts)
    of_rate = {"came": rate.part, "recorded": rate.whole}
    return of_rate[count] if count in OF_RATE else int(getattr(counts, count))


@pytest.mark.usefixtures("history")
class TestWhatIsCounted:
    @pytest.mark.parametrize("period", PERIODS)
    async def test_however_it_is_cut_it_adds_up_to_the_report(self, period: str) -> None:
        counted = await reported(period)
        assert counted.seats.total.expected > 3
        for by in By:
            found = await explore(Question(periods.parse(period), KIND, by))
            assert sum(found.values(), SeatCounts()) == counted.seats.total, by

    async def test_one_unit_s_seats_add_up_to_its_row_of_the_report(self) -> None:
        for unit, counts in (await reported(PERIODS[1])).seats.by_unit.items():
            for by in By:
                found = await explore(Question(periods.parse(PERIODS[1]), KIND, by, unit))
                assert sum(found.values(), SeatCounts()) == counts, by

    async def test_seats_in_one_capacity_are_those_whose_capacities_name_it(self) -> None:
        by_capacities = (await reported(PERIODS[0])).seats.by_capacities
        named = sum((counts for named, counts in by_capacities.items() if "incident police" in named), SeatCounts())
        assert named.expected
        for by in By:
            found = await explore(Question(periods.parse(PERIODS[0]), KIND, by, None, "incident police"))
            assert sum(found.values(), SeatCounts()) == named, by


@pytest.mark.usefixtures("history")
class TestWhatIsBehind:
    @pytest.mark.parametrize("of_one_unit", [False, True])
    async def test_every_list_is_as_long_as_its_number(self, of_one_unit: bool) -> None:
        unit = next(iter((await reported(PERIODS[1])).seats.by_unit)) if of_one_unit else None
        for by in By:
            question = Question(periods.parse(PERIODS[1]), KIND, by, unit)
            found = await explore(question)
            for value, counts in (*found.items(), (None, sum(found.values(), SeatCounts()))):
                for count in COUNTS | OF_RATE:
                    seats, whole = await seats_behind(question, count, value, 1)
                    assert (whole, len(seats)) == (number(counts, count), min(whole, AT_ONCE)), (by, value, count)

    async def test_pages_of_a_list_hold_each_seat_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exploring, "AT_ONCE", 4)
        question = Question(periods.parse(PERIODS[2]), KIND, By.UNIT)
        first, whole = await seats_behind(question, "invited", None, 1)
        pages = [await seats_behind(question, "invited", None, page) for page in range(1, whole // 4 + 2)]
        listed = [seat for seats, _ in pages for seat in seats]
        assert len(first) == 4
        assert len(listed) == len(set(listed)) == whole


def test_every_count_of_a_seat_is_shown_but_those_that_take_a_seat_more_than_once() -> None:
    assert asdict(SeatCounts()).keys() - COUNTS.keys() == {"invitations", "seat_minutes"}
    assert set(OF_UNITS) < set(By)


class TestThePages:
    async def test_a_stranger_sees_neither_figures_nor_lists(self, visitor: Browser) -> None:
        for path in ("/reports/explore", "/reports/explore/meetings?count=attended"):
            assert (await visitor.get(path)).headers["location"].startswith("/sign-in")

    async def test_a_number_leads_to_the_meetings_behind_it(self, browser: Browser, home: Unit) -> None:
        meeting = await make_meeting(home=home)
        await make_mark(meeting=meeting, seat=await make_seat(meeting=meeting, unit=home))
        await posting.post_due(NOW)
        text = (await browser.get("/reports/explore?period=2026-11&cut=unit")).text
        (link,) = re.findall(r'href="([^"]+)" aria-label="1: Central North BCU, Attended"', text)
        answer = await browser.get(unescape(link))
        assert "Attended: 1 seat<" in answer.text
        assert f'href="/meetings/{meeting.reference}"' in answer.text

    async def test_every_number_of_the_table_is_the_length_of_its_list(self, browser: Browser) -> None:
        await make_history(random.Random(7))  # noqa: S311  # the same history each time
        await posting.post_due(NOW)
        text = (await browser.get("/reports/explore?period=2026-11&cut=capacities")).text
        links = re.findall(r'href="([^"]+)" aria-label="([\d,]+): ', text)
        assert len(links) > 40
        for link, shown in links:
            assert re.search(rf": {shown} seats?</h1>", (await browser.get(unescape(link))).text), link

    async def test_the_rate_stands_beside_both_its_numbers_and_its_interval(
        self, browser: Browser, home: Unit
    ) -> None:
        meeting = await make_meeting(home=home)
        await make_mark(meeting=meeting, seat=await make_seat(meeting=meeting, unit=home))
        await posting.post_due(NOW)
        tables = Tables((await browser.get("/reports/explore?period=2026-11&cut=month")).text)
        head, row, total = tables.texts("1 November 2026 to 30 November 2026, missing strategy meeting")
        assert row[0] == "November 2026"
        assert row[head.index("Attendance rate")] == total[head.index("Attendance rate")] == "100% (1 of 1)"
        assert row[head.index("95% interval")] == "21% to 100%"

    async def test_who_looked_at_the_meetings_behind_a_number_is_on_record(
        self, browser: Browser, home: Unit
    ) -> None:
        await browser.get("/reports/explore/meetings?period=2026-11&cut=unit&value=CN&count=no_show")
        entry = await Entry.objects().order_by(Entry.id, ascending=False).first()
        assert entry is not None
        assert (entry.action, entry.subject) == ("opened the meetings behind a figure", "figure:no_show")

    async def test_a_field_that_cannot_be_taken_is_named(self, browser: Browser) -> None:
        answer = await browser.get("/reports/explore?unit=nobody&capacity=king&cut=luck&type=party")
        assert answer.status_code == 400
        for sentence in (
            "Choose a police unit",
            "Choose a capacity",
            "Choose by what to cut",
            "Choose a type of meeting",
        ):
            assert sentence in answer.text

    async def test_a_list_of_nothing_known_is_not_found(self, browser: Browser) -> None:
        for query in ("count=luck", "count=expected&unit=nobody"):
            assert (await browser.get(f"/reports/explore/meetings?{query}")).status_code == 404
        assert "There is none." in (await browser.get("/reports/explore/meetings?cut=unit&value=nobody")).text
