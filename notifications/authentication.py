"""Whether a sender's domain stands by a message, as our own mail server found it; pure."""

from enum import StrEnum, auto


class Dmarc(StrEnum):
    """What our own server found (RFC 7489, reported as in RFC 8601). NONE: it did not look, or nobody asked."""

    PASS = auto()
    FAIL = auto()
    NONE = auto()
