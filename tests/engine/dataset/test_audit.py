"""The audit catches every kind of leak, among them the faults of the original."""

import pytest

from engine.dataset.audit import audit
from engine.dataset.build import Dataset, SourceDrawing, Split, build
from engine.dataset.recipe import Recipe
from engine.strokes.stroke3 import to_stroke3
from tests.engine.dataset.shapes import copy_of, scribble


def side(*drawings):
    """A split of `(id, page, drawing)`."""
    return Split(
        tuple(to_stroke3(one) for _, _, one in drawings),
        tuple(id_ for id_, _, _ in drawings),
        tuple(page for _, page, _ in drawings),
        ("",) * len(drawings),
    )


def leaks(train, valid=(), test=()):
    return audit(Dataset(side(*train), side(*valid), side(*test)))


OTHERS = [(f"o{k}", f"sb09p{k:03d}", scribble(1000 + k)) for k in range(30)]


def test_a_clean_set_is_clean():
    found = leaks(OTHERS[:20], OTHERS[20:25], OTHERS[25:])
    assert found.is_clean
    assert (found.twins, found.baked_in, found.too_simple) == (0, (), 0)


def test_a_split_by_drawing_instead_of_page_is_caught():
    page = [(f"sb01p001/{k}", "sb01p001", scribble(k)) for k in range(3)]
    (leak,) = leaks([*OTHERS, page[0], page[1]], [page[2]]).leaks
    assert (leak.kind, leak.first, leak.second) == ("page", "sb01p001/0", "sb01p001/2")


@pytest.mark.parametrize("place", ["valid", "test"])
def test_two_scans_of_one_sheet_on_two_sides_are_caught(place):
    one = ("a", "sb01p041-color", scribble(1))
    (leak,) = leaks([*OTHERS, one], **{place: [("b", "sb01p041-light", scribble(2))]}).leaks
    assert leak.kind == "sheet"


def test_one_drawing_under_two_names_is_caught():
    drawing = scribble(1)
    (leak,) = leaks([*OTHERS, ("a", "x.npz/1", drawing)], [("b", "y.npz/7", drawing)]).leaks
    assert (leak.kind, leak.first, leak.second) == ("alike", "a", "b")


@pytest.mark.parametrize(
    "options", [{"mirror": True, "reverse": 1.0}, {"rotate_deg": 40.0}, {"mirror": True, "shear": 0.15}]
)
def test_augmented_copies_on_both_sides_are_caught(options):
    drawing = scribble(1)
    copies = [(f"c{k}", f"made-up/{k}", copy_of(drawing, k, **options)) for k in range(12)]
    found = leaks([*OTHERS, ("a", "x.npz/1", drawing)], copies)
    assert {leak.kind for leak in found.leaks} >= {"augmented"}
    assert {leak.second for leak in found.leaks} >= {f"c{k}" for k in range(12)} - {"c"}


def test_copies_baked_in_are_told_even_on_one_side():
    drawing = scribble(1)
    found = leaks([*OTHERS, ("a", "p", drawing), ("a-copy", "p", copy_of(drawing))])
    assert found.is_clean
    assert found.baked_in == (("a", "a-copy"),)


def test_two_scans_of_a_sheet_on_one_side_are_twins_and_harmless():
    drawing = scribble(1)
    found = leaks([*OTHERS, ("a", "sb01p041-color", drawing), ("b", "sb01p041-light", drawing)])
    assert found.is_clean
    assert (found.twins, found.baked_in) == (1, ())


def test_what_build_splits_is_clean_though_its_sources_are_full_of_copies():
    sources = []
    for k in range(60):
        drawing = scribble(k, 1 + k % 2)
        sources += [
            SourceDrawing(f"sb01p{k:03d}/1", f"sb01p{k:03d}", drawing),
            SourceDrawing(f"sb01p{k:03d}-color/1", f"sb01p{k:03d}-color", copy_of(drawing, k, scale=0.02)),
            SourceDrawing(f"fragments/{k}", f"fragments/{k}", copy_of(drawing, k + 100, drop_points=0.0)),
            SourceDrawing(f"mirrored/{k}", f"mirrored/{k}", copy_of(drawing, k, mirror=True, drop_points=0)),
        ]
    dataset = build(sources, Recipe(valid_fraction=0.3))
    assert len(dataset.valid) > 40
    found = audit(dataset)
    assert found.is_clean, found.leaks
    assert found.twins > 200


def test_the_result_is_counted_with_examples():
    drawing = scribble(1)
    told = leaks([*OTHERS, ("a", "x", drawing)], [("b", "y", drawing)]).to_json()
    assert told["clean"] is False
    assert told["leaks"] == {"page": 0, "sheet": 0, "alike": 1, "augmented": 0}
    assert told["examples"]["alike"] == [["a", "b"]]
