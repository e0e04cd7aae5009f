"""Calendars to subscribe to, and whose meetings each shows."""

from enum import StrEnum

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table


class FeedKind(StrEnum):
    """Whose meetings a calendar feed shows."""

    UNIT = "unit"
    COORDINATOR = "coordinator"
    TYPE = "type"


class Feed(Table, tablename="feed"):
    """A calendar to subscribe to by a secret address, until it is revoked. Its token is derived, as a reply's is."""

    id = UUID(primary_key=True)
    kind = Varchar(length=12, choices=FeedKind)
    subject = Varchar(length=60)  # the unit's id, the person's id, or the meeting type
    token_sha256 = Varchar(length=64, unique=True)
    made_at = Timestamptz(default=None, null=False)
    made_by = Varchar(length=80)
    read_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_by = Varchar(length=80, default="")
