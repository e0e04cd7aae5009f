"""Who may enter, and the sessions in which they did."""

from piccolo.columns import UUID, Boolean, ForeignKey, OnDelete, SmallInt, Timestamptz, Varchar
from piccolo.table import Table

from web.roles import Role


class Person(Table, tablename="person"):
    """Somebody with an account: known by work address and role, never more than the work needs."""

    id = UUID(primary_key=True)
    email = Varchar(length=254, unique=True)  # casefolded
    title = Varchar(length=80)  # the role they are shown as, for example "Missing coordinator, Lambeth"
    agency_code = Varchar(length=40, default="")
    keeps_rules = Boolean(default=False)  # may change the rules; given and taken on the command line
    publishes = Boolean(default=False)  # may approve and release reports; given and taken on the command line
    active_until = Timestamptz(default=None, null=True)


class Appointment(Table, tablename="appointment"):
    """A person has a role at an agency, or at one unit of it, for a time. What they may see follows from it alone."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict, index=True)
    role = Varchar(length=20, choices=Role)
    agency_code = Varchar(length=40, default="")  # "": every agency; given on the command line only
    unit_code = Varchar(length=40, default="")  # "": every unit of the agency
    since = Timestamptz(default=None, null=False)
    until = Timestamptz(default=None, null=True)  # null: open; once reached, it never holds again
    given_by = Varchar(length=80)  # a person's id, or "operator"


class SignInLink(Table, tablename="sign_in_link"):
    """One link, emailed with a code or given by the operator: good once, and soon no more."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    token_sha256 = Varchar(length=64, unique=True)
    created_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)
    used_at = Timestamptz(default=None, null=True)
    browser_sha256 = Varchar(length=64, default="", index=True)  # where it was asked for; "": the operator made it
    code_sha256 = Varchar(length=64, default="")  # of the browser's secret with the code
    network = SmallInt(default=0)  # from where it was asked for: web.clients


class SignIn(Table, tablename="sign_in"):
    """One session: a fresh random token at each sign-in, only its SHA-256 stored."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    token_sha256 = Varchar(length=64, unique=True)
    started_at = Timestamptz(default=None, null=False)
    last_seen_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    browser = Varchar(length=60, default="")  # in plain words: web.browsers
    way = Varchar(length=60, default="")  # web.sessions.Way
    provider = Varchar(length=40, default="")  # through which organisation: web.openid_client.Provider


class BreakGlass(Table, tablename="break_glass"):
    """One person's access for a short time to a case that is not theirs, with the reason; read by both walls."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict, index=True)
    reference = Varchar(length=80)  # as it was asked for; there may be no such case
    meeting = UUID(default=None, null=True)  # a meeting's id; rooms after this one hold the table
    child = UUID(default=None, null=True)  # a child's id: its triggers, episodes and meetings
    owner_agency = Varchar(length=40, default="")  # whose case it was when it was asked for: told, and reviews it
    reason = Varchar(length=500)
    since = Timestamptz(default=None, null=False)
    until = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)  # before its time, by the person or a manager
    reviewed_by = Varchar(length=80, default="")
    reviewed_at = Timestamptz(default=None, null=True)
    review_outcome = Varchar(length=20, default="")
    review_note = Varchar(length=500, default="")
