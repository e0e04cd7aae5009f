"""What a person reads in an HTML part, as plain lines; in one pass, whatever is in it; pure.

Exchange sends most absence notices, and phones many answers, in HTML alone. Nothing of the markup is kept.
"""

import html
import re

from notifications.addresses import one_line

_TAGS = re.compile(r"(<[A-Za-z/!][^<>]*>)")
_NAME = re.compile(r"</?([a-z][a-z0-9]{0,15})", re.IGNORECASE)
_HIDDEN = ("style", "script", "title")
_LINES = ("br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "hr", "h1", "h2", "h3", "h4", "pre")


def lines_of(markup: str) -> str:
    """The text between the tags, a line for each line that a reader sees, without styles, scripts and comments."""
    kept: list[str] = []
    hidden = ""
    for piece in _TAGS.split(markup):
        if not _TAGS.match(piece):
            kept += [] if hidden else [" ".join(html.unescape(piece).split("\n"))]
            continue
        found = _NAME.match(piece)
        name = found[1].lower() if found else ""
        if name in _HIDDEN:
            hidden = "" if piece.startswith("</") else name
        elif name in _LINES:
            kept.append("\n")
    lines = map(one_line, "".join(kept).split("\n"))  # what stood as &#8238; is as unsafe as the character
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
