"""Where a file of the repository is in public: as a page of the book, as a source, as an image."""

import posixpath
import re
from dataclasses import dataclass

from llmcourse.errors import UserError

BRANCH = "main"


@dataclass(frozen=True)
class Addresses:
    """The public addresses of one repository on GitHub; paths are relative to its root.

    >>> Addresses.of("https://github.com/owner/name").page("book/1-inputs/bpe.md")
    'https://owner.github.io/name/book/1-inputs/bpe.html'
    """

    repository: str
    owner: str
    name: str

    @classmethod
    def of(cls, repository: str) -> "Addresses":
        """The addresses that follow from `repository`, as pyproject.toml gives it."""
        address = repository.removesuffix("/").removesuffix(".git")
        found = re.fullmatch(r"https://github\.com/([^/]+)/([^/]+)", address)
        if not found:
            raise UserError(
                f"The repository's address {repository} is not one of GitHub.",
                todo="Write https://github.com/OWNER/NAME as Repository in pyproject.toml and "
                "install the package again.",
            )
        return cls(address, found[1], found[2])

    def page(self, path: str) -> str:
        """The page of the published book that the text `path` becomes."""
        page = path.removesuffix(".md")
        return f"https://{self.owner.lower()}.github.io/{self.name}/{page}.html"

    def file(self, path: str) -> str:
        """A file as GitHub shows it."""
        return f"{self.repository}/blob/{BRANCH}/{path}"

    def raw(self, path: str) -> str:
        """A file's bytes, as an image needs them."""
        return f"https://raw.githubusercontent.com/{self.owner}/{self.name}/{BRANCH}/{path}"


def resolve(target: str, path: str) -> str:
    """The file that the relative link `target` in the text `path` means, from the root.

    >>> resolve("../2-network/gpt.md", "book/1-inputs/bpe.md")
    'book/2-network/gpt.md'
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
