import csv
import json

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import UserError
from engine.project.progress import Silent
from engine.sample.badscan import spoil
from engine.sample.book import Kind, plan_books
from engine.sample.page import render_page
from engine.sample.sketchbook import make_sketchbook


class Stopping(Silent):
    """Says stop after so many questions."""

    def __init__(self, patience):
        self.patience = patience
        self.heard = []

    def progress(self, done, total, message=""):
        self.heard.append((done, total))

    def stopped(self):
        self.patience -= 1
        return self.patience < 0


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    return folder, make_sketchbook(folder, pages=12)


def truths(folder):
    return [json.loads(path.read_text()) for path in sorted((folder / "truth").glob("*.json"))]


def scan(folder, truth):
    (path,) = folder.glob(f"sb*/*/{truth['file']}")
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)


def test_the_report_tells_what_was_made(book):
    folder, report = book
    assert (report.made, report.kept, report.stopped) == (12, 0, False)
    assert all(path.is_dir() for path in report.books)
    assert len(list(folder.glob("sb*/*/*.jpg"))) == 12


def test_labels_name_every_page_in_the_artists_words(book):
    folder, _ = book
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["hand_label"] for row in rows} == {"drawings", "watercolors", "notes", "covers", "badscans"}
    for row in rows:
        assert list(folder.glob(f"sb*/{row['folder']}/{row['file']}"))


def test_a_scan_says_resolution_and_date(book):
    folder, _ = book
    with Image.open(next(folder.glob("sb*/art/*.jpg"))) as image:
        assert image.info["dpi"] == (200, 200)
        assert image.getexif()[306].startswith("2024:")


def test_truth_lies_on_ink_and_ink_on_truth(book):
    folder, _ = book
    drawings = [t for t in truths(folder) if t["label"] == "drawing"]
    assert len(drawings) >= 5
    for truth in drawings:
        grey = scan(folder, truth)
        assert grey.shape == (truth["height"], truth["width"])
        points = np.concatenate([s for d in truth["drawings"] for s in d["strokes"]])
        x, y = np.round(points).astype(int).T
        paper = np.median(grey)
        assert np.mean(grey[y, x] < paper - 60) > 0.97
        beside = np.zeros(grey.shape, np.uint8)
        beside[y, x] = 1
        reach = int(truth["ink_width"]) + 4
        beside = cv2.dilate(beside, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
        inner = np.zeros(grey.shape, bool)
        inner[60:1540, 140:1100] = True
        stray = (grey < paper - 90) & inner & (beside == 0)
        assert stray.sum() < 50


def test_truth_is_continuous_and_inside_the_page(book):
    folder, _ = book
    for truth in truths(folder):
        assert truth["n_drawings"] == len(truth["drawings"])
        for drawing in truth["drawings"]:
            for stroke in map(np.asarray, drawing["strokes"]):
                assert np.hypot(*np.diff(stroke, axis=0).T).max() < 4.0
                assert stroke.min() >= 0
                assert np.all(stroke.max(axis=0) <= (truth["width"], truth["height"]))


def test_going_on_makes_nothing_again(book):
    folder, _ = book
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
    report = make_sketchbook(folder, pages=12)
    assert (report.made, report.kept) == (0, 12)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()} == before


def test_a_lost_page_comes_back_the_same(book):
    folder, _ = book
    path = next(folder.glob("sb*/art/*.jpg"))
    was = path.read_bytes()
    path.unlink()
    assert make_sketchbook(folder, pages=12).made == 1
    assert path.read_bytes() == was


def test_stopping_leaves_whole_pages_and_the_rest_can_follow(tmp_path):
    reporter = Stopping(patience=1)
    report = make_sketchbook(tmp_path, pages=12, reporter=reporter)
    assert report.stopped
    assert 0 < report.made < 12
    assert len(list(tmp_path.rglob("*.jpg"))) == report.made
    assert not list(tmp_path.rglob("*.part"))
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == report.made + 1
    assert reporter.heard[-1][1] == 12


@pytest.mark.parametrize("kind", Kind)
def test_a_page_depends_on_seed_and_page_alone(kind):
    spec = next(s for s in plan_books() if s.kind is kind)
    one, same, other = (render_page(spec, seed) for seed in (3, 3, 4))
    assert np.array_equal(one.image, same.image)
    assert one.truth == same.truth
    assert not np.array_equal(one.image, other.image)


def test_two_scans_of_one_page_show_one_drawing_differently():
    colour, light = (s for s in plan_books() if s.book == 2 and s.page == 31)
    one, two = render_page(colour, 1), render_page(light, 1)
    saturation = [cv2.cvtColor(p.image, cv2.COLOR_RGB2HSV)[..., 1].mean() for p in (one, two)]
    assert saturation[0] > 1.3 * saturation[1]
    boxes = [p.truth["drawings"][0]["bbox"] for p in (one, two)]
    assert np.abs(np.subtract(*boxes)).max() < 60


@pytest.mark.parametrize("page", [1, 2])
def test_the_binding_is_left_on_odd_pages_and_right_on_even(page):
    spec = next(s for s in plan_books() if s.book == 1 and s.page == page)
    grey = render_page(spec, 1).image.mean(axis=2)
    left, right = (grey[:, columns] < 90 for columns in (slice(0, 60), slice(-60, None)))
    dark = (left.mean(), right.mean())
    assert max(dark) > 0.1
    assert min(dark) < 0.02
    assert int(np.argmax(dark)) == (page + 1) % 2


def test_bad_scans_go_wrong_in_five_ways():
    page = render_page(plan_books()[1], 1).image
    spoilt = [spoil(page, accident, np.random.default_rng(accident)) for accident in range(5)]
    for image in spoilt:
        assert image.shape == page.shape
        assert np.abs(image.astype(int) - page).mean() > 3
    pages = [s.page for s in plan_books() if s.kind is Kind.BAD_SCAN]
    assert {page % 5 for page in pages} == {0, 1, 2, 3, 4}


def test_no_pages_is_refused(tmp_path):
    with pytest.raises(UserError):
        make_sketchbook(tmp_path, pages=0)
