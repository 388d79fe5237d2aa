from collections import Counter

import pytest

from engine.sample.artist import SUBJECTS
from engine.sample.book import Kind, plan_books, small_mix


def test_two_books_with_at_least_120_drawn_pages_and_some_of_everything_else():
    kinds = Counter(spec.kind for spec in plan_books())
    assert kinds[Kind.DRAWING] >= 120
    assert kinds[Kind.WATERCOLOUR] >= 8
    assert kinds[Kind.NOTES] == 8
    assert kinds[Kind.COVER] == 2
    assert kinds[Kind.BAD_SCAN] == 5
    assert {spec.book for spec in plan_books()} == {1, 2}


def test_drawings_cover_every_subject_and_some_pages_hold_several():
    drawn = [spec for spec in plan_books() if spec.kind is Kind.DRAWING]
    assert {subject for spec in drawn for subject in spec.subjects} == set(SUBJECTS)
    several = Counter(len(spec.subjects) for spec in drawn)
    assert several[2] >= 10
    assert several[3] >= 2
    assert several[1] > 80


def test_file_names_are_unique_and_follow_the_artists_grammar():
    files = [spec.file for spec in plan_books()]
    assert len(set(files)) == len(files)
    assert "sb01/art/sb01p001.jpg" in files
    assert "sb01/cover/sb01pcover.jpg" in files
    assert {"sb02/art/sb02p031-color.jpg", "sb02/art/sb02p031-light.jpg"} <= set(files)
    assert any(spec.variant == "v2" for spec in plan_books())
    assert all("/notes/" in spec.file for spec in plan_books() if spec.kind is Kind.NOTES)


@pytest.mark.parametrize("pages", [1, 5, 12, 30])
def test_a_small_mix_has_the_size_asked_for(pages):
    assert len(small_mix(plan_books(), pages)) == pages


def test_a_mix_of_twelve_stands_for_all():
    mix = small_mix(plan_books(), 12)
    assert {spec.kind for spec in mix} == set(Kind)
    subjects = {subject for spec in mix if spec.kind is Kind.DRAWING for subject in spec.subjects}
    assert subjects == set(SUBJECTS)
    assert any(len(spec.subjects) > 1 for spec in mix)
