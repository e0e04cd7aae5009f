"""The demonstration's letter box: what the simulated officers' mail server received."""

from piccolo.columns import BigSerial, Bytea, Timestamptz, Varchar
from piccolo.table import Table


class Delivered(Table, tablename="demo_delivered"):
    """One message as it arrived by SMTP at the officers' side."""

    id = BigSerial(primary_key=True)
    received_at = Timestamptz(default=None, null=False)
    envelope_from = Varchar(length=254)
    recipient = Varchar(length=254, index=True)
    content = Bytea()
    answered = Varchar(length=14, default="")
