"""The rules as pages show them: what holds now, what is to come, each authority's own, and every earlier version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from directory.areas import place_names
from meetings.rule_changes import standing, versions_of
from meetings.rule_tables import RuleChange
from meetings.rule_terms import Terms, terms_of
from meetings.rule_words import differences, in_words, title_of
from meetings.tables import Rule
from web.moments import london_date
from web.signin import titles_of


@dataclass(frozen=True)
class Version:
    """One version in words; how it differs from the one before, and an authority's own from the general rule."""

    number: int
    title: str
    enabled: bool
    since: date
    until: date | None
    never: bool  # replaced before its day came
    words: tuple[tuple[str, str], ...]
    differs: tuple[tuple[str, str, str], ...]
    from_general: tuple[tuple[str, str, str], ...]
    terms: Terms


@dataclass(frozen=True)
class OfPlace:
    """The general rule (place "") or an authority's own: the version that holds, the next, and all."""

    place: str
    name: str
    now: Version | None
    next: Version | None
    versions: tuple[Version, ...]  # the latest first
    ends: date | None = None  # the day on which the general rule holds again, where that is decided


@dataclass(frozen=True)
class ARule:
    """One rule: the general one, and each authority's own that holds or is to come."""

    code: str
    general: OfPlace
    own: tuple[OfPlace, ...]
    earlier: tuple[OfPlace, ...] = ()  # authorities that had a rule of their own


@dataclass(frozen=True)
class Changed:
    """Who changed a rule, when, from which day, and why; the version it made, or 0 where an own rule ended."""

    at: datetime
    by: str
    place: str
    version: int
    from_day: date
    reason: str


async def all_rules(now: datetime) -> list[ARule]:
    """Every rule, as it is on London's date: those that make a meeting first, the tightest deadline first."""
    rows = await Rule.objects().order_by(Rule.code).order_by(Rule.place).order_by(Rule.version)
    names = await place_names()
    by_code: dict[str, list[Rule]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    found = [_rule(code, versions, names, london_date(now)) for code, versions in by_code.items()]
    return sorted(found, key=_by_urgency)


async def one_rule(code: str, now: datetime) -> ARule:
    """One rule with all its versions.

    :raises NoSuchRule: when there is none.
    """
    return _rule(code, await versions_of(code), await place_names(), london_date(now))


async def changes_of(code: str) -> list[Changed]:
    """Every change of the rule, the latest first; people by their role."""
    rows = (
        await RuleChange.select(*RuleChange.all_columns(), RuleChange.rule.version.as_alias("version"))
        .where(RuleChange.code == code)
        .order_by(RuleChange.id, ascending=False)
    )
    names, roles = await place_names(), await titles_of(row["changed_by"] for row in rows)
    return [
        Changed(
            at=row["changed_at"],
            by=roles.get(row["changed_by"], row["changed_by"]),
            place=names.get(row["place"], row["place"]),
            version=row["version"] or 0,
            from_day=row["from_day"],
            reason=row["reason"],
        )
        for row in rows
    ]


def _rule(code: str, rows: Sequence[Rule], names: dict[str, str], today: date) -> ARule:
    general = _of_place("", rows, names, today)
    places = sorted({row.place for row in rows} - {""}, key=lambda place: names.get(place, place))
    own = [_of_place(place, rows, names, today) for place in places]
    return ARule(
        code=code,
        general=general,
        own=tuple(one for one in own if one.now or one.next),
        earlier=tuple(one for one in own if not (one.now or one.next)),
    )


def _of_place(place: str, rows: Sequence[Rule], names: dict[str, str], today: date) -> OfPlace:
    of_place = [row for row in rows if row.place == place]
    general = standing(rows, "")
    versions = _versions(of_place, terms_of(general) if place and general else None)
    holds = [one for one in versions if one.since <= today and (one.until is None or today < one.until)]
    coming = [one for one in versions if one.since > today and not one.never]
    last = max((one for one in versions if not one.never), key=lambda one: one.since, default=None)
    return OfPlace(
        place=place,
        name=names.get(place, place),
        now=holds[-1] if holds else None,
        next=min(coming, key=lambda one: one.since, default=None),
        versions=tuple(reversed(versions)),
        ends=last.until if last else None,
    )


def _versions(rows: Iterable[Rule], general: Terms | None) -> list[Version]:
    found: list[Version] = []
    before = general
    for row in rows:
        terms = terms_of(row)
        found.append(
            Version(
                number=row.version,
                title=title_of(terms.condition),
                enabled=row.enabled,
                since=row.effective_from,
                until=row.effective_to,
                never=row.effective_to is not None and row.effective_to <= row.effective_from,
                words=in_words(terms),
                differs=differences(before, terms) if before else (),
                from_general=differences(general, terms) if general else (),
                terms=terms,
            )
        )
        before = terms
    return found


def _by_urgency(rule: ARule) -> tuple[bool, bool, str, int, str]:
    """Meetings before alerts, deadlines before none, hours before working days, the shortest first."""
    shown = rule.general.now or rule.general.next
    if shown is None:
        return True, True, "", 0, rule.code
    terms = shown.terms
    return not terms.makes_meeting, terms.clock_amount is None, terms.clock_unit, terms.clock_amount or 0, rule.code
