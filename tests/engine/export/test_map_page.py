"""A map to share: what is in the folder, what must not be, and whose folders are left alone."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.spatial.distance import pdist

from engine.errors import UserError
from engine.export import map_folder, map_page
from engine.export.frames import Stopped
from engine.export.map_data import palettes, part, sheet_order, shown_items, title_of
from engine.export.map_page import json_for_html, write_map_page
from engine.project.progress import Silent
from engine.scans.thumbnails import preview_path
from tests.engine.cli.conftest import singleline
from tests.engine.export.drawings import StopsAfter
from tests.engine.export.mapped import Sheet, mapped_project, say, shelf

__all__ = ["singleline"]
N = 12
SHEETS = [
    *shelf(N - 3),
    Sheet("sb03p007-color", "sb03", 7, "color", "rejectedlabel"),
    Sheet("sb03p008", "sb03", 8, "", "privatelabel"),
    Sheet("sb03pcover", "sb03", None, "cover", "anunplacedlabel"),
]


@pytest.fixture
def project(tmp_path: Path):
    """Twelve pages; one is rejected, one is notes, one is not on the map."""
    with mapped_project(tmp_path / "verysecretfolder", SHEETS) as made:
        say(
            made, "pages", kinds={"notes": ["sb03p008"], "drawing": ["sb01p001"]}, rejected=["sb03p007-color"]
        )
        with made.transaction() as index:
            index.execute("DELETE FROM maps WHERE id LIKE 'sb03pcover%'")
        yield made


def data_of(folder: Path) -> dict:
    text = (folder / "index.html").read_text("utf-8")
    return json.loads(text.split('id="data">')[1].split("</script>")[0])


def everything(folder: Path) -> bytes:
    parts = [str(path.relative_to(folder)).encode() + b"\n" + path.read_bytes() for path in files(folder)]
    return b"\n".join(parts)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files(folder)}


@pytest.mark.parametrize("level", ["pages", "drawings"])
def test_what_is_left_out_is_nowhere_in_the_folder(tmp_path, project, level):
    written = write_map_page(project, tmp_path / "map", level)
    assert len(written.shown) == N - 3
    found = everything(tmp_path / "map")
    for word in (
        "sb03",
        "rejectedlabel",
        "privatelabel",
        "anunplacedlabel",
        "notes",
        "secret",
        str(tmp_path),
    ):
        assert word.encode() not in found, word
    assert b"sb01p001" in found, "the search finds what is there"
    assert len(list((tmp_path / "map/pictures").iterdir())) == N - 3
    assert written.bytes == sum(path.stat().st_size for path in files(tmp_path / "map"))


def test_pictures_of_what_is_left_out_are_nowhere_either(tmp_path, project):
    """Each page's picture is one colour; no colour of those left out is in any picture."""
    for n, item in enumerate(shown_items(project, "pages", rejected=True, private=())):
        shade = (250, 20, 20) if item.id in ("sb03p007-color", "sb03p008") else (20, 200 + n, 250)
        Image.new("RGB", (480, 640), shade).save(preview_path(project.layout, item.sha256), quality=95)
    write_map_page(project, tmp_path / "map")
    pictures = [p for p in files(tmp_path / "map") if p.suffix in (".jpg", ".webp")]
    assert pictures
    for path in pictures:
        with Image.open(path) as picture:
            assert np.asarray(picture.convert("RGB"))[:, :, 0].max() < 130, path
    write_map_page(project, tmp_path / "map", rejected=True)
    reddest = [
        np.asarray(Image.open(p).convert("RGB"))[:, :, 0].max()
        for p in files(tmp_path / "map")
        if p.suffix == ".jpg"
    ]
    assert max(reddest) > 200, "a red page would be seen"


def test_a_drawing_shares_the_fate_of_its_page(project):
    assert {item.page_id for item in shown_items(project, "drawings")}.isdisjoint(
        {"sb03p007-color", "sb03p008"}
    )
    say(project, "drawings", kinds={"figure": ["sb03p008/1"]}, rejected=["sb01p002/1"])
    seen = {item.id for item in shown_items(project, "drawings")}
    assert "sb03p008/1" not in seen, "a figure on a page of notes stays private"
    assert "sb01p002/1" not in seen
    assert "sb01p002" in {item.id for item in shown_items(project, "pages")}


def test_rejected_and_private_are_shown_when_asked_for(project):
    ids = [item.id for item in shown_items(project, "pages", rejected=True, private=())]
    assert ids == [sheet.id for sheet in SHEETS[:-1]], "all that is on the map, in shelf order"
    assert "sb03p008" not in {item.id for item in shown_items(project, "pages", private=(" NOTES",))}


