"""`embed`, `cluster`, `name-cluster`, `mark`: finding the groups and deciding about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.cli.options import LevelOption, ProjectFolder
from engine.cli.output import INCOMPLETE, STOPPED, Json, Output
from engine.curate import marks
from engine.curate.embedders import DEFAULT_EMBEDDER
from engine.curate.embeddings import embed_items, embedded_with
from engine.curate.items import Item, items
from engine.curate.maps import make_map
from engine.curate.measures import measure_items
from engine.curate.names import cluster_names, named_cluster, naming
from engine.curate.places import AUTO, DEFAULT_CLUSTERS, SCOPES, MapSettings
from engine.errors import UserError
from engine.project.ids import Decision, Level
from engine.project.project import Project

Verb = Literal["accept", "reject", "clear"]

_DECISIONS: dict[Verb, Decision] = {"accept": "accepted", "reject": "rejected", "clear": "undecided"}


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("embed")(embed)
    app.command("cluster")(cluster)
    app.command("name-cluster")(name_cluster)
    app.command("mark")(mark)


def embed(
    project: ProjectFolder,
    level: LevelOption = "pages",
    model: Annotated[
        str,
        typer.Option(
            help="efficientnet-lite0, or open_clip:MODEL/TAG, open_clip:MODEL@FILE, open_clip:FOLDER."
        ),
    ] = DEFAULT_EMBEDDER,
    as_json: Json = False,
) -> None:
    """Look at every page or drawing and remember what it looks like."""
    output = Output(as_json)
    with Project.open(project) as opened, output.bar("embed") as bar:
        report = embed_items(opened, level, model, bar)
        measure_items(opened, level)
    facts = {
        "level": level,
        "model": report.model,
        "embedded": len(report.embedded),
        "fresh": report.fresh,
        "failed": [{"id": id_, "reason": reason} for id_, reason in report.failed],
    }
    output.list_failures(report.failed, "not embedded")
    output.result(facts, f"{len(report.embedded)} {level} embedded, {report.fresh} were already.")
    if report.stopped:
        raise typer.Exit(STOPPED)
    if report.failed:
        raise typer.Exit(INCOMPLETE)


def cluster(
    project: ProjectFolder,
    level: LevelOption = "pages",
    k: Annotated[
        int, typer.Option("--k", help=f"How many clusters; {AUTO}: as many as the silhouette finds best.")
    ] = DEFAULT_CLUSTERS,
    method: Annotated[
        str, typer.Option(help="kmeans, or hdbscan, which finds how many by itself.")
    ] = "kmeans",
    projection: Annotated[str, typer.Option(help="tsne, pca or umap: how the map is laid out.")] = "tsne",
    scope: Annotated[str, typer.Option(help=f"What is on the map: {', '.join(SCOPES)}.")] = "all",
    model: Annotated[
        str | None, typer.Option(help="The embedding to use; the fullest one by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Group what is embedded, and lay it out on a map; clusters like those before keep their names."""
    output = Output(as_json)
    with Project.open(project) as opened, output.bar("cluster"):
        model = model or embedded_with(opened, level)
        make_map(opened, level, MapSettings(model, k, projection, clustering=method, scope=scope))
        found, names = items(opened, level), cluster_names(opened, level)
    groups = _groups(found)
    facts = {
        "level": level,
        "k": len([number for number in groups if number >= 0]),
        "clusters": [
            {
                "cluster": number,
                "name": names.get(number, ""),
                "count": len(members),
                "kinds": dict(_kinds(members)),
                "decisions": dict(Counter(item.decision for item in members)),
            }
            for number, members in groups.items()
        ],
    }
    lines = [
        f"cluster {number:>2}  {len(members):>5}  {names.get(number, ''):<16}"
        f"  such as {', '.join(item.id for item in members[:3])}"
        for number, members in groups.items()
    ]
    output.result(facts, *lines, f"Next: singleline mark {project} accept --cluster N")


