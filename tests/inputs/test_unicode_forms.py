"""The four forms written out, against `unicodedata.normalize`."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs.unicode_forms import FORMS, composite, decompose, order, unicode_form

# Letters with many marks, marks alone, parts of Korean syllables, and characters that are excluded
# from composition: where the passes have something to do.
BUSY = "aeoAЕιωqZ1 ́̀̈̌̂̇̊̄̃̑̏̕̚͘͜͠͡ͅ͏̴̷̖̣̥̦̭̰̱̀́̓̈́" + "각가ᄀ하ᅵᆨᆩᇂ힣ᆧ" + "क़\u0915\u093cফ়ཫཱྀུ㎏ﬁ½²①Å\u212bKΩ한ﾊﾟﷺ\u0344\u0f73"
texts = st.text() | st.text(BUSY, max_size=12) | st.text(st.sampled_from(BUSY + "\u0301\u0323"))
EVERY_FORM = pytest.mark.parametrize("form", FORMS)


EVERY = """
import sys, unicodedata
from llmcourse.inputs.unicode_forms import unicode_form
characters = [chr(i) for i in range(sys.maxunicode + 1)]
text, form = "\\n".join(characters), sys.argv[1]
pairs = unicode_form(text, form).split("\\n"), unicodedata.normalize(form, text).split("\\n")
print(len(pairs[0]), [ascii(one) for one, other in zip(*pairs) if one != other])
"""


@EVERY_FORM
def test_every_code_point(form: str):
    # In a process of its own, where no call is checked: there are millions of them.
    command = [sys.executable, "-c", EVERY, form]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{sys.maxunicode + 2} []\n"  # the line end is one of them


@EVERY_FORM
@settings(deadline=None)  # the first call reads Unicode's table
@given(text=texts)
@example(text="\u1100\u1161\u11a7")  # a tail that stands for none
@example(text="\uac00\u11a8\u11a8")
@example(text="e\u0323\u0301\u0300")
@example(text="\u0301e\u0327\u0301")  # a mark before any letter
@example(text="e\u0301\u0301")  # the second is blocked by the first, which joins
@example(text="a\u05ae\u0300")
@example(text="q\u0301\u0301\u0327")
@example(text="\u09c7\u0334\u09be")  # a starter that could join, but for the mark before it
def test_any_text(form: str, text: str):
    assert unicode_form(text, form) == unicodedata.normalize(form, text)


@EVERY_FORM
@settings(deadline=None)
@given(text=texts)
def test_a_second_time_changes_nothing(form: str, text: str):
    once = unicode_form(text, form)
    assert unicode_form(once, form) == once


def test_marks_are_ordered_by_class_and_equal_ones_stay():
    dot_below, acute, grave = "\u0323", "\u0301", "\u0300"
    assert order(f"e{acute}{grave}{dot_below}") == f"e{dot_below}{acute}{grave}"
    assert order(f"e{acute}a{dot_below}") == f"e{acute}a{dot_below}"  # not over a letter


def test_a_worked_example():
    assert unicode_form("\u1112\u1161\u11ab", "NFC") == "한"
    assert unicode_form("한", "NFD") == "\u1112\u1161\u11ab"
    assert unicode_form("ﬁ ½ é", "NFKD") == "fi 1\u20442 e\u0301"
    assert decompose("\u01d8", False) == "u\u0308\u0301"
    assert decompose("²", False) == "²"
    assert decompose("²", True) == "2"
    assert composite("e", "\u0301") == "é"
    assert composite("\u0915", "\u093c") is None  # excluded
    assert composite("\u0308", "\u0301") is None  # two marks, for which there is a character too


def test_an_unknown_form():
    with pytest.raises(UserError, match=r"Unicode has no form 'nfc'\. Its forms are NFC, NFD"):
        unicode_form("a", "nfc")
