"""Citations and lists of references in plain words, from the file that the book reads too."""

import re
from pathlib import Path
from typing import NamedTuple

from pybtex.database import Entry, Person
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from llmcourse.errors import UserError

MOST_NAMES = 8
VENUES = ("journal", "booktitle", "publisher", "institution", "school", "organization")


class Reference(NamedTuple):
    """A work that a page cites.

    >>> Reference("Vaswani et al.", "2017", "…").in_text()
    'Vaswani et al. (2017)'
    """

    authors: str
    year: str
    line: str
    """The entry in the list of references, as one line of Markdown."""

    def in_text(self) -> str:
        """As part of a sentence: Vaswani et al. (2017)."""
        return f"{self.authors} ({self.year})"

    def in_brackets(self) -> str:
        """What stands between brackets: Vaswani et al., 2017."""
        return f"{self.authors}, {self.year}"


def references(root: Path) -> dict[str, Reference]:
    """All references by key, from `book/references.bib`; none where there is no such file.

    Raises `UserError` for a file that can't be read.
    """
    path = root / "book" / "references.bib"
    if not path.exists():
        return {}
    try:
        entries = Parser(encoding="utf-8").parse_file(str(path)).entries
    except (PybtexError, UnicodeDecodeError) as error:
        raise UserError(
            f"book/references.bib could not be read: {error}.",
            todo="Mend the entry that it names.",
        ) from error
    return {key: _reference(entry) for key, entry in entries.items()}


def _reference(entry: Entry) -> Reference:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    year = _field(entry, "year") or "no year"
    title = _field(entry, "title")
    names = [_full_name(person) for person in people]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 2], "others"]
    address = _address(entry)
    linked = f"[{title}]({address})" if address else title
    parts = [f"{_listed(names)} ({year})", linked] if names else [f"{linked} ({year})"]
    if venue := next(filter(None, (_field(entry, name) for name in VENUES)), ""):
        parts.append(f"*{venue}*")
    elif how := _field(entry, "howpublished"):
        parts.append(how)
    line = ". ".join(part.rstrip(".") for part in parts) + "."
    return Reference(_short(people) or title, year, line)


def _short(people: list[Person]) -> str:
    names = [_last_name(person) for person in people]
    if len(names) > 2 or names[1:] == ["others"]:
        return f"{names[0]} et al."
    return " and ".join(names)


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _last_name(person: Person) -> str:
    return _plain(" ".join([*person.prelast_names, *person.last_names]))


def _full_name(person: Person) -> str:
    given = _plain(" ".join([*person.first_names, *person.middle_names]))
    after = _plain(" ".join(person.lineage_names))
    return " ".join(filter(None, [given, _last_name(person), after]))


def _field(entry: Entry, name: str) -> str:
    return _plain(entry.fields.get(name, ""))


def _plain(latex: str) -> str:
    return str(Text.from_latex(latex))


def _address(entry: Entry) -> str:
    fields = {name.lower(): value for name, value in entry.fields.items()}
    if "url" in fields:
        return fields["url"].replace("\\", "")  # LaTeX asks for \_ where an address has _
    if "doi" in fields:
        return f"https://doi.org/{fields['doi'].removeprefix('https://doi.org/')}"
    if fields.get("archiveprefix", "arxiv").lower() == "arxiv" and "eprint" in fields:
        return f"https://arxiv.org/abs/{fields['eprint']}"
    number = re.search(r"arXiv:\s*(\d{4}\.\d{4,5})", " ".join(fields.values()))
    return f"https://arxiv.org/abs/{number[1]}" if number else ""
