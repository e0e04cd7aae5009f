"""The two doors to the world of mail: what goes out, frozen; what came in, as it came."""

from enum import StrEnum

from piccolo.columns import BigSerial, Bytea, Integer, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from notifications.kinds import InboundKind


class OutState(StrEnum):
    """Where an outgoing message stands. QUEUED and SENDING are unsettled; the rest are final."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OutboundMail(Table, tablename="outbound_mail"):
    """One message to one recipient, its bytes frozen when the change that caused it was committed.

    Letters that wait, and those that need a person, are found by partial indexes, which the migrations make: a row
    is written once and updated twice, and every further index costs all three times.
    """

    id = BigSerial(primary_key=True)
    key = Varchar(length=200, unique=True)  # deterministic: the same cause can enqueue only once
    kind = Varchar(length=20)  # request, cancel, reminder, sign-in, …
    thread = Varchar(length=300)  # messages of one thread leave in the order they were written
    uid = Varchar(length=255, default="", index=True)
    sequence = Integer(default=None, null=True)
    recipient = Varchar(length=254)
    envelope_from = Varchar(length=254)
    message_id = Varchar(length=255, unique=True)
    content = Bytea(default=None, null=True)  # removed after the retention period
    sha256 = Varchar(length=64)
    calendar = Bytea(default=None, null=True)  # the iCalendar bytes inside the content, for sending the same again
    state = Varchar(length=12, default=OutState.QUEUED, choices=OutState)
    created_at = Timestamptz(default=None, null=False)
    due_at = Timestamptz(default=None, null=False)
    useful_until = Timestamptz(default=None, null=True)
    lease_until = Timestamptz(default=None, null=True)
    tries = Integer(default=0)  # also the fence: only the latest claimer may settle
    last_code = Integer(default=None, null=True)
    last_error = Varchar(length=300, default="")
    settled_at = Timestamptz(default=None, null=True)
    seen_at = Timestamptz(default=None, null=True)  # a person has seen this refusal
    seen_by = Varchar(length=80, default="")


class Disposition(StrEnum):
    """How an incoming message ended. KEPT is the only one that is not final."""

    KEPT = "kept"
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    RECORDED = "recorded"
    SET_ASIDE = "set aside"
    IGNORED = "ignored"


class InboundMail(Table, tablename="inbound_mail"):
    """One message to one envelope recipient, committed before the sender was told 250."""

    id = BigSerial(primary_key=True)
    door = Varchar(length=10)  # smtp, lmtp, imap
    received_at = Timestamptz(default=None, null=False, index=True)
    envelope_from = Varchar(length=254, default="")
    envelope_to = Varchar(length=254)
    content = Bytea(default=None, null=True)
    sha256 = Varchar(length=64)
    size = Integer()
    copies = Integer(default=1)  # the same bytes to the same recipient, seen again
    disposition = Varchar(length=12, default=Disposition.KEPT, choices=Disposition, index=True)
    reason = Varchar(length=300, default="")
    kind = Varchar(length=16, default="", choices=InboundKind)
    uid = Varchar(length=255, default="", index=True)
    tries = Integer(default=0)
    lease_until = Timestamptz(default=None, null=True)
    handled_at = Timestamptz(default=None, null=True)
    reviewed_at = Timestamptz(default=None, null=True)  # a person has dealt with what was set aside
    reviewed_by = Varchar(length=80, default="")
    inbound_unique_bytes = Unique(["sha256", "envelope_to"])


class Heartbeat(Table, tablename="heartbeat"):
    """When each background job last finished a round, for the health page."""

    job = Varchar(length=40, primary_key=True)
    at = Timestamptz(default=None, null=False)


class Trouble(Table, tablename="trouble"):
    """What a background job cannot do, in a sentence for people; gone once it can."""

    job = Varchar(length=40, primary_key=True)
    said = Varchar(length=300)
    since = Timestamptz(default=None, null=False)
