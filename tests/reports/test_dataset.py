"""The dataset: incidents and individuals are never confused, and every total is recounted from the episodes."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from directory.tables import Place
from meetings.episode_tables import CareStatus, Child, Episode, EpisodeKind, Grading
from meetings.tables import MeetingType
from reports import dataset, dataset_counting, periods
from reports.counts import Asked, SeatCounts, TriggerCounts
from reports.dataset_columns import CAVEATS
from reports.dataset_counts import Dataset, Incidents, Individuals, check
from reports.document import Cell, Document, Kind, Table
from reports.rates import DoesNotReconcile, Rate
from tests.factories import make_child, make_not_convened, make_rule, make_trigger

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PERIOD = periods.between(periods.read_day("2026-09-01"), periods.read_day("2026-11-30"))
LATER = datetime(2026, 10, 5, 20, 0, tzinfo=UTC)
SOFTWARE = "0.1.0"


@pytest.fixture
async def boroughs(rolled_back: None) -> None:
    for code, name in (("E09000028", "Southwark"), ("E09000022", "Lambeth"), ("E09000012", "Hackney")):
        await Place.insert(Place(code=code, name=name, in_london=True))


async def missing(
    child: Child,
    place: str = "E09000028",
    *,
    since: datetime = LATER,
    hours: float | None = 30,
    by_day: tuple[bool, bool] = (False, False),
    **said: Any,
) -> Episode:
    episode = Episode(
        id=uuid4(),
        child=child.id,
        source="tests",
        source_reference=uuid4().hex,
        started_at=since,
        started_by_day=by_day[0],
        reported_at=since,
        ended_at=None if hours is None else since + timedelta(hours=hours),
        ended_by_day=by_day[1],
        home_place=place,
        recorded_at=since,
        **said,
    )
    await Episode.insert(episode)
    return episode


async def counted(period: periods.Period = PERIOD) -> Dataset:
    return await dataset_counting.count(Asked(period.since, period.until, MeetingType.MISSING, NOW))


async def compiled(period: periods.Period = PERIOD) -> Document:
    return dataset.compile_dataset(await counted(period), period, MeetingType.MISSING, NOW, SOFTWARE)


def table(document: Document, name: str) -> Table:
    return next(one for one in document.tables if one.name == name)


def cells(document: Document, name: str, column: str) -> dict[str, Cell]:
    """One column of a table by the labels of its rows; "" is the total."""
    found = table(document, name)
    at = [one.name for one in found.columns].index(column)
    assert found.total is not None
    return {str(row[0]): row[at] for row in found.rows} | {"": found.total[at]}


@pytest.mark.usefixtures("boroughs")
class TestIncidentsAndIndividuals:
    async def test_a_child_with_two_episodes_is_one_individual_and_two_incidents(self) -> None:
        child = await make_child()
        await missing(child)
        await missing(child, since=LATER + timedelta(days=3))
        document = await compiled()
        assert cells(document, "kinds", "incidents") == {"Hackney": 0, "Lambeth": 0, "Southwark": 2, "": 2}
        assert cells(document, "individuals", "individuals") == {"Hackney": 0, "Lambeth": 0, "Southwark": 1, "": 1}
        assert cells(document, "individuals", "more_than_once")["Southwark"] == 1
        assert document.finding == "From 1 September 2026 to 30 November 2026 2 incidents of 1 child began."

    async def test_a_child_in_two_boroughs_is_one_individual_of_london_and_one_of_each(self) -> None:
        child = await make_child()
        await missing(child, "E09000028")
        await missing(child, "E09000022", since=LATER + timedelta(days=9))
        document = await compiled()
        assert cells(document, "individuals", "individuals") == {"Hackney": 0, "Lambeth": 1, "Southwark": 1, "": 1}
        assert cells(document, "individuals", "once") == {"Hackney": 0, "Lambeth": 1, "Southwark": 1, "": 0}
        assert cells(document, "individuals", "more_than_once")[""] == 1

    async def test_a_child_missing_in_two_months_is_one_individual_of_each_and_one_of_the_period(self) -> None:
        child = await make_child()
        await missing(child, since=LATER)
        await missing(child, since=LATER + timedelta(days=30))
        document = await compiled()
        assert cells(document, "months", "incidents") == {"October 2026": 1, "November 2026": 1, "": 2}
        assert cells(document, "individuals_by_month", "individuals") == {
            "October 2026": 1,
            "November 2026": 1,
            "": 1,
        }

    async def test_an_episode_that_its_source_withdrew_is_no_incident(self) -> None:
        await missing(await make_child(), withdrawn_at=NOW)
        assert (await counted()).incidents == {}

    async def test_an_incident_counts_in_the_period_in_which_it_began_on_london_s_clocks(self) -> None:
        last_of_september = datetime(2026, 9, 30, 22, 59, tzinfo=UTC)  # 23:59 in London
        await missing(await make_child(), since=last_of_september)
        await missing(await make_child(), since=last_of_september + timedelta(minutes=1))
        await missing(await make_child(), since=NOW + timedelta(minutes=1))
        assert cells(await compiled(), "months", "incidents") == {"September 2026": 1, "October 2026": 1, "": 2}

    async def test_a_place_outside_london_and_an_unknown_one_have_rows_of_their_own(self) -> None:
        await Place.insert(Place(code="kent", name="Kent", in_london=False))
        for place in ("kent", "elsewhere", ""):
            await missing(await make_child(), place)
        assert cells(await compiled(), "kinds", "incidents") == {
            "Hackney": 0, "Lambeth": 0, "Southwark": 0, "Kent": 1, "elsewhere": 1, "Not known": 1, "": 3
        }  # fmt: skip


class TestLengths:
    @pytest.mark.parametrize(
        ("hours", "band"),
        [
            (0, "under_24_hours"),
            (23.9, "under_24_hours"),
            (24, "one_to_3_days"),
            (71.9, "one_to_3_days"),
            (72, "three_to_7_days"),
            (168, "seven_days_or_more"),
            (None, "still_missing"),
        ],
    )
    async def test_an_incident_is_in_one_band_by_its_hours(self, hours: float | None, band: str) -> None:
        await missing(await make_child(), hours=hours)
        assert self.bands(await counted()) == {band: 1}

    @pytest.mark.parametrize(
        ("days", "band"),  # the file says from the first day to the last; 0 is the same day
        [
            (0, "under_24_hours"),
            (1, "length_not_known"),  # from minutes to two days
            (2, "one_to_3_days"),
            (3, "length_not_known"),
            (4, "three_to_7_days"),
            (6, "three_to_7_days"),
            (7, "length_not_known"),
            (8, "seven_days_or_more"),
        ],
    )
    async def test_where_only_days_are_known_a_band_is_named_when_no_other_is_possible(
        self, days: int, band: str
    ) -> None:
        midnight = datetime(2026, 11, 3, tzinfo=UTC)
        await missing(await make_child(), since=midnight, hours=24 * (days + 1), by_day=(True, True))
        assert self.bands(await counted()) == {band: 1}

    async def test_an_end_of_which_the_day_is_known_may_have_been_a_day_sooner(self) -> None:
        evening, end_of_day = datetime(2026, 11, 3, 18, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
        hours = (end_of_day - evening) / timedelta(hours=1)  # 6 to 30
        await missing(await make_child(), since=evening, hours=hours, by_day=(False, True))
        assert self.bands(await counted()) == {"length_not_known": 1}

    @staticmethod
    def bands(counts: Dataset) -> dict[str, int]:
        (one,) = counts.incidents.values()
        names = ("under_24_hours", "one_to_3_days", "three_to_7_days", "seven_days_or_more")
        return {n: v for n in (*names, "length_not_known", "still_missing") if (v := getattr(one, n))}


class Recount:
    """The same counts in plain Python over the episodes, child by child; slow and plain on purpose."""

    def __init__(self, episodes: list[Episode], names: dict[str, str]) -> None:
        self.names = names
        self.episodes = [
            e for e in episodes if not e.withdrawn_at and PERIOD.since <= e.started_at < PERIOD.until
        ]  # fmt: skip

    def of(self, borough: str | None = None) -> list[Episode]:
        return [e for e in self.episodes if borough is None or self.names[e.home_place] == borough]

    def individuals(self, borough: str | None = None) -> dict[str, int]:
        each: dict[UUID, list[Episode]] = defaultdict(list)
        for episode in self.of(borough):
            each[episode.child].append(episode)
        cared = [sum(e.care_status == CareStatus.LOOKED_AFTER for e in one) for one in each.values()]
        return {
            "individuals": len(each),
            "once": sum(len(one) == 1 for one in each.values()),
            "more_than_once": sum(len(one) > 1 for one in each.values()),
            "further": sum(len(one) - 1 for one in each.values()),
            "looked_after": sum(n > 0 for n in cared),
            "not_looked_after": cared.count(0),
            "looked_after_further": sum(n - 1 for n in cared if n),
        }

    def incidents(self, borough: str | None = None) -> dict[str, int]:
        rows = self.of(borough)
        kinds, care = Counter(e.kind for e in rows), Counter(e.care_status for e in rows)
        police, social = Counter(e.police_grading for e in rows), Counter(e.social_care_grading for e in rows)
        return {
            "incidents": len(rows),
            "missing": kinds["M"],
            "absent": kinds["A"],
            "accepted": sum(e.report_accepted for e in rows),
            "refused": sum(not e.report_accepted for e in rows),
            "looked_after": care["looked after"],
            "status_not_known": care[""],
            "placed_elsewhere": sum(bool(e.host_place) and e.host_place != e.home_place for e in rows),
            "placed_here": sum(e.host_place == e.home_place for e in rows),
            "placement_not_known": sum(not e.host_place for e in rows),
            "police_high": police["high"],
            "police_not_graded": police[""],
            "social_care_high": social["high"],
            "social_care_no_risk": social["no apparent risk"],
        }


@pytest.mark.usefixtures("boroughs")
@pytest.mark.parametrize("seed", range(4))
async def test_every_row_and_every_total_equals_a_recount_from_the_episodes(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  # the same history each time
    places = ("E09000028", "E09000022", "E09000012")
    children = [await make_child() for _ in range(9)]
    for _ in range(40):
        await missing(
            rng.choice(children),
            rng.choice(places),
            since=datetime(2026, 8, 25, tzinfo=UTC) + timedelta(hours=rng.randint(0, 80 * 24)),
            hours=rng.choice((2, 30, 100, 400, None)),
            kind=rng.choice(list(EpisodeKind)),
            care_status=rng.choice(list(CareStatus)),
            police_grading=rng.choice(list(Grading)),
            social_care_grading=rng.choice(list(Grading)),
            host_place=rng.choice(("", *places)),
            report_accepted=rng.random() < 0.8,
            withdrawn_at=NOW if rng.random() < 0.1 else None,
        )
    names = {row.code: row.name for row in await Place.objects()}
    recount = Recount(await Episode.objects(), names)
    document = await compiled()
    incidents = [one for one in document.tables if one.of == "incidents" and one.by == dataset.BOROUGH]
    for borough in ("Southwark", "Lambeth", "Hackney", ""):
        found = _row(incidents, borough)
        assert recount.incidents(borough or None).items() <= found.items()
        individuals = _row([table(document, "individuals")], borough)
        assert individuals == recount.individuals(borough or None)
        assert found["incidents"] >= individuals["individuals"]


def _row(tables: list[Table], label: str) -> dict[str, int]:
    """The counts of one row over several tables, by the names of the columns; "" is the total."""
    found: dict[str, int] = {}
    for one in tables:
        assert one.total is not None
        row = next((row for row in one.rows if row[0] == label), one.total)
        for column, cell in zip(one.columns[1:], row[1:], strict=True):
            assert isinstance(cell, int)
            found[column.name] = cell
    return found


@pytest.mark.usefixtures("boroughs")
class TestTriggers:
    async def test_a_trigger_counts_for_the_borough_responsible_for_its_episode(self) -> None:
        rule, episode = await make_rule(), await missing(await make_child(), "E09000022")
        await make_trigger(rule=rule, cause=episode.id, due_at=LATER)
        document = await compiled()
        assert cells(document, "triggers", "unmet") == {"Hackney": 0, "Lambeth": 1, "Southwark": 0, "": 1}

    async def test_a_decision_that_answers_two_triggers_is_counted_once(self) -> None:
        rule, other, episode = await make_rule(), await make_rule(code="OPEN72"), await missing(await make_child())
        decision = await make_not_convened(due_at=LATER)
        for one in (rule, other):
            await make_trigger(rule=one, cause=episode.id, due_at=LATER, not_convened=decision)
        document = await compiled()
        assert cells(document, "not_convened", "not_convened")["Southwark"] == 1
        assert cells(document, "triggers", "decided_against")["Southwark"] == 2


@pytest.mark.usefixtures("boroughs")
class TestTheDocument:
    async def test_every_column_with_figures_is_defined(self) -> None:
        for one in (await compiled()).tables:
            assert all(column.means for column in one.columns if column.kind is not Kind.WORDS), one.name

    async def test_every_total_but_that_of_individuals_is_the_sum_of_its_rows(self) -> None:
        for _ in range(3):
            await missing(await make_child())
        for one in (await compiled()).tables:
            assert one.adds is (one.of != "individuals")
            assert one.total is not None
            for at, column in enumerate(one.columns):
                if one.adds and column.kind is Kind.COUNT:
                    assert one.total[at] == sum(int(str(row[at])) for row in one.rows), (one.name, column.name)

    async def test_what_is_said_to_add_up_adds_up(self) -> None:
        child = await make_child()
        for days in (0, 2, 40):
            await missing(child, since=LATER + timedelta(days=days), care_status=CareStatus.LOOKED_AFTER)
        document = await compiled()
        assert len(document.links) == 2 * (3 + 1) + 2 + 1
        for link in document.links:
            parts = [cells(document, part.table, part.column)[part.row or ""] for part in link.parts]
            assert cells(document, link.whole.table, link.whole.column)[link.whole.row or ""] == sum(
                map(int, map(str, parts))
            )

    async def test_it_says_that_most_absences_may_never_be_reported(self) -> None:
        assert (await compiled()).caveats == tuple(CAVEATS)
        assert "up to two in three are never reported" in CAVEATS[0]

    async def test_it_holds_no_ethnicity_and_no_reasons(self) -> None:
        names = {column.name for one in (await compiled()).tables for column in one.columns}
        assert not any(word in name for name in names for word in ("ethnic", "sex", "age", "reason", "name"))


class TestTheCheck:
    """Whatever is wrong in the counts keeps the dataset from being given out."""

    RIGHT = Dataset(
        boroughs=("Southwark",),
        incidents={"Southwark": Incidents(3)},
        incidents_by_month={"2026-10": Incidents(3)},
        individuals=Individuals(2, 1, 1, 1, 0, 2, 0),
        individuals_of={"Southwark": Individuals(2, 1, 1, 1, 0, 2, 0)},
        individuals_by_month={"2026-10": Individuals(2, 1, 1, 1, 0, 2, 0)},
    )

    def test_what_agrees_passes(self) -> None:
        check(self.RIGHT)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            (replace(RIGHT, incidents_by_month={"2026-10": Incidents(2)}), "incidents by month: the parts come to 2"),
            (replace(RIGHT, individuals=Individuals(3, 2, 1, 1, 0, 3, 0)), "incidents of individuals, all"),
            (replace(RIGHT, individuals=Individuals(2, 2, 1, 1, 0, 2, 0)), "individuals once and more, all"),
            (replace(RIGHT, individuals=Individuals(2, 1, 1, 1, 1, 2, 0)), "individuals by care, all"),
            (replace(RIGHT, triggers={"Kent": TriggerCounts(due=2, late=1)}), "triggers, Kent: the parts come to 1"),
            (replace(RIGHT, seats={"Kent": SeatCounts(expected=2)}), "police seats, Kent: the parts come to 0"),
            (replace(RIGHT, individuals=Individuals(1, 0, 1, 2, 0, 1, 0)), "individuals: the parts come to 2"),
            (replace(RIGHT, individuals=Individuals(3, 3, 0, 0, 0, 3, 0)), "individuals: the parts come to 2"),
        ],
    )
    def test_what_does_not_agree_is_named(self, wrong: Dataset, sentence: str) -> None:
        with pytest.raises(DoesNotReconcile, match=sentence):
            check(wrong)


def test_the_rate_s_total_is_made_of_its_rows() -> None:
    counts = replace(
        TestTheCheck.RIGHT,
        seats={
            "Southwark": SeatCounts(expected=4, attended=2, no_show=1, not_recorded=1),
            "Kent": SeatCounts(2, 1, 1),
        },
    )
    document = dataset.compile_dataset(counts, PERIOD, MeetingType.MISSING, NOW, SOFTWARE)
    assert cells(document, "attendance", "attendance_rate") == {
        "Southwark": Rate(2, 3),
        "Kent": Rate(2, 2),
        "": Rate(4, 5),
    }
