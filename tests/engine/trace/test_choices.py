"""How pages are to be traced: kept, checked, and what it means for what is out of date."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.project.project import Project
from engine.trace.choices import (
    TraceChoices,
    load_choices,
    range_of,
    save_choices,
    settings_from_json,
    settings_to_json,
    settings_values,
    with_value,
)
from engine.trace.settings import TraceSettings

NAMES = [name for name, _ in settings_values(TraceSettings())]


def value_for(name):
    low, high = range_of(name)
    old = dict(settings_values(TraceSettings()))[name]
    if isinstance(old, tuple):
        return st.lists(st.floats(low, high), min_size=len(old), max_size=len(old))
    return st.integers(int(low) + 1, int(high)) if isinstance(old, int) else st.floats(low, high)


@given(st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), value_for(name))))
def test_a_setting_comes_back_from_json(setting):
    name, value = setting
    changed = with_value(TraceSettings(), name, value)
    wanted = tuple(value) if isinstance(value, list) else value
    assert dict(settings_values(changed))[name] == wanted
    assert settings_from_json(json.loads(json.dumps(settings_to_json(changed)))) == changed


def test_every_usual_value_lies_in_its_range_and_none_is_written_down():
    for name, value in settings_values(TraceSettings()):
        low, high = range_of(name)
        for one in value if isinstance(value, tuple) else (value,):
            assert low <= one <= high, name
    assert settings_to_json(TraceSettings()) == {}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ink.seed_share", 1.5, r"ink\.seed_share cannot be 1\.5.*from 0 to 1"),
        ("ink.seed_share", "much", r"cannot be 'much'"),
        ("ink.seed_share", True, "cannot be True"),
        ("ink.seed_share", float("nan"), "cannot be nan"),
        ("annotations.letters", 2.5, "whole number"),
        ("binding.pitch_share", 0.1, "2 numbers"),
        ("binding.pitch_share", [0.1, 2], "cannot be 2"),
        ("ink.colour", 1, r"no setting ink\.colour.*seed_share"),
        ("inks.seed_share", 1, r"no setting inks.*paper"),
        ("ink", 1, "no single setting"),
        ("ink.seed_share.x", 1, "no single setting"),
        ("", 1, "no setting"),
    ],
)
def test_a_value_that_cannot_be_names_the_setting_and_its_range(name, value, reason):
    with pytest.raises(UserError) as caught:
        with_value(TraceSettings(), name, value)
    assert caught.match(reason) or pytest.fail(str(caught.value))


def test_choices_are_kept(tmp_path: Path) -> None:
    page = with_value(TraceSettings(), "join.gap_pens", 3)
    choices = TraceChoices(
        with_value(TraceSettings(), "ink.seed_share", 0.4), {"sb01p001": page}, frozenset({"sb01p002"})
    )
    with Project.create(tmp_path / "p") as project:
        assert load_choices(project) == TraceChoices()
        save_choices(project, choices)
        assert load_choices(project) == choices
        assert choices.of("sb01p001") == page
        assert choices.of("sb01p002").ink.seed_share == 0.4
        written = json.loads(project.layout.tracing.read_text())
        assert written["default"] == {"ink": {"seed_share": 0.4}}
        save_choices(project, replace(choices, pages={}))
        assert load_choices(project).pages == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"default": 3}', '{"default": {"ink": {"seed_share": 7}}}', '{"pages": {"a": []}}',
     '{"pages": []}', '{"anyway": 3}', '{"default": {"pencil": {"hardness": 2}}}', "\udcff"],
)  # fmt: skip
def test_a_file_that_holds_something_else_is_named(tmp_path: Path, text: str) -> None:
    with Project.create(tmp_path / "p") as project:
        project.layout.tracing.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(UserError, match=r"tracing\.json cannot be used"):
            load_choices(project)


def test_only_the_writer_chooses(tmp_path: Path) -> None:
    Project.create(tmp_path / "p").close()
    with Project.open(tmp_path / "p", write=False) as reader, pytest.raises(UserError, match="reading only"):
        save_choices(reader, TraceChoices())
