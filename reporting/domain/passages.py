"""The passages of a report: what stands under each heading, as it is read on the page. No database and no clock.

They are read off the page itself, so that every kind of report is searched in the words it shows, whatever its templates are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

# Elements within a sentence: what stands before and after them is one word, or one with a space of its own.
INLINE = frozenset(("a", "abbr", "b", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time"))
VOID = frozenset(("br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
# A drawing's words are those of the table behind it.
SILENT = frozenset(("svg", "script", "style", "template"))
CELLS = frozenset(("td", "th"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
LONGEST_TITLE, LONGEST_ANCHOR = 300, 120  # as the fields
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Passage:
    anchor: str
    title: str = ""
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return plain(self.lines)

    @property
    def lines(self) -> str:
        """The same, line by line as it stands on the page; the cells of a table's row with a tab between them."""
        lines = ("\t".join(filter(None, map(plain, line.split("\t")))) for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def passages_in(content: dict[str, Any]) -> list[Passage]:
    """The passages of a report's content, in its order; those that hold nothing but a heading are left out."""
    with override("nb"):
        page = "".join(
            render_to_string(template, {"content": content})
            for template in ("reporting/report/_proposed_decision.html", "reporting/_report_body.html")
        )
    return passages_of(page)


def passages_of(page: str) -> list[Passage]:
    """The same of a piece of HTML: each section with an id is a passage, from its start to the next section in it."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [found for found in reader.passages if found.anchor and found.title and found.text]


def text_of(page: str) -> str:
    """All the text of a piece of HTML as one reads it, drawings left out."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return plain(" ".join(f"{found.title} {found.text}" for found in reader.passages))


def plain(text: str) -> str:
    """Without control characters, and with one space between words; spaces within a number stay as they are."""
    return plain_within(text).strip()


def plain_within(text: str) -> str:
    """The same of a piece of a text, which keeps the spaces at its ends."""
    return re.sub(r"[ \t\r\n]+", " ", CONTROL.sub(" ", text))


class _Reader(HTMLParser):
    """Collects text under the innermost section that has an id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages = [Passage("")]
        self.open: list[tuple[str, Passage]] = []  # the elements around, each with the passage it stands in
        self.silent = 0
        self.in_title = False
        self.rows = 0  # of tables: what stands in one is one line

    @property
    def here(self) -> Passage:
        return self.open[-1][1] if self.open else self.passages[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = self.here
        here.pieces.append(self._between(tag))
        if tag in VOID:
            return
        anchor = dict(attrs).get("id") or ""
        if tag == "section" and anchor and len(anchor) <= LONGEST_ANCHOR:
            here = Passage(anchor)
            self.passages.append(here)
        self.silent += tag in SILENT
        self.rows += tag == "tr"
        self.open.append((tag, here))
        if tag in HEADINGS and not here.title and not self.silent:
            self.in_title = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or all(name != tag for name, _passage in self.open):
            return
        while True:
            name, here = self.open.pop()
            self.silent -= name in SILENT
            self.rows -= name == "tr"
            if name in HEADINGS:
                self.in_title = False
                here.title = plain(here.title)[:LONGEST_TITLE]
            self.here.pieces.append(self._between(name))
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.in_title:
            self.here.title += data
        else:
            self.here.pieces.append(plain_within(data))

    def _between(self, tag: str) -> str:
        """What stands between a piece of text and the next where an element begins or ends."""
        if tag in INLINE:
            return ""
        if self.rows:
            return "\t" if tag in CELLS else " "
        return " " if tag == "br" else "\n"


def marked(headline: str, start: str, stop: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a found text, each with whether it is a word that was searched for."""
    for index, piece in enumerate(re.split(f"[{start}{stop}]", headline)):
        if piece:
            yield piece, index % 2 == 1
