"""The index's tables, and how an older index becomes today's."""

from __future__ import annotations

import sqlite3

from engine.errors import UserError

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,          -- absolute, as it was given
    relative TEXT NOT NULL              -- from the project folder: finds the scans when both were moved
);

CREATE TABLE pages (
    id TEXT PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources(id),
    file TEXT NOT NULL,                 -- relative to the source
    book TEXT NOT NULL, page INTEGER, variant TEXT NOT NULL, label TEXT NOT NULL,
    sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, orientation INTEGER NOT NULL,
    dpi REAL, taken TEXT,
    gone INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, file)
);
CREATE INDEX pages_by_hash ON pages (sha256);

CREATE TABLE skipped (                  -- files that are no usable scan, and why
    source INTEGER NOT NULL REFERENCES sources(id),
    file TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (source, file)
) WITHOUT ROWID;

CREATE TABLE decisions (                -- the state the decision log leads to
    level TEXT NOT NULL, id TEXT NOT NULL,
    decision TEXT NOT NULL DEFAULT 'undecided', kind TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (level, id)
) WITHOUT ROWID;

CREATE TABLE embeddings (
    level TEXT NOT NULL, model TEXT NOT NULL, id TEXT NOT NULL,
    input TEXT NOT NULL,                -- hash of what was embedded: a changed scan is embedded again
    vector BLOB NOT NULL,               -- float32, little endian
    PRIMARY KEY (level, model, id)
) WITHOUT ROWID;

CREATE TABLE maps (                     -- where each item stands in the last clustering of its level
    level TEXT NOT NULL, id TEXT NOT NULL,
    cluster INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL,
    PRIMARY KEY (level, id)
) WITHOUT ROWID;

CREATE TABLE traces (
    page TEXT PRIMARY KEY,
    key TEXT NOT NULL,                  -- hash of the scan and of the settings
    error TEXT NOT NULL DEFAULT '',
    line_ink INTEGER NOT NULL DEFAULT 1,
    strokes INTEGER NOT NULL DEFAULT 0, joined INTEGER NOT NULL DEFAULT 0,
    spliced INTEGER NOT NULL DEFAULT 0, drawings INTEGER NOT NULL DEFAULT 0,
    coverage REAL NOT NULL DEFAULT 0, invented_px REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE drawings (
    id TEXT PRIMARY KEY,
    page TEXT NOT NULL, number INTEGER NOT NULL,
    x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,   -- page pixels
    strokes INTEGER NOT NULL, points INTEGER NOT NULL, length_units REAL NOT NULL,
    stroke3 BLOB NOT NULL,              -- float32 rows dx, dy, lift; normalised
    gone INTEGER NOT NULL DEFAULT 0,    -- kept for its decision: tracing again may bring it back
    UNIQUE (page, number)
);
"""

_MENDS = """
CREATE TABLE mends (                    -- like decisions: the state the log leads to
    page TEXT PRIMARY KEY,
    ops TEXT NOT NULL                   -- JSON list, in the order they were made
) WITHOUT ROWID;

ALTER TABLE traces ADD COLUMN uncertain INTEGER NOT NULL DEFAULT 0;
ALTER TABLE traces ADD COLUMN mends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE traces ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE traces ADD COLUMN pen_width_px REAL NOT NULL DEFAULT 0;
"""

_CURATION = """
ALTER TABLE decisions ADD COLUMN note TEXT NOT NULL DEFAULT '';

CREATE TABLE group_names (              -- like decisions: the state the log leads to
    level TEXT NOT NULL, name TEXT NOT NULL,
    members TEXT NOT NULL,              -- JSON list of the ids that made it up when it was named
    PRIMARY KEY (level, name)
);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _MENDS, _CURATION)
"""Script n takes an index of version n to version n + 1. Only ever append."""

VERSION = len(MIGRATIONS)


def migrate(index: sqlite3.Connection, name: str) -> None:
    """Bring an index to today's version, one script a transaction.

    Args:
        index: An open, writable connection.
        name: What to call the project in an error.

    Raises:
        UserError: if the index was made by a newer program.
    """
    version: int = index.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise newer_project(name)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        index.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def newer_project(name: str) -> UserError:
    """The error for a project from the future."""
    return UserError(
        f"{name} was made by a newer Single-Line Studio.", "Update the program, then open the project again."
    )
