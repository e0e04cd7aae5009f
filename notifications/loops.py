"""Say which mail may be answered by a machine, so that no two machines ever talk to each other; pure."""

from notifications.opening import Kind, Opened

_ROBOTS = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces")


def may_be_answered(opened: Opened, *, envelope_from: str, our_domain: str) -> bool:
    """Whether an automatic letter may go out because of this message (RFC 3834 section 2).

    Never to a null sender, to what a robot wrote or to whoever asked for none, to a list, to ourselves, and never
    where it is not plain who wrote. How often one person may get such a letter is decided elsewhere.

    :param envelope_from: MAIL FROM as the mail door kept it; "" for a null sender.
    :param our_domain: the domain of our own letters; those of its subdomains are ours too.
    """
    if not envelope_from.strip("<> ") or opened.return_path == "":
        return False
    if opened.automatic or opened.kind in (Kind.REPORT, Kind.AUTOMATIC, Kind.DAMAGED):
        return False
    if len(opened.from_addresses) != 1:
        return False
    writers = [*opened.from_addresses, *filter(None, (opened.sender, opened.return_path, envelope_from.strip("<> ")))]
    return not any(_is_robot(address) or _is_ours(address, our_domain) for address in writers)


def _is_robot(address: str) -> bool:
    return address.lower().partition("@")[0] in _ROBOTS


def _is_ours(address: str, our_domain: str) -> bool:
    domain = address.lower().rpartition("@")[2].rstrip(".")
    return domain == our_domain.lower() or domain.endswith(f".{our_domain.lower()}")
