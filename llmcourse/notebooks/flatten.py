"""MyST to the plain Markdown that Colab and JupyterLab show.

An admonition becomes a quotation with a bold title, a citation becomes words, the list of
references a list, a glued number the name under which the cell printed it, and a relative link or
image an address that works from anywhere. Labels, comments and options go; mathematics, details,
tables and code stay as they are.
"""

import re
from dataclasses import dataclass, field

import nbformat

from llmcourse.errors import UserError
from llmcourse.notebooks.addresses import Addresses, resolve
from llmcourse.notebooks.blocks import Fence, Prose, blocks
from llmcourse.notebooks.citations import Reference
from llmcourse.notebooks.source import ADMONITIONS

# What a line of text may hold, in the order in which it is tried at each place. Code, mathematics
# and comments are found so that nothing inside them is taken for a link or a role.
INLINE = re.compile(
    r"""
      (?P<escape> \\[\\`$\[\]{}<>()] )
    | (?P<comment> <!--.*?--> )
    | \{(?P<role> [A-Za-z][\w:.+-]* )\} (?P<ticks> `++ ) (?P<value> .+? ) (?P=ticks)
    | (?P<fence> `++ ) (?: (?! \n\s*\n ) . )+? (?<!`) (?P=fence) (?!`)
    | (?P<display> \$\$ .+? \$\$ ) (?: [ ]* \( [\w:.-]+ \) )?
    | (?P<formula> \$ (?! [\s$] ) (?: \\. | [^$\\\n] | \n (?! \s*\n ) )+? (?<! \s ) \$ (?! \d ) )
    | (?P<image> !? ) \[ (?P<text> (?: [^\[\]] | \[ [^\[\]]* \] )* ) \]
      \( (?P<target> [^()\s]+ ) (?P<title> \s+ "[^"]*" )? \)
    """,
    re.DOTALL | re.VERBOSE,
)
OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
ELSEWHERE = re.compile(r"^([a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
LABEL_OR_COMMENT = re.compile(r"^\([\w:.-]+\)=\s*$|^%")
REFERENCES = "\x00references\x00"


def flatten(
    notebook: nbformat.NotebookNode,
    text: str,
    path: str,
    references: dict[str, Reference],
    addresses: Addresses,
) -> None:
    """Rewrite the Markdown cells of `notebook`, which `source.read` made of `text`.

    `path` is the text's place from the root; links are resolved from there. Raises UserError with
    file and line for a citation without an entry, a role without a form in a notebook, and a link
    that leaves the repository.
    """
    page = _Page(path, references, addresses)
    shown = [_glued(cell.source) if cell.cell_type == "code" else set() for cell in notebook.cells]
    everything = set().union(*shown)
    position = 0
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        # The source of a Markdown cell stands in the text as it is.
        position = text.index(cell.source, position)
        line = text.count("\n", 0, position) + 1
        position += len(cell.source)
        page.printed_below = everything - set().union(*shown[:number])
        cell.source = page.markdown(cell.source.split("\n"), line)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(REFERENCES, page.list_of_references())


def _glued(code: str) -> set[str]:
    return set(re.findall(r"""\bglue\(\s*["']([^"']+)["']""", code))


@dataclass
class _Page:
    """A text while it is rewritten: where it is, and what it has cited so far."""

    path: str
    references: dict[str, Reference]
    addresses: Addresses
    printed_below: set[str] = field(default_factory=set)
    cited: dict[str, Reference] = field(default_factory=dict)

    def markdown(self, lines: list[str], first: int) -> str:
        """Plain Markdown of `lines`, of which the first has the number `first`."""
        parts = [
            self._prose(block) if isinstance(block, Prose) else self._fence(block)
            for block in blocks(lines, first, self.path)
        ]
        # An empty line between: what follows a quotation would else be taken into it.
        return "\n\n".join(filter(None, (part.strip("\n") for part in parts)))

    def list_of_references(self) -> str:
        """What the page cites, by author and year."""
        works = sorted(self.cited.values(), key=lambda work: (work.authors.lower(), work.year))
        return "\n".join(f"- {work.line}" for work in works)

    def _prose(self, block: Prose) -> str:
        kept = ["" if LABEL_OR_COMMENT.match(line) else line for line in block.lines]
        return re.sub(r"\n{3,}", "\n\n", self._inline("\n".join(kept), block.line))

    def _fence(self, fence: Fence) -> str:
        if fence.directive is None:
            return "\n".join(fence.lines)
        options, body, first = _options(fence)
        if fence.directive in ADMONITIONS:
            # A note takes no title: what follows its name is the beginning of its text.
            opening = [fence.argument] if fence.argument else []
            inside = self.markdown([*opening, *body], first - len(opening))
            quoted = [f"**{fence.directive.capitalize()}**", "", *inside.split("\n")]
            lines = [f"> {line}".rstrip() for line in quoted]
        elif fence.directive in ("figure", "image"):
            image = self._inline(f"![{options.get('alt', '')}]({fence.argument})", fence.line)
            lines = [image, "", *self.markdown(body, first).split("\n")]
        else:
            lines = [REFERENCES]
        return "\n".join(f"{fence.indent}{line}".rstrip() for line in lines)

    def _inline(self, text: str, line: int) -> str:
        def rewritten(found: re.Match[str]) -> str:
            here = line + text.count("\n", 0, found.start())
            if found["role"]:
                return self._role(found["role"], found["value"], here)
            if found["display"]:
                return found["display"]
            if found["target"]:
                shown = self._inline(found["text"], here)
                target = self._target(found["target"], bool(found["image"]), here)
                return f"{found['image']}[{shown}]({target}{found['title'] or ''})"
            return found[0]

        return INLINE.sub(rewritten, text)

    def _role(self, role: str, value: str, line: int) -> str:
        if role == "glue:text":
            name = value.split(":")[0].strip()
            where = "below" if name in self.printed_below else "above"
            return f"`{name}` (printed {where})"
        if role not in ("cite", "cite:p", "cite:t"):
            raise UserError(
                f"{self.path}, line {line}: the role {{{role}}} has no form in a notebook.",
                todo="Use one of cite:t, cite:p, glue:text, or plain Markdown.",
            )
        works = [self._cite(key.strip(), line) for key in value.split(",")]
        if role == "cite:t":
            return " and ".join(work.in_text() for work in works)
        return f"({'; '.join(work.in_brackets() for work in works)})"

    def _cite(self, key: str, line: int) -> Reference:
        if key not in self.references:
            raise UserError(
                f"{self.path}, line {line}: nothing is known of the reference {key}.",
                todo="Add it to book/references.bib, or mend the key.",
            )
        self.cited[key] = self.references[key]
        return self.cited[key]

    def _target(self, target: str, image: bool, line: int) -> str:
        if ELSEWHERE.match(target):
            return target
        place, mark, anchor = target.partition("#")
        file = resolve(place, self.path) if place else self.path
        if file.startswith(("../", "/")):
            raise UserError(
                f"{self.path}, line {line}: {target} is outside the repository.",
                todo="Link to a file of the repository by its relative path, or to an address.",
            )
        if image:
            return self.addresses.raw(file)
        if file.startswith("book/") and file.endswith(".md"):
            return f"{self.addresses.page(file)}{mark}{anchor}"
        return f"{self.addresses.file(file)}{mark}{anchor}" if place else target


def _options(fence: Fence) -> tuple[dict[str, str], list[str], int]:
    """The options at the top of a directive, its other lines, and the number of their first."""
    body = [line.removeprefix(fence.indent) for line in fence.body]
    options = {}
    while body and (option := OPTION.match(body[0])):
        options[option["name"]] = option["value"]
        body = body[1:]
    return options, body, fence.line + 1 + len(options)
