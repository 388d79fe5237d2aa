"""Decisions out and in again as tables, whatever a spreadsheet does to them on the way."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import cv2
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from engine.curate.exchange import COLUMNS, Row, plan_import, read_decisions, write_decisions
from engine.errors import UserError
from engine.project import decisions, log
from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate import pages
from tests.engine.curate.shelves import (
    IDS,
    put_drawing,
    quick_disk,  # noqa: F401  (used by every test here)
    sha_of,
    shelf,
    standing,
)

A, B, C, D = IDS


def take(project: Project, file: Path, level=None):
    plan = plan_import(project, read_decisions(file, level), {"by": "import", "of": file.name})
    if plan.gesture:
        project.decide(plan.gesture)
    return plan


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def project(tmp_path: Path):
    with shelf(tmp_path / "p") as made:
        yield made


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_real_scans_in_a_new_project_get_their_decisions_back(tmp_path: Path, suffix: str) -> None:
    scans = tmp_path / "sb07"
    scans.mkdir()
    for number in range(1, 5):
        cv2.imwrite(str(scans / f"sb07p00{number}.png"), pages.drawing(number))
    made = Gesture(
        "pages",
        {"accepted": ("sb07p001", "sb07p002"), "rejected": ("sb07p003",)},
        {"notes": ("sb07p003",)},
        notes={"sb07p001": '=SUM("a";1)\nsecond line, with comma', "sb07p004": "'tis"},
        names={"faces": ("sb07p001", "sb07p004"), "a; b": ("sb07p001",)},
    )
    with Project.create(tmp_path / "one") as one, Project.create(tmp_path / "two") as two:
        for project in (one, two):
            import_folder(project, scans)
        one.decide(made)
        assert write_decisions(one, tmp_path / f"out{suffix}") == 4
        plan = take(two, tmp_path / f"out{suffix}")
        assert (plan.changed, plan.already, plan.unknown) == (4, 0, [])
        assert standing(two) == standing(one)
        assert take(two, tmp_path / f"out{suffix}").gesture is None
        assert len(list(log.read(two.layout.decisions))) == 1


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
nasty = st.one_of(texts, st.text("'=+-@\t\r\n\"; ,x", max_size=5))


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(IDS), st.tuples(nasty, nasty), max_size=4),
    st.sampled_from([".csv", ".json"]),
)
def test_any_text_comes_back_as_it_was(said, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with shelf(root / "one") as one, shelf(root / "two") as two:
            for id_, (kind, note) in said.items():
                one.decide(Gesture("pages", {"accepted": (id_,)}, {kind: (id_,)}, notes={id_: note}))
            write_decisions(one, root / f"out{suffix}")
            take(two, root / f"out{suffix}")
            assert standing(two) == standing(one)


def test_no_cell_of_the_table_is_a_formula(project: Project, tmp_path: Path) -> None:
    project.decide(Gesture("pages", {}, {"@kind": (A,)}, notes={A: "=1+1", B: "'-2", C: "fine", D: "\tx"}))
    write_decisions(project, tmp_path / "out.csv")
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["note"] for row in rows] == ["'=1+1", "''-2", "fine", "'\tx"]
    assert not [cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@\t\r"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,decision,note\n{A},accepted,hm\n", "utf-8"),
        ("id;decision;note\r\n{A};Accepted;hm\r\n;;\r\n", "utf-8-sig"),
        ('\nid\tdecision\tnote\r{A}\t" accepted "\t"hm"\r', "utf-16"),
        ("Decision,NOTE,Id,more\naccepted,hm,{A},1\n\n", "utf-8"),
    ],
)
def test_what_spreadsheets_save_is_read(project: Project, tmp_path: Path, text: str, encoding: str) -> None:
    take(project, table(tmp_path, text.replace("{A}", A), encoding))
    assert decisions.states(project.index, "pages") == {A: decisions.State("accepted", "", "hm")}


def test_a_table_changes_only_what_it_speaks_of(project: Project, tmp_path: Path) -> None:
    project.decide(Gesture("pages", {"accepted": (A, B)}, {"cover": (A,)}, notes={A: "hm", B: "ha"}))
    plan = take(project, table(tmp_path, f"id,decision,note\n{A},,\n{B},rejected,ha\n{C},undecided,\n"))
    assert (plan.changed, plan.already) == (2, 1)
    assert plan.gesture == Gesture(
        "pages", {"rejected": (B,)}, {}, {"by": "import", "of": "t.csv"}, notes={A: ""}
    )
    assert decisions.states(project.index, "pages")[A] == decisions.State("accepted", "cover", "")


def test_groups_of_items_no_row_speaks_of_stay(project: Project, tmp_path: Path) -> None:
    project.decide(Gesture("pages", names={"faces": (A, B), "cats": (A,)}))
    plan = take(project, table(tmp_path, f'id,groups\n{A},\n{C},"faces\nhats"\n'))
    assert decisions.names(project.index, "pages") == {"faces": (B, C), "hats": (C,)}
    assert plan.changed == 2


def test_a_renamed_scan_is_found_by_its_content_and_a_new_scan_by_its_name(tmp_path: Path) -> None:
    with shelf(tmp_path / "p", [A, B, C], {A: "x", B: "y"}) as project:
        rows = [
            Row("line 2", "pages", "old7", "old7.jpg", sha_of("x"), values={"decision": "accepted"}),
            Row("line 3", "pages", "", f"{B}.jpg", sha_of("scanned anew"), values={"decision": "rejected"}),
            Row("line 4", "pages", "sb09p001", "sb09p001.jpg", sha_of("z"), values={"decision": "rejected"}),
            # Its id is another page here by now: what the scan holds counts.
            Row("line 5", "pages", A, f"{A}.jpg", sha_of(C), values={"decision": "rejected"}),
        ]
        plan = plan_import(project, rows, {})
        assert plan.gesture is not None
        assert plan.gesture.decisions == {"accepted": (A,), "rejected": (B, C)}
        assert plan.unknown == [
            ("line 4, sb09p001", "no page has this id, this content or this file name"),
        ]


def test_two_copies_of_a_scan_are_told_apart_or_left_alone(tmp_path: Path) -> None:
    yes, no = {"decision": "accepted"}, {"decision": "rejected"}
    with shelf(tmp_path / "p", [A, B, C], {A: "x", B: "x"}) as project:
        plan = plan_import(project, [Row("line 2", "pages", "q", "q.jpg", sha_of("x"), values=yes)], {})
        assert plan.gesture is None
        assert plan.unknown == [("line 2, q", f"it fits 2 pages: {A}, {B}")]
        named = Row("line 2", "pages", "q", f"{B}.jpg", sha_of("x"), values=yes)
        assert plan_import(project, [named], {}).gesture.decisions == {"accepted": (B,)}
        # The file has two copies of C, of which one has its id.
        both = [
            Row("line 2", "pages", "c2", "c2.jpg", sha_of(C), values=no),
            Row("line 3", "pages", C, f"{C}.jpg", sha_of(C), values=yes),
        ]
        plan = plan_import(project, both, {})
        assert plan.gesture.decisions == {"accepted": (C,)}
        assert [what for what, _ in plan.unknown] == ["line 2, c2"]


def test_drawings_are_found_by_their_place(tmp_path: Path) -> None:
    with shelf(tmp_path / "one") as one, shelf(tmp_path / "two") as two:
        for number, x in ((1, 0), (2, 200), (3, 400)):
            put_drawing(one, f"{A}/{number}", (x, 0, x + 100, 100))
            put_drawing(two, f"{A}/{4 - number}", (x + 5, 0, x + 100, 100))
        put_drawing(one, f"{B}/1", (0, 0, 10, 10))
        one.decide(Gesture("drawings", {"accepted": (f"{A}/1", f"{B}/1"), "rejected": (f"{A}/2",)}))
        write_decisions(one, tmp_path / "out.csv", "drawings")
        take(two, tmp_path / "out.csv")
        states = decisions.states(two.index, "drawings")
        assert {id_: state.decision for id_, state in states.items()} == {
            f"{A}/3": "accepted",
            f"{A}/2": "rejected",
            f"{B}/1": "accepted",  # its page is not traced here: tracing finds it by its box
        }
        (gesture,) = log.read(two.layout.decisions)
        assert gesture.boxes[f"{B}/1"] == (0, 0, 10, 10)


def test_a_drawing_that_only_has_its_pages_kind_is_given_none(tmp_path: Path) -> None:
    with shelf(tmp_path / "one") as one:
        put_drawing(one, f"{A}/1", (0, 0, 9, 9))
        one.decide(Gesture("pages", kinds={"notes": (A,)}))
        write_decisions(one, tmp_path / "out.json", "drawings")
        assert json.loads((tmp_path / "out.json").read_text())["items"][0]["kind"] == ""


BROKEN = [
    ("id,decision\n{A},accepted\n{B},acepted\n", r"line 3 has the decision 'acepted'"),
    ('id,note\n{A},"two\nlines"\n{B},x,y\n', r"line 4 has 3 cells"),
    ('id,note\n{A},"never closed\n', r"line 2 cannot be read"),
    ("id,decision\n{A}\n", r"line 2 has 1 cells"),
    ("id,level,note\n{A},books,x\n", r"line 2 speaks of 'books'"),
    ("id,box,note\n{A},1 2 3,x\n", r"line 2 has a box"),
    ("id,note\n,x\n", r"line 2 does not say"),
    ("name,decision\n{A},accepted\n", r"has the columns name, decision"),
    ("id,size\n{A},1\n", r"has the columns id, size"),
    ("id,id,note\n{A},{A},1\n", r"has the columns id, id, note"),
    ("", r"names no items"),
    ("id,decision\n", r"names no items"),
    ("id,decision\n{A},accepted\n{A},rejected\n", r"line 2 and line 3 say different things about {A}"),
    ("id,level,note\n{A},pages,x\n{A}/1,drawings,x\n", r"of pages and of drawings"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_broken_table_names_the_line_and_changes_nothing(
    project: Project, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(UserError, match=message.replace("{A}", A)) as caught:
        take(project, table(tmp_path, text.replace("{A}", A).replace("{B}", B)))
    assert caught.value.hint
    assert not project.layout.decisions.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n'x'", "line 2 is not JSON"),
        ("3", "holds no list"),
        ("[" * 100_000, "holds no list|is not JSON"),
        ("[3]", "item 1 is no record"),
        ('[{"id": 3, "note": ""}]', "item 1 has a id that is no text"),
        ('[{"id": "a", "groups": 3}]', "item 1 has groups"),
        ('[{"id": "a", "note": ""}, {"id": "a", "decision": "yes"}]', "item 2 has the decision 'yes'"),
    ],
)
def test_broken_json_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        read_decisions(path)


def test_a_file_that_is_no_text_or_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a text file in UTF-8"):
        read_decisions(table(tmp_path, "id,note\na,Häuser\n", "cp1252"))
    with pytest.raises(UserError, match=r"Cannot read .*none\.csv"):
        read_decisions(tmp_path / "none.csv")
    with shelf(tmp_path / "p") as project, pytest.raises(UserError, match=r"\.csv or \.json"):
        write_decisions(project, tmp_path / "out.xlsx")


def test_only_the_level_asked_for_is_taken(project: Project, tmp_path: Path) -> None:
    file = table(tmp_path, f"id,level,note\n{A},pages,x\n{A}/1,drawings,y\n")
    assert [row.id for row in read_decisions(file, "drawings")] == [f"{A}/1"]
    take(project, file, "pages")
    assert decisions.states(project.index, "pages")[A].note == "x"
