"""Take the message out of an S/MIME signature that holds it (RFC 5652 section 5); pure.

Nothing is verified: who may answer is decided by the token and by our own server's findings, not by certificates.
"""

from asn1crypto.cms import ContentInfo
from asn1crypto.core import Sequence
from asn1crypto.parser import parse

from notifications.errors import Unreadable

LONGEST_KIND = 32  # octets; those of RFC 5652 have 9 to 11
LARGEST = 512 * 1024  # octets; a signed answer with its certificates has 5 to 30 KB


def content(der: bytes) -> bytes:
    """The bytes that were signed.

    :raises Unreadable: when it is encrypted, holds nothing, or is no such thing.
    """
    if len(der) > LARGEST:
        raise Unreadable(f"the signed content is larger than {LARGEST // 1024} KB")
    try:
        outer = ContentInfo.load(der)
        _check_kind(outer)
        if outer["content_type"].native != "signed_data":
            raise Unreadable("it is not signed but encrypted")
        inner = outer["content"]["encap_content_info"]
        _check_kind(inner)
        octets = inner["content"].native
    except Unreadable:
        raise
    except Exception as error:  # the library raises many kinds on broken structures
        raise Unreadable(f"not a signed message: {type(error).__name__}") from error
    if not isinstance(octets, bytes) or not octets:
        raise Unreadable("the signature holds no message")
    return octets


def _check_kind(structure: Sequence) -> None:
    """Before the library reads what kind it is: it needs the square of the name's length for that."""
    _, _, _, _, name, _ = parse(structure.contents or b"")
    if len(name) > LONGEST_KIND:
        raise Unreadable("it is of no kind that anybody knows")
