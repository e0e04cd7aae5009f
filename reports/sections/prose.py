"""What each section says whatever its figures are: how to read them, and what they do not show. A line a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip().splitlines())


EXPLAINED: Final[Mapping[str, tuple[str, ...]]] = {
    "attendance": _lines("""
The attendance rate is the seats that attended or sent a deputy, of the expected seats with a record. The interval \
beside it says where the unit's rate plausibly lies: the fewer the seats, the wider it is. Where two intervals \
overlap widely, these figures do not show that one unit does better. A BCU is a Basic Command Unit of the \
Metropolitan Police.
Units stand in the order of their codes and are not ranked. A seat of which nothing is recorded counts neither as \
attended nor as absent.
"""),
    "beside-london": _lines("""
The units are set beside the rate of all of London together, not beside each other: chance alone makes some higher \
and some lower, and the fewer the seats, the further. What lies outside the limits is worth a question; what lies \
inside them cannot be told apart from the rate of London. London here is its BCUs and the City of London Police; \
the seats of forces outside London are left out.
"""),
    "over-time": _lines("""
These charts set each unit beside itself, not beside others, and ask whether it changed. A month without a recorded \
seat is a gap. Where the places that a unit polices changed, the months before and after are judged apart. A sign of \
change says that something probably changed, not what. Every month is as the records stood when this report was \
counted, so an earlier report may say otherwise of it.
"""),
    "both-forces": _lines("""
Recommendation 12 of Missing children in London (London Assembly, 2023) asks that the police of the home borough and \
those of the place where the child is both attend. The first table says how often each unit came in either role, the \
second how often both came to one meeting.
"""),
    "answers": _lines("""
How many invitations and how many minutes were asked of a unit stands beside its answers, so that a shortfall can be \
read fairly.
"""),
    "meetings": _lines("""
A meeting is held when its time has come and it was not called off. Meetings held to which no police unit was \
invited are counted, so that no rate gets better by not inviting.
"""),
    "triggers": _lines("""
A trigger is one rule that called for a meeting about one child by a deadline. Each is in one of four groups: its \
meeting was held in time, it was held late, it was decided that none is held, or neither happened.
"""),
    "reviews": _lines("""
A meeting that was held is reviewed by a day that its rules or its chair set. A punctual review does not make up for \
a first meeting that was late, so reviews are counted apart.
"""),
    "boroughs": _lines("""
Each meeting stands under the borough, or the place outside London, that is responsible for the child. The seats are \
those of every police unit that was asked to its meetings, whichever unit that is.
"""),
    "types": _lines("""
The rest of this report is about one type of meeting. Types differ in what they are for and in who must come, so \
each has its own rate and they are never added up.
"""),
    "circumstances": _lines("""
These tables count the same seats and meetings again, by what may explain why somebody came or did not. A difference \
between two rows does not prove its cause.
"""),
    "partners": _lines("""
Seats of health, education, the voluntary sector and the other agencies are counted as those of the police are, and \
are in none of the police figures.
"""),
    "disputes": _lines("""
A dispute about which police unit leads stands in the row of every police unit of its meeting alike, so it blames \
nobody; the total counts it once for each.
"""),
    "checklist": _lines("""
Every meeting about a child is asked the same questions. “Not asked” means that nobody answered the question at all, \
“unknown” that it was asked and nobody knew.
"""),
    "quality": _lines("""
A rate is only as good as the records under it. Where many outcomes are not recorded, it says little.
The last table adds up the same seats in every way in which this report counts them. Each way gives the same sums: \
otherwise no figure would be shown.
"""),
    "numbers": _lines("""
A seat is a place that one unit must fill at one meeting. A unit asked in two capacities has one seat and is counted \
once. A meeting counts in the period in which it starts, a trigger in the period of its deadline. Days begin at \
midnight in London.
"""),
}

CAVEATS: Final = _lines("""
Rates cover recorded triggers only. Children whose absence was never reported, or whose report was not accepted, \
called no meeting here.
The rules that call for meetings are starting values. Each authority must confirm its own before figures that rest \
on their deadlines are published.
A register can be corrected, with a reason, after it is closed, so a report of the same period that is drawn up \
later may differ from this one.
Who came is marked by the meeting's coordinator. Attendance says nothing about what was contributed.
Few meetings make wide intervals. The units are in the order of their codes, and are not ranked.
""")
