"""Two people's changes of one form laid side by side: what stood, what stands now, what was typed. No form, no database."""

import difflib
import json
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from django.db.models import Model, QuerySet

Sent = dict[str, list[str]]  # what a browser sends of one field: inputs and their values
LONGEST_COMPARED = 4000  # words and spaces; longer texts are shown whole, without marks


class Changed(StrEnum):
    """Who changed a field since it was read."""

    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"


def who_changed(*, opened: Hashable, theirs: Hashable, mine: Hashable, opened_is_known: bool) -> Changed | None:
    """None where both say the same. Where nobody knows what stood, nobody's value gives way by itself."""
    if theirs == mine:
        return None
    if opened_is_known and mine == opened:
        return Changed.THEIRS
    return Changed.MINE if opened_is_known and theirs == opened else Changed.BOTH


def plain(value: Any) -> Hashable:
    """A value to compare by: rows by key, several as a set, texts without what the browser does to their lines."""
    if isinstance(value, Model):
        return ("row", value.pk)
    if isinstance(value, QuerySet | set | frozenset):
        return frozenset(plain(one) for one in value) or None
    if isinstance(value, dict):
        return tuple((name, plain(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value) or None
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip() or None
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Piece:
    """A part of a text that was compared with another."""

    kind: Literal["same", "added", "removed"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Word by word: the pieces that are not removed make `after`, those that are not added make `before`."""
    old, new = _words(before), _words(after)
    if len(old) + len(new) > LONGEST_COMPARED:
        return [Piece("same", after)]
    runs: list[tuple[bool, str, str]] = []  # whether they are the same, what was and what is
    opcodes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, start, end, new_start, new_end) in enumerate(opcodes):
        gone, come = "".join(old[start:end]), "".join(new[new_start:new_end])
        # A space between two changes is no place to stop: they are read as one.
        same = kind == "equal" and not (come.isspace() and 0 < number < len(opcodes) - 1)
        if runs and not same and not runs[-1][0]:
            runs[-1] = (False, runs[-1][1] + gone, runs[-1][2] + come)
        else:
            runs.append((same, gone, come))
    found: list[Piece] = []
    for same, gone, come in runs:
        if same:
            found.append(Piece("same", come))
        else:
            found += [Piece("removed", gone)] * bool(gone) + [Piece("added", come)] * bool(come)
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", "\n".join(text.splitlines()))


@dataclass
class Standing:
    """What goes with a form to the page and back: what its fields stood at, and what there is to choose between."""

    stood: dict[str, Sent] = field(default_factory=dict)
    opened: dict[str, Sent] = field(default_factory=dict)  # before the other one saved, of fields to choose in
    choose: list[str] = field(default_factory=list)
    saved: str = ""  # by whom and when, in words

    def written(self) -> str:
        return json.dumps(
            {"stood": self.stood, "opened": self.opened, "choose": self.choose, "saved": self.saved}, ensure_ascii=False
        )

    @classmethod
    def read(cls, text: str) -> "Standing":
        """What doesn't look like one is none: then nothing is known, and everything that differs is asked about."""
        try:
            told = json.loads(text or "{}")
        except (ValueError, RecursionError):
            return cls()
        told = told if isinstance(told, dict) else {}
        choose = told.get("choose")
        names = [name for name in choose if isinstance(name, str)] if isinstance(choose, list) else []
        return cls(_fields(told.get("stood")), _fields(told.get("opened")), names, str(told.get("saved", ""))[:300])


def _fields(told: Any) -> dict[str, Sent]:
    return {name: sent for name, sent in told.items() if _is_sent(sent)} if isinstance(told, dict) else {}


def _is_sent(told: Any) -> bool:
    return isinstance(told, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values) for values in told.values()
    )


@dataclass(frozen=True)
class MergeRow:
    """One field that differs, as the page shows it. `opened` is None where nobody knows what stood."""

    name: str
    label: Any
    changed: Changed
    opened: str | None
    theirs: str
    mine: str
    input_name: str = ""  # of the choice, where there is one
    chosen: str = ""
    nothing: str = ""  # what stands for an empty field; no text that was written or taken away
    place: str = ""  # the row's id on the page, and its field's: each has a link to the other
    field_place: str = ""

    @property
    def asks(self) -> bool:
        return bool(self.input_name)

    @property
    def theirs_marked(self) -> list[Piece]:
        return [Piece("same", self.theirs)] if self.opened is None else self._compared(self.opened, self.theirs)

    @property
    def mine_marked(self) -> list[Piece]:
        return self._compared(self.theirs if self.opened is None else self.opened, self.mine)

    def _compared(self, before: str, after: str) -> list[Piece]:
        if after == self.nothing:
            return [Piece("removed", before), Piece("same", f" {after}")] if before != after else [Piece("same", after)]
        return differences("" if before == self.nothing else before, after)


@dataclass(frozen=True)
class Merge:
    """What the page shows when somebody else saved first."""

    rows: list[MergeRow]
    saved: str
    acts: bool = False

    @property
    def knows_opened(self) -> bool:
        return any(row.opened is not None for row in self.rows)

    @property
    def asks(self) -> bool:
        return any(row.asks for row in self.rows)
