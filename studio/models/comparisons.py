"""Comparisons of old sketchbooks with new ones as their folders tell of them, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Literal

from engine.jobs.folder import LIVE, State
from studio.models.samples import Sample

FEW_PAGES = 15
"""With fewer pages held out only a large difference shows."""
_UNEVEN = 1.5
"""Who has learnt from so many times the drawings of another reads better for that alone."""
_MOST_BOOKS = 4
Verdict = Literal["own", "harder", "easier", "alike"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How well one era's model predicts the held-out pages of one era.

    Attributes:
        model: The era whose model reads.
        pages: The era whose pages are read.
        nats: Nats a point.
        more: Nats a point more than the pages' own model takes.
        low: Lower end of the 95 % interval of `more`.
        high: Its upper end.
    """

    model: str
    pages: str
    nats: float
    more: float = 0.0
    low: float = 0.0
    high: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """What can be said of it: a difference counts when the whole interval lies on one side."""
        if self.model == self.pages:
            return "own"
        return "harder" if self.low > 0 else "easier" if self.high < 0 else "alike"


@dataclass(frozen=True, slots=True)
class Gain:
    """What a model gains by reading pages of its own era: nats a point, with the 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Era:
    """One side of a comparison; what is not known yet is 0 or empty.

    Attributes:
        name: `old` or `new`.
        books: Its sketchbooks.
        run: Id of the run that learns from them.
        dataset: Id of the dataset made of them.
        learnt: Drawings its model learnt from.
        pages: Pages held out and measured on.
        drawings: Drawings on these.
    """

    name: str
    books: tuple[str, ...]
    run: str = ""
    dataset: str = ""
    learnt: int = 0
    pages: int = 0
    drawings: int = 0

    @property
    def title(self) -> str:
        """`the old books`, within a sentence."""
        return f"the {self.name} books"


@dataclass(frozen=True, slots=True)
class EraPictures:
    """Drawings of one era.

    Attributes:
        name: `old` or `new`.
        held_out: Some of the artist's own that no training saw.
        drawn: What its model drew; equal places in all eras come from equal seeds.
    """

    name: str
    held_out: tuple[Sample, ...] = ()
    drawn: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison at the time it was read.

    Attributes:
        id: The folder's name.
        folder: The comparison's folder.
        created: Unix time at which it was asked for.
        state: As in `engine.jobs.folder`.
        dataset: `NAME/vNNN`, whose recipe both eras share.
        settings: What both models were told.
        eras: Oldest first.
        readings: The cross table; empty before there is one.
        home: What comes of it over all; None before.
        stage: What is done now, or was done last: `train old`, `compare`, or nothing yet.
        training: Id of the run that it trains in that stage; empty for none.
        done: Steps behind it in that stage.
        total: Steps in all; 0 while unknown.
        error: What went wrong, when it failed.
        hint: What to do about it.
        is_stopping: Whether it was asked to stop and saves now.
    """

    id: str
    folder: Path
    created: float = 0.0
    state: State = "queued"
    dataset: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    eras: tuple[Era, ...] = ()
    readings: tuple[Reading, ...] = ()
    home: Gain | None = None
    stage: str = ""
    training: str = ""
    done: int = 0
    total: int = 0
    error: str = ""
    hint: str = ""
    is_stopping: bool = False

    @property
    def is_live(self) -> bool:
        """Whether a process works on it."""
        return self.state in LIVE

    @property
    def title(self) -> str:
        """`sb44, sb45 against sb46`."""
        return " against ".join(books_text(era.books) for era in self.eras) or self.id

    def reading(self, model: str, pages: str) -> Reading:
        """One cell of the table. Raises KeyError if there is none."""
        for one in self.readings:
            if (one.model, one.pages) == (model, pages):
                return one
        raise KeyError((model, pages))


