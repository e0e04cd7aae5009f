"""What our own mail server found about the sender, and nobody else's word about it."""

import pytest

from notifications.authentication import Dmarc, dmarc

OURS = "mx.invites.example"


def found(*values: str, authserv_id: str = OURS, from_domain: str = "police.example") -> Dmarc:
    return dmarc(values, authserv_id=authserv_id, from_domain=from_domain)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (f"{OURS}; dmarc=pass (p=reject dis=none) header.from=police.example", Dmarc.PASS),
        (f"{OURS} 1; spf=pass smtp.mailfrom=police.example; dmarc=pass header.from=police.example", Dmarc.PASS),
        ("MX.Invites.Example; DMARC=Pass header.From=Police.Example", Dmarc.PASS),
        (f"{OURS}; dkim=pass header.d=police.example; dmarc=fail (p=none) header.from=police.example", Dmarc.FAIL),
        (f"{OURS}; dmarc=pass header.from=evil.example; dmarc=fail header.from=police.example", Dmarc.FAIL),
        (f"{OURS}; dmarc=none header.from=police.example", Dmarc.NONE),
        (f"{OURS}; dmarc=bestguesspass header.from=police.example", Dmarc.NONE),
        (f"{OURS}; dmarc=temperror header.from=police.example", Dmarc.NONE),
        (f"{OURS}; dmarc=pass header.from=evil.example", Dmarc.NONE),
        (f"{OURS}; dmarc=pass", Dmarc.NONE),
        (f"{OURS}; none", Dmarc.NONE),
        (f"{OURS}; arc=pass (dmarc=pass header.from=police.example)", Dmarc.NONE),
        (f"{OURS}; arc=pass; x-dmarc=pass header.from=police.example", Dmarc.NONE),
        (f'{OURS}; spf=none reason="; dmarc=pass header.from=police.example"', Dmarc.NONE),
        (f"{OURS}; spf=none (helo ; dmarc=pass header.from=police.example)", Dmarc.NONE),
        (f"{OURS}.evil.example; dmarc=pass header.from=police.example", Dmarc.NONE),
        ("mx.evil.example; dmarc=pass header.from=police.example", Dmarc.NONE),
        ("dmarc=pass header.from=police.example", Dmarc.NONE),
        ("", Dmarc.NONE),
        (';;;(("\\', Dmarc.NONE),
    ],
)
def test_only_our_servers_finding_for_the_authors_domain_counts(value: str, said: Dmarc) -> None:
    assert found(value) is said


def test_of_several_headers_with_our_name_the_topmost_counts() -> None:
    above, below = f"{OURS}; dmarc=fail header.from=police.example", f"{OURS}; dmarc=pass header.from=police.example"

    assert found("other.example; dmarc=pass header.from=police.example", above, below) is Dmarc.FAIL
    assert found(f"{OURS}; spf=pass", below) is Dmarc.NONE


def test_without_a_known_name_nothing_is_believed() -> None:
    assert found("; dmarc=pass header.from=police.example", authserv_id="") is Dmarc.NONE


def test_without_an_author_nothing_passes() -> None:
    assert found(f"{OURS}; dmarc=pass header.from=", from_domain="") is Dmarc.NONE
