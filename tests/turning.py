"""Turning the pages of a list as a reader does: by the link on the page."""

import html
import re
from typing import Any
from urllib.parse import parse_qs

from django.test import Client


def turn(client: Client, answer: Any, rel: str = "next", **more: Any) -> Any:
    """The page that "Neste" (or "Forrige": rel="prev") leads to."""
    links = re.findall(rf'rel="{rel}" href="\?([^"]*)"', answer.content.decode())
    assert len(links) == 1, f"{len(links)} links to the {rel} page"
    query = {name: values[-1] for name, values in parse_qs(html.unescape(links[0])).items()}
    return client.get(answer.request["PATH_INFO"], query | more)
