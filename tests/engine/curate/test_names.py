"""Names of clusters find their clusters again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.curate.names import cluster_names, match_names, naming
from engine.project.project import Project


def ids(first: int, last: int) -> list[str]:
    return [f"p{number:03d}" for number in range(first, last)]


def test_a_name_goes_to_the_cluster_that_shares_most() -> None:
    groups = {"faces": ids(0, 40), "cats": ids(40, 60)}
    clusters = {0: ids(5, 45), 1: ids(45, 62), 2: ids(0, 5)}
    assert match_names(groups, clusters) == {0: "faces", 1: "cats"}


def test_half_of_a_split_group_keeps_the_name_and_a_crumb_does_not() -> None:
    groups = {"faces": ids(0, 40)}
    assert match_names(groups, {0: ids(0, 20), 1: ids(20, 40)}) in ({0: "faces"}, {1: "faces"})
    assert match_names(groups, {0: ids(0, 4), 1: ids(100, 140)}) == {}
    assert match_names(groups, {0: ids(0, 400)}) == {}


def test_what_is_in_no_cluster_has_no_name() -> None:
    assert match_names({"faces": ids(0, 9)}, {-1: ids(0, 9)}) == {}


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 5))
def test_the_same_clustering_under_other_numbers_has_the_same_names(labels: list[int], shift: int) -> None:
    members: dict[int, list[str]] = {}
    for number, label in enumerate(labels):
        members.setdefault(label, []).append(f"p{number}")
    groups = {f"group {label}": found for label, found in members.items()}
    turned = {(label + shift) % 5: found for label, found in members.items()}
    names = match_names(groups, turned)
    assert {names[number]: found for number, found in turned.items()} == groups


def test_a_cluster_named_in_a_project_is_found_after_another_clustering(tmp_path) -> None:
    with Project.create(tmp_path / "p") as project:
        put(project, {"a": 0, "b": 0, "c": 0, "d": 1, "e": 1})
        project.decide(naming("pages", ["a", "b", "c"], "faces"))
        assert cluster_names(project) == {0: "faces"}
        put(project, {"a": 3, "b": 3, "c": 1, "d": 1, "e": 1})
        assert cluster_names(project) == {3: "faces"}
        back = project.decide(naming("pages", ["a", "b"], "heads", "faces"))
        assert cluster_names(project) == {3: "heads"}
        project.decide(back)
        assert cluster_names(project) == {3: "faces"}


def put(project: Project, clusters: dict[str, int]) -> None:
    with project.transaction() as index:
        index.execute("DELETE FROM maps")
        rows = [("pages", id_, number, 0.0, 0.0) for id_, number in clusters.items()]
        index.executemany("INSERT INTO maps VALUES (?, ?, ?, ?, ?)", rows)
