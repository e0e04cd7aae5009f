"""A child is forgotten, and every figure is what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from attendance.challenge_tables import Challenge, ChallengeState
from audit.tables import Entry
from directory.tables import Place
from meetings.action_rules import ActionState
from meetings.action_tables import Action
from meetings.episode_tables import Child, Episode
from meetings.intake.errors import RefusedReport
from meetings.intake.record import report_episode
from meetings.intake.reports import EpisodeReport
from meetings.tables import MeetingType, Seat
from privacy.errors import StillNeeded
from privacy.forgetting import forget, idle_since, open_matters
from privacy.tables import CaseHold
from reports import anew, dataset_counting, figures, periods, posting, recount
from reports.figures import Asked, Counted, Quality
from reports.ledger_tables import LedgerDifference
from tests.factories import DAY
from tests.privacy.cases import LONG_AGO, NAMED, Case, make_case, words_kept

pytestmark = pytest.mark.usefixtures("rolled_back")
PERIOD = periods.month(2024, 5)


def asked(now: datetime) -> Asked:
    return Asked(PERIOD.since, PERIOD.until, MeetingType.MISSING, now)


async def counted(now: datetime) -> tuple[Counted, Counted, object]:
    """What the ledger says, what the records say, and the dataset of incidents and individuals."""
    await posting.post_due(now)
    from_ledger, afresh = await figures.count(asked(now)), await figures.recount(asked(now))
    return (
        replace(from_ledger, quality=Quality()),
        replace(afresh, quality=Quality()),
        await dataset_counting.count(asked(now)),
    )


async def test_every_figure_is_what_it_was(now: datetime) -> None:
    case, other = await make_case(), await make_case(reference="LCS-8820")
    before = await counted(now)
    assert before[0].seats.total.expected == 4
    assert before[0].seats.total.not_reached == 2
    for one in (case, other):
        assert await forget(one.child.id, by="tests", why="period", now=now)
    assert await counted(now) == before
    assert await recount.check_all(now) == []
    assert not await LedgerDifference.exists()


async def test_the_facts_can_still_be_made_anew_from_the_records(now: datetime) -> None:
    case = await make_case()
    before = await counted(now)
    await forget(case.child.id, by="tests", why="period", now=now)
    await anew.make_facts_anew(now)
    await anew.make_ledger_anew()
    assert await counted(now) == before
    assert await recount.check_all(now) == []


async def test_nothing_that_names_the_child_or_a_worker_is_left_anywhere(now: datetime) -> None:
    case = await make_case()
    said = await words_kept()
    assert all(name in said for name in NAMED)
    await forget(case.child.id, by="tests", why="period", now=now)
    left = await words_kept()
    assert [name for name in (*NAMED, case.episode.source_reference, "meet.example") if name in left] == []


async def test_seats_and_outcomes_stay_and_the_log_says_how_many_rows_went(now: datetime) -> None:
    case = await make_case()
    await forget(case.child.id, by="tests", why="EX-1", now=now)
    assert await Seat.count().where(Seat.meeting == case.meeting.id) == 4
    entry = await Entry.objects().where(Entry.action == "forgot a child").first()
    assert entry is not None
    assert entry.subject == f"child:{case.child.id}"
    assert '"action": 1' in entry.detail
    assert case.child.reference not in entry.detail


async def test_forgetting_twice_is_forgetting_once(now: datetime) -> None:
    case = await make_case()
    assert await forget(case.child.id, by="tests", why="period", now=now)
    assert await forget(case.child.id, by="tests", why="period", now=now) == {}
    assert await forget(uuid4(), by="tests", why="period", now=now) == {}


async def test_an_episode_that_was_forgotten_is_not_taken_in_again(now: datetime) -> None:
    case = await make_case()
    await forget(case.child.id, by="tests", why="period", now=now)
    again = EpisodeReport(
        source="lcs",
        issuer=case.child.issuer,
        source_reference=case.episode.source_reference,
        child=case.child.reference,
        started_at=case.episode.started_at,
        home_place=case.episode.home_place,
    )
    with pytest.raises(RefusedReport, match="forgotten here"):
        await report_episode(again, actor="lcs", now=now)
    assert await Episode.count() == 1
    new = msgspec.structs.replace(again, source_reference="MIS-9999", started_at=now - DAY)
    await report_episode(new, actor="lcs", now=now)
    assert await Child.count() == 2  # a later episode of the same child is a case of its own


@pytest.mark.parametrize("open_", ["hold", "episode", "action", "challenge", "meeting"])
async def test_a_case_that_is_held_or_not_over_is_not_forgotten(open_: str, now: datetime) -> None:
    case = await make_case()
    if open_ == "hold":
        hold = CaseHold(
            id=uuid4(), reference="HD-1", child=case.child.id, reason="inquiry", held_at=now, held_by="tests"
        )
        await CaseHold.insert(hold)
    elif open_ == "episode":
        await Episode.update({Episode.ended_at: None}).where(Episode.child == case.child.id)
    elif open_ == "action":
        await Action.update({Action.state: ActionState.OPEN}).where(Action.meeting == case.meeting.id)
    elif open_ == "challenge":
        await Challenge.update({Challenge.state: ChallengeState.OPEN}).where(Challenge.meeting == case.meeting.id)
    else:
        now = LONG_AGO
    before = await words_kept()
    with pytest.raises(StillNeeded):
        await forget(case.child.id, by="tests", why="period", now=now)
    assert await open_matters(case.child.id, now)
    assert await words_kept() == before


async def test_a_child_is_idle_from_the_last_that_happened(now: datetime) -> None:
    case: Case = await make_case()
    first = UUID(int=0)
    last = LONG_AGO + DAY  # the trigger's deadline
    assert await idle_since(last, 10, first) == []
    assert await idle_since(last + DAY, 10, first) == [case.child.id]
    assert await Place.exists()
