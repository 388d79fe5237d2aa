"""Importing folders: what is new, changed, gone, moved, broken."""

from __future__ import annotations

import io
import os
import shutil
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import UserError
from engine.project.log import Gesture
from engine.project.progress import Silent
from engine.project.project import Project, move_project
from engine.scans.catalogue import import_folder, skipped_files
from engine.scans.images import load_pixels
from engine.scans.pages import page, pages
from engine.scans.thumbnails import THUMBNAIL_PX, load_preview, preview_path, thumbnail_path


def scan(path: Path, shade: int = 230, size: tuple[int, int] = (120, 160), **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(shade)
    pixels = np.clip(rng.normal(shade, 4, (size[1], size[0], 3)), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, **options)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    scan(folder / "sb01/art/sb01p001.jpg", 230, dpi=(300, 300))
    scan(folder / "sb01/art/sb01p002-color.jpg", 231)
    scan(folder / "sb01/cover/sb01pcover.jpg", 90)
    scan(folder / "loose/holiday.png", 240)
    return folder


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(folder.rglob("*"))
    }


def test_import_catalogues_and_leaves_the_folder_as_it_was(tmp_path: Path, shelf: Path) -> None:
    before = tree(shelf)
    with Project.create(tmp_path / "p") as project:
        report = import_folder(project, shelf)
        found = pages(project)
        assert [one.id for one in found] == [
            "sb01pcover",
            "sb01p001",
            "sb01p002-color",
            "scans-loose.holiday",
        ]
        assert report.unnamed == ["scans-loose.holiday"]
        first = page(project, "sb01p001")
        assert first is not None
        assert (first.width_px, first.height_px, first.dpi) == (120, 160, 300)
        assert thumbnail_path(project.layout, first.sha256).exists()
    assert tree(shelf) == before


