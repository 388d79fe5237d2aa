"""Versions of a project's datasets: what they keep, how they differ, what they include."""

import json

import numpy as np
import pytest

from engine.dataset.assembly import FRAGMENTS
from engine.dataset.difference import difference, recipe_difference
from engine.dataset.likeness import Abandoned
from engine.dataset.npz import object_array
from engine.dataset.recipe import Recipe, fragments_recipe
from engine.dataset.shelf import datasets, write_title
from engine.dataset.store import load_dataset, load_manifest
from engine.dataset.versions import import_dataset, make_dataset
from engine.errors import UserError
from engine.project.log import Gesture
from engine.project.progress import Silent
from engine.project.project import Project
from engine.strokes.stroke3 import to_stroke3
from tests.engine.dataset.shapes import copy_of, scribble, shelf
from tests.engine.dataset.test_assembly import cut, ring


class Stopped(Silent):
    def stopped(self):
        return True


@pytest.fixture
def project(tmp_path):
    pages = {f"sb{1 + k // 8:02d}p{k:03d}": [scribble(k), scribble(100 + k, 2)] for k in range(16)}
    with Project.open(shelf(tmp_path, pages)) as opened:
        yield opened


def ids(version):
    return {entry["id"] for entry in version.manifest["drawings"]}


def lengths(version):
    splits = load_dataset(version.folder).dataset.splits()
    return {id_: len(rows) for _, split in splits for id_, rows in zip(split.ids, split.rows, strict=True)}


def test_a_version_tells_its_books_its_title_its_audit_and_what_nobody_asked_for(project):
    made = make_dataset(project, "old books", Recipe(books=("sb01",)), title="the early years")
    assert {entry["book"] for entry in made.manifest["drawings"]} == {"sb01"}
    assert made.manifest["title"] == "the early years"
    assert made.manifest["audit"]["clean"] is True
    assert made.manifest["difference"] is None
    assert made.manifest["not_asked_for"] == {"other sketchbooks": 16}
    stored = load_dataset(made.folder)
    assert {book for _, split in stored.dataset.splits() for book in split.books} == {"sb01"}
    assert len(stored.dataset.train.books) == len(stored.dataset.train)


def test_a_version_gets_another_title_and_nothing_else(project):
    made = make_dataset(project, "x", title="first try")
    manifest = (made.folder / "manifest.json").read_bytes()
    write_title(made.folder, "winter")
    (found,) = datasets(project.layout)
    assert (made.title, found.title, found.manifest["title"]) == ("winter", "winter", "first try")
    assert (made.folder / "manifest.json").read_bytes() == manifest
    write_title(made.folder, "")
    assert found.title == ""
    (made.folder / "title.json").write_text("[")
    assert found.title == "first try"


def test_an_old_manifest_without_books_title_and_audit_still_loads(project):
    made = make_dataset(project, "x")
    manifest = load_manifest(made.folder)
    for entry in manifest["drawings"]:
        del entry["book"]
    for key in ("title", "audit", "difference", "not_asked_for"):
        del manifest[key]
    for key in ("after", "before", "undated", "include", "assemble", "min_area", "keep_splits"):
        del manifest["recipe"][key]
    (made.folder / "manifest.json").write_text(json.dumps(manifest))
    stored = load_dataset(made.folder)
    assert set(stored.dataset.train.books) == {""}
    assert stored.recipe == Recipe()


def test_the_next_version_knows_what_changed(project):
    first = make_dataset(project, "x")
    project.decide(Gesture("drawings", {"rejected": ("sb01p003/1",)}))
    second = make_dataset(project, "x", Recipe(rdp_epsilon_units=0.5))
    told = second.manifest["difference"]
    assert told["base"] == first.id
    assert (told["added"], told["removed"]) == (0, 1)
    assert told["examples"]["removed"] == ["sb01p003/1"]
    assert told["changed"] > 20, "finer lines are other lines"
    assert told["recipe"] == {"rdp_epsilon_units": [1.0, 0.5]}
    assert second.manifest["not_asked_for"] == {"rejected drawings": 1}
    third = make_dataset(project, "x")
    assert third.manifest["difference"]["added"] == 0


def test_a_damaged_version_does_not_keep_the_next_from_being_made(project):
    first = make_dataset(project, "x")
    (first.folder / "data.npz").write_bytes(b"no")
    told = make_dataset(project, "x").manifest["difference"]
    assert told["base"] == first.id
    assert "data.npz" in told["problem"]


