"""A year of missing episodes in a London that does not exist, in the shape that the real one was reported to have.

*Missing children in London* (London Assembly, 2023) gives the figures: 29,455 incidents and 9,370 children in a
year, nine in ten resolved within 48 hours, 68 in a hundred incidents of children aged 15 to 17, and 104 cases open
beyond seven days, 65 of them for less than three months. Everything else here is invented. Pure: the same seed,
scale, end and places give the same city.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from demo.childhood import Person, invent_children

INCIDENTS, CHILDREN, OPEN_BEYOND_A_WEEK = 29_455, 9_370, 104
WITHIN_48_HOURS, AGED_15_TO_17, OPEN_UNDER_THREE_MONTHS = 0.90, 0.68, 65 / 104
REFUSED, ABSENT, MOVES = 0.008, 0.03, 0.02  # refused reports and absences beside the incidents; moves a child

POLICE_RECORDS, SOCIAL_CARE_RECORDS = "police records", "social care records"
YEAR = timedelta(days=365)
LAST_DAYS = timedelta(days=3)  # in them much is left for whoever tries the demonstration
_HOUR = timedelta(hours=1)
_GRADINGS = ("medium", "high", "low", "no apparent risk")


@dataclass(frozen=True, kw_only=True)
class Imagined:
    """One episode as its source comes to know it. A time after the city's end has not happened yet.

    `ended_at` is None where the child is still missing at the end; `regraded_at` is when the police raise their
    grading to high; places are codes, "" where not known.
    """

    reference: str
    source: str
    child: str
    kind: str
    started_at: datetime
    reported_at: datetime
    ended_at: datetime | None
    closure: str
    police_grading: str
    social_care_grading: str
    regraded_at: datetime | None
    disclosure_at: datetime | None
    care_status: str
    home_place: str
    host_place: str
    incident_place: str
    flags: tuple[str, ...]
    age_band: str
    accepted: bool = True


@dataclass(frozen=True, kw_only=True)
class ImaginedMove:
    """A looked-after child's placement moves from one place to another."""

    reference: str
    child: str
    moved_at: datetime
    home_place: str
    from_place: str
    to_place: str


@dataclass(frozen=True)
class City:
    """What happens in the year before `until`: episodes and moves, each in the order in which they are reported."""

    episodes: tuple[Imagined, ...]
    moves: tuple[ImaginedMove, ...]


@dataclass(frozen=True)
class _Span:
    """When one child is missing; `lasts` is None where it does not end."""

    starts_at: datetime
    lasts: timedelta | None


def imagine(
    *,
    scale: float,
    seed: int,
    until: datetime,
    london: Sequence[tuple[str, str]],
    elsewhere: Sequence[str],
) -> City:
    """The city of this seed.

    :param scale: 1.0 for the whole of London; at the least one child.
    :param until: the end of the year, an instant.
    :param london: code and name of each borough; :param elsewhere: codes of other forces' areas.
    """
    rng = random.Random(f"city {seed}")
    incidents, number = max(1, round(INCIDENTS * scale)), max(1, round(CHILDREN * scale))
    people = invent_children(rng, number, incidents, london, elsewhere, share_of_oldest=AGED_15_TO_17)
    moves = _moves(rng, people, until, elsewhere)
    moved = {move.child: move for move in moves}
    spans = _lay_out(rng, people, until, scale)
    episodes = [_episode(rng, person, span, moved.get(person.reference)) for person, span in spans]
    episodes += _beside(rng, episodes, until)
    episodes.sort(key=lambda e: (e.reported_at, e.child, e.started_at))
    numbered = [replace(e, reference=f"{_initials(e.source)}-{n:06d}") for n, e in enumerate(episodes, start=1)]
    return City(tuple(numbered), tuple(moves))


def _lay_out(
    rng: random.Random, people: Sequence[Person], until: datetime, scale: float
) -> Iterator[tuple[Person, _Span]]:
    """When each child is missing: never twice at once, nine in ten for less than 48 hours, a few without an end."""
    incidents = sum(p.episodes for p in people)
    endless = min(round(OPEN_BEYOND_A_WEEK * scale) or 1, len(people))
    lengths = _lengths(rng, incidents)
    order = sorted(people, key=lambda p: (p.calls_for_a_meeting, rng.random()), reverse=True)
    recent = {p.reference for p in order[: _recent(incidents)]}
    still_missing = {p.reference for p in order[len(recent) :][:endless]}
    for person in people:
        own = [next(lengths) for _ in range(person.episodes)]
        first, last = until - YEAR, None
        if person.reference in recent:
            last = until - LAST_DAYS * rng.random() ** 1.3 - _HOUR * 2
            first = last - timedelta(days=80)  # near enough to be a repeat
        elif person.reference in still_missing:
            under = rng.random() < OPEN_UNDER_THREE_MONTHS
            last = until - timedelta(days=rng.uniform(7.5, 90) if under else rng.uniform(90, 350))
        starts = _starts(rng, first, last or until, own, pinned=last is not None)
        for position, (start, length) in enumerate(zip(starts, own, strict=True), start=1):
            endlessly = person.reference in still_missing and position == len(own)
            yield person, _Span(start, None if endlessly else length)


