"""The code that is made from a name. Pure."""


def slug(name: str) -> str:
    """A name as a code: `Police Scotland` is `police-scotland`. At most 40 characters."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in name.casefold()).split()
    return "-".join(words)[:40].rstrip("-")
