"""Take the message out of an S/MIME signature that holds it (RFC 5652 section 5); pure.

Nothing is verified: who may answer is decided by the token and by our own server's findings, not by certificates.
"""

from asn1crypto.cms import ContentInfo

from notifications.errors import Unreadable

LARGEST = 512 * 1024  # octets; a signed answer with its certificates has 5 to 30 KB


def content(der: bytes) -> bytes:
    """The bytes that were signed.

    :raises Unreadable: when it is encrypted, holds nothing, or is no such thing.
    """
    if len(der) > LARGEST:
        raise Unreadable(f"the signed content is larger than {LARGEST // 1024} KB")
    try:
        outer = ContentInfo.load(der)
        if outer["content_type"].native != "signed_data":
            raise Unreadable("it is not signed but encrypted")
        octets = outer["content"]["encap_content_info"]["content"].native
    except Unreadable:
        raise
    except Exception as error:  # the library raises many kinds on broken structures
        raise Unreadable(f"not a signed message: {type(error).__name__}") from error
    if not isinstance(octets, bytes) or not octets:
        raise Unreadable("the signature holds no message")
    return octets
