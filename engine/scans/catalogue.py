"""The catalogue: from folders of scans to pages in the index. Nothing is ever written to the folders."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import UserError
from engine.project.ids import PageId
from engine.project.layout import Layout
from engine.project.progress import Reporter, Silent
from engine.project.project import Project
from engine.scans.images import SUFFIXES, ScanInfo, content_hash, read_scan
from engine.scans.names import ScanName, parse_name
from engine.scans.pages import source_folders
from engine.scans.thumbnails import PREVIEW_PX, cache_pictures, thumbnail_path

_BATCH = 32  # pages a transaction: what a crash in the middle of an import would do again


@dataclass(slots=True)
class ImportReport:
    """What an import found.

    Attributes:
        added: New pages.
        changed: Pages whose scan has another content now; their traces are out of date.
        gone: Pages whose scan is no longer there; their decisions are kept.
        returned: Pages whose scan is there again, perhaps in another place.
        unchanged: Number of pages that are as they were.
        unnamed: Those of the pages whose file name says neither book nor page.
        skipped: Files that are no usable scan, relative to the folder, each with its reason.
        stopped: Whether the import was stopped before the end.
    """

    added: list[PageId] = field(default_factory=list)
    changed: list[PageId] = field(default_factory=list)
    gone: list[PageId] = field(default_factory=list)
    returned: list[PageId] = field(default_factory=list)
    unchanged: int = 0
    unnamed: list[PageId] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False


def import_folder(project: Project, folder: Path, reporter: Reporter | None = None) -> ImportReport:
    """Bring the catalogue up to date with a folder and all folders in it.

    Args:
        project: Open for writing.
        folder: Where scans lie; read only.
        reporter: Hears of progress and of each skipped file (`item_failed`).

    Returns:
        What was added, changed, gone and skipped.

    Raises:
        UserError: if the folder is not there; nothing is then marked as gone.
    """
    folder = Path(folder).expanduser().resolve()
    if not folder.is_dir():
        raise UserError(
            f"{folder} is not a folder.", "Give the folder that holds the scans; is its disk there?"
        )
    return _Import(project, folder, reporter or Silent()).run()


@dataclass(frozen=True, slots=True)
class _Found:
    """One file of the folder after it was read: a scan, or the reason why it is none."""

    path: Path
    bytes: int = 0
    mtime_ns: int = 0
    sha256: str = ""
    info: ScanInfo | None = None
    problem: str = ""


class _Import:
    """One import of one folder."""

    def __init__(self, project: Project, folder: Path, reporter: Reporter) -> None:
        self.project = project
        self.folder = folder
        self.reporter = reporter
        self.report = ImportReport()
        self.source = _source_id(project, folder)
        roots = source_folders(project)
        rows = project.index.execute("SELECT * FROM pages").fetchall()
        self.known: dict[Path, sqlite3.Row] = {roots[row["source"]] / row["file"]: row for row in rows}
        self.by_content: dict[str, list[Path]] = {}
        for path, row in self.known.items():
            self.by_content.setdefault(row["sha256"], []).append(path)
        self.taken_ids = {row["id"] for row in rows}

    def run(self) -> ImportReport:
        files, problems = _list_files(self.folder, self.project.layout.root)
        fresh = [path for path in files if not self._is_unchanged(path)]
        self.report.unchanged = len(files) - len(fresh)
        self._forget_skipped()
        self._write([_Found(path, problem=reason) for path, reason in problems])
        done = self._read_all(fresh)
        self.report.stopped = done < len(fresh)
        if not self.report.stopped:
            self._mark_gone(set(files))
        return self.report

    def _is_unchanged(self, path: Path) -> bool:
        row = self.known.get(path)
        if row is None or row["gone"]:
            return False
        try:
            status = path.stat()
        except OSError:
            return False
        same = (status.st_size, status.st_mtime_ns) == (row["bytes"], row["mtime_ns"])
        return same and thumbnail_path(self.project.layout, row["sha256"]).exists()

    def _read_all(self, files: Sequence[Path]) -> int:
        """Read files in threads (decoding lets go of the interpreter), write them in batches, in order."""
        layout, done = self.project.layout, 0
        with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
            for start in range(0, len(files), _BATCH):
                batch = files[start : start + _BATCH]
                found: list[_Found] = []
                for one in pool.map(lambda path: _read(layout, path), batch):
                    found.append(one)
                    done += 1
                    self.reporter.progress(done, len(files), one.path.name)
                self._write(found)
                if self.reporter.stopped():
                    break
        return done

    def _write(self, found: Sequence[_Found]) -> None:
        with self.project.transaction() as index:
            for one in found:
                if one.info is None:
                    self._skip(index, one)
                else:
                    self._catalogue(index, one, one.info)

    def _skip(self, index: sqlite3.Connection, one: _Found) -> None:
        file = one.path.relative_to(self.folder).as_posix()
        index.execute("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", (self.source, file, one.problem))
        self.report.skipped.append((file, one.problem))
        self.reporter.event("item_failed", item=file, reason=one.problem)

    def _catalogue(self, index: sqlite3.Connection, one: _Found, info: ScanInfo) -> None:
        name = parse_name(one.path.relative_to(self.folder.parent))
        row = self.known.get(one.path) or self._moved(one, name)
        if row is None:
            page_id = self._new_id(name)
            self.report.added.append(page_id)
        else:
            page_id = PageId(row["id"])
            self._note_return_or_change(page_id, row, one)
        if not name.known:
            self.report.unnamed.append(page_id)
        source, file = self._place(one.path, row)
        values = {
            "id": page_id, "source": source, "file": file,
            "book": name.book, "page": name.page, "variant": name.variant, "label": name.label,
            "sha256": one.sha256, "bytes": one.bytes, "mtime_ns": one.mtime_ns,
            "width_px": info.width_px, "height_px": info.height_px, "orientation": info.orientation,
            "dpi": info.dpi, "taken": info.taken, "gone": 0,
        }  # fmt: skip
        marks = ", ".join(f":{key}" for key in values)
        index.execute(f"INSERT OR REPLACE INTO pages ({', '.join(values)}) VALUES ({marks})", values)

    def _place(self, path: Path, row: sqlite3.Row | None) -> tuple[int, str]:
        """Source and file of a page; one that another import already found keeps its place."""
        if row is not None and path in self.known:
            return row["source"], row["file"]
        return self.source, path.relative_to(self.folder).as_posix()

    def _note_return_or_change(self, page_id: PageId, row: sqlite3.Row, one: _Found) -> None:
        if row["sha256"] != one.sha256:
            self.report.changed.append(page_id)
        elif row["gone"] or one.path not in self.known:
            self.report.returned.append(page_id)
        else:
            self.report.unchanged += 1

    def _moved(self, one: _Found, name: ScanName) -> sqlite3.Row | None:
        """The page whose scan had this content and this page id, and is no longer where it was."""
        for path in self.by_content.get(one.sha256, ()):
            row = self.known[path]
            if row["id"].split("~")[0] == name.page_id and not path.exists():
                return row
        return None

    def _new_id(self, name: ScanName) -> PageId:
        """The page's id; a second scan of the same name (in another folder) gets a number."""
        page_id, number = name.page_id, 2
        while page_id in self.taken_ids:
            page_id, number = f"{name.page_id}~{number}", number + 1
        self.taken_ids.add(page_id)
        return PageId(page_id)

    def _forget_skipped(self) -> None:
        with self.project.transaction() as index:
            index.execute("DELETE FROM skipped WHERE source = ?", (self.source,))

    def _mark_gone(self, present: set[Path]) -> None:
        for path, row in self.known.items():
            inside = path.is_relative_to(self.folder)
            if inside and path not in present and not row["gone"] and row["id"] not in self.report.returned:
                self.report.gone.append(PageId(row["id"]))
        with self.project.transaction() as index:
            index.executemany("UPDATE pages SET gone = 1 WHERE id = ?", ((id_,) for id_ in self.report.gone))


