"""The suggested rules, as the first dated version of each. Every authority must confirm its own before going live."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_DNS, uuid5

from audit import trail
from meetings.seats import PARTNERS, Capacity
from meetings.tables import MeetingType, Rule

# The month of the report whose recommendations the set follows: before any live episode, so that all have a rule.
SUGGESTED_SINCE: Final = date(2023, 4, 1)

SUGGESTED: Final = "Suggested default; each authority must confirm its own rule before going live. "

# Whom a rule may ask beside the police. Who does not apply to the child falls away: see seats.partners_asked.
EVERY_PARTNER: Final = tuple(PARTNERS)
QUORUM: Final = (Capacity.SOCIAL_WORKER, Capacity.HEALTH, Capacity.HOME)

_IDS: Final = uuid5(NAMESPACE_DNS, "rules.convene.example")  # one id for one version, on every installation


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A rule of the suggested set, in the words of its row."""

    code: str
    title: str
    condition: dict[str, Any]
    source: str
    clock: tuple[int, str, str] | None = None  # amount, unit, start
    reply: tuple[int, str] = (1, "working days")
    review: tuple[int, str] | None = None
    makes_meeting: bool = True
    enabled: bool = True
    capacities: tuple[Capacity, ...] = field(default=EVERY_PARTNER)
    quorum: tuple[Capacity, ...] = field(default=QUORUM)


DEFAULTS: Final = (
    Suggested(
        code="HIGH",
        title="Graded high risk by the police or by social care, while missing",
        condition={"when": "graded high"},
        clock=(24, "hours", "graded"),
        reply=(4, "working hours"),
        review=(72, "hours"),
        source="A police or social-work grading of high starts senior notification in Southwark's procedures "
        "(September 2016); both gradings count, because they differ (Missing children in London, 2023).",
    ),
    Suggested(
        code="OPEN24-CARE",
        title="Looked after or on a child protection plan, missing for 24 hours",
        condition={"when": "open", "hours": 24, "care": ["looked after", "child protection plan"]},
        clock=(72, "hours", "reported"),
        review=(7, "days"),
        source="Southwark's procedures (2011) report an absence of 24 hours to a designated manager; the DfE "
        "flowchart of January 2014 has action columns at 24 and 48 hours.",
    ),
    Suggested(
        code="OPEN72",
        title="Any child missing for 72 hours",
        condition={"when": "open", "hours": 72},
        clock=(1, "working days", "crossed"),
        review=(7, "days"),
        source="More than 72 hours missing is a common trigger in local protocols; Southwark's (2011) allow five "
        "working days, this is stricter.",
    ),
    Suggested(
        code="REPEAT",
        title="Third or later episode within 90 days",
        condition={"when": "repeated", "count": 3, "days": 90, "count_refused": True},
        clock=(5, "working days", "crossed"),
        review=(28, "days"),
        source="Essex Police B1601 section 3.21 (2021): missing three times in 90 days. Alternatives: three in 42 "
        "days (Norfolk, 2017) and three in 30 days.",
    ),
    Suggested(
        code="EXPLOIT",
        title="Any episode with a flag of exploitation or trafficking, or of an unaccompanied child",
        condition={"when": "exploitation"},
        clock=(1, "working days", "flagged"),
        review=(7, "days"),
        source="An exploitation referral leads to a discussion the same day and to a strategy meeting at high risk "
        "in Liverpool (2016); short episodes are dangerous too (Missing children in London, 2023).",
    ),
    Suggested(
        code="HARM",
        title="Harm disclosed at a prevention or return home interview",
        condition={"when": "harm disclosed"},
        clock=(1, "working days", "disclosed"),
        source="Working together to safeguard children (2023): a strategy discussion on reasonable cause to suspect "
        "significant harm, whatever the length of the episode.",
    ),
    Suggested(
        code="CROSS",
        title="Placed in another borough or force area than the home authority's",
        condition={"when": "placed elsewhere"},
        source="Missing children in London (2023), Recommendation 12: the units of the home and of the destination "
        "are both present. It has no deadline of its own and takes the earliest of the rules it fires with.",
    ),
    Suggested(
        code="HISTORY",
        title="Placement moved to another place after earlier episodes, while not missing",
        condition={"when": "moved with history"},
        clock=(5, "working days", "moved"),
        source="Missing children in London (2023), Recommendations 7 and 12: meetings cover children with a history "
        "of going missing, and what one unit knows is passed to the next when a placement moves.",
    ),
    Suggested(
        code="ASKED",
        title="Called for at a briefing or panel",
        condition={"when": "asked"},
        clock=(1, "working days", "crossed"),
        review=(7, "days"),
        source="Missing children in London (2023): meetings cover children at risk of going missing too, whom no "
        "count of hours or episodes finds. The people of a briefing or panel call for it by their own judgement.",
    ),
    Suggested(
        code="REFUSED",
        title="The police did not take the report: an alert to the coordinator, no meeting",
        condition={"when": "refused"},
        makes_meeting=False,
        capacities=(),
        quorum=(),
        source="Missing children in London (2023): reports are refused and the social worker is not told.",
    ),
    Suggested(
        code="FIRST",
        title="The child's first known episode",
        condition={"when": "first"},
        clock=(5, "working days", "reported"),
        enabled=False,
        source="Missing children in London (2023): a first episode may be a first sign. Off unless the authority "
        "chooses it.",
    ),
)


async def load_default_rules(now: datetime) -> None:
    """The suggested rules are there as version 1 of their codes; a code that has any version is left as it is."""
    async with Rule._meta.db.transaction():
        rows = [_row(suggested) for suggested in DEFAULTS]
        added = (
            await Rule.insert(*rows)
            .on_conflict(target=(Rule.code, Rule.place, Rule.version), action="DO NOTHING")
            .returning(Rule.code)
        )
        if added:
            codes = sorted(row["code"] for row in added)
            await trail.record("convene", "default rules loaded", "rules", now=now, detail={"codes": codes})


def _row(one: Suggested) -> Rule:
    amount, unit, start = one.clock or (None, "", "")
    return Rule(
        id=uuid5(_IDS, f"{one.code} 1"),
        code=one.code,
        version=1,
        title=one.title,
        condition=json.dumps(one.condition),
        clock_amount=amount,
        clock_unit=unit,
        clock_start=start,
        reply_amount=one.reply[0],
        reply_unit=one.reply[1],
        review_amount=one.review[0] if one.review else None,
        review_unit=one.review[1] if one.review else "",
        return_policy="keep",
        meeting_type=MeetingType.MISSING,
        makes_meeting=one.makes_meeting,
        enabled=one.enabled,
        capacities=[str(capacity) for capacity in one.capacities],
        quorum=[str(capacity) for capacity in one.quorum],
        source_text=SUGGESTED + one.source,
        effective_from=SUGGESTED_SINCE,
    )
