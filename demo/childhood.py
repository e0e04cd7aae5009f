"""The children of the simulated London: invented codes with a place, an age band and a status, no more. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

MOST_EPISODES = 60
_CARE = (("looked after", 26), ("child protection plan", 8), ("child in need", 14), ("none", 32), ("", 20))
_FLAGS = (("cse", 0.03), ("cce", 0.045), ("trafficking", 0.01), ("uasc", 0.012))


@dataclass(frozen=True)
class Person:
    """One child: `haunts` are places where they may be last seen, `host_place` is "" unless placed elsewhere."""

    reference: str
    home_place: str
    host_place: str
    care_status: str
    age_band: str
    flags: tuple[str, ...]
    haunts: tuple[str, ...]
    episodes: int

    @property
    def calls_for_a_meeting(self) -> bool:
        """Whether the child's last episode probably fires a rule at once."""
        return bool(self.flags) or self.episodes >= 3


def invent_children(
    rng: random.Random,
    number: int,
    incidents: int,
    london: Sequence[tuple[str, str]],
    elsewhere: Sequence[str],
    *,
    share_of_oldest: float,
) -> list[Person]:
    """So many children with so many incidents between them; that share of incidents is of those aged 15 to 17."""
    counts = _shared_out(rng, number, incidents)
    bands = _age_bands(rng, counts, share_of_oldest)
    # The City has few children; the boroughs differ, each by a weight of its own.
    weights = [0.03 if name == "City of London" else rng.uniform(0.4, 1.7) for _, name in london]
    codes = [code for code, _ in london]
    people = []
    for serial, (count, band) in enumerate(zip(counts, bands, strict=True), start=1):
        code, name = rng.choices(london, weights)[0]
        care = _weighted_care(rng)
        away = care == "looked after" and rng.random() < 0.45
        others = [c for c in codes if c != code]
        people.append(
            Person(
                reference=f"{name[:3].upper()}-{serial + 4200:06d}",
                home_place=code,
                host_place=(rng.choice(elsewhere) if rng.random() < 0.3 else rng.choice(others)) if away else "",
                care_status=care,
                age_band=band,
                flags=tuple(flag for flag, share in _FLAGS if rng.random() < share),
                haunts=tuple(rng.sample(others, 2)),
                episodes=count,
            )
        )
    return people


def _shared_out(rng: random.Random, number: int, incidents: int) -> list[int]:
    """How often each child goes missing: at least once, most of them once, a few very often."""
    counts = [1] * number
    pull = [rng.gammavariate(0.4, 1.0) for _ in range(number)]
    for chosen in rng.choices(range(number), pull, k=incidents - number):
        while counts[chosen] >= MOST_EPISODES:
            chosen = rng.randrange(number)
        counts[chosen] += 1
    return counts


def _age_bands(rng: random.Random, counts: Sequence[int], share_of_oldest: float) -> list[str]:
    """The oldest band until its share of the incidents is reached, whatever the order of the children."""
    wanted, reached = share_of_oldest * sum(counts), 0
    bands = [""] * len(counts)
    order = list(range(len(counts)))
    rng.shuffle(order)
    for child in order:
        if reached + counts[child] / 2 <= wanted:
            bands[child], reached = "15-17", reached + counts[child]
        else:
            bands[child] = "0-9" if rng.random() < 0.04 else "10-14"
    return bands


def _weighted_care(rng: random.Random) -> str:
    return rng.choices([status for status, _ in _CARE], [weight for _, weight in _CARE])[0]