def _source_id(project: Project, folder: Path) -> int:
    """The folder's number in the index, made on first use."""
    for number, path in source_folders(project).items():
        if path == folder:
            return number
    relative = os.path.relpath(folder, project.layout.root)
    with project.transaction() as index:
        index.execute("INSERT INTO sources (path, relative) VALUES (?, ?)", (str(folder), relative))
        number = index.execute("SELECT id FROM sources WHERE path = ?", (str(folder),)).fetchone()[0]
    return int(number)


def _list_files(folder: Path, project_root: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Image files below a folder in a stable order, and what else lies there with its reason."""
    files: list[Path] = []
    problems: list[tuple[Path, str]] = []

    def refuse(error: OSError) -> None:
        problems.append((Path(error.filename), f"the folder cannot be read ({error.strerror})"))

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and Path(parent, name) != project_root
        )
        for path in _visible(parent, names):
            if path.suffix.lower() in SUFFIXES:
                files.append(path)
            else:
                problems.append((path, f"not an image ({path.suffix or 'no suffix'})"))
    return files, problems


def _visible(parent: str, names: Sequence[str]) -> Iterator[Path]:
    """Files people put there; not the ones their systems strew about."""
    for name in sorted(names):
        if not name.startswith(".") and name.lower() not in ("thumbs.db", "desktop.ini"):
            yield Path(parent, name)


def _read(layout: Layout, path: Path) -> _Found:
    """Hash and decode one file and cache its pictures; a problem is a value, so the batch goes on."""
    try:
        if not path.is_file():
            return _Found(path, problem="it is not a regular file")
        status = path.stat()
        sha256 = content_hash(path)
        info, picture = read_scan(path, PREVIEW_PX)
    except UserError as error:
        return _Found(path, problem=error.message.removeprefix(f"{path}: "))
    except OSError as error:
        return _Found(path, problem=f"it cannot be read ({error.strerror})")
    cache_pictures(layout, sha256, picture)
    return _Found(path, status.st_size, status.st_mtime_ns, sha256, info)


def skipped_files(project: Project) -> list[tuple[Path, str]]:
    """Every file of every source that is no usable scan, with its reason."""
    roots = source_folders(project)
    rows = project.index.execute("SELECT source, file, reason FROM skipped ORDER BY source, file")
    return [(roots[row["source"]] / row["file"], row["reason"]) for row in rows]
