"""The Jinja macros render what the vendored version of the Design System expects."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Template

from web.environment import STATIC, environment

EXAMPLES = Path(__file__).parents[1] / "samples" / "govuk-examples.json.gz"
JINJA = environment([])
COMPONENTS: dict[str, list[dict[str, Any]]] = json.loads(gzip.decompress(EXAMPLES.read_bytes()))


class Tokens(HTMLParser):
    """Tags with their attributes, and texts, in order; white space counts once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.found.append(text)


def template_of(component: str) -> Template:
    macro = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    file = f"govuk_frontend_jinja/components/{component}/macro.html"
    return JINJA.from_string(f'{{% from "{file}" import {macro} %}}{{{{ {macro}(options) }}}}')


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_example_of_a_component_comes_out_as_the_design_system_says(component: str) -> None:
    template = template_of(component)
    differing = [
        example["name"]
        for example in COMPONENTS[component]
        if Tokens(template.render(options=example["options"])).found != Tokens(example["html"]).found
    ]
    assert differing == []


def test_all_examples_are_there() -> None:
    assert sum(map(len, COMPONENTS.values())) == 657


def test_neither_fonts_nor_crown_nor_other_hosts_are_in_the_style_sheet() -> None:
    css = (STATIC / "govuk-frontend.min.css").read_text()
    assert '--govuk-frontend-version:"6.3.0"' in css
    assert not re.search(r"@font-face|GDS Transport|crest|url\((?!data:)", css)


def test_no_rule_of_our_style_sheet_stands_by_accident_in_the_block_of_another() -> None:
    depth = 0
    for number, line in enumerate((STATIC / "convene.css").read_text().splitlines(), 1):
        assert depth == 0 or not re.match(r"/\*|\.|@", line), f"line {number} stands in a block that was not closed"
        depth += line.count("{") - line.count("}")
    assert depth == 0
