"""What the sandbox is told to make, on its stdin: a line of JSON, then the HTML and the files as they are.

    {"variant": "pdf/a-3a", "html": 51234, "attachments": [{"name": "tall.csv", "mime": ..., "size": 812}]}

So files reach it without any new right: it opens none. Both sides import this, so nothing here knows Django.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

# PDF/A-3 may hold any file, PDF/A-2 none but PDF/A, so there the attachments are left out.
A3, A2 = "pdf/a-3a", "pdf/a-2a"
VARIANTS = (A3, A2)
NAME = re.compile(r"[\wæøåÆØÅ][\wæøåÆØÅ .-]{0,99}", re.ASCII)
MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a document: its figures as CSV or JSON. The same content must give the same bytes."""

    name: str
    content: bytes
    mime: str
    description: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or not MIME.fullmatch(self.mime) or not self.description:
            raise ValueError(f"An attachment needs a plain name, a type and a description: {self.name!r}")


@dataclass(frozen=True)
class Order:
    html: str
    variant: str = A3
    attachments: Sequence[Attachment] = field(default=())

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise ValueError(f"The variant of PDF must be one of {', '.join(VARIANTS)}")
        names = [attachment.name.lower() for attachment in self.attachments]
        if len(names) != len(set(names)):
            raise ValueError(f"Two attachments have the same name: {sorted(names)}")

    def write(self, stream: IO[bytes]) -> None:
        page = self.html.encode("utf-8")
        files = self.attachments if self.variant == A3 else ()
        head = {
            "variant": self.variant,
            "html": len(page),
            "attachments": [
                {"name": each.name, "mime": each.mime, "description": each.description, "size": len(each.content)}
                for each in files
            ],
        }
        stream.writelines([json.dumps(head).encode("ascii"), b"\n", page, *(each.content for each in files)])

    @classmethod
    def read(cls, stream: IO[bytes]) -> "Order":
        head = json.loads(stream.readline())
        html = stream.read(head["html"]).decode("utf-8")
        files = [
            Attachment(each["name"], stream.read(each["size"]), each["mime"], each["description"])
            for each in head["attachments"]
        ]
        return cls(html, head["variant"], files)
