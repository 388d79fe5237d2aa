"""`singleline search`."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate.tiny_clip import save_clip, tiny_clip


@pytest.fixture
def folder(tmp_path):
    """Four pages of two books; one has a kind and a note, one is rejected."""
    (tmp_path / "scans").mkdir()
    for number, name in enumerate(("sb01p001.sneer", "sb01p002", "sb02p001-light", "sb02p002")):
        Image.new("RGB", (60, 80), (255, 255, 60 * number)).save(tmp_path / f"scans/{name}.png")
    with Project.create(tmp_path / "p") as project:
        import_folder(project, tmp_path / "scans")
        project.decide(
            Gesture(
                "pages",
                {"rejected": ("sb01p002",)},
                {"notes": ("sb02p002",)},
                notes={"sb02p002": "two  words"},
            )
        )
    return tmp_path / "p"


def ids(answer):
    assert answer.code == 0, answer.err
    return [found["id"] for found in answer.json["found"]]


def test_it_lists_what_a_query_admits(singleline, folder):
    assert len(ids(singleline("search", folder, "sb", "--json"))) == 4
    assert ids(singleline("search", folder, "book:sb01", "-is:rejected", "--json")) == ["sb01p001"]
    assert ids(singleline("search", folder, "-kind:notes", "p2", "--json")) == ["sb01p002"]
    assert ids(singleline("search", folder, 'note:"two words"', "--json")) == ["sb02p002"]
    assert ids(singleline("search", folder, "heron", "--json")) == []
    assert ids(singleline("search", folder, "sb", "--level", "drawings", "--json")) == []


def test_it_says_what_it_found(singleline, folder):
    lines = singleline("search", folder, "sb02").out.splitlines()
    assert lines[0].split() == ["sb02p001-light", "sb02", "page", "1", "light", "undecided"]
    assert lines[1].split() == ["sb02p002", "sb02", "page", "2", "undecided", "notes", "two", "words"]
    assert lines[2] == "2 pages found."
    (facts,) = singleline("search", folder, "sneer", "--json").json["found"]
    assert facts == {
        "id": "sb01p001",
        "book": "sb01",
        "page": 1,
        "title": "sb01 page 1",
        "label": "sneer",
        "kind": "",
        "decision": "undecided",
        "note": "",
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["is:foo"], "is:foo is not understood"),
        (["colour:red"], "the fields are book:"),
        (["--by-txt", "sheep"], "--by-txt"),
        ([], "QUERY"),
        (["sheep", "--by-text"], "open_clip:ViT-B-32"),
        ([" ", "--by-text"], "nothing to look for"),
    ],
)
def test_what_it_cannot_do_it_says_in_one_line(singleline, folder, words, reason):
    answer = singleline("search", folder, *words)
    assert answer.code == 2 and not answer.out
    assert reason in answer.err and len(answer.err.strip().splitlines()) == 1


def test_by_text_it_ranks(singleline, folder, tmp_path):
    (tmp_path / "clip").mkdir()
    save_clip(tiny_clip(), tmp_path / "clip")
    with Project.open(folder) as project, project.transaction() as index:
        index.executemany(
            "INSERT INTO embeddings VALUES ('pages', ?, ?, '', ?)",
            [
                (f"open_clip:{tmp_path / 'clip'}", id_, row.tobytes())
                for id_, row in zip(
                    ("sb01p001", "sb01p002", "sb02p002"), np.eye(3, 12, dtype="<f4"), strict=True
                )
            ],
        )
    answer = singleline("search", folder, "two", "sheep", "--by-text", "--json")
    scores = [found["score"] for found in answer.json["found"]]
    assert set(ids(answer)) == {"sb01p001", "sb01p002", "sb02p002"}
    assert scores == sorted(scores, reverse=True)
    first = singleline("search", folder, "two sheep", "--by-text", "--count", "1").out.splitlines()
    assert first[0].split()[1] == ids(answer)[0] and first[1] == "1 page found."
