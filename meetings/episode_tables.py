"""Children as references, the episodes reported about them, and the moves of their placements."""

from enum import StrEnum

from piccolo.columns import UUID, Boolean, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class EpisodeKind(StrEnum):
    """SSDA903: M, whereabouts unknown; A, away from placement without authorisation, whereabouts known."""

    MISSING = "M"
    ABSENT = "A"


class Grading(StrEnum):
    """The risk continuum; police and social care each give their own."""

    NOT_GRADED = ""
    NONE = "no apparent risk"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class CareStatus(StrEnum):
    NOT_KNOWN = ""
    LOOKED_AFTER = "looked after"
    PROTECTION_PLAN = "child protection plan"
    IN_NEED = "child in need"
    NONE = "none"


class SourceSystem(Table, tablename="source_system"):
    """A system that may report episodes through the JSON door, by bearer token (its SHA-256 is kept)."""

    name = Varchar(length=40, primary_key=True)
    issuer = Varchar(length=40)  # whose numbering its child references belong to
    token_sha256 = Varchar(length=64, unique=True)
    created_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)


class Child(Table, tablename="child"):
    """A pseudonymous reference and whose numbering it is; nothing that names the child is held."""

    id = UUID(primary_key=True)
    issuer = Varchar(length=40)
    reference = Varchar(length=64)
    child_known_once = Unique(["issuer", "reference"])


class Episode(Table, tablename="episode"):
    """Reported missing until found or returned. Times are instants; `*_by_day` says only the day is known."""

    id = UUID(primary_key=True)
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict, index=True)
    source = Varchar(length=40)
    source_reference = Varchar(length=80)
    kind = Varchar(length=1, choices=EpisodeKind, default=EpisodeKind.MISSING)
    started_at = Timestamptz(default=None, null=False, index=True)
    started_by_day = Boolean(default=False)
    reported_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    ended_by_day = Boolean(default=False)
    closure = Varchar(length=20, default="")  # found, returned, wanted, other
    withdrawn_at = Timestamptz(default=None, null=True)  # the source says it was entered in error
    police_grading = Varchar(length=20, choices=Grading, default=Grading.NOT_GRADED)
    social_care_grading = Varchar(length=20, choices=Grading, default=Grading.NOT_GRADED)
    graded_high_at = Timestamptz(default=None, null=True)  # when either first became high
    care_status = Varchar(length=24, choices=CareStatus, default=CareStatus.NOT_KNOWN)
    home_place = Varchar(length=40)  # the responsible authority's place
    host_place = Varchar(length=40, default="")  # where the child is placed, if elsewhere
    incident_place = Varchar(length=40, default="")  # last seen or believed to be
    cse = Boolean(default=False)
    cce = Boolean(default=False)
    trafficking = Boolean(default=False)
    uasc = Boolean(default=False)
    flagged_at = Timestamptz(default=None, null=True)  # when one of these four first came
    disclosure_at = Timestamptz(default=None, null=True)  # harm disclosed at a PPI or RHI
    report_accepted = Boolean(default=True)  # false: the police did not take the report
    refusal_source = Varchar(length=40, default="")
    refusal_seen_at = Timestamptz(default=None, null=True)
    refusal_seen_by = Varchar(length=80, default="")
    age_band = Varchar(length=8, default="")  # 0-9, 10-14, 15-17
    history_only = Boolean(default=False)  # ended before the import's age limit: counts, never triggers
    recorded_at = Timestamptz(default=None, null=False)
    episode_reported_once = Unique(["source", "source_reference"])


class PlacementMove(Table, tablename="placement_move"):
    """A looked-after child's placement moved from one place to another (Recommendation 12, HISTORY)."""

    id = UUID(primary_key=True)
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict, index=True)
    source = Varchar(length=40)
    source_reference = Varchar(length=80)
    moved_at = Timestamptz(default=None, null=False)
    home_place = Varchar(length=40)
    from_place = Varchar(length=40)
    to_place = Varchar(length=40)
    recorded_at = Timestamptz(default=None, null=False)
    move_reported_once = Unique(["source", "source_reference"])
