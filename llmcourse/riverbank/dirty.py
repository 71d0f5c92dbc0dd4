"""A crawl of the town as the web would give it: copies, menus, foreign pages, fraud, noise.

The labels say what is wrong with each page, so whoever cleans the crawl can measure what was found
and what was taken by mistake. Two pages in five are clean, some of them hard to tell from dirt:
order numbers beside card numbers, a warning of fraud beside the fraud.

Left out: dirt that is a matter of taste. Here a label is true or it isn't.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from llmcourse.errors import UserError
from llmcourse.riverbank.fresh_pages import KINDS, FreshPages
from llmcourse.riverbank.grammar import Grammar
from llmcourse.riverbank.phrases import Draw, Spans, pick
from llmcourse.riverbank.town import Town

LABELS = (
    *("copy", "near-copy", "boilerplate", "foreign"),
    *("personal", "insult", "unsafe", "garbled"),
)
NEAR = 0.8  # the Jaccard similarity from which an edited copy is a near-copy

# How often each kind of page is drawn; the last two are made from earlier pages.
_SHARES = dict(zip(KINDS, (38, 9, 14, 8, 4, 4, 4), strict=True)) | {"copied": 6, "edited": 13}


@dataclass(frozen=True)
class DirtyDocument:
    """A page of the crawl, what is wrong with it, and where its personal data stand.

    `labels` are of `LABELS`; none: the page is clean. `language` is its ISO 639-1 code. `copy_of`
    is the index, in the list, of the page that this one was made from, which itself is no copy; it
    is given too where the edits went so far (below `NEAR`) that the page is no "near-copy". `spans`
    are start, end and kind of its personal data: email, phone, iban, card, address or ip.
    """

    text: str
    labels: frozenset[str]
    language: str
    copy_of: int | None
    spans: Spans


def shingles(text: str, k: int = 3) -> set[tuple[str, ...]]:
    """The runs of k words of a text, split at white space; a shorter text is one run.

    >>> sorted(shingles("a rose is a rose is a rose"))
    [('a', 'rose', 'is'), ('is', 'a', 'rose'), ('rose', 'is', 'a')]
    """
    words = text.split()
    return {tuple(words[i : i + k]) for i in range(max(1, len(words) - k + 1))}


def jaccard(a: str, b: str, k: int = 3) -> float:
    """|A ∩ B| / |A ∪ B| for the sets of shingles of two texts (Broder 1997).

    >>> jaccard("a rose is a rose", "a rose is a tulip")
    0.5
    """
    one, other = shingles(a, k), shingles(b, k)
    return len(one & other) / len(one | other)


def crawl(town: Town, grammar: Callable[[str], Grammar], n: int, seed: int) -> list[DirtyDocument]:
    """The first n pages of the stream `seed`; `Riverbank.dirty` gives the town and its grammars.

    Two pages that were not made from each other are never near-copies by accident.
    """
    if n < 0:
        raise UserError(f"{n} pages were asked for.", todo="Ask for 0 or more.")
    names = [resident["name"] for resident in town.residents]
    stream = _Crawl(names, grammar, Random(f"riverbank dirty {seed}").random)
    while len(stream.pages) < n:
        stream.draw_page()
    return stream.pages


class _Crawl:
    def __init__(self, names: list[str], grammar: Callable[[str], Grammar], draw: Draw):
        self.pages: list[DirtyDocument] = []
        self._names, self._draw = names, draw
        self._fresh = FreshPages(names, grammar, draw)
        self._originals: list[int] = []  # what is copied
        self._editable: list[int] = []  # what is edited: long pages without other labels
        self._short: dict[tuple[str, ...], list[int]] = {}  # shingle: the short pages that hold it

    def draw_page(self) -> None:
        """Add one page, or none where the one drawn can't be."""
        kinds = [kind for kind, share in _SHARES.items() for _ in range(share)]
        kind = pick(kinds, self._draw)
        if kind == "copied" and self._originals:
            self.pages.append(self._copied(pick(self._originals, self._draw)))
        elif kind == "edited" and self._editable:
            self.pages.append(self._edited(pick(self._editable, self._draw)))
        elif kind in KINDS:
            text, labels, language, spans = self._fresh.page(kind)
            if self._is_new(text):
                self._originals.append(len(self.pages))
                if labels <= {"foreign"} and len(text.split()) >= 40:
                    self._editable.append(len(self.pages))
                self.pages.append(DirtyDocument(text, labels, language, None, spans))

    def _is_new(self, text: str) -> bool:
        """Whether no short page shares half of its shingles by accident. Long ones never do."""
        mine = shingles(text)
        if len(mine) > 40:
            return True
        shared: dict[int, int] = {}
        for one in mine:
            for page in self._short.get(one, ()):
                shared[page] = shared.get(page, 0) + 1
        if any(2 * n > len(mine) for n in shared.values()):
            return False
        for one in mine:
            self._short.setdefault(one, []).append(len(self.pages))
        return True

    def _copied(self, index: int) -> DirtyDocument:
        page = self.pages[index]
        return DirtyDocument(page.text, page.labels | {"copy"}, page.language, index, page.spans)

    def _edited(self, index: int) -> DirtyDocument:
        """The page after edits of single words, until its similarity is at most what was drawn."""
        page, aim = self.pages[index], 0.6 + 0.38 * self._draw()
        words = page.text.split(" ")
        while (similarity := jaccard(" ".join(words), page.text)) > aim:
            self._edit(words)
        labels = page.labels | {"near-copy"} if similarity >= NEAR else page.labels
        return DirtyDocument(" ".join(words), labels, page.language, index, ())

    def _edit(self, words: list[str]) -> None:
        at, other = int(self._draw() * len(words)), int(self._draw() * len(words))
        how = self._draw()
        if how < 0.3:
            del words[at]
        elif how < 0.6:
            words[at] = words[other]
        elif how < 0.8:
            words.insert(at, words[other])
        elif how < 0.9:
            words.insert(0, f"({pick(self._names, self._draw)})")
        else:
            words[at], words[other] = words[other], words[at]
