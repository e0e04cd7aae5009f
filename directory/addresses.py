"""Which mail addresses may be invited, and when two spellings are one address. Pure."""

import re

from directory.wording import NotPlain

LONGEST = 254  # RFC 5321 4.5.3.1.3: a path of 256 with its brackets
LONGEST_LOCAL = 64  # RFC 5321 4.5.3.1.1

# A dot-atom (RFC 5322 3.2.3) of those characters that a mailto: URI carries as they are (RFC 6068 2), so that
# the same bytes stand in the envelope, in the headers and in the calendar. No quoted strings, no comments.
_LOCAL = re.compile(r"[a-z0-9_~+'-]+(?:\.[a-z0-9_~+'-]+)*", re.ASCII | re.IGNORECASE)
# A name of at least two labels (RFC 1123 2.1), the last of which is no number; no address literals.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}", re.ASCII | re.IGNORECASE)

_SERVER = re.compile(rf"\.?(?:{_LABEL}\.)+[a-z]{{2,63}}", re.ASCII)
MOST_SERVERS = 5


class BadAddress(ValueError):
    """Not one plain mail address; the message says what to give instead."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:60]!a} is not an address Convene can invite. "
            "Give one address and nothing else, for example missing-team@council.gov.uk."
        )


def address(text: str) -> str:
    """The address with its domain in lower case; the part before the @ stays as it was given.

    One addr-spec of RFC 5322 in ASCII, at most 254 characters of which 64 before the @: no display name,
    no quotes, no comments, no control characters, no encoded words, no surrounding spaces.

    :raises BadAddress: for anything else.
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST or len(local) > LONGEST_LOCAL:
        raise BadAddress(text)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadAddress(text)
    return f"{local}@{domain.lower()}"


def same_address(one: str, other: str) -> bool:
    """Both are the same address, whatever their letter case, and with or without `mailto:`.

    Something that is no address under `address` equals nothing, not even itself: letters outside ASCII
    that fold to ASCII ones are never taken for them.
    """
    try:
        return _folded(one) == _folded(other)
    except BadAddress:
        return False


def mail_domain(text: str) -> str:
    """The domain in lower case, with or without its @.

    :raises BadAddress: when it is none.
    """
    try:
        return address(f"mailbox@{text.strip().removeprefix('@').lower()}").rpartition("@")[2]
    except BadAddress:
        raise BadAddress(text) from None


def server_names(text: str) -> str:
    """Names of mail servers as they are kept: `.protection.outlook.com:mx.police.example`.

    :raises NotPlain: when one is no name of a server, or there are too many.
    """
    names = [name for name in re.split(r"[\s:,;]+", text.strip().lower()) if name]
    if len(names) > MOST_SERVERS or not all(_SERVER.fullmatch(name) for name in names) or len(":".join(names)) > 200:
        raise NotPlain(
            "The servers' names",
            f"must be at most {MOST_SERVERS}, like mx.police.example, or .police.example for any server under it.",
        )
    return ":".join(names)


def _folded(text: str) -> str:
    bare = text.strip(" \t\r\n")
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
    return address(bare).lower()
