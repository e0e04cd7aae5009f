"""Who exists, which place they serve since when, and how to reach them."""

from enum import StrEnum

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class UnitKind(StrEnum):
    """What a unit is for; the police kinds that a place resolves to are BCU and FORCE.

    A police team is any other police unit that is asked: an exploitation team, the airport's, the railways'.
    """

    BCU = "bcu"
    FORCE = "force"
    SOCIAL_CARE = "social care"
    HEALTH = "health"
    EDUCATION = "education"
    VOLUNTARY = "voluntary"
    INTERVIEW = "interview provider"
    PLACEMENT = "placement"
    POLICE_TEAM = "police team"
    REVIEWING = "reviewing service"
    OTHER = "other"


POLICE = (UnitKind.BCU, UnitKind.FORCE)


class Agency(Table, tablename="agency"):
    """An organisation: a police force, a council, a health body, a charity."""

    id = UUID(primary_key=True)
    code = Varchar(length=40, unique=True)
    name = Varchar(length=120)
    ons_code = Varchar(length=12, default="")  # blank where the ONS has none


class Unit(Table, tablename="unit"):
    """The part of an agency that fills a seat: a BCU, a force's missing team, a council's social care."""

    id = UUID(primary_key=True)
    code = Varchar(length=40, unique=True)
    name = Varchar(length=120)
    kind = Varchar(length=20, choices=UnitKind, index=True)
    agency = ForeignKey(Agency, null=False, on_delete=OnDelete.restrict)


class Place(Table, tablename="place"):
    """A London borough, the City, or the area of a force outside London; never an address."""

    code = Varchar(length=40, primary_key=True)  # GSS code, ONS police-area code, or a slug where neither exists
    name = Varchar(length=120)
    in_london = Boolean(default=False)


class Area(Table, tablename="area"):
    """This unit serves this place from a day until the day before another (open where null)."""

    id = UUID(primary_key=True)
    place = ForeignKey(Place, null=False, on_delete=OnDelete.restrict)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    effective_from = Date(default=None, null=True)
    effective_to = Date(default=None, null=True)
    source = Varchar(length=200, default="")
    area_once = Unique(["place", "unit", "effective_from"])


class Contact(Table, tablename="contact"):
    """One way to reach a unit. Lower rank is tried first; a contact that ended is kept."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    role = Varchar(length=60)  # team mailbox, duty desk, missing coordinator, …
    name = Varchar(length=80, default="")  # of a person, only where the unit itself wrote it; in no letter or report
    email = Varchar(length=254)
    phone = Varchar(length=40, default="")
    rank = Integer(default=1)
    group = Boolean(default=False)  # a team's mailbox: any of its members may answer for it
    failing_since = Timestamptz(default=None, null=True)  # letters to it came back
    failing_why = Varchar(length=200, default="")
    active_from = Date(default=None, null=False)
    active_to = Date(default=None, null=True)
