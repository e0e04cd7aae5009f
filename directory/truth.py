"""How true a unit's entry is, in words, for the pages that show it or invite by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory import contradictions, verification
from directory.contradiction_tables import Contradiction
from directory.tables import Unit
from directory.verification import Standing
from directory.verification_tables import Step
from directory.verification_times import confirmed_words
from web.filters import day
from web.signin import titles_of

_STEPS = {
    Step.ASKED: "Asked on {}. No answer yet.",
    Step.REMINDED: "Asked on {} and reminded. No answer yet.",
    Step.PASSED_UP: "Asked on {} and reminded, then passed up. No answer yet.",
    Step.UNANSWERED: "Asked on {}, and nobody answered. Telephone the unit.",
}


@dataclass(frozen=True)
class Truth:
    """What a page shows of one entry. `by` says who confirmed it last, `asked` how far an open asking has come."""

    confirmed: str
    confirmed_at: datetime | None
    by: str
    asked: str
    old: bool
    unanswered: bool
    warnings: tuple[Contradiction, ...]

    @property
    def doubtful(self) -> bool:
        """Whether somebody should ring before they rely on it."""
        return self.old or bool(self.warnings)

    @property
    def in_short(self) -> str:
        """`Last confirmed 7 months ago. Letters come back.`"""
        return " ".join([f"{self.confirmed}.", *(f"{_capital(one.kind)}." for one in self.warnings)])


async def truths(wanted: Collection[UUID], now: datetime) -> Mapping[UUID, Truth]:
    """How true each of these entries is."""
    standings = await verification.standings(wanted)
    warnings = await contradictions.open_of(wanted)
    titles = await titles_of({one.confirmed_by for one in standings.values()})
    return {unit: _truth(standings[unit], warnings[unit], titles, now) for unit in wanted}


async def truth_of(unit: UUID, now: datetime) -> Truth:
    return (await truths([unit], now))[unit]


@dataclass(frozen=True)
class ToCheck:
    """A unit whose entry a person should look at, and why."""

    unit: Unit
    truth: Truth


async def to_check(listed: Collection[Unit], now: datetime) -> list[ToCheck]:
    """Those of the units that did not answer, and those against whose entry something speaks, in their order."""
    found = await truths([unit.id for unit in listed], now)
    return [ToCheck(u, found[u.id]) for u in listed if found[u.id].unanswered or found[u.id].warnings]


def _truth(
    standing: Standing, warnings: Collection[Contradiction], titles: Mapping[str, str], now: datetime
) -> Truth:
    return Truth(
        confirmed=confirmed_words(standing.confirmed_at, now),
        confirmed_at=standing.confirmed_at,
        by=_by(standing, titles),
        asked=_STEPS[standing.step].format(day(standing.asked_at)) if standing.step and standing.asked_at else "",
        old=standing.old(now),
        unanswered=standing.unanswered,
        warnings=tuple(warnings),
    )


def _by(standing: Standing, titles: Mapping[str, str]) -> str:
    if standing.confirmed_from:
        return f"{standing.confirmed_by}, by the link sent to {standing.confirmed_from}"
    who = titles.get(standing.confirmed_by, standing.confirmed_by)
    return f"{who}: {standing.how}" if who else ""


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
