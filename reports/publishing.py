"""A report is drafted, approved by one person and released by another; nothing released is ever altered.

    drafted ── approve ──▶ approved ── release ──▶ released ── revise ──▶ (the next revision is drafted)
       ▲ │                    │ │
       │ └──── redraw ◀───────┘ │
       └─ (again)               └── withdraw ──▶ withdrawn

Races: each step is an update that only the state before it matches, so of two at once one is refused. Files are made
outside transactions, and looked at again inside: whoever approves or releases says which hash was read, and a release
locks every publication, so that of two reports about the same days the later one knows the earlier.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from audit import trail
from reports import changes, periods, sealing
from reports import publishing_errors as errors
from reports.challenged import challenges_of
from reports.disclosure import THRESHOLD
from reports.document import freeze
from reports.periods import Period
from reports.press import Drawn, Made, Order, Press, made, released_document, tells_too_much, told_together
from reports.publication_tables import Publication, State, Whole
from web.moments import london_date, start_of

WINDOW_DAYS = 14  # in which units may challenge their outcomes in a first report
CORRECTION_DAYS = 5  # in which they may challenge them in a revision: what is published is wrong meanwhile
LONGEST = 500


async def draft(
    period: Period,
    meeting_type: str,
    *,
    press: Press,
    threshold: int = THRESHOLD,
    window_days: int = WINDOW_DAYS,
    despite: bool = False,
    by: str,
    now: datetime,
) -> UUID:
    """The period's first report is frozen as a draft, and units may challenge their outcomes.

    :param window_days: whole days in London after today.
    :param despite: also while registers are open or meetings are not in the ledger.
    :raises DoesNotReconcile: no figures are frozen that do not add up.
    :raises PublishingError: PeriodNotOver, AlreadyDrafted, Unfinished.
    """
    if period.until > now:
        raise errors.PeriodNotOver(period.name)
    there = (Publication.period == period.code) & (Publication.type == meeting_type)
    if await Publication.exists().where(there & (Publication.state != State.WITHDRAWN)):
        raise errors.AlreadyDrafted
    order = Order(period, meeting_type, threshold, despite=despite)
    return await _drafted(order, await made(order, press, now), window_days, by, now)


async def revise(
    publication: UUID,
    reason: str,
    *,
    press: Press,
    window_days: int = CORRECTION_DAYS,
    despite: bool = False,
    by: str,
    now: datetime,
) -> UUID:
    """The next revision is drafted, with what changed and why; the released one stays as it is, for ever.

    :raises DoesNotReconcile: no figures are frozen that do not add up.
    :raises PublishingError: NotWhile, NotNewest, NothingChanged, WordsWanted, WordsTellTooMuch, Unfinished,
        AlreadyDrafted.
    """
    before = await found(publication)
    if before.state != State.RELEASED:
        raise errors.NotWhile(before.state)
    if await Publication.exists().where(Publication.supersedes == before.id, Publication.state == State.RELEASED):
        raise errors.NotNewest
    why = words(reason, "reason")
    order = Order(periods.parse(before.period), before.type, before.threshold, despite, before, why)
    return await _drafted(order, await made(order, press, now), window_days, by, now)


async def redraw(publication: UUID, *, press: Press, despite: bool = False, by: str, now: datetime) -> None:
    """The draft has its figures as they are now; an approval of the earlier ones is void, the window stays.

    :raises DoesNotReconcile: no figures are frozen that do not add up.
    :raises PublishingError: NotWhile, Unfinished, NothingChanged.
    """
    row = await found(publication)
    if row.state not in (State.DRAFTED, State.APPROVED):
        raise errors.NotWhile(row.state)
    corrects = await found(row.supersedes) if row.supersedes else None
    order = Order(periods.parse(row.period), row.type, row.threshold, despite, corrects, row.reason)
    new = await made(order, press, now)
    fresh: dict[Any, Any] = {
        **_figures(new, now),
        Publication.state: State.DRAFTED,
        Publication.drawn: row.drawn + 1,
        Publication.approved_at: None,
        Publication.approved_by: "",
        Publication.statement: "",
    }
    async with Publication._meta.db.transaction():
        await _step(row, row.state, fresh)
        await Whole.update({Whole.content: freeze(new.drawn.document)}).where(Whole.publication == row.id)
        await _record(row, "drew a report afresh", by, now, sha256=new.sha256, instead_of=row.sha256)


async def approve(publication: UUID, statement: str, *, seen: str, press: Press, by: str, now: datetime) -> None:
    """One person vouches for the draft, in words that are kept.

    :param seen: the hash of the draft that the person read.
    :raises PublishingError: NotWhile, NotWhatYouSaw, OutOfDate, WordsWanted, WordsTellTooMuch.
    """
    vouched = words(statement, "statement")
    row = await found(publication)
    await _still_right(row, State.DRAFTED, seen, press, now)
    async with Publication._meta.db.transaction():
        approval: dict[Any, Any] = {
            Publication.state: State.APPROVED,
            Publication.approved_at: now,
            Publication.approved_by: by,
            Publication.statement: vouched,
        }
        await _step(row, State.DRAFTED, approval)
        await _record(row, "approved a report", by, now, sha256=row.sha256)


async def release(publication: UUID, *, seen: str, press: Press, by: str, now: datetime) -> None:
    """Another person than who approved it made the report public. From now on nothing alters it.

    :param seen: the hash of the report that the person read.
    :raises PublishingError: NotWhile, NotWhatYouSaw, SamePerson, WindowOpen, ChallengesOpen, OutOfDate,
        OthersReleased.
    """
    row = await found(publication)
    if row.state == State.APPROVED and row.approved_by == by:
        raise errors.SamePerson
    await _still_right(row, State.APPROVED, seen, press, now)
    if now < row.challenge_until:
        raise errors.WindowOpen(row.challenge_until)
    async with Publication._meta.db.transaction():
        columns = (Publication.id, Publication.state, Publication.period, Publication.sha256)
        _knows(row, await Publication.select(*columns).order_by(Publication.id).lock_rows())
        if waiting := await open_challenges(row):
            raise errors.ChallengesOpen(waiting)
        going: dict[Any, Any] = {
            Publication.state: State.RELEASED,
            Publication.released_at: now,
            Publication.released_by: by,
        }
        await _step(row, State.APPROVED, going)
        await _record(row, "released a report", by, now, sha256=row.sha256)


async def withdraw_draft(publication: UUID, reason: str, *, by: str, now: datetime) -> None:
    """The draft will not be released; it is kept with the reason, and another may be drafted.

    :raises PublishingError: NotWhile, WordsWanted, WordsTellTooMuch.
    """
    why = words(reason, "reason")
    row = await found(publication)
    if row.state not in (State.DRAFTED, State.APPROVED):
        raise errors.NotWhile(row.state)
    async with Publication._meta.db.transaction():
        ending: dict[Any, Any] = {
            Publication.state: State.WITHDRAWN,
            Publication.withdrawn_at: now,
            Publication.withdrawn_by: by,
            Publication.withdrawn_why: why,
        }
        await _step(row, row.state, ending)
        await _record(row, "withdrew a draft report", by, now, sha256=row.sha256)


async def open_challenges(publication: Publication) -> int:
    """Challenges that wait for an answer, of outcomes that this publication counts."""
    return (await challenges_of(publication)).open


async def found(publication: UUID) -> Publication:
    """The publication's row.

    :raises NoSuchPublication: when there is none.
    """
    row = await Publication.objects().where(Publication.id == publication).first()
    if row is None:
        raise errors.NoSuchPublication
    return row


def words(text: str, field: str) -> str:
    """The words, on one line; everybody will read them.

    :raises PublishingError: WordsWanted, WordsTellTooMuch.
    """
    said = " ".join(text.split())
    if not 0 < len(said) <= LONGEST:
        raise errors.WordsWanted(field, LONGEST)
    if tells_too_much(said):
        raise errors.WordsTellTooMuch(field)
    return said


async def _drafted(order: Order, new: Made, window_days: int, by: str, now: datetime) -> UUID:
    row = Publication(
        id=uuid4(),
        period=order.period.code,
        type=order.type,
        revision=order.corrects.revision + 1 if order.corrects else 1,
        supersedes=order.corrects.id if order.corrects else None,
        reason=order.reason,
        threshold=order.threshold,
        drafted_at=now,
        drafted_by=by,
        challenge_until=start_of(london_date(now) + timedelta(days=window_days + 1)),
        **{column._meta.name: value for column, value in _figures(new, now).items()},
    )
    try:
        async with Publication._meta.db.transaction():
            await Publication.insert(row)
            await Whole.insert(Whole(publication=row.id, content=freeze(new.drawn.document)))
            await _record(row, "drafted a report", by, now, sha256=new.sha256, reason=order.reason)
    except UniqueViolationError:
        raise errors.AlreadyDrafted from None
    return row.id


def _figures(new: Made, now: datetime) -> dict[Any, Any]:
    drawn: Drawn = new.drawn
    return {
        Publication.content: new.content,
        Publication.sha256: new.sha256,
        Publication.drawn_at: now,
        Publication.registers_open: drawn.registers_open,
        Publication.waiting: drawn.waiting,
    }


async def _still_right(row: Publication, state: State, seen: str, press: Press, now: datetime) -> None:
    """The publication is in the state, is the one that was read, and its figures are those of the records."""
    if row.state != state:
        raise errors.NotWhile(row.state)
    if row.sha256 != seen:
        raise errors.NotWhatYouSaw
    drawn = await press.draw(periods.parse(row.period), row.type, now)
    if differing := changes.wrong(released_document(row), drawn.document):
        raise errors.OutOfDate(differing)


def _knows(row: Publication, others: list[dict[str, Any]]) -> None:
    """Its small counts were hidden in the knowledge of everything that is out and could be subtracted from it.

    :raises OthersReleased: otherwise.
    """
    period = periods.parse(row.period)
    out = [other for other in others if other["state"] == State.RELEASED and other["id"] != row.id]
    near = told_together(period, {other["period"] for other in out})
    beside = {other["sha256"] for other in out if other["period"] in near}
    if beside != set(sealing.verify(row.content).published.beside):
        raise errors.OthersReleased


async def _step(row: Publication, state: str, change: dict[Any, Any]) -> None:
    """The change is made to the row as it was read, or not at all.

    :raises NotWhile: when somebody acted in between.
    """
    same = (Publication.id == row.id) & (Publication.state == state) & (Publication.sha256 == row.sha256)
    approval = Publication.approved_by == row.approved_by
    if not await Publication.update(change).where(same & approval).returning(Publication.id):
        raise errors.NotWhile((await found(row.id)).state)


async def _record(row: Publication, action: str, by: str, now: datetime, **detail: object) -> None:
    known = {"period": row.period, "type": row.type, "revision": row.revision}
    await trail.record(by, action, f"publication {row.id}", now=now, detail=known | detail)