def test_columns_agree_with_each_other(tmp_path, project):
    write_map_page(project, tmp_path / "map", cluster_names={1: "hands"})
    data = data_of(tmp_path / "map")
    assert {len(column) for column in data["items"].values()} == {N - 3}
    assert sorted(data["cells"]) == list(range(N - 3))
    assert data["cluster"] == ["Cluster 1", "hands", "Cluster 3", "Cluster 4"]
    assert data["kind"] == ["drawing", ""] and data["book"] == ["sb01", "sb02"]
    names = [data["cluster"][at] for at in data["items"]["cluster"]]
    assert names[:5] == ["Cluster 1", "hands", "Cluster 3", "Cluster 4", "Cluster 1"]


def test_y_is_turned_round_and_order_kept(tmp_path, project):
    write_map_page(project, tmp_path / "map")
    data, shown = data_of(tmp_path / "map"), shown_items(project, "pages")
    assert np.allclose(data["items"]["x"], [item.x for item in shown], atol=0.2)
    assert np.allclose(data["items"]["y"], [-item.y for item in shown], atol=0.2)


def test_sprites_are_where_the_cells_say(tmp_path, project):
    write_map_page(project, tmp_path / "map")
    data = data_of(tmp_path / "map")
    level = data["sprites"][1]
    sheet = np.asarray(Image.open(tmp_path / "map" / level["files"][0]).convert("L"), dtype=float)
    for n, cell in enumerate(data["cells"]):
        large = Image.open(tmp_path / f"map/pictures/{n + 1:04d}.jpg").convert("L")
        large.thumbnail((level["px"], level["px"]))
        top, left = cell // level["columns"] * level["px"], cell % level["columns"] * level["px"]
        part_ = sheet[top : top + large.height, left : left + large.width]
        assert np.corrcoef(part_.ravel(), np.asarray(large).ravel())[0, 1] > 0.9


def test_pictures_carry_no_metadata(tmp_path, project):
    item = shown_items(project, "pages")[0]
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    Image.new("RGB", (480, 640), "white").save(preview_path(project.layout, item.sha256), exif=exif)
    write_map_page(project, tmp_path / "map")
    assert b"where I live" not in everything(tmp_path / "map")
    assert not Image.open(tmp_path / "map/pictures/0001.jpg").getexif()


def test_a_page_that_cannot_be_read_is_told_and_the_others_go_on(tmp_path, project):
    preview_path(project.layout, shown_items(project, "pages")[1].sha256).unlink()
    written = write_map_page(project, tmp_path / "map")
    assert [id_ for id_, _ in written.failed] == ["sb01p002"]
    assert len(written.shown) == N - 4 and b"sb01p002" not in everything(tmp_path / "map")


def test_the_page_asks_for_nothing_from_anywhere(tmp_path, project):
    write_map_page(project, tmp_path / "map")
    text = (tmp_path / "map/index.html").read_text("utf-8")
    for harmless in ("http-equiv", "http://www.w3.org/2000/svg"):
        text = text.replace(harmless, "")
    assert "http" not in text and "@import" not in text and "url(//" not in text
    assert "default-src 'none'" in text


def test_text_in_the_data_cannot_leave_it():
    nasty = "</script><img src=x onerror=alert(1)><!--\u2028&\"'{{script}}"
    written = json_for_html({"title": [nasty]})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == {"title": [nasty]}


def test_written_again_it_is_replaced_whole(tmp_path, project):
    write_map_page(project, tmp_path / "map", rejected=True, private=())
    assert len(list((tmp_path / "map/pictures").iterdir())) == N - 1
    (tmp_path / "map/.DS_Store").write_bytes(b"desktop")
    write_map_page(project, tmp_path / "map")
    assert len(list((tmp_path / "map/pictures").iterdir())) == N - 3
    assert json.loads((tmp_path / "map/map.json").read_text())["pages"] == N - 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map", "verysecretfolder"], (
        "nothing left over"
    )


@pytest.mark.parametrize("strange", ["photo.jpg", "map/photo.jpg", "map"])
def test_what_is_not_ours_is_not_touched(tmp_path, project, strange):
    place = tmp_path / "place"
    if strange != "map":
        (place / strange).parent.mkdir(parents=True)
        (place / strange).write_bytes(b"mine")
    else:
        place.write_bytes(b"a file")
    if strange == "map/photo.jpg":
        place = place / "map"
        (place / "photo.jpg").unlink()
        write_map_page(project, place)
        (place / "CNAME").write_bytes(b"mine")
    before = tree(tmp_path)
    with pytest.raises(UserError, match=str(place)):
        write_map_page(project, place)
    assert tree(tmp_path) == before


