"""Bad use and bad input: exit code 2, one line that says why and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path, singleline: Call) -> Path:
    assert singleline("new", tmp_path / "p").code == 0
    return tmp_path / "p"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["new"],
        ["import", "PROJECT"],
        ["import", "PROJECT", "/no/such/folder"],
        ["status", "/no/such/project"],
        ["embed", "PROJECT"],
        ["embed", "PROJECT", "--level", "books"],
        ["cluster", "PROJECT", "--k", "many"],
        ["cluster", "PROJECT"],
        ["mark", "PROJECT", "adore"],
        ["mark", "PROJECT", "accept", "--cluster", "3"],
        ["mark", "PROJECT", "accept", "--ids", "/no/such/file"],
        ["mark", "PROJECT", "accept", "--kind", "notes"],
        ["mark", "PROJECT", "accept"],
        ["trace", "PROJECT"],
        ["trace-image", "/no/such.png", "-o", "out.svg"],
        ["dataset", "PROJECT", "x"],
        ["dataset", "PROJECT", "../../etc"],
        ["import-strokes", "PROJECT", "x", "/no/such.npz"],
        ["train", "PROJECT"],
        ["train", "PROJECT", "nothing"],
        ["train", "PROJECT", "--resume", "run007"],
        ["evaluate", "PROJECT", "run001"],
        ["generate", "PROJECT", "run001"],
        ["export", "PROJECT", "items", "-o", "items.txt"],
        ["export", "PROJECT", "embeddings", "-o", "e.npz"],
        ["export", "PROJECT", "drawings", "-o", "d.npz"],
    ],
)
def test_one_line_and_exit_code_two(
    project: Path, singleline: Call, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = singleline(*(project if one == "PROJECT" else one for one in arguments))
    assert answer.code == 2
    assert answer.err.startswith("singleline: ")
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    assert not list(tmp_path.glob("*.npz"))


def test_with_json_the_error_is_json_too(singleline: Call, tmp_path: Path) -> None:
    answer = singleline("status", tmp_path, "--json")
    assert answer.code == 2
    assert "not a Single-Line Studio project" in answer.json["error"]


def test_a_second_project_in_one_folder_is_refused(project: Path, singleline: Call) -> None:
    answer = singleline("new", project)
    assert answer.code == 2
    assert "is a project already" in answer.err


def test_the_program_starts_as_a_process(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from engine.cli.main import main; main()",
        "new",
        str(tmp_path / "p"),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["name"] == "p"
