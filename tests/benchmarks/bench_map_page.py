"""Sharing a map: seconds to write it, its size, and how long frames take in a real browser.

    python -m tests.benchmarks.bench_map_page [DRAWINGS] [--keep DIR]

Frames are those of headless Chromium without a GPU: a visitor's machine has one, and is faster.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.export.map_page import MapPage, write_map_page
from engine.sample.artist import SUBJECTS, draw
from engine.strokes.types import Drawing
from tests.browser import CHROMIUM, Browser
from tests.engine.export.mapped import GROUPS, mapped_project, shelf

_FRAMES_MS = """
(async () => {
  const map = document.getElementById("map"), spans = [];
  const wait = () => new Promise((done) => requestAnimationFrame(done));
  let before = await wait();
  for (let n = 0; n < 120; n++) {
    ACT
    const now = await wait();
    spans.push(now - before);
    before = now;
  }
  return spans;
})()
"""
_WHEEL = 'new WheelEvent("wheel", {{ deltaY: {turn}, clientX: 860, clientY: 450, cancelable: true }})'
_ACTS = {
    "zooming in": f"map.dispatchEvent({_WHEEL.format(turn='-14')});",
    "zooming out": f"map.dispatchEvent({_WHEEL.format(turn='14')});",
}


def main() -> None:
    """Write the map of so many drawings, open it, and move about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drawings", type=int, nargs="?", default=3000)
    parser.add_argument("--keep", type=Path, help="where to leave the map")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = given.keep or Path(folder) / "map"
        with mapped_project(Path(folder) / "p", shelf(given.drawings, 12), _draw, pictures=False) as project:
            begun = time.perf_counter()
            written = write_map_page(project, place, "drawings")
            print(f"{given.drawings} drawings written in {time.perf_counter() - begun:.1f} s")
        _print_sizes(written)
        if CHROMIUM:
            _move_about(place)
        else:
            print("no Chromium here: no frame was timed")


def _draw(number: int) -> Drawing:
    """Each of the four groups has its subject, and now and then a hand."""
    subjects = list(SUBJECTS)
    return draw(subjects[number % GROUPS if number % 5 else -1], np.random.default_rng(number))


def _print_sizes(written: MapPage) -> None:
    def megabytes(pattern: str) -> float:
        return sum(path.stat().st_size for path in written.folder.glob(pattern)) / 1e6

    print(
        f"folder {written.bytes / 1e6:.1f} MB: page {megabytes('*.html'):.2f}, sprites of 48 px "
        f"{megabytes('sprites/48*'):.2f}, of 128 px {megabytes('sprites/128*'):.2f}, "
        f"pictures {megabytes('pictures/*'):.1f}"
    )


def _move_about(place: Path) -> None:
    with Browser(1440, 900) as page:
        begun = time.perf_counter()
        page.open((place / "index.html").resolve().as_uri())
        page.wait_for("window.mapPage && !mapPage.view().moving")
        print(f"opened in {time.perf_counter() - begun:.2f} s")
        page.listen(2)
        for name, act in _ACTS.items():
            _print_frames(name, page.run(_FRAMES_MS.replace("ACT", act)))
            page.listen(1)
        for _ in range(6):
            page.wheel(860, 450, -120)
        page.listen(1)
        page.mouse("mouseMoved", 860, 450)
        page.mouse("mousePressed", 860, 450, button="left", buttons=1, clickCount=1)
        drag = (
            "map.dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, pointerType: 'mouse',"
            " clientX: 860 + 4 * n, clientY: 450 + n }));"
        )
        _print_frames("dragging", page.run(_FRAMES_MS.replace("ACT", drag)))
        page.mouse("mouseReleased", 1300, 560, button="left", clickCount=1)
        _print_filter(page)


def _print_filter(page: Browser) -> None:
    took = page.run(
        "(() => { const box = document.querySelector('[data-facet=book] input'), begun = performance.now();"
        " box.click(); box.click(); return (performance.now() - begun) / 2; })()"
    )
    print(f"{'a filter':<12} {took:6.1f} ms")


def _print_frames(name: str, spans: Sequence[float]) -> None:
    span = np.array(spans)
    print(
        f"{name:<12} {np.median(span):6.1f} ms a frame, mean {span.mean():.1f}, 95 %: "
        f"{np.percentile(span, 95):.1f}, most {span.max():.1f}"
    )


if __name__ == "__main__":
    main()
