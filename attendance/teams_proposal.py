"""From whom the Teams files show and what is known of the seats: who came for which, and with which marks. Pure.

The certain are proposed, the doubtful asked about, and a seat for which nobody is seen stays unmarked: being absent
from a file shows nothing. What a person decided then becomes marks; a seat that was marked as present keeps its mark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from attendance import teams
from attendance.marks import BY_TEAMS, PRESENT, Mark
from attendance.presence import Held, joined_late, left_early
from attendance.seat_matching import Match, SeatSought, Surety, is_deputy, match
from attendance.tables import Outcome


@dataclass(frozen=True)
class Line:
    """One person of one file, by the number of its row; `seat` is what was decided, where it was."""

    number: int
    seen: teams.Seen
    seat: UUID | None = None


@dataclass(frozen=True)
class Shown:
    """One person whom the files show, in all of them together: the rows, who it is, and for which seat."""

    rows: tuple[int, ...]
    seen: teams.Seen
    match: Match
    late: bool
    early: bool

    @property
    def id(self) -> int:
        """The number by which the page names the person."""
        return self.rows[0]


@dataclass(frozen=True)
class Present:
    """A seat for which somebody came for certain, with the mark that is proposed."""

    seat: SeatSought
    people: tuple[Shown, ...]
    mark: Mark


@dataclass(frozen=True)
class Evidence:
    """What the open files show, sorted by what is to be done about it."""

    present: tuple[Present, ...]  # certain, and not marked as present yet
    doubtful: tuple[Shown, ...]
    nobodys: tuple[Shown, ...]
    confirmed: tuple[Present, ...]  # certain, and marked as present already
    spare: tuple[Shown, ...]  # doubtful, but each seat they may have come for is marked as present: nothing to decide
    already: frozenset[UUID]  # the seats that are marked as present
    not_seen: tuple[SeatSought, ...]  # neither marked nor in the file: that means nothing
    seats: tuple[SeatSought, ...]
    without_times: bool

    @property
    def people(self) -> tuple[Shown, ...]:
        certain = [person for one in (*self.present, *self.confirmed) for person in one.people]
        return (*certain, *self.doubtful, *self.spare, *self.nobodys)


@dataclass(frozen=True)
class Decided:
    """What a person says about the people shown.

    :param shown: the numbers of the people that were on the page; others stay open.
    :param taken: the certain seats that are to be marked.
    :param seats: for which seat each doubtful person came; None for nobody's.
    :param late: seats, or doubtful people, that joined late; `early`: that left early.
    """

    shown: frozenset[int]
    taken: frozenset[UUID]
    seats: Mapping[int, UUID | None]
    late: Collection[str]
    early: Collection[str]


def proposal(
    waiting: Sequence[Line],
    earlier: Sequence[Line],
    seats: Sequence[SeatSought],
    marks: Mapping[UUID, Mark],
    held: Held,
) -> Evidence:
    """What the waiting people show, in the order of the register; `earlier` ones were decided about before."""
    shown = [_shown(lines, seats, held) for lines in _by_person(waiting)]
    certain = _certain(shown, seats, earlier, held)
    already = frozenset(seat for seat, mark in marks.items() if mark.outcome in PRESENT)
    doubtful = [one for one in shown if one.match.surety is Surety.DOUBTFUL]
    here = {one.seat.seat for one in certain} | {seat for one in shown for seat in one.match.seats}
    return Evidence(
        present=tuple(one for one in certain if one.seat.seat not in already),
        doubtful=tuple(one for one in doubtful if not already.issuperset(one.match.seats)),
        nobodys=tuple(one for one in shown if one.match.surety is Surety.NOBODY),
        confirmed=tuple(one for one in certain if one.seat.seat in already),
        spare=tuple(one for one in doubtful if already.issuperset(one.match.seats)),
        already=already,
        not_seen=tuple(one for one in seats if one.seat not in here and one.seat not in marks),
        seats=tuple(seats),
        without_times=not any(one.seen.joined_at for one in waiting),
    )


def undecided(found: Evidence, decided: Decided) -> dict[int, str]:
    """The doubtful people on the page about whom nothing was said, by their numbers."""
    left = [one for one in found.doubtful if one.id in decided.shown and one.id not in decided.seats]
    return {one.id: one.seen.name or one.seen.address for one in left}


def came_for(found: Evidence, decided: Decided) -> dict[int, UUID]:
    """For which seat each person on the page came, as it was decided. A seat of another meeting is none."""
    known = {seat.seat for seat in found.seats}
    chosen = {
        number: seat for number, seat in decided.seats.items() if number in decided.shown and seat and seat in known
    }
    taken = [one for one in found.present if one.seat.seat in decided.taken]
    for one in (*taken, *found.confirmed):
        chosen |= {person.id: one.seat.seat for person in one.people if person.id in decided.shown}
    return chosen


def marks_of(found: Evidence, decided: Decided) -> list[Mark]:
    """The marks of the seats for which somebody came and that are not marked as present yet."""
    chosen = came_for(found, decided)
    certain = {one.seat.seat for one in found.present}
    marks = []
    for seat in found.seats:
        people = [one for one in found.people if chosen.get(one.id) == seat.seat]
        if people and seat.seat not in found.already:
            keys = [str(seat.seat)] if seat.seat in certain else [str(one.id) for one in people]
            late, early = (all(key in ticked for key in keys) for ticked in (decided.late, decided.early))
            marks.append(_mark(seat, people, late=late, early=early))
    return marks


def _by_person(lines: Iterable[Line]) -> list[list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(teams.identity(line.seen), []).append(line)
    return list(found.values())


def _shown(lines: Sequence[Line], seats: Sequence[SeatSought], held: Held) -> Shown:
    seen = teams.together([line.seen for line in lines])
    late, early = joined_late([seen.joined_at], held), left_early([seen.left_at], held)
    return Shown(tuple(line.number for line in lines), seen, match(seen, seats), late, early)


def _certain(
    shown: Sequence[Shown], seats: Sequence[SeatSought], earlier: Sequence[Line], held: Held
) -> list[Present]:
    """The seats for which somebody came for certain; who came for a seat by an earlier file counts for its times."""
    found = []
    for seat in seats:
        people = [one for one in shown if one.match.surety is Surety.CERTAIN and one.match.seats == (seat.seat,)]
        if people:
            seen = [*(one.seen for one in people), *(line.seen for line in earlier if line.seat == seat.seat)]
            late, early = joined_late([s.joined_at for s in seen], held), left_early([s.left_at for s in seen], held)
            found.append(Present(seat, tuple(people), _mark(seat, people, late=late, early=early)))
    return found


def _mark(seat: SeatSought, people: Sequence[Shown], *, late: bool, early: bool) -> Mark:
    """Whoever was invited came, unless all who came are somebody else."""
    deputies = all(is_deputy(one.seen, seat) for one in people)
    outcome = Outcome.DEPUTY if deputies else Outcome.ATTENDED
    return Mark(seat.seat, outcome, late, early, evidence=BY_TEAMS)
