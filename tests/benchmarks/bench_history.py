"""How long a long history takes: `python -m tests.benchmarks.bench_history [GESTURES [IDS]]`.

Prints CPU seconds for a log of 10,000 gestures about 100,000 pages (every tenth an undo, every hundredth of
900 pages, lassos of 40 corners, one that decides all): reading it, telling it, going back half way, decisions
out and in as a table, and merging with a copy in which another hundred gestures were made on either side.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.curate.exchange import plan_import, read_decisions, write_decisions
from engine.curate.history import gestures_back_to, history
from engine.curate.merge import plan_merge, read_other
from engine.project import log
from engine.project.log import Gesture
from engine.project.project import Project


def timed(name: str, work: Callable[[], Any]) -> Any:
    start = time.process_time()
    result = work()
    print(f"{name:<28} {time.process_time() - start:6.2f} s")
    return result


def gestures(ids: list[str], count: int, rng: random.Random) -> list[Gesture]:
    """A life with a large shelf."""
    made = [Gesture("pages", {"accepted": tuple(ids)}, time="2026-01-01T00:00:00.000+00:00")]
    for number in range(1, count):
        before = made[-1]
        if number % 10 == 9:
            cleared = {"undecided": next(iter(before.decisions.values()))}
            blank = {"": before.kinds["notes"]} if before.kinds else {}
            how = {"by": "undo", "of": before.how}
            made.append(Gesture("pages", cleared, blank, how, notes=dict.fromkeys(before.notes, "")))
            continue
        some = tuple(rng.sample(ids, 900 if number % 100 == 0 else 10))
        how = {"by": "lasso", "polygon": [[rng.random(), rng.random()] for _ in range(40)]}
        kinds = {"notes": some[:2]} if number % 7 == 0 else {}
        notes = {some[0]: f"note {number}"} if number % 11 == 0 else {}
        word = rng.choice(["accepted", "rejected"])
        made.append(
            Gesture("pages", {word: some}, kinds, how, f"2026-01-02T00:00:00.{number:06d}", notes=notes)
        )
    return made


def make(root: Path, ids: list[str], made: list[Gesture]) -> None:
    with Project.create(root) as project, project.transaction() as index:
        index.execute("INSERT INTO sources (id, path, relative) VALUES (1, '/scans', 'scans')")
        index.executemany(
            "INSERT INTO pages VALUES (?, 1, ?, ?, ?, '', '', ?, 1, 1, 9, 9, 1, NULL, NULL, 0)",
            ((id_, f"{id_}.jpg", id_[:5], int(id_[6:]), f"{k:064x}") for k, id_ in enumerate(ids)),
        )
    lines = (json.dumps(asdict(one)) for one in made)
    (root / "decisions.jsonl").write_text("\n".join(lines) + "\n")


def go_on(root: Path, ids: list[str], rng: random.Random) -> None:
    with Project.open(root) as project:
        for _ in range(100):
            word = rng.choice(["accepted", "rejected"])
            project.decide(Gesture("pages", {word: tuple(rng.sample(ids, min(100, len(ids))))}))


def main() -> None:
    given = [int(text) for text in sys.argv[1:3]]
    count, many = given + [10_000, 100_000][len(given) :]
    rng = random.Random(1)
    ids = [f"sb{number // 1000:03d}p{number % 1000:03d}" for number in range(max(many, 1000))]
    with tempfile.TemporaryDirectory() as folder:
        root, table = Path(folder) / "p", Path(folder) / "table.csv"
        make(root, ids, gestures(ids, count, rng))
        print(f"{count} gestures, {len(ids)} pages, {(root / 'decisions.jsonl').stat().st_size / 1e6:.1f} MB")
        with timed("open, index from the log", lambda: Project.open(root)) as project:
            timed("read the log", lambda: list(log.read(project.layout.decisions)))
            timed("tell it", lambda: history(project))
            timed("back half way", lambda: gestures_back_to(project, count // 2))
            timed("table out", lambda: write_decisions(project, table))
            rows = timed("table read", lambda: read_decisions(table))
            timed("table compared", lambda: plan_import(project, rows, {}))
        shutil.copytree(root, Path(folder) / "copy")
        for one in (root, Path(folder) / "copy"):
            go_on(one, ids, rng)
        with Project.open(root) as project:
            other = timed("other log read", lambda: read_other(project, Path(folder) / "copy"))
            plan = timed("merge", lambda: plan_merge(project, other, "newest"))
        print(f"{plan.taken} taken over, {plan.same} the same, {len(plan.conflicts)} conflicts")


if __name__ == "__main__":
    main()
