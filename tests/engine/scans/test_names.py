"""The grammar of scan names."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scans.names import ScanName, parse_name


@pytest.mark.parametrize(
    ("name", "expected", "page_id"),
    [
        ("sb44p001", ScanName("sb44", 1, "", ""), "sb44p001"),
        ("sb44p075v2", ScanName("sb44", 75, "v2", ""), "sb44p075v2"),
        ("sb44p077--full-diag", ScanName("sb44", 77, "", "full-diag"), "sb44p077"),
        ("sb46p041-color", ScanName("sb46", 41, "color", ""), "sb46p041-color"),
        ("sb46p043-v1-light", ScanName("sb46", 43, "v1-light", ""), "sb46p043v1-light"),
        ("sb46p015.redo", ScanName("sb46", 15, "redo", ""), "sb46p015-redo"),
        ("sb46p006.ec", ScanName("sb46", 6, "ec", ""), "sb46p006-ec"),
        ("sb46p058-factoryContracts", ScanName("sb46", 58, "", "factoryContracts"), "sb46p058"),
        ("sb46p060-selling-tokens", ScanName("sb46", 60, "", "selling-tokens"), "sb46p060"),
        ("sb46pcover", ScanName("sb46", None, "cover", ""), "sb46pcover"),
        ("SB44P003", ScanName("sb44", 3, "", ""), "sb44p003"),
    ],
)
def test_names_of_the_artist(name: str, expected: ScanName, page_id: str) -> None:
    found = parse_name(PurePath("sb/art") / f"{name}.jpg")
    assert found == expected
    assert found.page_id == page_id


def test_a_name_outside_the_grammar_keeps_its_words() -> None:
    found = parse_name(PurePath("old books/summer/IMG 0042.JPG"))
    assert (found.known, found.book, found.label) == (False, "old books/summer", "IMG 0042")
    assert found.page_id == "old-books-summer.img-0042"


@given(st.text(min_size=1, max_size=40).filter(lambda text: "/" not in text and text not in (".", "..")))
def test_any_name_gives_an_id_that_can_name_a_file(name: str) -> None:
    page_id = parse_name(PurePath(name)).page_id
    assert page_id
    assert "/" not in page_id
    assert not page_id.startswith(".")
