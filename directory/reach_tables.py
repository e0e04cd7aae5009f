"""How a unit is reached by telephone, how mail to a domain must travel, and files that wait to be confirmed."""

from enum import StrEnum

from piccolo.columns import UUID, Bytea, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.tables import Agency, Unit


class Tls(StrEnum):
    """What is asked of the servers that letters to a domain travel to."""

    OPPORTUNISTIC = "opportunistic"  # encrypted where the other side can
    ENFORCED = "enforced"  # encrypted, to a server whose certificate was verified, or not at all


class Answers(StrEnum):
    """By which address of ours a domain's invitees are asked."""

    TOKENS = "tokens"  # one of its own for each invitation
    PLAIN = "plain address"  # the role mailbox, for servers that cannot bear the other


class DutyDesk(Table, tablename="duty_desk"):
    """The telephone on which a unit is reached at any time, and its hours in words."""

    unit = ForeignKey(Unit, primary_key=True, null=False, on_delete=OnDelete.restrict)
    phone = Varchar(length=40, default="")
    hours = Varchar(length=160, default="")


class MailDomain(Table, tablename="mail_domain"):
    """How mail to the addresses behind one @ is treated; a domain without a row is treated as the settings say."""

    domain = Varchar(length=253, primary_key=True)  # lower case; a subdomain is a domain of its own
    agency = ForeignKey(Agency, null=True, on_delete=OnDelete.restrict)
    tls = Varchar(length=14, choices=Tls, default=Tls.OPPORTUNISTIC)
    answers = Varchar(length=14, choices=Answers, default=Answers.TOKENS)
    servers = Varchar(length=200, default="")  # where TLS is enforced, the names of which a certificate must bear one


class DirectoryFile(Table, tablename="directory_file"):
    """A CSV file that somebody sent and has seen the preview of; its bytes are forgotten after a day."""

    id = UUID(primary_key=True)
    content = Bytea(default=None, null=True)
    previewed = Varchar(length=64)  # SHA-256 of the changes that the preview showed
    sent_at = Timestamptz(default=None, null=False, index=True)
    sent_by = Varchar(length=80)
    confirmed_at = Timestamptz(default=None, null=True)
