"""What each step does, which steps can be undone, and in which order they are taken."""

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs.normalize import STEPS, normalize, restore
from llmcourse.inputs.unicode_forms import FORMS

ANY = st.characters(exclude_categories=())
HARD = (
    "éßİıΣςKﬁ½²\u0301\u0323\t \n\r\x85\u00a0\u00ad\u200b\u200d\ufeff\u200f\u202e\ud83d\ude00🛶⇧\\"
)
texts = st.text(ANY) | st.text(st.sampled_from(HARD))
# For each step two texts of which it makes one: nobody can say afterwards which it was.
MERGED = {
    "NFC": ("é", "e\u0301"),
    "NFD": ("é", "e\u0301"),
    "NFKC": ("ﬁ ½ ²", "fi 1\u20442 2"),
    "NFKD": ("\u00a0①", " 1"),
    "lower": ("Bank", "bank"),
    "casefold": ("Straße ς", "STRASSE σ"),
    "accents": ("forêt कुछ", "foret कछ"),
    "lines": ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    "spaces": ("a\t\u00a0 b", "a b"),
    "ends": ("\n a \n", "a"),
    "controls": ("a\x00\x0c\x9fb", "ab"),
    "invisible": ("Schiff\u00adfahrt\u200b\u2060\ufeff", "Schifffahrt"),
    "joiners": ("👩\u200d🔬 می\u200cآیند", "👩🔬 میآیند"),
    "directions": ("\u200fa\u202eb\u2066c\u061c", "abc"),
    "tags": ("🏴\U000e0067\U000e007f", "🏴"),
    "surrogates": ("\ud83d", "\ude00"),
}
REVERSIBLE = ("escape", "capitals")


def test_every_step_is_one_or_the_other():
    assert {*MERGED, *REVERSIBLE} == {*STEPS}
    assert {name for name, step in STEPS.items() if step.undo} == {*REVERSIBLE}


@pytest.mark.parametrize("name", MERGED)
def test_a_step_that_loses_makes_one_text_of_two(name: str):
    one, other = MERGED[name]
    assert one != other
    assert normalize(one, name) == normalize(other, name)
    with pytest.raises(UserError, match=f"'{name}' cannot be undone: it loses .*Keep the text"):
        restore(one, "escape", name)


@pytest.mark.parametrize("name", MERGED)
def test_what_a_step_leaves_alone(name: str):
    ordinary = "where the river\n\tbends, 3 boats & 中文 한국"
    untouched = ordinary.replace("\t", "") if name == "spaces" else ordinary
    if name in ("NFD", "NFKD", "accents"):
        untouched = untouched.replace("한국", "")
    assert normalize(untouched, name) == untouched


@given(texts, st.lists(st.sampled_from(REVERSIBLE), max_size=4))
def test_reversible_steps_come_back_in_any_number_and_order(text: str, steps: list):
    assert restore(normalize(text, *steps), *steps) == text


@pytest.mark.parametrize("name", [name for name in MERGED if name != "lower"])
@given(text=texts)
def test_a_step_that_loses_has_nothing_to_do_the_second_time(name: str, text: str):
    once = normalize(text, name)
    if name == "casefold" and once.casefold() != once:  # one pass of NFD may be needed in between
        once = once.casefold()
    assert normalize(once, name) == once


@given(texts)
def test_steps_are_taken_in_the_order_given(text: str):
    assert normalize(text, "lines", "NFKC", "lower") == (
        unicodedata.normalize("NFKC", re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", text)).lower()
    )
    assert normalize(text) == text


def test_a_step_may_leave_what_an_earlier_one_was_to_remove():
    text = "e\u200b\u0301"  # a zero width space between the letter and its accent
    assert normalize(text, "NFC", "invisible") == "e\u0301"
    assert normalize(text, "invisible", "NFC") == "é"
    assert normalize("a\r\nb", "spaces", "lines") == "a \nb"
    assert normalize("a\r\nb", "lines", "spaces") == "a\nb"


@given(texts)
def test_surrogates_become_characters_or_replacements(text: str):
    pair = re.compile("[\ud800-\udbff][\udc00-\udfff]")
    expected = pair.sub(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    expected = re.sub("[\ud800-\udfff]", "\ufffd", expected)
    assert normalize(text, "surrogates") == expected
    expected.encode()  # which a half would not allow


def test_what_is_removed_is_what_unicode_calls_so():
    kinds = {c: unicodedata.category(c) for c in map(chr, range(sys.maxunicode + 1))}
    known = "".join(c for c, kind in kinds.items() if kind not in ("Cn", "Co"))
    gone = {*known} - {*normalize(known, "controls")}
    assert gone == {c for c in known if kinds[c] == "Cc"} - {*"\t\n\r"}

    def names_of_gone(name: str) -> set[str]:
        return {unicodedata.name(c) for c in {*known} - {*normalize(known, name)}}

    invisible = {f"INVISIBLE {name}" for name in ("TIMES", "SEPARATOR", "PLUS")}
    invisible |= {"ZERO WIDTH SPACE", "ZERO WIDTH NO-BREAK SPACE", "SOFT HYPHEN", "WORD JOINER"}
    assert names_of_gone("invisible") == invisible | {"FUNCTION APPLICATION"}
    assert names_of_gone("joiners") == {"ZERO WIDTH JOINER", "ZERO WIDTH NON-JOINER"}
    kinds_of_direction = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    directions = {c for c in known if unicodedata.bidirectional(c) in kinds_of_direction}
    marks = {f"{side} MARK" for side in ("LEFT-TO-RIGHT", "RIGHT-TO-LEFT", "ARABIC LETTER")}
    assert names_of_gone("directions") == marks | {*map(unicodedata.name, directions)}
    tags = {c for c in map(chr, range(0xE0000, 0xE0080)) if unicodedata.name(c, "")}
    assert names_of_gone("tags") == {*map(unicodedata.name, tags)}


@given(texts)
def test_nfd_of_a_text_in_nfc_can_be_undone(text: str):
    composed = normalize(text, "NFC")
    assert normalize(normalize(composed, "NFD"), "NFC") == composed


@pytest.mark.parametrize("form", FORMS)
@given(text=st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs", "Cn"))))
def test_forms_are_those_of_tokenizers(form: str, text: str):
    known = "".join(c for c in text if unicodedata.ucd_3_2_0.category(c) != "Cn")
    theirs = getattr(normalizers, form)().normalize_str(known)
    assert normalize(known, form) == theirs


def test_bert():
    text = "Où  est\tla\u00a0FORÊT ?\r\n👩\u200d🔬 Schiff\u00adfahrt \ufeff\x00 कुछ हिन्दी, 한국"
    bert = normalizers.BertNormalizer(handle_chinese_chars=False)
    removed = ("controls", "invisible", "joiners", "directions", "tags")
    ours = normalize(text, *removed, "accents", "lower")
    assert ours.split() == bert.normalize_str(text).split()


@pytest.mark.parametrize("name", [*FORMS, "accents", "joiners", "escape"])
def test_english_says_nothing_about_a_step(name: str):
    for novel in load_corpus("austen", "validation")["text"]:
        assert normalize(novel, name) == novel


def test_an_unknown_step():
    with pytest.raises(UserError, match=r"no step 'upper' of normalizing\. The steps are NFC, NFD"):
        normalize("a", "NFC", "upper")
    with pytest.raises(UserError, match=r"no step 'upper'"):
        restore("a", "upper")


def test_nothing_large_is_loaded():
    code = "import sys, llmcourse.inputs.normalize; print({'torch', 'datasets'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