def test_an_empty_folder_will_do(tmp_path, project):
    (tmp_path / "map").mkdir()
    write_map_page(project, tmp_path / "map")
    assert map_folder.is_map_folder(tmp_path / "map")


@pytest.mark.parametrize("after", [1, 5, N + 3])
def test_stopped_it_changes_nothing(tmp_path, project, after):
    write_map_page(project, tmp_path / "map")
    before = tree(tmp_path)
    with pytest.raises(Stopped):
        write_map_page(project, tmp_path / "map", rejected=True, reporter=StopsAfter(after))
    assert tree(tmp_path) == before
    with pytest.raises(Stopped):
        write_map_page(project, tmp_path / "new", reporter=StopsAfter(after))
    assert not (tmp_path / "new").exists()


def test_progress_goes_up_to_the_end(tmp_path, project):
    reporter = StopsAfter(10**6)
    write_map_page(project, tmp_path / "map", reporter=reporter)
    done = [d for d, _ in reporter.seen]
    assert done == sorted(done) and reporter.seen[-1] == (2 * (N - 3), 2 * (N - 3))


def test_a_full_disk_is_told_and_changes_nothing(tmp_path, project, monkeypatch):
    write_map_page(project, tmp_path / "map")
    before = tree(tmp_path)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(map_page, "_write_manifest", full)
    with pytest.raises(UserError, match="the disk is full"):
        write_map_page(project, tmp_path / "map")
    assert tree(tmp_path) == before


def test_when_the_last_step_fails_the_old_one_comes_back(tmp_path, project, monkeypatch):
    write_map_page(project, tmp_path / "map")
    before, rename = tree(tmp_path), Path.rename

    def refuse(self, target):
        if self.name == "new":
            raise OSError(errno.EACCES, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(UserError, match="may not be written"):
        write_map_page(project, tmp_path / "map")
    assert tree(tmp_path) == before


def test_nothing_to_show_is_said(tmp_path, project):
    say(project, "pages", rejected=[sheet.id for sheet in SHEETS])
    with pytest.raises(UserError, match="no pages on the map"):
        write_map_page(project, tmp_path / "map", reporter=Silent())
    assert not (tmp_path / "map").exists()


def test_items_that_coincide_are_parted_and_the_others_stay():
    rng = np.random.default_rng(3)
    places = rng.uniform(-1, 1, (200, 2))
    places[50:60] = places[50]
    moved, gap = part(places)
    assert pdist(moved).min() >= gap * 0.9
    far = np.linalg.norm(moved - places, axis=1)
    assert np.median(far) < gap and far.max() < 0.2


@pytest.mark.parametrize("count", [1, 2, 300])
def test_sheet_order_holds_everything_once_and_keeps_neighbours(count):
    places = np.random.default_rng(1).uniform(-1, 1, (count, 2))
    order = sheet_order(places, 16)
    assert sorted(order.tolist()) == list(range(count))
    if count > 16:
        walk = places[order[16:]]
        assert np.linalg.norm(np.diff(walk, axis=0), axis=1).mean() < 0.25, "a random walk has 1.0"
        assert pdist(places[order[:16]]).min() > 0.3, "the first ones are all over the map"


def test_titles_say_what_a_person_would(project):
    titles = {item.id: title_of(item) for item in shown_items(project, "pages", rejected=True, private=())}
    assert titles["sb01p001"] == "sb01, page 1"
    assert titles["sb03p007-color"] == "sb03, page 7 (color), rejectedlabel"
    drawn = {item.id: title_of(item) for item in shown_items(project, "drawings")}
    assert drawn["sb01p001/1"] == "sb01, page 1, drawing 1"


def test_colours_can_be_told_from_their_ground():
    assert all(len(colours) >= 24 for colours in palettes().values())


def test_the_command(tmp_path, project, singleline):
    say(project, "pages", kinds={"cover": ["sb01p003"]})
    answer = singleline(
        "export", project.layout.root, "map", "-o", tmp_path / "m", "--private", "Cover", "--json"
    )
    assert answer.code == 0 and answer.json["count"] == N - 4, answer.err
    assert data_of(tmp_path / "m")["kind"] == ["drawing", ""]
    assert (tmp_path / "m/index.html").read_text().count("<title>A shelf</title>") == 1


@pytest.mark.parametrize("arguments", [["map", "--private", "nots"], ["items", "--rejected"]])
def test_a_slip_of_the_pen_publishes_nothing(tmp_path, project, singleline, arguments):
    what, *more = arguments
    answer = singleline("export", project.layout.root, what, "-o", tmp_path / "m.csv", *more)
    assert answer.code == 2 and not (tmp_path / "m.csv").exists()
