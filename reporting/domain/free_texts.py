"""Free texts in a report: held back until somebody has confirmed that they identify nobody. No database and no clock.

In the figures of a version a free text is an object, `{"free": key, "label", "section", "text", "cleared"}`, wherever
it stands; the key is unique in the report and says what the text is about ("measure:ab12:text"). In the content, which
is what is read, a plain string stands in its place: the text as it was edited, or HELD where nobody has cleared it.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What a draft shows before a text that nobody has cleared yet.
NOT_CLEARED = "[Ikke bekreftet ennå]"
# Bokmål like the rest of a report, whatever the language of whoever sends it.
HELD = "[Teksten er holdt tilbake til noen har bekreftet at den ikke peker ut enkeltpersoner.]"


# What is shorter, like a heading or "Ja.", may stand in two texts by chance.
SHORTEST = 8


@dataclass(frozen=True)
class FreeText:
    """A text as it stands in the figures. `cleared`: whoever confirmed it in the round has said so of these very words.

    `is_fixed`: the words are somebody else's, like those of a resolution, and are not edited in a report.
    """

    key: str
    label: str
    section: str
    text: str
    cleared: bool = False
    is_fixed: bool = False


def free(key: str, label: Any, section: str, text: str, cleared: bool = False) -> dict[str, Any]:
    """A free text for the figures. `section` is the key of the section it stands in (domain/sections.py)."""
    return {"free": key, "label": str(label), "section": section, "text": text.strip(), "cleared": cleared}


def texts_in(figures: Any) -> Iterator[FreeText]:
    """Every free text of the figures, in the order of the report."""
    if isinstance(figures, dict):
        if "free" in figures:
            key, label, section = figures["free"], figures["label"], figures["section"]
            yield FreeText(key, label, section, figures["text"], figures["cleared"], is_fixed(key))
            return
        for value in figures.values():
            yield from texts_in(value)
    elif isinstance(figures, list):
        for value in figures:
            yield from texts_in(value)


def is_fixed(key: str) -> bool:
    """Whether a text is what a political body decided: a resolution, or a point of it as it was decided."""
    kind, _bar, rest = key.partition(":")
    return kind == "resolution" or (kind == "point" and ":" not in rest)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_cleared(text: FreeText, edited: Mapping[str, str], cleared: Mapping[str, Collection[str]]) -> bool:
    """Whether the text as it stands now may be read by all. An empty one may."""
    now = edited.get(text.key, text.text)
    if not now.strip():
        return True
    return (text.cleared and now == text.text) or hash_of(now) in cleared.get(text.key, ())


def filled_in(figures: Any, edited: Mapping[str, str], cleared: Mapping[str, Collection[str]]) -> Any:
    """The content made of the figures: each free text as it was edited, or HELD.

    `edited` are texts by key, `cleared` the hashes of the texts that were confirmed, by key.
    """
    if isinstance(figures, dict):
        if "free" in figures:
            text = next(texts_in(figures))
            return edited.get(text.key, text.text) if is_cleared(text, edited, cleared) else HELD
        return {name: filled_in(value, edited, cleared) for name, value in figures.items()}
    if isinstance(figures, list):
        return [filled_in(value, edited, cleared) for value in figures]
    return figures


def as_they_stand(figures: Any, edited: Mapping[str, str]) -> Any:
    """The content of a draft, for those who work on it: every text, cleared or not."""
    everything = {text.key: [hash_of(edited.get(text.key, text.text))] for text in texts_in(figures)}
    return filled_in(figures, edited, everything)


def as_a_draft(figures: Any, edited: Mapping[str, str], cleared: Mapping[str, Collection[str]]) -> Any:
    """The same, with a mark before each text that would be held back if it were sent now."""
    marked = {
        text.key: f"{NOT_CLEARED} {edited.get(text.key, text.text)}"
        for text in texts_in(figures)
        if not is_cleared(text, edited, cleared)
    }
    return as_they_stand(figures, {**edited, **marked})


def shared(one: str, other: str) -> list[str]:
    """The sentences that stand in both texts, also where one has more around it; each once, as they are compared."""
    texts = [" ".join(text.split()).casefold() for text in (one, other)]
    sentences = [sentence for text in (one, other) for sentence in _sentences(text)]
    return [words for words in dict.fromkeys(sentences) if all(words in text for text in texts)]


def _sentences(text: str) -> list[str]:
    found = (" ".join(part.split()).casefold() for part in re.split(r"(?<=[.!?])\s+|\n+", text))
    return [sentence for sentence in found if len(sentence) >= SHORTEST]


def count_of_held(figures: Any, edited: Mapping[str, str], cleared: Mapping[str, Collection[str]]) -> int:
    return sum(not is_cleared(text, edited, cleared) for text in texts_in(figures))
