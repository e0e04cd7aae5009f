"""One report becomes one episode, or changes it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.tables import Entry
from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.intake.changes import Result
from meetings.intake.errors import RefusedReport
from meetings.tables import Trigger

pytestmark = pytest.mark.usefixtures("directory")
HOUR = timedelta(hours=1)


async def the_episode() -> dict[str, Any]:
    (row,) = await Episode.select()
    return row


async def test_a_first_report_is_a_new_episode_of_a_new_child(first: Any, now: datetime) -> None:
    done = await first()
    episode = await the_episode()
    assert (done.result, done.id) == (Result.NEW, episode["id"])
    assert (episode["reported_at"], episode["recorded_at"]) == (now, now)
    assert [(c["issuer"], c["reference"]) for c in await Child.select()] == [("lambeth", "C1")]


async def test_the_same_report_again_changes_nothing_and_is_not_logged_again(first: Any) -> None:
    await first()
    entries = await Entry.count()
    assert (await first()).result == Result.UNCHANGED
    assert (await Episode.count(), await Child.count(), await Entry.count()) == (1, 1, entries)


async def test_a_later_report_changes_only_what_it_says(first: Any, report: Any) -> None:
    await first(host_place="E23000032")
    done = await report(incident_place="E09000005")
    episode = await the_episode()
    assert (done.result, done.changed) == (Result.CORRECTED, ("incident_place",))
    assert (episode["host_place"], episode["incident_place"]) == ("E23000032", "E09000005")


async def test_a_change_is_logged_with_the_names_of_the_fields_and_no_values(first: Any, report: Any) -> None:
    await first()
    await report(cse=True, host_place="E23000032")
    entry = await Entry.select().where(Entry.action == "episode corrected").first()
    assert entry is not None
    assert json.loads(entry["detail"]) == {"changed": ["host_place", "cse", "flagged_at"]}


async def test_an_end_closes_it(first: Any, report: Any, now: datetime) -> None:
    await first()
    assert (await report(ended_at=now, closure="returned")).result == Result.CLOSED
    assert (await the_episode())["closure"] == "returned"


async def test_what_ended_long_before_it_was_first_reported_is_history_and_calls_for_nothing(
    first: Any, now: datetime
) -> None:
    long_ago = now - timedelta(days=400)
    done = await first(
        started_at=long_ago, reported_at=long_ago, ended_at=long_ago + 50 * HOUR, police_grading="high", cse=True
    )
    assert done.triggers == ()
    assert (await the_episode())["history_only"] is True


async def test_harm_disclosed_about_an_old_episode_calls_for_a_meeting(first: Any, now: datetime) -> None:
    long_ago = now - timedelta(days=60)
    done = await first(started_at=long_ago, reported_at=long_ago, ended_at=long_ago + HOUR, disclosure_at=now)
    assert "HARM" in done.triggers


async def test_what_ended_a_week_ago_may_still_call_for_a_meeting(first: Any, now: datetime) -> None:
    last_week = now - timedelta(days=7)
    done = await first(started_at=last_week, reported_at=last_week, ended_at=last_week + HOUR, cse=True)
    assert done.triggers == ("EXPLOIT",)


async def test_an_end_taken_back_opens_it_again(first: Any, report: Any, now: datetime) -> None:
    await first(ended_at=now, closure="found")
    assert (await report(ended_at=None)).result == Result.REOPENED
    episode = await the_episode()
    assert (episode["ended_at"], episode["closure"]) == (None, "")


async def test_withdrawn_by_its_source_it_stays_and_calls_for_nothing(first: Any, report: Any, now: datetime) -> None:
    await first()
    done = await report(withdrawn=True, cse=True)
    assert (done.result, done.triggers) == (Result.WITHDRAWN, ())
    assert (await the_episode())["withdrawn_at"] == now


async def test_the_first_high_grading_is_kept_with_its_time(first: Any, report: Any, now: datetime) -> None:
    await first(police_grading="medium")
    done = await report(at=now + HOUR, social_care_grading="high")
    assert (done.result, done.triggers) == (Result.REGRADED, ("HIGH",))
    assert (await the_episode())["graded_high_at"] == now + HOUR


async def test_a_second_high_grading_does_not_start_the_clock_anew(first: Any, report: Any, now: datetime) -> None:
    await first(police_grading="high")
    await report(at=now + HOUR, social_care_grading="high")
    await report(at=now + 2 * HOUR, police_grading="low")
    assert (await the_episode())["graded_high_at"] == now


async def test_a_high_grading_in_the_first_report_dates_from_that_report(first: Any, now: datetime) -> None:
    await first(police_grading="high", reported_at=now - HOUR / 2)
    assert (await the_episode())["graded_high_at"] == now - HOUR / 2


async def test_a_source_may_say_when_it_graded_high(first: Any, now: datetime) -> None:
    await first(police_grading="high", graded_high_at=now - HOUR / 4)
    assert (await the_episode())["graded_high_at"] == now - HOUR / 4


async def test_a_report_refused_by_the_police_waits_to_be_seen(first: Any, report: Any, now: datetime) -> None:
    await first(report_accepted=False, refusal_source="placement")
    await Episode.update({Episode.refusal_seen_at: now, Episode.refusal_seen_by: "coordinator"}, force=True)
    await report(report_accepted=True)
    episode = await the_episode()
    assert (episode["refusal_source"], episode["refusal_seen_by"]) == ("", "coordinator")
    await report(report_accepted=False)
    assert (await the_episode())["refusal_seen_at"] is None


async def test_a_refused_report_makes_no_trigger(first: Any) -> None:
    assert (await first(report_accepted=False)).triggers == ()


async def test_the_triggers_of_a_report_are_there_with_it(first: Any, now: datetime) -> None:
    done = await first(cse=True, host_place="E23000032")
    assert set(done.triggers) == {"EXPLOIT", "CROSS"}
    assert await Trigger.count().where(Trigger.cause == done.id) == 2


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no such place": ({"home_place": "E09000099"}, "home_place"),
    "no such host place": ({"host_place": "Kent"}, "host_place"),
    "an end before its start": ({"ended_at": datetime(2026, 11, 18, 8, tzinfo=UTC)}, "ended_at"),
    "a start in the future": ({"started_at": datetime(2026, 11, 18, 10, 11, tzinfo=UTC)}, "started_at"),
    "a start of another century": ({"started_at": datetime(1926, 11, 18, tzinfo=UTC)}, "started_at"),
    "an end in the future": ({"ended_at": datetime(2026, 11, 18, 10, 11, tzinfo=UTC)}, "ended_at"),
    "a report in the future": ({"reported_at": datetime(2026, 11, 19, tzinfo=UTC)}, "reported_at"),
    "a disclosure in the future": ({"disclosure_at": datetime(2026, 11, 19, tzinfo=UTC)}, "disclosure_at"),
    "a closure without an end": ({"closure": "found"}, "closure"),
    "a refusal that was none": ({"refusal_source": "placement"}, "refusal_source"),
    "a birth date as reference": ({"child": "12/03/2012"}, "child"),
}


@pytest.mark.parametrize(("said", "field"), BAD.values(), ids=BAD.keys())
async def test_a_first_report_that_cannot_be_is_refused_whole(first: Any, said: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedReport) as refused:
        await first(**said)
    assert list(refused.value.problems) == [field]
    assert refused.value.problems[field].endswith((".", "?"))
    assert (await Episode.count(), await Child.count(), await Entry.count()) == (0, 0, 1)  # the rules' own entry


async def test_a_start_within_ten_minutes_of_our_clock_is_taken(first: Any, now: datetime) -> None:
    assert (await first(started_at=now + timedelta(minutes=10))).result == Result.NEW


@pytest.mark.parametrize("field", ["child", "started_at", "home_place"])
async def test_a_first_report_without_what_it_needs_is_refused(report: Any, now: datetime, field: str) -> None:
    said = {"child": "C1", "started_at": now, "home_place": "E09000022"}
    said.pop(field)
    with pytest.raises(RefusedReport) as refused:
        await report(**said)
    assert list(refused.value.problems) == [field]


async def test_a_correction_that_cannot_be_changes_nothing(first: Any, report: Any, now: datetime) -> None:
    await first()
    before = await the_episode()
    with pytest.raises(RefusedReport):
        await report(ended_at=now - 2 * HOUR, cse=True)
    assert await the_episode() == before


async def test_a_reference_cannot_pass_to_another_child(first: Any, report: Any) -> None:
    await first()
    with pytest.raises(RefusedReport, match="another child"):
        await report(child="C2", cse=True)
    assert not (await the_episode())["cse"]


async def test_a_placement_move_after_an_episode_calls_for_a_meeting(first: Any, move: Any, now: datetime) -> None:
    await first(started_at=now - 30 * HOUR, ended_at=now - 28 * HOUR)
    done = await move()
    assert (done.result, done.triggers) == (Result.NEW, ("HISTORY",))


async def test_the_same_move_again_changes_nothing(move: Any) -> None:
    await move()
    assert (await move()).result == Result.UNCHANGED
    assert await PlacementMove.count() == 1


async def test_a_move_is_corrected_by_its_reference(move: Any, now: datetime) -> None:
    await move()
    done = await move(to_place="E09000005")
    assert (done.result, done.changed) == (Result.CORRECTED, ("to_place",))


async def test_a_move_to_an_unknown_place_or_to_come_is_refused(move: Any, now: datetime) -> None:
    with pytest.raises(RefusedReport) as refused:
        await move(to_place="Nowhere", moved_at=now + HOUR)
    assert set(refused.value.problems) == {"to_place", "moved_at"}
    assert await PlacementMove.count() == 0


async def test_a_move_cannot_pass_to_another_child(move: Any) -> None:
    await move()
    with pytest.raises(RefusedReport, match="another child"):
        await move(child="C2")


async def test_the_first_flag_is_kept_with_its_time(first: Any, report: Any, now: datetime) -> None:
    await first()
    done = await report(at=now + HOUR, cse=True)
    assert done.triggers == ("EXPLOIT",)
    await report(at=now + 2 * HOUR, trafficking=True)
    assert (await the_episode())["flagged_at"] == now + HOUR


async def test_a_flag_in_the_first_report_dates_from_that_report_and_is_corrected_with_it(
    first: Any, report: Any, now: datetime
) -> None:
    await first(uasc=True, reported_at=now - HOUR / 2)
    assert (await the_episode())["flagged_at"] == now - HOUR / 2
    await report(reported_at=now - HOUR)
    assert (await the_episode())["flagged_at"] == now - HOUR


async def test_a_source_may_say_when_the_flag_came(first: Any, report: Any, now: datetime) -> None:
    await first(started_at=now - 5 * HOUR, reported_at=now - 4 * HOUR)
    await report(at=now, cce=True, flagged_at=now - 2 * HOUR)
    assert (await the_episode())["flagged_at"] == now - 2 * HOUR


async def test_a_flag_that_comes_late_is_not_overdue_at_once(first: Any, report: Any, now: datetime) -> None:
    days_ago = now - timedelta(days=6)
    await first(started_at=days_ago, reported_at=days_ago)
    await report(cse=True)
    due = await Trigger.select(Trigger.due_at).where(Trigger.rule_code == "EXPLOIT").first()
    assert due is not None
    assert due["due_at"] == now + timedelta(days=1)
