"""A report of the records as they stand: its counts, with the rules, boroughs and boundaries of its period."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from directory import areas
from directory.tables import Place
from meetings import rule_words
from meetings.rule_terms import terms_of
from meetings.tables import Rule
from reports import boundaries, committee, figures, software
from reports.counts import Asked, Counted
from reports.document import Document
from reports.material import RuleInForce
from reports.periods import Period
from reports.reconciliation import MONTHS
from web import filters

EVERY_COUNT: Final = (
    "Every count is in this report, also those from which somebody could tell whom a meeting was about. It is for "
    "those who may see every meeting, and must not be published or passed on."
)


async def draw_up(period: Period, kind: str, now: datetime) -> Document:
    """The whole report, for those who may see every meeting: nothing in it is hidden.

    :raises DoesNotReconcile: naming the figure and both numbers; then no figure may be shown.
    """
    return await written(await counted(period, kind, now), period, kind, now)


NOT_FOR_PUBLICATION = ": not for publication"  # ends the title of what holds every count


def not_for_publication(document: Document) -> Document:
    """The report with every count, marked in its title and first among what must be said: for files, which travel."""
    return msgspec.structs.replace(
        document, title=f"{document.title}{NOT_FOR_PUBLICATION}", caveats=(EVERY_COUNT, *document.caveats)
    )


async def counted(period: Period, kind: str, now: datetime) -> Counted:
    """What the report is made of."""
    return await figures.count(Asked(period.since, period.until, kind, now))


async def written(counts: Counted, period: Period, kind: str, now: datetime) -> Document:
    """The whole report of these counts.

    :raises DoesNotReconcile: as `draw_up`.
    """
    return committee.compile(
        counts,
        period,
        kind,
        now,
        software=software.version(),
        breaks=boundaries.breaks(await areas.police_services(), _first_month(period), period.last),
        rules=await rules_in_force(period, kind),
        boroughs=await boroughs(),
    )


def _first_month(period: Period) -> date:
    """The first day of the months that are drawn, up to the last of the period."""
    months = period.last.year * 12 + period.last.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


async def rules_in_force(period: Period, kind: str) -> list[RuleInForce]:
    """The rules that called for meetings of this type on any day of the period, by code, place and version."""
    rows = (
        await Rule.objects()
        .where(Rule.effective_from <= period.last, Rule.meeting_type == kind)
        .where(Rule.makes_meeting.eq(True), Rule.enabled.eq(True))
        .order_by(Rule.code, Rule.place, Rule.version)
    )
    names = await areas.place_names()
    return [
        _in_words(rule, names.get(rule.place, rule.place))
        for rule in rows
        if rule.effective_to is None or rule.effective_to > period.first
    ]


async def boroughs() -> list[str]:
    """The boroughs of London and the City, by name."""
    return await Place.select(Place.name).where(Place.in_london.eq(True)).order_by(Place.name).output(as_list=True)


def _in_words(rule: Rule, authority: str) -> RuleInForce:
    """The rule with its days, its authority where it is one's own, and its source."""
    terms = terms_of(rule)
    title = rule_words.title_of(terms.condition)
    until = f" to {filters.day(rule.effective_to - timedelta(days=1))}" if rule.effective_to else ""
    days = f"from {filters.day(rule.effective_from)}{until}"
    whose = f" of {authority}" if authority else ""
    source = terms.source_text.rstrip(".")
    sentence = (
        f"{rule.code}{whose}, version {rule.version}, {days}: {title}. {rule_words.clock_in_words(terms)}. "
        f"Source: {source}."
    )
    return RuleInForce(rule.code, title, sentence)
