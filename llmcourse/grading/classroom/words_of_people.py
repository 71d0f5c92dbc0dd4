"""What people wrote and gave in formgrader, at the top of a copy of the learner's page.

The page itself stays in attempts/ as it was when the file was graded. A comment is text: it is
escaped, and nothing in it is a mark or a link.
"""

from html import escape

from llmcourse.grading.classroom.standing import Standing
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.feedback import clean

PLACE = b'<p class="score">'
"""What the page's first number stands in; the words come before it."""

MOST_CHARACTERS = 10_000  # of a comment


def with_words(page: bytes, one: Standing, bundle: Bundle) -> bytes:
    """The page with a block of what people gave; as it is where they gave nothing."""
    block = _block(one, bundle).encode()
    if not block:
        return page
    before, place, after = page.partition(PLACE)
    return before + block + place + after if place else block + page


def _block(one: Standing, bundle: Bundle) -> str:
    lines = []
    if one.by_hand.scores and one.points is not None:
        lines.append(
            f"<p><strong>{one.points:g} of {bundle.points:g} points count.</strong> A person gave "
            "a score in place of one that is shown below.</p>"
        )
    titles = {task.cells.solution: f"Task {task.number} · {task.title}" for task in bundle.tasks}
    order = list(titles)
    comments = [comment for comment in one.by_hand.comments if comment[0] in titles]
    for cell, text in sorted(comments, key=lambda comment: order.index(comment[0])):
        said = escape(clean(text, MOST_CHARACTERS))
        lines.append(f"<h3>{escape(clean(titles[cell], MOST_CHARACTERS))}</h3>")
        lines.append(f'<p dir="auto" style="white-space: pre-wrap">{said}</p>')
    if comments and one.attempt is not None and one.attempt.number > 1:
        lines.append('<p class="soft">A comment may be about a file that you sent before.</p>')
    if not lines:
        return ""
    heading = '<h2 id="people">From the person who grades</h2>'
    return "\n".join(['<section aria-labelledby="people">', heading, *lines, "</section>", ""])
