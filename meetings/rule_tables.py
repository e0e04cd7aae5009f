"""Who changed which rule, when, why, and from which day."""

from piccolo.columns import BigSerial, Date, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from meetings.tables import Rule


class RuleChange(Table, tablename="rule_change"):
    """One decision about a rule, kept for ever: a new version, or the end of an authority's own."""

    id = BigSerial(primary_key=True)
    code = Varchar(length=20, index=True)
    place = Varchar(length=40, default="")  # as in Rule
    rule = ForeignKey(Rule, null=True, on_delete=OnDelete.restrict)  # the version made; null: the place's own ends
    from_day = Date(default=None, null=False)  # in London
    reason = Varchar(length=300)
    changed_at = Timestamptz(default=None, null=False)
    changed_by = Varchar(length=80)
