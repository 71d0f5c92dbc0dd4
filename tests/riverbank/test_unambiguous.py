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
        ("{A:person} and {B:person}. ({A} sat|{B} sat)", "can't tell"),
        ("{A:person} and {B:person-A}. ({B} sat|{A:person} sat)", "can't tell"),
        ("{B:many} and {A:few-B}", "leave out"),
        ("{B:many-A} and {A:few}", "left out before"),
    ],
)
def test_a_grammar_that_could_be_misread_is_refused(rules, message):
    tables = {"person": PEOPLE, "few": Table(PEOPLE.entities[:2]), "many": PEOPLE}
    pages = {"tale": rules, "later": "(Later|Soon)"}
    with pytest.raises(ValueError, match=message):
        Grammar(pages, tables, "tale")


def test_leaving_out_one_of_a_smaller_table():
    tables = {"few": Table(PEOPLE.entities[:2]), "many": PEOPLE}
    grammar = Grammar({"tale": "{A:few} and {B:many-A}"}, tables, "tale")
    assert len(list(grammar.documents())) == 4
    assert math.isclose(grammar.entropy(), math.log(4))


def test_a_slot_that_is_drawn_again_may_hold_what_another_holds():
    page = "{A:person} met {B:person-A}. {A:person}. ({A} sat|{B} sat)."
    with pytest.raises(ValueError, match="can't tell"):
        Grammar({"tale": page}, {"person": PEOPLE}, "tale")


def test_neighbours_with_different_names_are_told_apart():
    page = "{A:person} met {B:person-A}. ({A} sat|{B} sat)."
    grammar = Grammar({"tale": page}, {"person": PEOPLE}, "tale")
    assert math.isclose(grammar.log_prob("Ann met Bob. Bob sat."), math.log(1 / 12))
    assert grammar.log_prob("Ann met Bob. Cleo sat.") == -math.inf
