"""Folders of labels, as the original author kept his: in and out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import pytest

from engine.curate.exchange import plan_import
from engine.curate.folders import read_folders, write_folders
from engine.errors import UserError
from engine.project import decisions
from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate import pages

IDS = [f"sb07p00{number}" for number in range(1, 6)]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "books" / "sb07"
    folder.mkdir(parents=True)
    for number, id_ in enumerate(IDS):
        cv2.imwrite(str(folder / f"{id_}.png"), pages.drawing(number))
    return folder


@pytest.fixture
def project(tmp_path: Path, scans: Path):
    with Project.create(tmp_path / "p") as made:
        import_folder(made, scans)
        yield made


def put(scans: Path, folder: Path, *names: str, to: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(scans / f"{name}.png", folder / (to or f"{name}.png"))


@pytest.fixture
def labels(tmp_path: Path, scans: Path) -> Path:
    """Two drawings (one renamed), notes deeper down, a scan nobody knows, and what systems strew about."""
    root = tmp_path / "labels"
    put(scans, root / "drawings", IDS[0])
    put(scans, root / "drawings", IDS[1], to="the good one.png")
    put(scans, root / "sb07" / "notes", IDS[2])
    put(scans, root / "badscans", IDS[3])
    put(scans, root, IDS[4])
    cv2.imwrite(str(root / "drawings" / "sb09p001.png"), pages.drawing(99))
    (root / "drawings" / "._sb07p001.png").write_bytes(b"")
    (root / "drawings" / "Thumbs.db").write_bytes(b"")
    return root


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_labels_become_kinds_by_content_and_nothing_is_decided(project: Project, labels: Path) -> None:
    plan = plan_import(project, read_folders(labels), {})
    assert plan.gesture is not None
    assert plan.gesture.decisions == {}
    assert plan.gesture.kinds == {"drawing": (IDS[0], IDS[1]), "bad scan": (IDS[3],), "notes": (IDS[2],)}
    assert plan.unknown == [
        ("drawings/sb09p001.png, sb09p001.png", "no page has this id, this content or this file name")
    ]


@pytest.mark.parametrize("word", ["drawing", "drawings"])
def test_one_label_is_accepted_and_the_others_are_rejected_when_asked(
    project: Project, labels: Path, word: str
) -> None:
    plan = plan_import(project, read_folders(labels, [word]), {})
    assert plan.gesture is not None
    assert plan.gesture.decisions == {"accepted": (IDS[0], IDS[1]), "rejected": (IDS[3], IDS[2])}


def test_a_reduced_copy_is_found_by_its_name(project: Project, scans: Path, tmp_path: Path) -> None:
    (tmp_path / "l" / "cover").mkdir(parents=True)
    small = cv2.imread(str(scans / f"{IDS[0]}.png"))[::2, ::2]
    cv2.imwrite(str(tmp_path / "l" / "cover" / f"{IDS[0]}.png"), small)
    assert plan_import(project, read_folders(tmp_path / "l"), {}).gesture.kinds == {"cover": (IDS[0],)}


def test_a_scan_with_two_labels_stops_everything(project: Project, labels: Path, scans: Path) -> None:
    put(scans, labels / "covers", IDS[0])
    with pytest.raises(UserError, match=rf"covers/{IDS[0]}\.png and drawings/{IDS[0]}\.png say different"):
        plan_import(project, read_folders(labels), {})


def test_a_folder_that_is_none_of_labels_says_so(labels: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no sub-folders with scans"):
        read_folders(tmp_path / "empty")
    with pytest.raises(UserError, match="no scans of faces") as caught:
        read_folders(labels, ["faces"])
    assert "bad scan, drawing, notes" in caught.value.hint


def test_kinds_go_out_as_folders_and_come_back(project: Project, scans: Path, tmp_path: Path) -> None:
    before = tree(scans)
    project.decide(Gesture("pages", {"accepted": (IDS[0],)}, {"drawing": (IDS[0],), "a/b": (IDS[1],)}))
    written = write_folders(project, tmp_path / "out")
    assert written.counts == {"drawing": 1, "a_b": 1, "no kind": 3}
    assert (tmp_path / "out" / "drawing" / f"{IDS[0]}.png").read_bytes() == before[f"{IDS[0]}.png"]
    rows = {row.file: row.values for row in read_folders(tmp_path / "out")}
    assert rows[f"{IDS[0]}.png"] == {"kind": "drawing"}
    assert tree(scans) == before


def test_a_second_time_brings_the_folder_up_to_date_and_leaves_what_is_not_ours(
    project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write_folders(project, out, "decision")
    (out / "undecided" / "mine.txt").write_text("keep")
    (out / "accepted").mkdir()
    (out / "accepted" / f"{IDS[1]}.png").write_text("not a scan")
    project.decide(Gesture("pages", {"accepted": tuple(IDS[:4])}))
    written = write_folders(project, out, "decision")
    assert written.counts == {"accepted": 3, "undecided": 1}
    assert [id_ for id_, _ in written.failed] == [IDS[1]]
    assert (out / "undecided" / "mine.txt").read_text() == "keep"
    write_folders(project, out, "decision")
    assert (out / "accepted" / f"{IDS[1]}.png").read_text() == "not a scan"
    assert sorted(path.name for path in (out / "undecided").iterdir()) == ["mine.txt", f"{IDS[4]}.png"]


def test_links_lead_to_the_scans_and_taking_them_away_does_not(
    project: Project, scans: Path, tmp_path: Path
) -> None:
    before, out = tree(scans), tmp_path / "out"
    write_folders(project, out, link=True)
    assert (out / "no kind" / f"{IDS[0]}.png").readlink() == scans / f"{IDS[0]}.png"
    write_folders(project, out, "decision")
    assert not (out / "no kind").exists()
    assert tree(scans) == before


def test_the_scans_are_out_of_reach_of_a_list_or_a_link_that_leads_there(
    project: Project, scans: Path, tmp_path: Path
) -> None:
    before, out = tree(scans), tmp_path / "books" / "out"
    write_folders(project, out)
    marker = next(out.glob(".*.json"))
    content = json.loads(marker.read_text())
    names = [f"../sb07/{IDS[0]}.png", str(scans / f"{IDS[1]}.png"), f"undecided/{IDS[2]}.png"]
    marker.write_text(json.dumps({**content, "files": names}))
    (out / "undecided").symlink_to(scans)
    written = write_folders(project, out, "decision")
    assert written.counts == {}
    assert tree(scans) == before


def test_folders_that_are_not_ours_are_refused(project: Project, scans: Path, tmp_path: Path) -> None:
    for out in (scans, scans / "labels"):
        with pytest.raises(UserError, match="among the scans"):
            write_folders(project, out)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="is not empty"):
        write_folders(project, tmp_path / "mine")


def test_a_scan_that_is_gone_is_listed_and_two_of_one_name_get_their_ids(
    project: Project, scans: Path, tmp_path: Path
) -> None:
    other = tmp_path / "books" / "more" / "sb07"
    put(scans, other, IDS[0])
    import_folder(project, other)
    (scans / f"{IDS[4]}.png").unlink()
    written = write_folders(project, tmp_path / "out")
    assert [id_ for id_, _ in written.failed] == [IDS[4]]
    names = {path.name for path in (tmp_path / "out" / "no kind").iterdir()}
    assert names == {*(f"{id_}.png" for id_ in IDS[:4]), f"{IDS[0]}~2.png"}
    assert decisions.states(project.index, "pages") == {}
