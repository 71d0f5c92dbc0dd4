"""Text from outside, as a terminal may show it.

Names, file names and messages that a learner had a hand in may hold what a terminal takes for a
command: to clear the screen, to write elsewhere, to change its title.
"""


def plain(text: str, longest: int = 300) -> str:
    """`text` in one line, without what would command a terminal, and not longer than `longest`.

    >>> plain("Ada\\x1b[2J\\n")
    'Ada�[2J�'
    """
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return shown if len(shown) <= longest else shown[:longest] + "…"
