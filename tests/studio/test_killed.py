"""A window killed in the middle of deciding: whatever it showed as done is there afterwards."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from engine.curate.items import items
from engine.project import decisions
from engine.project.project import Project

N_DECISIONS = 1000

DECIDER = textwrap.dedent(
    """
    import itertools, sys
    from pathlib import Path
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from studio import theme
    from studio.app import make_application
    from studio.screenshots import settle
    from studio.settings import Settings
    from studio.widgets.curation.thumbnail_grid import ThumbnailGrid
    from studio.window import Window

    application = make_application()
    theme.apply(application, theme.LIGHT)
    window = Window(Settings())
    window.show()
    assert window.open_project(Path(sys.argv[1]))
    settle(window)
    session = window.session
    grid = window.workspace.pane.findChild(ThumbnailGrid)
    ids = [item.id for item in session.curation.shown]
    keys = {"accepted": Qt.Key.Key_P, "rejected": Qt.Key.Key_X, "undecided": Qt.Key.Key_U}
    for number, (item_id, word) in zip(range(int(sys.argv[2])), itertools.product(ids * 20, keys)):
        session.selection.set((item_id,), item_id)
        QTest.keyClick(grid, keys[word])
        assert session.library.find(item_id).decision == word
        print(item_id, word, flush=True)
    """
)


@pytest.mark.parametrize(("after", "keep_index"), [(40, True), (333, False)])
def test_every_decision_that_was_shown_is_found_after_a_kill(
    project_folder: Path, after: int, keep_index: bool
) -> None:
    with Project.open(project_folder, write=False) as project:
        plan = list(itertools.product([item.id for item in items(project)] * 20, DECISIONS))
    arguments = [sys.executable, "-c", DECIDER, str(project_folder), str(N_DECISIONS)]
    shown: list[tuple[str, str]] = []
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            item_id, word = line.split()
            shown.append((item_id, word))
            if len(shown) == after:
                os.kill(child.pid, signal.SIGKILL)
                break
        # What it had said before it died counts too.
        shown += [tuple(line.split()) for line in child.stdout if line.endswith("\n")]  # type: ignore[misc]
    assert after <= len(shown) < N_DECISIONS
    if not keep_index:
        for file in project_folder.glob("index.sqlite*"):
            file.unlink()
    with Project.open(project_folder) as project:
        found = {id_: state.decision for id_, state in decisions.states(project.index, "pages").items()}
    assert shown == plan[: len(shown)]
    # The one after the last may have been written and not yet shown.
    assert found in (dict(shown), dict(plan[: len(shown) + 1]))


DECISIONS = ("accepted", "rejected", "undecided")