def name_cluster(
    project: ProjectFolder,
    cluster: Annotated[str, typer.Argument(metavar="CLUSTER", help="Its number, or the name it has.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it; empty for no name.")],
    level: LevelOption = "pages",
    as_json: Json = False,
) -> None:
    """Name a cluster; whatever clustering comes after, the cluster that shares most with it has the name."""
    with Project.open(project) as opened:
        number = named_cluster(opened, cluster, level)
        members = marks.in_cluster(opened, number, level)
        before = cluster_names(opened, level).get(number, "")
        opened.decide(naming(level, members, name.strip(), before, by="command", cluster=number))
    facts = {"level": level, "cluster": number, "name": name.strip(), "before": before, "count": len(members)}
    Output(as_json).result(
        facts, f"Cluster {number} ({len(members)} {level}) is called {name.strip() or 'nothing'}."
    )


def mark(
    project: ProjectFolder,
    verb: Annotated[Verb, typer.Argument(metavar="accept|reject|clear")],
    level: LevelOption = "pages",
    cluster: Annotated[
        str | None, typer.Option(help="All items of this cluster: a number, or its name.")
    ] = None,
    ids: Annotated[
        Path | None, typer.Option(help="A file of ids, one a line, or a CSV with the column id.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="All items of this kind.")] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="A CSV with the columns file and hand_label: gives pages their kinds, then marks those of "
            "--kind (accept: drawing by default; reject: all others by default; clear: all it names)."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Decide about pages or drawings; with no choice, about all of them. One line in the decision log."""
    output = Output(as_json)
    with Project.open(project) as opened:
        chosen = _choose(opened, verb, level, cluster, ids, kind, labels)
        if not chosen.ids and not chosen.kinds:
            raise UserError(f"There are no {level} to {verb}.", "See `singleline status PROJECT`.")
        how = {"by": "command", "verb": verb, "cluster": cluster, "kind": kind}
        marks.mark(opened, _DECISIONS[verb], chosen.ids, level=level, kinds=chosen.kinds, how=how)
        left = Counter(item.decision for item in items(opened, level))
    output.list_failures(
        [(name, "no page of the project has this file") for name in chosen.unknown], "unused labels"
    )
    facts = {
        "level": level,
        "decision": _DECISIONS[verb],
        "marked": len(chosen.ids),
        "unknown": chosen.unknown,
        **{str(name): count for name, count in left.items()},
    }
    summary = ", ".join(f"{count} {name}" for name, count in sorted(left.items()))
    output.result(facts, f"{len(chosen.ids)} {level} {_DECISIONS[verb]}. Now: {summary}.")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What a mark is about: ids to decide, kinds to give, file names of labels that fit no page."""

    ids: list[str]
    kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def _choose(
    project: Project,
    verb: Verb,
    level: Level,
    cluster: str | None,
    ids: Path | None,
    kind: str | None,
    labels: Path | None,
) -> _Chosen:
    given = [
        name for name, value in (("cluster", cluster), ("ids", ids), ("kind", kind)) if value is not None
    ]
    if len(given) > 1 or (labels is not None and given not in ([], ["kind"])):
        raise UserError(
            "More than one choice was given.",
            "Choose one of --cluster, --ids, --kind, --labels (with --kind).",
        )
    if labels is not None:
        if level != "pages":
            raise UserError("Labels name pages.", "Leave --level out with --labels.")
        labelled, unknown = marks.labelled_in(project, labels)
        return _Chosen(_labelled(labelled, verb, kind), marks.by_kind(labelled), unknown)
    if ids is not None:
        return _Chosen(marks.listed_in(project, ids, level))
    if cluster is not None:
        return _Chosen(marks.in_cluster(project, named_cluster(project, cluster, level), level))
    if kind is not None:
        return _Chosen(marks.of_kind(project, kind, level))
    return _Chosen([item.id for item in items(project, level)])


def _labelled(labelled: dict[str, str], verb: Verb, kind: str | None) -> list[str]:
    if kind is not None:
        wanted = marks.KIND_BY_LABEL.get(kind, kind)
        return [id_ for id_, label in labelled.items() if label == wanted]
    if verb == "clear":
        return list(labelled)
    return [id_ for id_, label in labelled.items() if (label == marks.DRAWING_KIND) is (verb == "accept")]


def _groups(found: list[Item]) -> dict[int, list[Item]]:
    groups: dict[int, list[Item]] = {}
    for item in found:
        if item.cluster is not None:
            groups.setdefault(item.cluster, []).append(item)
    return dict(sorted(groups.items()))


def _kinds(members: list[Item]) -> list[tuple[str, int]]:
    return Counter(item.kind for item in members if item.kind).most_common()
