"""The anchor of the hash chain: a file outside the database that says where the chain stood, one line for each time.

    2026-01-31T02:00:00+00:00 12345 9f86d081884c7d65...

Time, position, hash. Lines are added at the end and never changed.
"""

import datetime
import os
import re
from pathlib import Path

from django.utils.translation import gettext as _

from organisation.domain.log_chain import Link

LINE = re.compile(r"\S+ ([1-9][0-9]{0,18}) ([0-9a-f]{64})\n")


class AnchorError(Exception):
    """The file can't be used; the text says why."""


def read_anchors(path: Path) -> list[Link]:
    """All that has been anchored. A line that can't be read is refused, not passed over."""
    try:
        with path.open(encoding="ascii", newline="") as file:
            matches = [LINE.fullmatch(line) for line in file]
    except FileNotFoundError as error:
        raise AnchorError(
            _("Ankerfilen %(path)s finnes ikke. Er dette første gang, lag en tom fil med det navnet.") % {"path": path}
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AnchorError(_("Ankerfilen %(path)s kan ikke leses.") % {"path": path}) from error
    anchors = []
    for number, match in enumerate(matches, start=1):
        if match is None:
            raise AnchorError(_("Linje %(number)s i ankerfilen kan ikke leses.") % {"number": number})
        anchors.append(Link(int(match[1]), bytes.fromhex(match[2])))
    return anchors


def append_anchor(path: Path, link: Link, *, at: datetime.datetime) -> None:
    """Write down where the chain stands. When this returns, the line is on the disk."""
    line = f"{at.isoformat(timespec='seconds')} {link.position} {link.hash.hex()}\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, line.encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise AnchorError(_("Ankerfilen %(path)s kan ikke skrives.") % {"path": path}) from error