def _recent(incidents: int) -> int:
    """How many children to keep for the last days, so that a small city too has something waiting on its last day."""
    expected = incidents * LAST_DAYS / YEAR
    return 0 if expected > 36 else min(36, incidents // 6)


def _lengths(rng: random.Random, incidents: int) -> Iterator[timedelta]:
    """How long each episode lasts: the share within 48 hours is exact, none of the others exceeds a week."""
    short = round(incidents * WITHIN_48_HOURS)
    hours = [min(max(rng.lognormvariate(2.2, 1.0), 0.5), 47.5) for _ in range(short)]
    hours += [rng.uniform(48.5, 166) for _ in range(incidents - short)]
    rng.shuffle(hours)
    return iter([timedelta(hours=h) for h in hours])


def _starts(
    rng: random.Random, first: datetime, last: datetime, lengths: Sequence[timedelta], *, pinned: bool
) -> list[datetime]:
    """Starts between two instants, in bursts and never before the previous end; the last at `last` where pinned."""
    taken = sum(lengths[:-1], timedelta(0)) + 3 * _HOUR * len(lengths)
    first = min(first, last - taken - _HOUR)
    gaps = [rng.gammavariate(0.6, 1.0) + 0.01 for _ in lengths]
    whole = sum(gaps) + (0.0 if pinned else rng.gammavariate(1.0, 1.0) + 0.01)
    free = last - first - taken
    starts, at = [], first
    for gap, length in zip(gaps, lengths, strict=True):
        at += free * (gap / whole) + 3 * _HOUR
        starts.append(at.replace(microsecond=0))
        at += length
    return starts


def _episode(rng: random.Random, person: Person, span: _Span, move: ImaginedMove | None) -> Imagined:
    started = span.starts_at
    reported = started + timedelta(minutes=rng.choice((15, 30, 45, 90, 150, 240)))
    ended = None if span.lasts is None else started + max(span.lasts, reported - started + timedelta(minutes=10))
    police = rng.choices(_GRADINGS, (74, 9, 14, 3))[0]
    regraded = reported + timedelta(hours=rng.uniform(1, 12)) if rng.random() < 0.03 and police != "high" else None
    host = move.to_place if move and started >= move.moved_at else person.host_place
    return Imagined(
        reference="",
        source=rng.choices((POLICE_RECORDS, SOCIAL_CARE_RECORDS), (3, 2 if person.care_status else 1))[0],
        child=person.reference,
        kind="M",
        started_at=started,
        reported_at=reported,
        ended_at=ended,
        closure=rng.choices(("returned", "found", "wanted", "other"), (60, 36, 3, 1))[0],
        police_grading=police,
        social_care_grading=_second_opinion(rng, police),
        regraded_at=regraded if regraded and (ended is None or regraded < ended) else None,
        disclosure_at=ended + timedelta(hours=rng.uniform(6, 70)) if ended and rng.random() < 0.02 else None,
        care_status=person.care_status,
        home_place=person.home_place,
        host_place=host,
        incident_place=rng.choices(("", host or person.home_place, rng.choice(person.haunts)), (60, 25, 15))[0],
        flags=person.flags,
        age_band=person.age_band,
    )


def _second_opinion(rng: random.Random, police: str) -> str:
    """Social care's own grading: none yet, the same, or, one time in six, another."""
    kind = rng.choices(("none", "same", "other"), (25, 59, 16))[0]
    if kind == "other":
        return rng.choices([g for g in _GRADINGS if g != police], (4, 2, 1))[0]
    return police if kind == "same" else ""


def _beside(rng: random.Random, episodes: Sequence[Imagined], until: datetime) -> list[Imagined]:
    """What the incidents do not count: reports that the police did not take, and absences of known whereabouts."""
    past = [e for e in episodes if e.ended_at and e.ended_at < until - timedelta(days=12)] or list(episodes)
    refused = max(3, round(len(episodes) * REFUSED))
    absent = max(2, round(len(episodes) * ABSENT))
    found = []
    for position in range(refused + absent):
        like = rng.choice(past)
        newest = position < 2  # two refused reports that nobody has seen yet
        started = until - timedelta(hours=rng.uniform(5, 60)) if newest else _between(rng, until)
        length = timedelta(hours=rng.uniform(1, 20))
        beside = replace(
            like,
            source=SOCIAL_CARE_RECORDS,
            started_at=started,
            reported_at=started + timedelta(minutes=40),
            ended_at=started + _HOUR + length,
            regraded_at=None,
            disclosure_at=None,
            police_grading="",
            social_care_grading="medium" if position < refused else "no apparent risk",
            flags=(),
        )
        found.append(replace(beside, accepted=False) if position < refused else replace(beside, kind="A"))
    return found


def _between(rng: random.Random, until: datetime) -> datetime:
    return (until - timedelta(days=rng.uniform(5, 360))).replace(microsecond=0)


def _moves(
    rng: random.Random, people: Sequence[Person], until: datetime, elsewhere: Sequence[str]
) -> list[ImaginedMove]:
    """Some looked-after children move, most of them out of London, in the last months of the year."""
    looked_after = [p for p in people if p.care_status == "looked after"]
    number = min(len(looked_after), max(2, round(len(people) * MOVES)))
    moves = []
    for position, person in enumerate(rng.sample(looked_after, number), start=1):
        at = until - timedelta(days=rng.uniform(2, 4) if position == 1 else rng.uniform(5, 200))
        stands = person.host_place or person.home_place
        others = [place for place in (*elsewhere, *person.haunts) if place != stands]
        moves.append(
            ImaginedMove(
                reference=f"PM-{position:06d}",
                child=person.reference,
                moved_at=at.replace(microsecond=0),
                home_place=person.home_place,
                from_place=stands,
                to_place=rng.choice(others),
            )
        )
    return sorted(moves, key=lambda m: m.moved_at)


def _initials(source: str) -> str:
    return "".join(word[0] for word in source.split()).upper()
