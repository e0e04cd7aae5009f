"""Pages as a person reads them."""

from __future__ import annotations

import re
from html import unescape

import httpx


def words(response: httpx.Response) -> str:
    """The page's words, without its tags."""
    assert response.status_code in (200, 400), response.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())
