"""The words of a letter, once: a few sentences and facts become plain text and the same as HTML. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LABEL = "padding:4px 16px 4px 0;white-space:nowrap"


@dataclass(frozen=True)
class Wording:
    """A subject, the key message, facts as label and value, then what to do; a link is a fact's value."""

    subject: str
    opening: str
    facts: Sequence[tuple[str, str]] = ()
    steps: Sequence[str] = ()
    footer: Sequence[str] = ()

    def text(self) -> str:
        """As plain text, readable in any client, lines joined by LF."""
        blocks = [self.opening]
        if self.facts:
            blocks.append("\n".join(f"{label}: {value}" for label, value in self.facts))
        blocks += self.steps
        if self.footer:
            blocks.append("-- \n" + "\n".join(self.footer))
        return "\n\n".join(blocks) + "\n"

    def html(self) -> str:
        """The same words as one small HTML document: no images, no script, nothing fetched."""
        rows = "".join(
            f'<tr><th align="left" valign="top" style="{_LABEL}">{escape(label)}</th>'
            f'<td valign="top" style="padding:4px 0">{_linked(value)}</td></tr>'
            for label, value in self.facts
        )
        return (
            '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head>"
            '<body style="font-family:Arial,sans-serif;font-size:16px;line-height:1.4;color:#0b0c0c">'
            f'<p style="font-size:19px"><strong>{escape(self.opening)}</strong></p>'
            + (f'<table role="presentation" cellspacing="0">{rows}</table>' if rows else "")
            + "".join(f"<p>{_linked(step)}</p>" for step in self.steps)
            + "".join(f'<p style="color:#505a5f;font-size:14px">{_linked(line)}</p>' for line in self.footer)
            + "</body></html>\n"
        )


def _linked(value: str) -> str:
    """Escaped; a value that is wholly an https or http address becomes a link to itself."""
    safe = escape(value)
    if value.startswith(("https://", "http://")) and " " not in value:
        return f'<a href="{safe}">{safe}</a>'
    return safe
