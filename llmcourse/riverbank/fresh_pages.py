"""The pages of a crawl that are not made from others: a story, and what came with it.

One method a kind of page, by the names of `KINDS`. Some pages that are clean hold what is hard to
tell from dirt; they are most of the work of whoever filters.
"""

from collections.abc import Callable
from typing import NamedTuple

from llmcourse.riverbank import page_parts, personal_data
from llmcourse.riverbank.grammar import Grammar
from llmcourse.riverbank.phrases import Draw, Spans, expand, pick, picks
from llmcourse.riverbank.tongues import TONGUES
from llmcourse.riverbank.town import STREETS

KINDS = ("clean", "boilerplate", "foreign", "personal", "insult", "unsafe", "garbled")

_JOINTS = ["\n", " ", "\n\n"]
_NOISE = "#*~^|<>{}[]%$=_\\/+-0123456789@"
_MONTHS = ["March", "April", "May", "June", "July", "October"]


class Page(NamedTuple):
    """A page without its place in the crawl: see `dirty.DirtyDocument`."""

    text: str
    labels: frozenset[str] = frozenset()
    language: str = "en"
    spans: Spans = ()


class FreshPages:
    """Draws pages of the town with these names of residents and these grammars of genres."""

    def __init__(self, names: list[str], grammar: Callable[[str], Grammar], draw: Draw):
        self._names, self._grammar, self._draw = names, grammar, draw

    def page(self, kind: str) -> Page:
        """One page of a kind of `KINDS`."""
        return getattr(self, kind)()

    def clean(self) -> Page:
        lines, chance = [self._story()], self._draw()
        if chance < 0.35:
            harmless = [
                *page_parts.HARMLESS,
                *page_parts.HOLDS_AN_INSULT,
                *page_parts.HOLDS_A_WARNING,
            ]
            for template in picks(harmless, 1 + self._below(3), self._draw):
                lines.insert(self._below(len(lines) + 1), self._say(template).text)
        elif chance < 0.45:
            lines.insert(self._below(2), self._say(pick(page_parts.FRAME, self._draw)).text)
        return Page(self._joined(lines))

    def boilerplate(self) -> Page:
        templates = picks(page_parts.BOILERPLATE, 4 + self._below(8), self._draw)
        lines = [self._say(template).text for template in templates]
        if self._draw() < 0.5:  # what was left of the story
            lines.insert(len(lines) // 2, self._story().split(". ")[0] + " ...")
        return Page(self._joined(lines), frozenset({"boilerplate"}))

    def foreign(self) -> Page:
        page = self._abroad()
        if self._draw() < 0.1:
            kind = pick(["email", "phone", "address"], self._draw)
            line = self._say("{A}: {" + kind + "}")
            labels = page.labels | {"personal"}
            return Page(f"{line.text}\n{page.text}", labels, page.language, line.spans)
        return page

    def personal(self) -> Page:
        some = picks(page_parts.PERSONAL, 1 + self._below(4), self._draw)
        some += picks(page_parts.HARMLESS, self._below(3), self._draw)
        parts = [Page(self._story()), *(self._say(template) for template in some)]
        joint, text, spans = pick(_JOINTS, self._draw), "", []
        for part in picks(parts, len(parts), self._draw):
            text += joint if text else ""
            spans += [(len(text) + start, len(text) + end, kind) for start, end, kind in part.spans]
            text += part.text
        return Page(text, frozenset({"personal"}), spans=tuple(spans))

    def insult(self) -> Page:
        return self._with_a_story(page_parts.INSULTING, "insult")

    def unsafe(self) -> Page:
        return self._with_a_story(page_parts.UNSAFE, "unsafe")

    def garbled(self) -> Page:
        return pick([self._misread, self._stuck, self._noisy], self._draw)()

    def _misread(self) -> Page:
        """UTF-8 that was read as Windows-1252, once or twice."""
        page = self._abroad() if self._draw() < 0.5 else Page(self._story())
        text = "“" + page.text.replace('"', "”").replace("'", "’").replace(". ", "… ") + "”"
        for _ in range(pick([1, 1, 2], self._draw)):
            text = text.encode().decode("cp1252", errors="replace")
        return Page(text, page.labels | {"garbled"}, page.language)

    def _stuck(self) -> Page:
        """One sentence again and again."""
        lines = [pick(self._story().split(". "), self._draw)] * (6 + self._below(20))
        if self._draw() < 0.5:
            lines.insert(0, self._story())
        return Page("\n".join(lines), frozenset({"garbled"}))

    def _noisy(self) -> Page:
        """A third to three quarters of the words in symbols."""
        share = 0.35 + 0.4 * self._draw()
        words = [
            "".join(pick(_NOISE, self._draw) for _ in word) if self._draw() < share else word
            for word in self._story().split()
        ]
        return Page(" ".join(words), frozenset({"garbled"}))

    def _with_a_story(self, templates: list[str], label: str) -> Page:
        some = picks(templates, 1 + self._below(2), self._draw)
        lines = [self._say(template).text for template in some]
        if self._draw() < 0.7:
            lines.insert(self._below(len(lines) + 1), self._story())
        return Page(self._joined(lines), frozenset({label}))

    def _story(self) -> str:
        if self._draw() < 0.12:
            return self._grammar("dialogues").sample(self._draw)
        n = pick([1, 1, 1, 2, 2, 3], self._draw)
        return "\n".join(self._grammar("stories").sample(self._draw) for _ in range(n))

    def _abroad(self) -> Page:
        """One to ten sentences in a language other than English."""
        language = pick(list(TONGUES), self._draw)
        n = pick([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], self._draw)
        said = [self._say(one).text for one in picks(TONGUES[language].sentences, n, self._draw)]
        return Page(" ".join(said), frozenset({"foreign"}), language)

    def _say(self, template: str) -> Page:
        """A template with everything filled in; personal data are its spans."""
        a, b = picks(self._names, 2, self._draw)
        text, spans = expand(template, {"A": a, "B": b, **_SLOTS}, self._draw)
        return Page(text, spans=tuple(one for one in spans if one[2] in personal_data.KINDS))

    def _joined(self, lines: list[str]) -> str:
        return pick(_JOINTS, self._draw).join(lines)

    def _below(self, n: int) -> int:
        return int(self._draw() * n)


def _insult(draw: Draw) -> str:
    """An invented insult, one in four spelt so that a plain list of words misses it."""
    word, how = pick(page_parts.INSULTS, draw), draw()
    if how < 0.08:
        return word.translate(str.maketrans("ieo", "130"))
    at = next(i for i, letter in enumerate(word) if letter in "aeiou")
    if how < 0.16:
        return word[:at] + word[at] * 4 + word[at + 1 :]
    if how < 0.20:
        return word.upper()
    if how < 0.24:
        return word[: at + 1] + pick("*.-", draw) + word[at + 1 :]
    return word


_SLOTS: dict[str, Callable[[Draw], str]] = {
    **personal_data.KINDS,
    **personal_data.LOOK_ALIKES,
    "S": lambda draw: pick(STREETS, draw),
    "n": lambda draw: str(2 + int(draw() * 90)),
    "day": lambda draw: f"{1 + int(draw() * 28)} {pick(_MONTHS, draw)}",
    "year": lambda draw: str(1998 + int(draw() * 28)),
    "insult": _insult,
    "adjective": lambda draw: pick(page_parts.ADJECTIVES, draw),
    "host": lambda draw: f"{pick(page_parts.HOSTS, draw)}.example",
    "path": lambda draw: pick(page_parts.PATHS, draw),
    "file": lambda draw: pick(page_parts.FILES, draw),
    "handle": lambda draw: pick(page_parts.PATHS, draw) + str(int(draw() * 90)),
}
