"""Who asked for a way in, which accounts elsewhere are whose, and how often each network tried."""

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from web.tables import Person


class Asking(Table, tablename="sign_in_asking"):
    """Somebody asked, in one browser, for a way in for an address; whether it has an account is looked up later."""

    id = UUID(primary_key=True)
    email = Varchar(length=254)  # casefolded; emptied as soon as it was looked up
    next_path = Varchar(length=300)
    browser_sha256 = Varchar(length=64, index=True)
    network = SmallInt()  # web.clients: a number that many networks share
    asked_at = Timestamptz(default=None, null=False, index=True)
    expires_at = Timestamptz(default=None, null=False)
    answered_at = Timestamptz(default=None, null=True)
    tries = Integer(default=0)  # codes that were entered in this browser


class Tally(Table, tablename="sign_in_tally"):
    """How often the networks of one number did one kind of thing since a moment. There are never more rows than
    kinds times numbers, whoever tries from wherever.
    """

    id = Integer(primary_key=True)  # kind and number
    began_at = Timestamptz(default=None, null=False)
    tries = Integer()


class Identity(Table, tablename="sign_in_identity"):
    """An account at an organisation is this person's: bound at the first sign-in through it, and by nothing later."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    issuer = Varchar(length=255)
    subject = Varchar(length=255)  # web.openid_tokens.Proof
    bound_at = Timestamptz(default=None, null=False)
    one_person_each = Unique(["issuer", "subject"])
    one_account_each = Unique(["person", "issuer"])
