"""Whose word is enough for a change of an entry: no mailbox alone may move where a unit's letters go. Pure."""

from __future__ import annotations

from collections.abc import Collection

from directory.addresses import same_address
from directory.change_tables import What


def moves_mail(
    what: What, *, held: str, proposed: str, was_group: bool, group: bool, reordered: bool = False
) -> bool:
    """Whether letters would go elsewhere, or whoever shares a mailbox's domain would begin to count.

    So an end and another order move them as well: the next mailbox gets what the first one had.

    :param held: the contact's address now, "" for a new contact.
    :param reordered: whether it would be tried earlier or later than now.
    """
    if what is What.OTHER:
        return False
    return what is What.END or reordered or not same_address(held, proposed) or (group and not was_group)


def owner_is_enough(*, moves: bool, words: bool, from_owner: bool, proposed: str, held: Collection[str]) -> bool:
    """Whether the owner's word, given with a link, carries the change out without anybody signed in.

    What is said in words somebody must do. Where letters go is moved by two who are not the same: so not by an owner
    who proposed it, and to another mail domain never without somebody who keeps the directory.

    :param from_owner: the owner proposed it, with a link of theirs.
    :param held: the addresses that the unit has.
    """
    if words:
        return False
    if not moves:
        return True
    return not from_owner and (not proposed or domain_of(proposed) in {domain_of(address) for address in held})


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