def read_comparison(
    folder: Path, spec: Mapping[str, Any], report: Mapping[str, Any] | None
) -> tuple[tuple[Era, ...], tuple[Reading, ...], Gain | None]:
    """Eras, cross table and finding of a comparison.

    Args:
        folder: Its folder, for the complaint.
        spec: What it was told.
        report: What came of it, see `engine.jobs.eras.read_report`.

    Raises:
        ValueError: if spec or report are none of ours.
    """
    try:
        books = {str(name): tuple(map(str, group)) for name, group in spec["books"].items()}
        if report is None:
            return tuple(Era(name, group) for name, group in books.items()), (), None
        sets = [str(name) for name in report["sets"]]
        eras = tuple(_era(name, books[name], sets.index(name), report) for name in books)
        models = [str(name) for name in report["models"]]
        readings = tuple(
            Reading(m, s, *map(float, (report["nats"][i][j], report["dearer"][i][j], *report["sure"][i][j])))
            for (i, m), (j, s) in product(enumerate(models), enumerate(sets))
        )
        home = Gain(*map(float, report["home"]))
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise ValueError(f"{folder.name} cannot be read: {error!r}.") from error
    return eras, readings, home


def _era(name: str, books: tuple[str, ...], at: int, report: Mapping[str, Any]) -> Era:
    return Era(
        name,
        books,
        str(report["runs"][name]),
        str(report["datasets"][name]),
        int(report["learnt"][name]),
        int(report["pages"][at]),
        int(report["drawings"][at]),
    )


# -- words ---------------------------------------------------------------------------------------------


def books_text(books: Sequence[str]) -> str:
    """`sb44, sb45`; of very many, the first and the last."""
    if len(books) > _MOST_BOOKS:
        return f"{books[0]} … {books[-1]} ({len(books)} books)"
    return ", ".join(books)


def counted(count: int, noun: str) -> str:
    """`1 page`, `12 pages`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def nats_text(nats: float) -> str:
    """As many decimals as say something: `0.21`, `0.019`."""
    return f"{nats:.2f}" if nats >= 0.1 else f"{nats:.3f}"


def finding(comparison: Comparison) -> tuple[str, str]:
    """What the table says: one sentence, and what stands behind it; for comparisons that have a table."""
    home = comparison.home
    if home is None:
        raise ValueError(f"{comparison.id} has no table.")
    size = f"{nats_text(abs(home.mean))} nats a point"
    between = f"({interval_text(home.low, home.high)})"
    if home.low > 0:
        title = "Your hand changed: a model knows pages of its own time better."
        words = f"On average they surprise it {size} less than they surprise the other {between}."
    elif home.high < 0:
        title = "Each model reads the other's pages better than its own."
        words = (
            f"By {size} {between}. A hand does not do that: these trainings are too short, or too unlike. "
            "Train longer, or try another seed."
        )
    else:
        title = "No difference that these pages can show."
        words = f"Pages of its own time surprise a model about as much as they surprise the other {between}."
    return title, " ".join([words, *_better_reader(comparison), *_few_pages(comparison)])


def _better_reader(comparison: Comparison) -> list[str]:
    """Who reads even the other's pages better has learnt more; said lest it be taken for the finding."""
    learnt = {era.name: era.learnt for era in comparison.eras}
    for one in comparison.readings:
        if one.verdict == "easier":
            uneven = learnt[one.model] > _UNEVEN * learnt[one.pages]
            why = f", having learnt from {learnt[one.model]:,} drawings against {learnt[one.pages]:,}"
            return [
                f"The {one.model} books' model reads better everywhere{why if uneven else ''}; "
                "that is taken out of this finding."
            ]
    return []


def _few_pages(comparison: Comparison) -> list[str]:
    few = [era for era in comparison.eras if era.pages < FEW_PAGES]
    held = " and ".join(f"{counted(era.pages, 'page')} of {era.title}" for era in few)
    return [f"Measured on only {held}: with more, a smaller difference would show."] if few else []


def reading_text(reading: Reading) -> str:
    """What one cell says, in a sentence."""
    own = f"the {reading.pages} books' own model"
    page = f"{'an' if reading.pages[0] in 'aeiou' else 'a'} {reading.pages} page"
    size = nats_text(abs(reading.more))
    match reading.verdict:
        case "own":
            return "reads pages of its own time"
        case "harder":
            return f"takes {size} nats a point more to follow {page} than {own}"
        case "easier":
            return f"takes {size} nats a point less to follow {page} than {own}"
        case "alike":
            return f"follows {page} as well as {own}"


def interval_text(low: float, high: float) -> str:
    """`0.002 less to 0.037 more, 95 % sure`."""
    return f"{_signed(low)} to {_signed(high)}, 95 % sure"


def _signed(nats: float) -> str:
    size = nats_text(abs(nats))
    return f"{size} {'less' if nats < 0 else 'more'}" if float(size) else "no more"
