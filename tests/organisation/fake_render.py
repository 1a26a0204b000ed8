"""A stand-in for the PDF's maker, for tests about the job around it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from organisation.pdf.order import Attachment


def fake_render(
    template: str,
    content: dict[str, Any],
    out: Path,
    *,
    on_progress: Callable[[str, int], None],
    attachments: Sequence[Attachment] = (),
) -> None:
    """Writes the template's name and the content itself, so that a test sees what the document was made from."""
    on_progress("Lager sidene", 50)
    out.write_bytes(made_from(template, content) + b"".join(attachment.content for attachment in attachments))
    on_progress("Skriver PDF-filen", 100)


def made_from(template: str, content: dict[str, Any]) -> bytes:
    return f"%PDF-1.7\n{template}\n".encode() + json.dumps(content, sort_keys=True).encode()
