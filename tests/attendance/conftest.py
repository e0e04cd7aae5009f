"""A meeting of three units, made by the product's own verbs, and what happens to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar

from meetings.letters import Letterhead
from tests.browsing import At, Browser, application, sign_in_as

HOME = "missing.team@central-north.police.example"
DESTINATION = "missing.team@east-area.police.example"
SOCIAL_CARE = "duty@camden.council.example"
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # the tests' now
HOUR = timedelta(hours=1)
UNITS = (
    ("Central North", "bcu", HOME, ("home police",)),
    ("East Area", "bcu", DESTINATION, ("destination police",)),
    ("Camden children's services", "social care", SOCIAL_CARE, ("chair", "social worker")),
)


@dataclass
class Convened:
    """The meeting, its seats and invitations by unit, and the letterhead that its tokens were made with."""

    id: UUID
    reference: str
    uid: str
    starts_at: datetime
    ends_at: datetime
    letterhead: Letterhead
    seats: dict[str, UUID] = field(default_factory=dict)
    invitations: dict[str, UUID] = field(default_factory=dict)

    def reply_address(self, unit: str) -> str:
        return self.letterhead.reply_address(self.invitations[unit])


Convene = Callable[..., Awaitable[Convened]]


@pytest.fixture
def convene(letterhead: Letterhead, now: datetime) -> Convene:
    """Sets up a meeting, in two days unless told otherwise. The test's database must be open."""

    async def make(
        *,
        starts_at: datetime | None = None,
        invited_at: datetime | None = None,
        units: Sequence[tuple[str, str, str, tuple[str, ...]]] = UNITS,
        quorum: Sequence[str] = ("home police", "social worker"),
        uid: str = "",
    ) -> Convened:
        from meetings.episode_tables import Child
        from meetings.tables import Meeting

        starts_at = starts_at or now + timedelta(days=2)
        invited_at = invited_at or now
        unit_ids = [await _unit(name, kind) for name, kind, _, _ in units]
        child = Child(id=uuid4(), issuer="camden", reference=f"C-{uuid4().hex[:12]}")
        await Child.insert(child)
        meeting = Meeting(
            id=uuid4(),
            reference=f"SM-{uuid4().hex[:6].upper()}",
            uid=uid or f"{uuid4()}@{letterhead.domain}",
            child=child.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            link="https://meet.example/room",
            due_at=starts_at + timedelta(days=1),
            reply_by=invited_at + timedelta(hours=4),
            quorum=list(quorum),
            home_unit=unit_ids[0],
            destination_unit=unit_ids[1] if len(unit_ids) > 1 else None,
            lead_unit=unit_ids[0],
            set_up_at=invited_at,
            set_up_by="coordinator",
        )
        await Meeting.insert(meeting)
        convened = Convened(
            meeting.id, meeting.reference, meeting.uid, meeting.starts_at, meeting.ends_at, letterhead
        )
        await _seat(convened, meeting, units, unit_ids, letterhead, invited_at)
        return convened

    return make


async def _unit(name: str, kind: str) -> UUID:
    from directory.tables import Agency, Unit

    known = await Unit.select(Unit.id).where(Unit.name == name).first()
    if known:
        found: UUID = known["id"]
        return found
    agency = Agency(id=uuid4(), code=uuid4().hex, name=f"Agency of {name}")
    unit = Unit(id=uuid4(), code=uuid4().hex, name=name, kind=kind, agency=agency.id)
    await Agency.insert(agency)
    await Unit.insert(unit)
    return unit.id


async def _seat(
    convened: Convened,
    meeting: Any,
    units: Sequence[tuple[str, str, str, tuple[str, ...]]],
    unit_ids: Sequence[UUID],
    letterhead: Letterhead,
    invited_at: datetime,
) -> None:
    from meetings.invitations import invite
    from meetings.proposal import ProposedSeat
    from meetings.tables import Invitation, Seat

    planned = {}
    for (name, _, address, capacities), unit in zip(units, unit_ids, strict=True):
        seat = uuid4()
        convened.seats[name] = seat
        await Seat.insert(
            Seat(id=seat, meeting=convened.id, unit=unit, capacities=list(capacities), added_at=invited_at)
        )
        planned[seat] = ProposedSeat(unit, name, name, capacities, True, address, "team mailbox")
    await invite(meeting, planned, letterhead=letterhead, now=invited_at)
    rows = await Invitation.select(Invitation.id, Invitation.cn).where(Invitation.meeting == convened.id)
    convened.invitations |= {row["cn"]: row["id"] for row in rows}


@pytest.fixture(scope="module")
def app() -> Litestar:
    """One application for all, on a Wednesday morning: it holds nothing of a test."""
    return application(clock=At(WEDNESDAY))


@pytest.fixture
async def stranger(rolled_back: None, app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def coordinator(stranger: Browser) -> Browser:
    return await sign_in_as(stranger, "coordinator@council.example", "Missing coordinator")


@pytest.fixture
async def coming(rolled_back: None, convene: Any) -> Any:
    return await convene()


@pytest.fixture
async def held(rolled_back: None, convene: Any, now: datetime) -> Any:
    return await convene(starts_at=now - HOUR, invited_at=now - 48 * HOUR)