def test_import_again_tells_new_changed_gone_and_returned(tmp_path: Path, shelf: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        import_folder(project, shelf)
        assert import_folder(project, shelf).unchanged == 4
        project.decide(Gesture("pages", {"accepted": ("sb01p001",)}))
        kept = (shelf / "sb01/art/sb01p001.jpg").rename(tmp_path / "away.jpg")
        scan(shelf / "sb01/art/sb01p002-color.jpg", 200)
        scan(shelf / "sb01/art/sb01p003.jpg", 210)
        report = import_folder(project, shelf)
        assert (report.gone, report.changed, report.added) == (["sb01p001"], ["sb01p002-color"], ["sb01p003"])
        assert "sb01p001" not in [one.id for one in pages(project)]
        shutil.move(kept, shelf / "sb01/sb01p001.jpg")  # back, in another folder
        report = import_folder(project, shelf)
        assert (report.returned, report.added) == (["sb01p001"], [])
        again = page(project, "sb01p001")
        assert again is not None
        assert again.path == shelf / "sb01/sb01p001.jpg"


def test_two_scans_of_one_name_get_two_ids_and_keep_them(tmp_path: Path, shelf: Path) -> None:
    scan(shelf / "sb01/second/sb01p001.jpg", 222)
    with Project.create(tmp_path / "p") as project:
        import_folder(project, shelf)
        ids = {one.path.parent.name: one.id for one in pages(project) if one.page == 1}
        assert ids == {"art": "sb01p001", "second": "sb01p001~2"}
        import_folder(project, shelf)
        assert {one.path.parent.name: one.id for one in pages(project) if one.page == 1} == ids


def test_a_folder_inside_an_imported_one_adds_nothing(tmp_path: Path, shelf: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        import_folder(project, shelf)
        report = import_folder(project, shelf / "sb01")
        assert (report.added, report.unchanged, report.gone) == ([], 3, [])


def test_project_and_scans_moved_together_are_found(tmp_path: Path, shelf: Path) -> None:
    (tmp_path / "disk").mkdir()
    shelf = shelf.rename(tmp_path / "disk" / "scans")
    with Project.create(tmp_path / "disk" / "p") as project:
        import_folder(project, shelf)
    (tmp_path / "disk").rename(tmp_path / "other")
    with Project.open(tmp_path / "other" / "p") as project:
        assert all(one.path.exists() for one in pages(project))
        assert import_folder(project, tmp_path / "other" / "scans").unchanged == 4
    move_project(tmp_path / "other" / "p", tmp_path / "q")


def test_a_missing_folder_marks_nothing_as_gone(tmp_path: Path, shelf: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        import_folder(project, shelf)
        shelf.rename(tmp_path / "unplugged")
        with pytest.raises(UserError, match="is not a folder"):
            import_folder(project, shelf)
        assert len(pages(project)) == 4


def test_a_stopped_import_goes_on_later(tmp_path: Path) -> None:
    for number in range(40):
        scan(tmp_path / f"scans/sb01p{number:03d}.jpg", 150 + number, (40, 50))

    class StopAtOnce(Silent):
        def stopped(self) -> bool:
            return True

    with Project.create(tmp_path / "p") as project:
        report = import_folder(project, tmp_path / "scans", StopAtOnce())
        assert report.stopped
        assert 0 < len(report.added) < 40
        assert len(import_folder(project, tmp_path / "scans").added) == 40 - len(report.added)


def test_an_emptied_cache_is_filled_again(tmp_path: Path, shelf: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        import_folder(project, shelf)
        shutil.rmtree(project.layout.root / "cache")
        first = pages(project)[0]
        assert load_preview(project.layout, first.sha256, first.path).shape == (160, 120, 3)
        preview_path(project.layout, first.sha256).write_bytes(b"rotten")
        assert load_preview(project.layout, first.sha256, first.path).shape == (160, 120, 3)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + png_chunk(b"IEND", b"")
    )


def jpeg(size: tuple[int, int] = (200, 260)) -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, "JPEG")
    return buffer.getvalue()


def tiff() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((60, 60), np.uint8)).save(buffer, "TIFF", compression="tiff_lzw")
    return buffer.getvalue()


BROKEN: dict[str, bytes] = {
    "empty.jpg": b"",
    "one-byte.jpg": b"\xff",
    "text.jpg": b"this is no picture, only a letter to the artist",
    "html.png": b"<!doctype html><title>404</title>",
    "zip.jpg": b"PK\x03\x04" + bytes(200),
    "pdf.tif": b"%PDF-1.7 " + bytes(200),
    "header-only.jpg": jpeg()[:20],
    "half.jpg": jpeg()[: len(jpeg()) // 2],
    "two-thirds.jpg": jpeg()[: len(jpeg()) * 2 // 3],
    "half.tif": tiff()[: len(tiff()) // 2],
    "bomb.png": bomb(60_000, 60_000),
    "no-pixels.png": bomb(500, 500),
    "no-width.png": bomb(0, 500),
    "one-pixel.png": bomb(1, 1),
    "thread.png": bomb(4, 5000),
    "bad-crc.png": bomb(50, 50).replace(b"IHDR", b"IHDX"),
    "cut.png": bomb(300, 300)[:40],
    "gif-head.gif": b"GIF89a" + bytes(4),
    "bmp-lie.bmp": b"BM" + struct.pack("<IHHI", 2**31 - 1, 0, 0, 54) + bytes(40),
    "webp-lie.webp": b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(30),
    "notes.txt": b"words",
    "labels.csv": b"file,label",
}


def test_broken_files_are_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    scan(folder / "sb01p001.jpg")
    for name, data in BROKEN.items():
        (folder / name).write_bytes(data)
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "dangling.jpg").symlink_to(folder / "nowhere.jpg")
    os.mkfifo(folder / "pipe.jpg")
    with Project.create(tmp_path / "p") as project:
        report = import_folder(project, folder)
        assert report.added == ["sb01p001"]
        assert {name for name, _ in report.skipped} == {*BROKEN, "dangling.jpg", "pipe.jpg"}
        assert all(reason and str(folder) not in reason for _, reason in report.skipped)
        assert len(skipped_files(project)) == len(BROKEN) + 2
        (folder / "empty.jpg").unlink()
        assert len(import_folder(project, folder).skipped) == len(BROKEN) + 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F", "I"])
def test_every_colour_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    if mode in ("I;16", "I", "F"):
        values = np.full(
            (40, 30),
            60_000 if mode != "F" else 200,
            {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode],
        )
        image = Image.fromarray(values)
    else:
        image = Image.new("RGB", (30, 40), (230, 230, 230)).convert(mode)
    path = tmp_path / ("a.tif" if mode not in ("P", "RGBA", "LA") else "a.png")
    image.save(path)
    pixels = load_pixels(path)
    assert pixels.shape == (40, 30, 3)
    assert pixels.dtype == np.uint8
    assert abs(int(pixels.mean()) - 230) < 35


def test_transparent_ink_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.putpixel((20, 20), (0, 0, 0, 255))
    image.save(tmp_path / "a.png")
    pixels = load_pixels(tmp_path / "a.png")
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[20, 20].tolist() == [0, 0, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("black", (0, 0, 20, 20))  # a mark in the top left corner
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.png", exif=exif)
    pixels = load_pixels(tmp_path / "a.png")
    assert pixels.shape == (40, 60, 3)
    assert pixels[10, 10].max() < 50
    assert pixels[35, 50].min() > 200


def test_a_thumbnail_is_no_larger_than_it_says(tmp_path: Path) -> None:
    scan(tmp_path / "scans/sb01p001.jpg", size=(900, 1300))
    with Project.create(tmp_path / "p") as project:
        import_folder(project, tmp_path / "scans")
        path = thumbnail_path(project.layout, pages(project)[0].sha256)
        assert max(Image.open(path).size) == THUMBNAIL_PX
