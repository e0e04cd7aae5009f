"""What may not come in: names, birth dates, addresses and whatever else tells who a child is. Pure.

Convene holds references. A reference is 1 to 64 of `A-Z a-z 0-9 . _ / -`, and is refused when it looks like a
birth date, a postcode, an NHS number, a telephone number or a name. Looks are all that can be judged: the source
stays responsible for sending none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

LONGEST: Final = 64

_ALLOWED = re.compile(r"[A-Za-z0-9._/-]{1,64}", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[ ._/-]?[0-9][A-Z]{2}", re.ASCII | re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"([0-3]?\d)[ ._/-]([01]?\d)[ ._/-]((?:19|20)\d\d)|([0-3]\d)([01]\d)((?:19|20)\d\d)", re.ASCII
)
_YEAR_FIRST = re.compile(
    r"((?:19|20)\d\d)[ ._/-]([01]?\d)[ ._/-]([0-3]?\d)|((?:19|20)\d\d)([01]\d)([0-3]\d)", re.ASCII
)
_INITIALS = re.compile(r"[A-Za-z]{1,3}[ ._/-]?(?=\d)|(?<=\d)[ ._/-]?[A-Za-z]{1,3}", re.ASCII)
_MOBILE = re.compile(r"(?:\+?44|0)7\d{9}", re.ASCII)
_TWO_NAMES = re.compile(r"[A-Z][a-z]{2,}[ ._/-]?[A-Z][a-z]{2,}[ ._/-]?\d*", re.ASCII)
_SEPARATORS = re.compile(r"[ ._/-]", re.ASCII)

_PERSONAL: Final = {
    "names": "name|fullname|childname|firstname|forename|forenames|givenname|middlename|lastname|surname"
    "|familyname|knownas|alias|initials|username|mother|father|parent|carer|worker|officer",
    "birth dates": "dob|dateofbirth|birthdate|birthday|birth|born|age",
    "addresses": "address|addressline|addressline1|addressline2|homeaddress|placementaddress|street|house|town"
    "|postcode|homepost|plpost|zip|uprn|latitude|longitude|location|lastseenat",
    "telephone numbers or mail addresses": "phone|telephone|mobile|email|mail",
    "photographs": "photo|photograph|picture|image",
    "numbers that other registers know a child by": "nhs|nhsnumber|nhsno|upn|uln|passport|ninumber",
    "narratives": "notes|note|narrative|description|details|comment|comments|summary|circumstances|disclosure"
    "|intelligence|reason",
    "ethnicity, sex or health": "ethnicity|ethnic|sex|gender|religion|disability|health|nationality",
}
_KIND_OF_FIELD: Final = {name: kind for kind, names in _PERSONAL.items() for name in names.split("|")}


def reference_problem(text: str, *, today: date, of_child: bool = True) -> str | None:
    """The sentence why this text cannot be a reference; None when it can.

    :param of_child: a reference of an episode may hold a date of this year or the two before it, as many
        occurrence numbers do; a child's may not.
    """
    if not is_well_formed(text):
        return f"A reference is 1 to {LONGEST} letters, numbers and . _ / - without spaces."
    kind = personal(text, today=today, of_child=of_child)
    if kind:
        return f"This looks like {kind}, which Convene does not hold. Use a reference that says nothing of the child."
    return None


def is_well_formed(text: str) -> bool:
    """Whether any reference is written like this; what is not can belong to nothing that is on record."""
    return bool(_ALLOWED.fullmatch(text))


def personal(text: str, *, today: date, of_child: bool = True) -> str | None:
    """What the text looks like, in words ("a birth date"), if it looks like something that tells who a child is."""
    looks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("a birth date", lambda: _is_birth_date(text, today.year if of_child else today.year - 3, today)),
        ("a postcode", lambda: bool(_POSTCODE.fullmatch(text))),
        ("a telephone number", lambda: bool(_MOBILE.fullmatch(_SEPARATORS.sub("", text)))),
        ("an NHS number", lambda: of_child and _is_nhs_number(_SEPARATORS.sub("", text))),
        ("a name", lambda: _is_name(text)),
    )
    return next((kind for kind, found in looks if found()), None)


def unknown_field(name: str) -> str:
    """The sentence for a field that Convene does not know; a special one where it would hold who the child is."""
    kind = _KIND_OF_FIELD.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    shown = name[:40] if name[:40].isprintable() else repr(name[:40])
    if kind:
        return (
            f"Field {shown} is refused: Convene does not hold {kind}, and nothing of this item was kept. "
            "Leave the field out and send the item again."
        )
    return f"There is no field {shown}. Check its spelling, or leave it out, and send the item again."


def _is_birth_date(text: str, last_year: int, today: date) -> bool:
    """A date within the last 26 years up to `last_year`, alone or with up to three initials."""
    for candidate in (text, _INITIALS.sub("", text, count=1)):
        for pattern, order in ((_DAY_FIRST, (2, 1, 0)), (_YEAR_FIRST, (0, 1, 2))):
            found = pattern.fullmatch(candidate)
            if found:
                parts = [part for part in found.groups() if part]
                year, month, day = (int(parts[place]) for place in order)
                if today.year - 26 <= year <= last_year and _is_date(year, month, day):
                    return True
    return False


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_nhs_number(digits: str) -> bool:
    """Ten digits whose last is the modulus 11 check digit of the others."""
    if not re.fullmatch(r"\d{10}", digits, re.ASCII):
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9]) and check != 10


def _is_name(text: str) -> bool:
    """Letters and separators only, three or more; or two words with capitals, whatever number follows."""
    letters = _SEPARATORS.sub("", text)
    return (len(letters) >= 3 and not any(c.isdigit() for c in letters)) or bool(_TWO_NAMES.fullmatch(text))
