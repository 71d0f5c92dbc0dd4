"""Cells that a spreadsheet would take for a formula.

Names come from learners. A spreadsheet runs a cell that begins with = + - @, which may send the
table elsewhere when it is opened, so in our own tables such a cell gets an apostrophe in front.
"""

FORMULA = ("=", "+", "-", "@")


def safe(cell: str) -> str:
    """One line that is no formula.

    >>> safe("=HYPERLINK(0)"), safe("Ada\\r=1")
    ("'=HYPERLINK(0)", 'Ada =1')
    """
    line = "".join(char if char.isprintable() else " " for char in cell)
    return f"'{line}" if line.lstrip().startswith(FORMULA) else line


def meant(cell: str) -> str:
    """What `safe` was given.

    >>> meant("'=1"), meant("'t Hooft")
    ('=1', "'t Hooft")
    """
    rest = cell.removeprefix("'")
    return rest if rest.lstrip().startswith(FORMULA) else cell
