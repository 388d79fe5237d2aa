"""The artist's 185 scans as a project: made, embedded and read, with the times that takes."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.curate.embedders import load_embedder
from engine.curate.embeddings import embed_items, load_embeddings
from engine.curate.looks import LOOK_MODEL, Looks
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from engine.scans.pages import Page, pages
from engine.scans.thumbnails import load_preview
from tests.benchmarks.lines import SHARED

DATA = SHARED / "data" / "slml"
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The 185 pages: catalogue entries, hand labels, embeddings, looks, previews; one row each."""

    pages: list[Page]
    labels: NDArray[np.str_]
    vectors: NDArray[np.float32]
    looks: Looks
    previews: list[NDArray[np.uint8]]

    @property
    def drawn(self) -> Bools:
        """Whether the hand label is "drawings"."""
        return np.asarray(self.labels == "drawings")

    @property
    def names(self) -> list[tuple[str, int] | None]:
        """Book and page number, which two scans of one page share."""
        return [None if page.page is None else (page.book, page.page) for page in self.pages]


def row(name: str, value: str, aim: str = "", reached: bool | None = None) -> None:
    """One line of the table."""
    verdict = "" if reached is None else "reached" if reached else "SHORT"
    print(f"  {name:<58} {value:>22} {aim:>10} {verdict}")


def print_speed(root: Path, given: Path | None) -> None:
    """Import (or copy) and embed, as the command line does, and print the times."""
    print("Speed")
    if given is None:
        start = time.perf_counter()
        with Project.create(root) as project:
            import_folder(project, DATA / "scans")
        taken = time.perf_counter() - start
        row("import of the 185 scans (hash, preview, thumbnail)", f"{taken:.1f} s", "20 s", taken <= 20)
    else:
        shutil.copytree(given, root, ignore=shutil.ignore_patterns("writer.lock"))
        with Project.open(root) as project, project.transaction() as index:
            index.execute("DELETE FROM embeddings")
    load_embedder()  # the graph is written at the first start ever, with torch; that is not to be timed
    code = "import sys; from engine.cli.main import main; sys.argv.insert(1, 'embed'); main()"
    start = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    subprocess.run([sys.executable, "-c", code, str(root)], env=environment, check=True, capture_output=True)
    taken = time.perf_counter() - start
    with Project.open(root) as project:
        n = len(load_embeddings(project)[0])
        row("embedding, `singleline embed` with its start", f"{n / taken:.0f} pages/s", "25", n / taken >= 25)
        with project.transaction() as index:
            index.execute("DELETE FROM embeddings")
        for model, aim in (("efficientnet-lite0", 25), (LOOK_MODEL, 0)):
            start = time.perf_counter()
            embed_items(project, model=model)
            rate = n / (time.perf_counter() - start)
            row(f"{model}, in a process that runs", f"{rate:.0f} pages/s", str(aim or ""), rate >= aim)


def read(project: Project) -> Shelf:
    """The pages in shelf order with all that is known of them."""
    with (DATA / "page_labels.csv").open() as file:
        labels = {line["file"]: line["hand_label"] for line in csv.DictReader(file)}
    shelf = [page for page in pages(project) if page.path.name in labels]
    vectors = dict(zip(*load_embeddings(project, model="efficientnet-lite0"), strict=True))
    looks = dict(zip(*load_embeddings(project, model=LOOK_MODEL), strict=True))
    return Shelf(
        shelf,
        np.array([labels[page.path.name] for page in shelf]),
        np.stack([vectors[page.id] for page in shelf]),
        Looks.of(np.stack([looks[page.id] for page in shelf])),
        [load_preview(project.layout, page.sha256, page.path) for page in shelf],
    )


def picked(looks: Looks, chosen: Bools) -> Looks:
    """The looks of some."""
    return Looks(
        looks.lightness[chosen],
        looks.ink_share[chosen],
        looks.wash_share[chosen],
        looks.colourfulness[chosen],
        looks.prints[chosen],
    )
