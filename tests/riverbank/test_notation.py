import pytest

from llmcourse.riverbank.notation import Either, Maybe, Pick, Reference, Say, read_rule


def test_every_mark_of_the_notation():
    page = """
        {A:resident} {B.his:resident-A} (ran|3:{A.his} dog [sang] and
        sat)
        <farewell> and {N.his:nurse} bag //
        {A}.

        2: It rained.
    """
    sang = (1, (Say("A", "his"), " dog ", Maybe(("sang",)), " and sat"))
    first = (
        Pick("A", "name", "resident"),
        " ",
        Pick("B", "his", "resident", "A"),
        " ",
        Either(((1, ("ran",)), (3, sang[1]))),
        " ",
        Reference("farewell"),
        " and ",
        Pick("N", "his", "nurse"),
        " bag\n",
        Say("A", "name"),
        ".",
    )
    assert read_rule(page) == Either(((1, first), (2, ("It rained.",))))


def test_a_line_that_ends_in_a_bar_is_joined_without_a_space():
    assert read_rule("(a|\n  b)") == read_rule("(a|b)")


@pytest.mark.parametrize("page", ["(a|b", "a)", "a|b", "[a)", "{a b}", "a}"])
def test_brackets_that_do_not_pair_are_refused(page):
    with pytest.raises(ValueError, match=r"bracket|closed"):
        read_rule(page)
