import math

import pytest

from llmcourse.riverbank.atoms import Table
from llmcourse.riverbank.grammar import Grammar

PEOPLE = Table(
    [
        {"name": "Ann", "He": "She"},
        {"name": "Bob", "He": "He"},
        {"name": "Cleo", "He": "She"},
    ]
)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("(sun|sunny) day", "can't tell"),
        ("{A:person} (sat|sat down)", "can't tell"),
        ("{A:person} and ({B:person} sat|Bob sang)", "can't tell"),
        ("{A:person} and {B:person}. ({A.He} sat|{B.He} sat).", "can't tell"),
        ("{A:person} and {B:person}. ({A.He}|She) sat.", "can't tell"),
        ("{A:person}[, {B:person}], Ann", "can't tell"),
        ("{A:person}. (<later> left|Later sat)", "can't tell"),
        ("{A.He:person} sat", "apart"),
        ("{A} sat", "before it is drawn"),
        ("(One|{A:person}) and {A} sat", "before it is drawn"),
        ("one [two]", "can't tell"),
        ("{A:few} and {B:many}", None),
        ("{B:many} and {A:few}", "how many of few"),
    ],
)
def test_a_grammar_that_could_be_misread_is_refused(rules, message):
    tables = {"person": PEOPLE, "few": Table(PEOPLE.entities[:2]), "many": PEOPLE}
    pages = {"tale": rules, "later": "(Later|Soon)"}
    if message is None:
        assert Grammar(pages, tables, "tale").entropy() == pytest.approx(math.log(2) + math.log(2))
    else:
        with pytest.raises(ValueError, match=message):
            Grammar(pages, tables, "tale")


def test_neighbours_with_different_names_are_told_apart():
    page = "{A:person} met {B:person}. ({A} sat|{B} sang)."
    grammar = Grammar({"tale": page}, {"person": PEOPLE}, "tale")
    assert math.isclose(grammar.log_prob("Ann met Bob. Bob sang."), math.log(1 / 12))
    assert grammar.log_prob("Ann met Bob. Cleo sang.") == -math.inf
