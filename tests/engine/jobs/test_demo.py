"""The demo, stopped at a bad moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.dataset.versions import datasets
from engine.errors import UserError
from engine.jobs import demo
from engine.project.layout import Layout
from engine.project.progress import Silent
from engine.sample import sketchbook


class StopWhileTracing(Silent):
    """Asks to stop as soon as the first page is traced."""

    stage = ""
    traced = False

    def event(self, name: str, **fields: Any) -> None:
        self.stage = fields["stage"] if name == "stage_started" else self.stage
        self.traced = self.traced or name == "page_traced"

    def stopped(self) -> bool:
        return self.traced


def test_a_demo_stopped_while_tracing_freezes_no_half_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sketchbook.make_sketchbook
    monkeypatch.setattr(
        sketchbook, "make_sketchbook", lambda folder, reporter: whole(folder, pages=12, reporter=reporter)
    )
    reporter = StopWhileTracing()
    with pytest.raises(UserError, match="stopped"):
        demo.make_demo(tmp_path, reporter)
    assert reporter.stage == "trace"
    assert datasets(Layout(tmp_path / "project")) == []
