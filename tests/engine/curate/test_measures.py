"""Ink and colour in figures."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from engine.curate.embeddings import embedded_with, load_looks
from engine.curate.measures import load_measures, measure_items
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate.pages import drawing, painting


def test_pages_are_measured_once_and_again_when_the_scan_changes(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    Image.fromarray(drawing()).save(scans / "sb01p001.png")
    Image.fromarray(painting()).save(scans / "sb01p002.png")
    with Project.create(tmp_path / "p") as project:
        import_folder(project, scans)
        assert (measure_items(project), measure_items(project)) == (2, 0)
        first = load_measures(project)
        assert first["sb01p001"].colourfulness < first["sb01p002"].colourfulness
        Image.fromarray(painting(1)).save(scans / "sb01p001.png")
        import_folder(project, scans)
        assert measure_items(project) == 1
        assert load_measures(project)["sb01p001"] != first["sb01p001"]
        assert load_measures(project)["sb01p002"] == first["sb01p002"]
        assert embedded_with(project, "pages") == "efficientnet-lite0"
        looks = load_looks(project, "pages", ["sb01p002", "sb01p001"])
        assert (
            looks is not None and looks.colourfulness[0] == load_measures(project)["sb01p002"].colourfulness
        )
        assert load_looks(project, "pages", ["sb01p002", "not there"]) is None
