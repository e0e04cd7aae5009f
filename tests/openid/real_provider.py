"""The certified OpenID provider that the tests run, and a person who signs in there by pressing its buttons."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / ".venv" / "openid" / "node_modules" / "oidc-provider" / "lib" / "index.js"
CLIENT_ID, CLIENT_SECRET = "convene", "the client's secret, which only tests know"
_ACTION = re.compile(r'<form[^>]*action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="(\w+)"')


def is_there() -> bool:
    return LIBRARY.exists() and shutil.which("node") is not None


@contextmanager
def provider(redirects: list[str], back_to: str, accounts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The provider's issuer; the provider runs within."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": redirects,
        "post_logout_redirect_uris": [back_to],
    }
    told = json.dumps({"issuer": issuer, "client": client, "accounts": accounts})
    process = subprocess.Popen(
        ["node", str(HERE / "provider.mjs"), LIBRARY.as_uri(), told],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready", "the provider did not start"
        yield issuer
    finally:
        process.communicate(timeout=20)  # its input ends, and so does it


async def signs_in(there: str, login: str) -> str:
    """The person does as the provider asks; the address to which it sends the browser back."""
    async with httpx.AsyncClient(trust_env=False, timeout=20) as outside:
        answer = await outside.get(there)
        for _ in range(12):
            if answer.is_redirect:
                onward = urljoin(str(answer.url), answer.headers["location"])
                if not onward.startswith(f"http://127.0.0.1:{answer.url.port}"):
                    return onward
                answer = await outside.get(onward)
                continue
            action, prompt = _ACTION.search(answer.text), _PROMPT.search(answer.text)
            assert action, f"the provider says {answer.status_code}: {answer.text[:500]}"
            assert prompt, "the provider asks for nothing"
            data = {"prompt": prompt[1], "login": login, "password": "any"}
            answer = await outside.post(urljoin(str(answer.url), action[1]), data=data)
        raise AssertionError("the provider never sends the browser back")