def test_differences_are_by_content():
    found = difference({"a": b"1", "b": b"2", "c": b"3"}, {"a": b"1", "b": b"9", "d": b"3"})
    assert (found.added, found.removed, found.changed) == (("d",), ("c",), ("b",))
    changed = recipe_difference(Recipe(), Recipe(assemble=FRAGMENTS, books=("sb01",)))
    assert changed["books"] == [[], ["sb01"]]
    assert changed["assemble.join.gap_pens"] == [None, 7.5]


def test_other_datasets_can_be_included_and_the_audit_covers_them(project, tmp_path):
    rows = [to_stroke3(scribble(500 + k)) for k in range(30)]
    twins = [to_stroke3(copy_of(scribble(k), k, drop_points=0.0)) for k in range(16)]
    np.savez(tmp_path / "more.npz", train=object_array((*rows, *twins)))
    added, _ = import_dataset(project, "more", tmp_path / "more.npz")
    mixed = make_dataset(project, "mixed", Recipe(include=("more",), books=("sb01",), valid_fraction=0.3))
    assert mixed.manifest["recipe"]["include"] == [added.id], "the version is pinned"
    assert len(ids(mixed)) == 16 + 46
    stored = load_dataset(mixed.folder).dataset
    for _, split in stored.splits():
        for id_, page, book in zip(split.ids, split.pages, split.books, strict=True):
            assert (book == "") == id_.startswith("more.npz")
            assert page == (id_ if id_.startswith("more.npz") else id_.rpartition("/")[0])
    audit = mixed.manifest["audit"]
    assert audit["clean"], audit
    assert audit["twins"] >= 7, "the project's drawings came in twice and stay on one side"
    extent = max(np.ptp(np.cumsum(rows[:, :2], axis=0), axis=0).max() for rows in stored.train.rows)
    assert extent == pytest.approx(200, abs=0.1)


def test_a_drawing_that_is_there_already_is_not_included_again(project):
    first = make_dataset(project, "x")
    again = make_dataset(project, "y", Recipe(include=("x/v001",)))
    assert ids(again) == ids(first)


def test_what_is_not_asked_for_here_may_come_from_an_included_dataset(project):
    old = make_dataset(project, "x", Recipe(rdp_epsilon_units=6.0))
    mixed = make_dataset(project, "y", Recipe(include=("x/v001",), books=("sb01",)))
    assert ids(mixed) == ids(old)
    assert mixed.manifest["not_asked_for"] == {}
    before, now = lengths(old), lengths(mixed)
    assert all(now[id_] == before[id_] for id_ in now if id_.startswith("sb02"))
    assert all(now[id_] > before[id_] for id_ in now if id_.startswith("sb01")), (
        "the project's own stand first"
    )


def test_a_dataset_that_is_not_there_cannot_be_included(project):
    with pytest.raises(UserError, match="no dataset 'gone/v001'"):
        make_dataset(project, "y", Recipe(include=("gone/v001",)))


def test_pages_in_pieces_are_put_together_and_share_their_page(project, tmp_path):
    pages = [
        to_stroke3(type(scribble(0))((*cut(ring(40, 60 + k), 6), *cut(scribble(k).strokes[0] / 3 + 100, 4))))
        for k in range(20)
    ]
    np.savez(tmp_path / "pieces.npz", train=object_array(tuple(pages)), valid=object_array(tuple(pages[:2])))
    made, _ = import_dataset(project, "whole", tmp_path / "pieces.npz", fragments_recipe())
    entries = made.manifest["drawings"]
    assert len(entries) > len({entry["page"] for entry in entries}) == 22
    assert all(entry["id"].rpartition(".")[0] == entry["page"] for entry in entries)
    assert made.manifest["audit"]["clean"], "what the file held twice on two sides is on one"
    kept, _ = import_dataset(
        project, "kept", tmp_path / "pieces.npz", Recipe(assemble=FRAGMENTS, keep_splits=True)
    )
    assert kept.manifest["counts"]["valid"]["pages"] == 2
    assert not kept.manifest["audit"]["clean"], "the file's own split has one page on both sides"


def test_stopping_leaves_nothing(project, tmp_path):
    np.savez(tmp_path / "a.npz", train=object_array(tuple(to_stroke3(scribble(k)) for k in range(3))))
    with pytest.raises(Abandoned):
        import_dataset(project, "whole", tmp_path / "a.npz", fragments_recipe(), reporter=Stopped())
    assert not list(project.layout.datasets.glob("*/*"))
