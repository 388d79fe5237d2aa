"""Ink and colour in figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.curate.measures import load_measures, measure, measure_pages
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate.pages import blank, drawing, painting


def test_a_line_is_little_ink_and_grey_a_painting_much_and_colourful() -> None:
    line, paint = measure(drawing()), measure(painting())
    assert 0.0 < line.ink_share < 0.2 < paint.ink_share < 1.0
    assert line.colourfulness < 3.0 < 20.0 < paint.colourfulness


def test_an_empty_page_is_nothing() -> None:
    found = measure(blank())
    assert (found.ink_share, found.colourfulness) == (0.0, 0.0)


def test_the_tint_of_the_paper_is_not_colour() -> None:
    page = drawing().astype(np.int16)
    yellowish = np.clip(page - np.array([0, 6, 30]), 0, 255).astype(np.uint8)
    assert measure(yellowish).colourfulness < 12.0


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_the_size_of_the_picture_matters_little(factor: float) -> None:
    page = Image.fromarray(painting())
    other = np.asarray(page.resize((int(page.width * factor), int(page.height * factor))))
    a, b = measure(np.asarray(page)), measure(other)
    assert b.ink_share == pytest.approx(a.ink_share, abs=0.05)
    assert b.colourfulness == pytest.approx(a.colourfulness, rel=0.15)


def test_pages_are_measured_once_and_again_when_the_scan_changes(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    Image.fromarray(drawing()).save(scans / "sb01p001.png")
    Image.fromarray(painting()).save(scans / "sb01p002.png")
    with Project.create(tmp_path / "p") as project:
        import_folder(project, scans)
        assert (measure_pages(project), measure_pages(project)) == (2, 0)
        first = load_measures(project)
        assert first["sb01p001"].colourfulness < first["sb01p002"].colourfulness
        Image.fromarray(painting(1)).save(scans / "sb01p001.png")
        import_folder(project, scans)
        assert measure_pages(project) == 1
        assert load_measures(project)["sb01p001"] != first["sb01p001"]
        assert load_measures(project)["sb01p002"] == first["sb01p002"]
