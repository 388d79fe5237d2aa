"""The search language: what each word asks, and that nothing typed on the way there is an error."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.curate.search import parse


@dataclass(frozen=True)
class Thing:
    id: str = "sb44p041"
    book: str = "sb44"
    page: int | None = 41
    variant: str = ""
    label: str = ""
    kind: str = ""
    note: str = ""
    decision: str = "undecided"
    cluster: int | None = None


SHELF = [
    Thing("sb44p003", page=3, label="sneer", kind="drawing", decision="accepted", cluster=3),
    Thing("sb44p041", page=41, kind="drawing", note="Zwei   Wörter, und eine CAFÉ-Szene", cluster=0),
    Thing("sb44p141", page=141, kind="bad scan", decision="rejected", cluster=-1),
    Thing("sb04p012", book="sb04", page=12, variant="color", kind="watercolour"),
    Thing("sb46pcover", book="sb46", page=None, variant="cover", kind="cover", note=" "),
    Thing("sb46p041/2", book="sb46", page=41, kind="drawing", note="see sb44 and http://look.example/x"),
]
IDS = {thing.id for thing in SHELF}


def found(text):
    query = parse(text)
    assert not query.problems, query.hint
    return {thing.id for thing in SHELF if query.admits(thing)}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("sneer", {"sb44p003"}),
        ("SNEER drawing", {"sb44p003"}),
        ("sneer watercolour", set()),
        ("cafe worter", {"sb44p041"}),
        ("CAFÉ", {"sb44p041"}),
        ("zwei worter", {"sb44p041"}),
        ('"zwei wörter"', {"sb44p041"}),
        ("“zwei wörter”", {"sb44p041"}),
        ('"worter zwei"', set()),
        ('"drawing zwei"', set()),  # a phrase does not reach from one text into the next
        ("page 41", {"sb44p041", "sb44p141", "sb46p041/2"}),
        ("sb44p41", {"sb44p041"}),
        ("sb44", {"sb44p003", "sb44p041", "sb44p141", "sb46p041/2"}),
        ("http://look", {"sb46p041/2"}),
        ("book:sb44", {"sb44p003", "sb44p041", "sb44p141"}),
        ("book:44", {"sb44p003", "sb44p041", "sb44p141"}),
        ("book:sb4", set()),
        ("book:4", {"sb04p012"}),
        ("book:SB", IDS),
        ("book:sb04,sb46", {"sb04p012", "sb46pcover", "sb46p041/2"}),
        ("page:41", {"sb44p041", "sb46p041/2"}),
        ("page:041", {"sb44p041", "sb46p041/2"}),
        ("p41", {"sb44p041", "sb46p041/2"}),
        ("P3-12", {"sb44p003", "sb04p012"}),
        ("page:3-12", {"sb44p003", "sb04p012"}),
        ("page:12-3", {"sb44p003", "sb04p012"}),
        ("page:41-", {"sb44p041", "sb44p141", "sb46p041/2"}),
        ("page:-12", {"sb44p003", "sb04p012"}),
        ("page:3,141", {"sb44p003", "sb44p141"}),
        ("kind:draw", {"sb44p003", "sb44p041", "sb46p041/2"}),
        ('kind:"bad scan"', {"sb44p141"}),
        ("kind:cover,watercolour", {"sb46pcover", "sb04p012"}),
        ("label:sneer", {"sb44p003"}),
        ("label:sb44", set()),
        ("note:café", {"sb44p041"}),
        ('note:"zwei worter"', {"sb44p041"}),
        ("is:accepted", {"sb44p003"}),
        ("IS:Rej", {"sb44p141"}),
        ("is:accepted,rejected", {"sb44p003", "sb44p141"}),
        ("has:note", {"sb44p041", "sb46p041/2"}),
        ("has:label,variant", {"sb44p003", "sb04p012", "sb46pcover"}),
        ("has:page -has:cluster", {"sb44p141", "sb04p012", "sb46p041/2"}),
        ("cluster:3", {"sb44p003"}),
        ("cluster:0", {"sb44p041"}),
        ("cluster:none", {"sb44p141", "sb04p012", "sb46pcover", "sb46p041/2"}),
        ("-drawing", {"sb44p141", "sb04p012", "sb46pcover"}),
        ("-kind:drawing,cover", {"sb44p141", "sb04p012"}),
        ("-page:41 drawing", {"sb44p003"}),
        ("-p41 drawing", {"sb44p003"}),
        ('-"zwei worter" drawing', {"sb44p003", "sb46p041/2"}),
        ("book:sb44 is:undecided cafe", {"sb44p041"}),
    ],
)
def test_each_word_asks_what_it_says(text, ids):
    assert found(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "--",
        '"',
        '""',
        "page:",
        "-page:",
        "page:,",
        "page:-",
        "kind:",
        "-kind:",
        'kind:"',
        "is:",
    ],
)
def test_what_is_only_half_typed_restricts_nothing(text):
    assert found(text) == IDS
    assert not parse(text).restricts


def test_an_unclosed_quote_holds_to_the_end():
    assert found('note:"zwei wor') == {"sb44p041"}
    assert found('-note:"zwei wor') == IDS - {"sb44p041"}


@pytest.mark.parametrize(
    "whole", ["kind:drawing", "is:undecided", "has:cluster", "label:", "page:41", 'note:"zwei worter"']
)
def test_a_value_may_be_typed_letter_by_letter(whole):
    typed = [whole[:n] for n in range(whole.index(":") + 1, len(whole) + 1) if whole[:n] != "page:4"]
    assert all(SHELF[1].id in found(text) for text in typed)


@pytest.mark.parametrize(
    ("text", "word", "help_"),
    [
        ("sneer is:foo", "is:foo", "accepted or rejected"),
        ("sneer -has:foo", "-has:foo", "note, label"),
        ("page:x sneer", "page:x", "page:10-20"),
        ("page:1-2-3 sneer", "page:1-2-3", "page:10-20"),
        ("page:99999999999999999999 sneer", "page:99999999999999999999", "numbers"),
        ("cluster:three sneer", "cluster:three", "cluster:none"),
        ("colour:red sneer", "colour:red", "book:, page:"),
    ],
)
def test_words_that_are_not_understood_are_named_and_the_rest_still_counts(text, word, help_):
    query = parse(text)
    assert query.problems == (word,)
    assert query.hint.startswith(word) and help_ in query.hint
    assert {thing.id for thing in SHELF if query.admits(thing)} == {"sb44p003"}


def test_a_note_that_changes_is_found_by_its_new_words_only():
    before, after = replace(SHELF[0], note="heron"), replace(SHELF[0], note="crane")
    query = parse("heron")
    assert query.admits(before) and not query.admits(after)
    assert parse("crane").admits(after)


def test_a_query_is_a_value():
    assert parse("a b") == parse("a b") and hash(parse("a b")) == hash(parse("a b"))
    assert parse("a b") != parse("a c")


@given(st.text(alphabet=st.sampled_from('abp:,-"“ ſ³é\n0129 notekidgs') | st.characters(), max_size=40))
def test_nothing_that_can_be_typed_is_an_error(text):
    query = parse(text)
    for thing in SHELF:
        assert query.admits(thing) in (True, False)


@given(
    st.lists(st.sampled_from(["sneer", "kind:drawing", "page:41", "is:acc", "has:note", '"a b"']), max_size=4)
)
def test_a_dash_turns_the_answer_round_and_terms_narrow(terms):
    for term in terms:
        one, other = parse(term), parse(f"-{term}")
        assert all(one.admits(thing) is not other.admits(thing) for thing in SHELF)
    query = parse(" ".join(terms))
    assert all(query.admits(t) is all(parse(term).admits(t) for term in terms) for t in SHELF)


def test_it_costs_the_window_no_heavy_import():
    code = "import sys, engine.curate.search; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "torch", "cv2", "sqlite3"} & set(done.stdout.split())
