"""When a meeting that was held is to be reviewed, by which rule or by whose word."""

from piccolo.columns import BigSerial, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from meetings.review_rules import ReviewBy
from meetings.tables import Meeting, Rule


class Review(Table, tablename="review"):
    """What was settled about the review of one meeting; the latest row stands, the earlier ones stay."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    by = Varchar(length=8, choices=ReviewBy)
    rule = ForeignKey(Rule, null=True, on_delete=OnDelete.restrict)  # whose interval it is
    due_at = Timestamptz(default=None, null=True)  # null: no review, or not yet said
    settled_at = Timestamptz(default=None, null=False)
    settled_by = Varchar(length=80)
