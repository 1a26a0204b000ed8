"""What is shown of a passage that was found: plain sentences, never the cells of a table. No database and no clock."""

import re
from dataclasses import dataclass

from reporting.domain.passages import marked

SHORT, LONG = 8, 40  # words: a sentence as short as that gets the next one too, a longer one than that is cut
SENTENCE_END = re.compile(r"(?<=[.!?])[ ]+(?=[^\w\s]*[A-ZÆØÅ])")
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Excerpt:
    """Pieces of text, each with whether it is a word that was searched for."""

    pieces: Pieces
    is_of_table: bool = False


def excerpt_of(headline: str, *, start: str, stop: str) -> Excerpt:
    """Of a passage's text with the words marked: the sentence with most of them. Where only a table has them, its row's name."""
    lines = [line for line in headline.split("\n") if line]
    spoken = [line for line in lines if "\t" not in line]
    sentences = [(line, sentence) for line in spoken for sentence in SENTENCE_END.split(line)]
    with_words = [(line, sentence) for line, sentence in sentences if start in sentence]
    if with_words:
        line, best = max(with_words, key=lambda found: _worth(found[1], start, stop))
        return Excerpt(_cut(_with_next(line, best), start, stop))
    for row in lines:
        if start in row:
            cells = row.split("\t")
            told = [cells[0], *(cell for cell in cells[1:] if start in cell)]
            return Excerpt(_cut(" – ".join(told), start, stop), is_of_table=True)
    first = next((sentence for _line, sentence in sentences if _is_whole(sentence)), "")
    return Excerpt(_cut(first, start, stop))


def _worth(sentence: str, start: str, stop: str) -> tuple[bool, int]:
    """A whole sentence before a heading or a word by itself, then the one with most of the different words."""
    words = {piece.casefold() for piece, is_found in marked(sentence, start, stop) if is_found}
    return _is_whole(sentence), len(words)


def _is_whole(sentence: str) -> bool:
    """More than a word, and an end as sentences have, whatever quotation marks or brackets stand after it."""
    after_words = next((place for place, one in enumerate(reversed(sentence)) if one.isalnum()), len(sentence))
    return " " in sentence and any(one in ".!?" for one in sentence[len(sentence) - after_words :])


def _with_next(line: str, sentence: str) -> str:
    if len(sentence.split()) > SHORT:
        return sentence
    all_of_it = SENTENCE_END.split(line)
    return " ".join(all_of_it[(place := all_of_it.index(sentence)) : place + 2])


def _cut(text: str, start: str, stop: str) -> Pieces:
    """Some forty words, from a little before the first that was found."""
    words = text.split(" ")
    first = next((place for place, word in enumerate(words) if start in word), 0)
    begin = max(0, min(first - LONG // 4, len(words) - LONG)) if len(words) > LONG else 0
    shown = " ".join(words[begin : begin + LONG])
    if shown.count(start) > shown.count(stop):  # several words that were marked as one
        shown += stop
    before, after = "… " if begin else "", " …" if begin + LONG < len(words) else ""
    return [(piece, found) for piece, found in ((before, False), *marked(shown, start, stop), (after, False)) if piece]
