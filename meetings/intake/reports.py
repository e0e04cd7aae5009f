"""What a source may say of an episode or a move: the shapes of the JSON door, shared by the form and the files.

A field that is left out stays as it is; in a first report it takes its default. Nothing here names a child.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from meetings.episode_tables import CareStatus, EpisodeKind, Grading

Reference = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="A reference of 1 to 64 letters, numbers and . _ / - that tells nothing of the child: "
        "no name, initials, birth date, postcode, NHS or telephone number.",
        examples=["LCS-0048213"],
    ),
]
Instant = Annotated[
    datetime,
    Meta(tz=True, description="RFC 3339, with its offset from UTC.", examples=["2026-11-18T21:40:00Z"]),
]
PlaceCode = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        description="The code of a place in the directory: a borough's GSS code, or a police area's ONS code. "
        "Never an address.",
        examples=["E09000022"],
    ),
]
PlaceCodeOrNone = Annotated[
    str,
    Meta(max_length=40, description="The code of a place, or an empty text where there is none or it is not known."),
]
Kind = Annotated[EpisodeKind, Meta(description="M, whereabouts unknown; A, away without authorisation.")]
Closure = Annotated[
    Literal["", "found", "returned", "wanted", "other"], Meta(description="How it ended; only with `ended_at`.")
]
Withdrawn = Annotated[bool, Meta(description="Entered in error: it calls for nothing and counts nowhere.")]
Accepted = Annotated[bool, Meta(description="False where the police did not take the report.")]
RefusalSource = Annotated[
    Literal["", "placement", "parent or carer", "social care", "school", "health", "police", "other"],
    Meta(description="Who told of the refusal."),
]
AgeBand = Literal["", "0-9", "10-14", "15-17"]
HISTORY_AFTER: Final = timedelta(days=28)


class EpisodeFields(msgspec.Struct, kw_only=True, frozen=True):
    """One missing episode as its source knows it now.

    The first report of a `source_reference` needs `child`, `started_at` and `home_place`. Later ones correct,
    re-grade, close (`ended_at`), open again (`ended_at` null) or withdraw it, and need only what changed.
    """

    source_reference: Reference
    child: Reference | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    started_at: Instant | UnsetType = UNSET
    reported_at: Instant | UnsetType = UNSET
    ended_at: Instant | UnsetType | None = UNSET
    closure: Closure | UnsetType = UNSET
    withdrawn: Withdrawn | UnsetType = UNSET
    police_grading: Grading | UnsetType = UNSET
    social_care_grading: Grading | UnsetType = UNSET
    graded_high_at: Instant | UnsetType = UNSET
    care_status: CareStatus | UnsetType = UNSET
    home_place: PlaceCode | UnsetType = UNSET
    host_place: PlaceCodeOrNone | UnsetType = UNSET
    incident_place: PlaceCodeOrNone | UnsetType = UNSET
    cse: bool | UnsetType = UNSET
    cce: bool | UnsetType = UNSET
    trafficking: bool | UnsetType = UNSET
    uasc: bool | UnsetType = UNSET
    flagged_at: Instant | UnsetType = UNSET
    disclosure_at: Instant | UnsetType | None = UNSET
    report_accepted: Accepted | UnsetType = UNSET
    refusal_source: RefusalSource | UnsetType = UNSET
    age_band: AgeBand | UnsetType = UNSET


class EpisodeReport(EpisodeFields, kw_only=True, frozen=True):
    """The same, with who says it and whose numbering the child's reference belongs to.

    An episode that had ended longer than `history_after` before its first report is history only: it counts in
    REPEAT and HISTORY, and never calls for a meeting itself, unless harm was disclosed about it.
    """

    source: str
    issuer: str
    started_by_day: bool = False
    ended_by_day: bool = False
    history_after: timedelta = HISTORY_AFTER


class MoveFields(msgspec.Struct, kw_only=True, frozen=True):
    """One move of a looked-after child's placement from one place to another."""

    source_reference: Reference
    child: Reference
    moved_at: Instant
    home_place: PlaceCode
    from_place: PlaceCode
    to_place: PlaceCode


class MoveReport(MoveFields, kw_only=True, frozen=True):
    """The same, with who says it and whose numbering the child's reference belongs to."""

    source: str
    issuer: str
