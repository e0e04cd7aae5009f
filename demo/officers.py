"""How the simulated units answer and come: each has its own habits, the same for the same seed. Pure.

Some command units are good at it and some are not, as the committee heard; partners differ less. A habit is a set
of chances; what one unit does about one meeting is drawn from a generator that is named after both, so that neither
the order of events nor a restart changes it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from demo.programs import Program

POLICE = ("bcu", "force")
_MINUTES, _HOURS = timedelta(minutes=1), timedelta(hours=1)

# What a unit does at the meeting, by what it had answered: outcome and weight. "" leaves the seat unrecorded.
_CAME = {
    "ACCEPTED": (("attended", 80), ("deputy attended", 9), ("apologies", 2), ("no-show", 6), ("", 3)),
    "TENTATIVE": (("attended", 48), ("deputy attended", 12), ("apologies", 12), ("no-show", 20), ("report only", 8)),
    "DECLINED": (("apologies", 62), ("deputy attended", 12), ("report only", 18), ("attended", 3), ("", 5)),
    "": (("attended", 34), ("deputy attended", 6), ("apologies", 3), ("no-show", 47), ("report only", 4), ("", 6)),
}
_PRESENT = ("attended", "deputy attended")
_CALLED_OFF = (  # who asked for it, why, and how often of a hundred
    ("social care", "child safe, meeting no longer needed", 30),
    ("police", "police could not attend", 34),
    ("social care", "merged with another meeting", 12),
    ("social care", "social care could not attend", 12),
    ("health", "another partner could not attend", 5),
    ("other", "set up in error", 7),
)
_NOT_CONVENED = (
    ("no confidence that police would attend", 34),
    ("no capacity to convene", 22),
    ("risk judged not to need a meeting", 26),
    ("child returned before it could be held", 18),
)


@dataclass(frozen=True)
class Habit:
    """One unit's ways. `reliable` from 0 to 1 shifts every chance; `program` is what it answers with."""

    reliable: float
    answers: float
    pace: float  # the usual number of hours until it answers
    program: Program


@dataclass(frozen=True)
class Intention:
    """What one unit does about one invitation: PARTSTAT ("" for silence), when, and whether it changes its mind."""

    partstat: str
    after: timedelta
    changes_to: str
    changes_before_start: timedelta


@dataclass(frozen=True)
class Coming:
    """What became of one seat at the meeting; `outcome` "" where nobody recorded it."""

    outcome: str
    joined_late: bool
    left_early: bool


@dataclass(frozen=True)
class CallingOff:
    """A meeting that is called off: by whom, why, and how long before its start."""

    asked_by: str
    reason: str
    before_start: timedelta


def dice(seed: int, *named: object) -> random.Random:
    """A generator of its own for whatever is named: the same names give the same throws."""
    return random.Random("|".join(map(str, (seed, *named))))


def habit(seed: int, unit: str, kind: str) -> Habit:
    """The ways of a unit, by its code and kind."""
    rng = dice(seed, "habit", unit)
    reliable = rng.uniform(0.25, 0.95) if kind in POLICE else rng.uniform(0.6, 0.95)
    known = (Program.OUTLOOK, Program.THUNDERBIRD, Program.GOOGLE, Program.APPLE, Program.GATEWAY)
    weights = (6, 1, 1, 1, 1) if kind in POLICE else (5, 1, 2, 1, 1)
    return Habit(
        reliable=reliable,
        answers=0.45 + 0.5 * reliable,
        pace=1 + 9 * (1 - reliable),
        program=rng.choices(known, weights)[0],
    )


def intention(habit: Habit, rng: random.Random, *, notice: timedelta) -> Intention:
    """What the unit does about an invitation that came so long before the start."""
    if rng.random() > habit.answers:
        return Intention("", timedelta(0), "", timedelta(0))
    accepts = 45 + 45 * habit.reliable
    partstat = rng.choices(("ACCEPTED", "TENTATIVE", "DECLINED"), (accepts, 14, 88 - 0.75 * accepts - 14))[0]
    after = min(rng.expovariate(1 / habit.pace) * _HOURS, notice * rng.uniform(0.1, 0.9))
    changes = partstat == "ACCEPTED" and rng.random() < 0.10 * (1.2 - habit.reliable)
    changes_to = "DECLINED" if changes else "ACCEPTED" if partstat == "TENTATIVE" and rng.random() < 0.4 else ""
    lead = min(rng.uniform(1, 30) * _HOURS, (notice - after) * 0.6)
    return Intention(partstat, max(after, 2 * _MINUTES), changes_to, lead)


def coming(habit: Habit, rng: random.Random, answered: str) -> Coming:
    """What becomes of the seat, given the last answer: a reliable unit fails to come less often."""
    outcomes = _CAME[answered]
    factor = 1.6 - habit.reliable
    weights = [w * (factor**2 if o in ("no-show", "") else 1 / factor if o in _PRESENT else 1) for o, w in outcomes]
    outcome = rng.choices([o for o, _ in outcomes], weights)[0]
    here = outcome in _PRESENT
    return Coming(outcome, here and rng.random() < 0.07, here and rng.random() < 0.05)


def calling_off(rng: random.Random, *, notice: timedelta) -> CallingOff | None:
    """One meeting in eleven is called off, often at short notice."""
    if rng.random() > 0.09:
        return None
    asked_by, reason, _ = rng.choices(_CALLED_OFF, [weight for *_, weight in _CALLED_OFF])[0]
    return CallingOff(asked_by, reason, min(rng.expovariate(1 / 9) * _HOURS + 20 * _MINUTES, notice * 0.8))


def not_convened(rng: random.Random, confidence: float) -> str:
    """The reason why a coordinator convenes nothing, or "": less often where the home unit can be relied on."""
    if rng.random() > 0.16 - 0.11 * confidence:
        return ""
    return rng.choices([reason for reason, _ in _NOT_CONVENED], [weight for _, weight in _NOT_CONVENED])[0]
