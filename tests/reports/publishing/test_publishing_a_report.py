"""A report is drafted, approved by one person and released by another, and nothing released is ever altered."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from asyncpg import RestrictViolationError

from attendance.challenge_tables import Challenge
from attendance.tables import Outcome
from audit.tables import Entry
from piccolo_conf import DB
from reports import periods, press, publishing, sealing
from reports import publishing_errors as errors
from reports.document import HIDDEN
from reports.publication_tables import Publication, State, Whole
from reports.rates import DoesNotReconcile, Rate
from tests.factories import make_meeting, make_seat, make_unit
from tests.reports.publishing.conftest import (
    AFTER,
    ANALYST,
    CHIEF,
    DRAFTED,
    LEAD,
    QUARTER,
    TYPE,
    Figures,
    approved,
    drafted,
    published,
    released,
)
from tests.reports.publishing.samples import ROWS, report, row

pytestmark = pytest.mark.usefixtures("rolled_back")
LATE = report((ROWS[0], row("South", 60, Rate(49, 60))), row("All police units", 100, Rate(80, 100)))


async def test_a_report_goes_through_two_hands_and_its_file_is_what_was_drafted(figures: Figures) -> None:
    publication = await drafted(figures)
    draft = await publishing.found(publication)
    assert (draft.state, draft.revision, draft.drafted_by, draft.threshold) == (State.DRAFTED, 1, ANALYST, 5)
    await approved(figures, publication)
    out = await released(figures, publication)
    assert (out.state, out.approved_by, out.statement, out.released_by) == (
        State.RELEASED, LEAD, "I have read it.", CHIEF,
    )  # fmt: skip
    assert out.content == draft.content
    verified = sealing.verify(out.content)
    assert verified.sha256 == out.sha256
    assert verified.published.document.tables == report().tables
    acts = (
        await Entry.select(Entry.actor, Entry.action)
        .where(Entry.subject == f"publication {publication}")
        .order_by(Entry.id)
    )
    assert [(a["actor"], a["action"]) for a in acts] == [
        (ANALYST, "drafted a report"), (LEAD, "approved a report"), (CHIEF, "released a report"),
    ]  # fmt: skip


async def test_small_counts_are_hidden_before_anything_is_frozen(figures: Figures) -> None:
    figures.document = report((row("Central East", 3, None), row("South", 97, None)))
    file = sealing.verify((await publishing.found(await drafted(figures))).content)
    assert file.published.document.threshold == 5
    assert [r[1] for r in file.published.document.tables[0].rows] == [HIDDEN, 97]


async def test_the_window_is_whole_days_in_london_after_the_day_of_the_draft(figures: Figures) -> None:
    row = await publishing.found(await drafted(figures))
    assert row.challenge_until.isoformat() == "2026-11-17T00:00:00+00:00"


async def test_a_period_that_is_not_over_is_not_drafted(figures: Figures) -> None:
    with pytest.raises(errors.PeriodNotOver, match="October to December 2026 is not over"):
        await drafted(figures, periods.quarter(2026, 4))


async def test_figures_that_do_not_add_up_are_not_drafted(figures: Figures) -> None:
    figures.fails = DoesNotReconcile("by unit, expected", 99, 100)
    with pytest.raises(DoesNotReconcile):
        await drafted(figures)
    assert await Publication.count() == 0


async def test_open_registers_are_counted_and_drafted_only_where_somebody_says_so(figures: Figures) -> None:
    figures.registers_open, figures.waiting = 3, 1
    with pytest.raises(errors.Unfinished, match="3 registers are still open and 1 meeting is not yet in the ledger"):
        await drafted(figures)
    publication = await publishing.draft(QUARTER, TYPE, press=figures.press, despite=True, by=ANALYST, now=DRAFTED)
    row = await publishing.found(publication)
    assert (row.registers_open, row.waiting) == (3, 1)


async def test_a_period_has_one_draft_at_a_time_until_it_is_withdrawn(figures: Figures) -> None:
    first = await drafted(figures)
    with pytest.raises(errors.AlreadyDrafted):
        await drafted(figures)
    await publishing.withdraw_draft(first, "The wrong threshold.", by=ANALYST, now=AFTER)
    second = await publishing.found(await drafted(figures))
    assert second.revision == 1
    kept = await publishing.found(first)
    assert (kept.state, kept.withdrawn_why) == (State.WITHDRAWN, "The wrong threshold.")
    with pytest.raises(errors.NotWhile, match="withdrawn"):
        await approved(figures, first)


async def test_whoever_approved_it_cannot_release_it(figures: Figures) -> None:
    publication = await drafted(figures)
    await approved(figures, publication, by=LEAD)
    with pytest.raises(errors.SamePerson):
        await released(figures, publication, by=LEAD)
    assert (await released(figures, publication, by=CHIEF)).state == State.RELEASED


async def test_what_nobody_approved_is_not_released(figures: Figures) -> None:
    with pytest.raises(errors.NotWhile, match="drafted"):
        await released(figures, await drafted(figures))


async def test_nothing_is_released_while_units_may_still_challenge(figures: Figures) -> None:
    publication = await drafted(figures)
    until = (await publishing.found(publication)).challenge_until
    await approved(figures, publication, now=DRAFTED)
    with pytest.raises(errors.WindowOpen, match="17 November 2026"):
        await released(figures, publication, now=until - timedelta(seconds=1))
    assert (await released(figures, publication, now=until)).state == State.RELEASED


async def test_a_challenge_that_waits_for_its_answer_holds_the_release_back(figures: Figures) -> None:
    publication = await drafted(figures)
    unit = await make_unit(code="SN")
    meeting = await make_meeting(home=unit)
    seat = await make_seat(meeting=meeting, unit=unit)
    challenge = Challenge(
        id=uuid4(), meeting=meeting.id, seat=seat.id, challenged=Outcome.NO_SHOW, says=Outcome.ATTENDED,
        reason="She sat in.", period=QUARTER.code, raised_at=DRAFTED, raised_by="Duty inspector",
    )  # fmt: skip
    await Challenge.insert(challenge)
    await approved(figures, publication)
    with pytest.raises(errors.ChallengesOpen, match="1 challenge waits for an answer"):
        await released(figures, publication)
    await Challenge.update({Challenge.state: "kept"}).where(Challenge.id == challenge.id)
    assert (await released(figures, publication)).state == State.RELEASED


async def test_a_draft_is_drawn_afresh_and_its_approval_is_void(figures: Figures) -> None:
    publication = await drafted(figures)
    await approved(figures, publication)
    before = await publishing.found(publication)
    figures.document = LATE
    with pytest.raises(errors.OutOfDate, match=r"2 figures have changed .* South, Attendance rate: 80% "):
        await released(figures, publication)
    await publishing.redraw(publication, press=figures.press, by=ANALYST, now=AFTER)
    row = await publishing.found(publication)
    assert (row.state, row.drawn, row.approved_by, row.statement) == (State.DRAFTED, 2, "", "")
    assert row.challenge_until == before.challenge_until
    act = await Entry.select(Entry.detail).where(Entry.action == "drew a report afresh").first()
    assert act is not None
    assert before.sha256 in act["detail"]
    with pytest.raises(errors.NotWhatYouSaw):
        await publishing.approve(publication, "Read.", seen=before.sha256, press=figures.press, by=LEAD, now=AFTER)
    await approved(figures, publication)
    assert (await released(figures, publication)).sha256 == row.sha256


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (" ", errors.WordsWanted),
        ("x" * 501, errors.WordsWanted),
        ("See SM-7F3K2X.", errors.WordsTellTooMuch),
        ("Ask duty@south.police.example.", errors.WordsTellTooMuch),
    ],
)
async def test_words_that_everybody_will_read_name_no_meeting_and_no_address(
    figures: Figures, words: str, problem: type[Exception]
) -> None:
    publication = await drafted(figures)
    with pytest.raises(problem):
        await publishing.withdraw_draft(publication, words, by=ANALYST, now=AFTER)
    assert (await publishing.found(publication)).state == State.DRAFTED


async def test_a_report_that_would_name_a_meeting_or_an_address_is_not_frozen(figures: Figures) -> None:
    for words in ("Worst was SM-7F3K2X.", "Ask duty@south.police.example."):
        figures.document = report(finding=words)
        with pytest.raises(errors.TellsTooMuch):
            await drafted(figures)


async def test_the_file_names_no_person_who_published_it(figures: Figures) -> None:
    out = await published(figures)
    assert not re.search(rb"analyst|safeguarding lead|chief officer", out.content)


async def test_overlapping_reports_are_hidden_in_the_knowledge_of_one_another(figures: Figures) -> None:
    quarter = await drafted(figures)
    month = await published(figures, periods.month(2026, 9))
    await published(figures, periods.month(2022, 6))
    await approved(figures, quarter)
    with pytest.raises(errors.OthersReleased):
        await released(figures, quarter)
    await publishing.redraw(quarter, press=figures.press, by=ANALYST, now=AFTER)
    assert [one.whole.period for one in figures.earlier[-1]] == ["2026-09"]
    await approved(figures, quarter)
    out = await released(figures, quarter)
    assert sealing.verify(out.content).published.beside == (month.sha256,)


def test_a_report_is_hidden_in_the_knowledge_of_whatever_could_be_subtracted_from_it() -> None:
    fourth, quarters = periods.quarter(2026, 4), {"2026-Q1", "2026-Q2", "2026-Q3"}
    assert press.told_together(fourth, {*quarters, "2024-01", "2023-12"}) == {*quarters, "2024-01"}
    assert press.told_together(fourth, {"2023-12", "2023-01-01..2024-02-29"}) == {"2023-12", "2023-01-01..2024-02-29"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE publication SET content = 'x' WHERE id = {}",
        "UPDATE publication SET state = 'drafted' WHERE id = {}",
        "UPDATE publication SET released_by = 'somebody else' WHERE id = {}",
        "DELETE FROM publication WHERE id = {}",
        "UPDATE publication_whole SET content = 'x' WHERE publication = {}",
        "DELETE FROM publication_whole WHERE publication = {}",
    ],
)
async def test_the_database_refuses_to_alter_what_was_released(figures: Figures, statement: str) -> None:
    out = await published(figures)
    with pytest.raises(RestrictViolationError, match=r"is ever altered|is never altered"):
        async with DB.transaction():
            await Publication.raw(statement, out.id)


async def test_a_draft_may_still_be_changed_in_the_database(figures: Figures) -> None:
    publication = await drafted(figures)
    await Publication.raw("UPDATE publication SET reason = 'x' WHERE id = {}", publication)
    await Whole.raw("DELETE FROM publication_whole WHERE publication = {}", publication)
    await Publication.raw("DELETE FROM publication WHERE id = {}", publication)
    assert await Publication.count() == 0


async def test_a_correction_makes_a_revision_with_what_changed_and_why(figures: Figures) -> None:
    first = await published(figures)
    with pytest.raises(errors.NothingChanged):
        await publishing.revise(first.id, "Nothing.", press=figures.press, by=ANALYST, now=AFTER)
    figures.document = LATE
    second = await publishing.revise(
        first.id, "A register was corrected.", press=figures.press, by=ANALYST, now=AFTER
    )
    draft = await publishing.found(second)
    assert (draft.revision, draft.supersedes, draft.state) == (2, first.id, State.DRAFTED)
    later = AFTER + timedelta(days=10)
    await approved(figures, second, now=later)
    out = await released(figures, second, now=later)
    file = sealing.verify(out.content).published
    assert (file.revision, file.replaces, file.reason) == (2, first.sha256, "A register was corrected.")
    told = file.document.sections[0]
    assert told.heading == "What changed in this revision and why"
    assert [r[1:] for r in told.tables[0].rows] == [
        ("South", "Attendance rate", "80% (48 of 60)", "82% (49 of 60)"),
        ("All police units", "Attendance rate", "79% (79 of 100)", "80% (80 of 100)"),
    ]
    assert file.document.tables[1:] == LATE.tables
    still = await publishing.found(first.id)
    assert still.content == first.content
    assert sealing.verify(still.content).sha256 == first.sha256
    with pytest.raises(errors.NotNewest):
        await publishing.revise(first.id, "Again.", press=figures.press, by=ANALYST, now=later)


async def test_a_figure_that_is_hidden_in_both_revisions_is_not_told_as_changed(figures: Figures) -> None:
    figures.document = report((row("Central East", 3, None), row("South", 60, None)), None)
    first = await published(figures)
    figures.document = report((row("Central East", 4, None), row("South", 60, None)), None)
    with pytest.raises(errors.NothingChanged):
        await publishing.revise(first.id, "A late mark.", press=figures.press, by=ANALYST, now=AFTER)
    figures.document = report((row("Central East", 4, None), row("South", 61, None)), None)
    second = await publishing.found(
        await publishing.revise(first.id, "A late mark.", press=figures.press, by=ANALYST, now=AFTER)
    )
    told = sealing.verify(second.content).published.document.tables[0]
    assert [r[1:] for r in told.rows] == [("South", "Expected", "60", "61")]


async def test_the_reason_of_a_correction_tells_no_figure_that_is_hidden(figures: Figures) -> None:
    figures.document = report((row("Central East", 3, None), row("South", 60, None)), None)
    first = await published(figures)
    figures.document = report((row("Central East", 4, None), row("South", 61, None)), None)
    telling = "Four seats are expected of Central East now."
    with pytest.raises(errors.WordsTellTooMuch):
        await publishing.revise(first.id, telling, press=figures.press, by=ANALYST, now=AFTER)
    assert await publishing.revise(first.id, "A late mark.", press=figures.press, by=ANALYST, now=AFTER)


async def test_only_what_was_released_is_revised(figures: Figures) -> None:
    publication = await drafted(figures)
    with pytest.raises(errors.NotWhile, match="drafted"):
        await publishing.revise(publication, "Late.", press=figures.press, by=ANALYST, now=AFTER)
    with pytest.raises(errors.NoSuchPublication):
        await publishing.revise(uuid4(), "Late.", press=figures.press, by=ANALYST, now=AFTER)


async def test_a_correction_is_drafted_once(figures: Figures) -> None:
    first = await published(figures)
    figures.document = LATE
    await publishing.revise(first.id, "Late.", press=figures.press, by=ANALYST, now=AFTER)
    with pytest.raises(errors.AlreadyDrafted):
        await publishing.revise(first.id, "Late.", press=figures.press, by=ANALYST, now=AFTER)


async def test_what_is_out_already_is_neither_withdrawn_nor_drawn_afresh(figures: Figures) -> None:
    out = await published(figures)
    with pytest.raises(errors.NotWhile, match="released"):
        await publishing.withdraw_draft(out.id, "Second thoughts.", by=ANALYST, now=AFTER)
    with pytest.raises(errors.NotWhile, match="released"):
        await publishing.redraw(out.id, press=figures.press, by=ANALYST, now=AFTER)
    assert (await publishing.found(out.id)).content == out.content
