"""What runs are worth: measured on request, and kept beside each run for whoever wants to show it.

The figures of one run are a flat JSON object, printed by `singleline evaluate --json` and kept as
`evaluation.json` in the run's folder, unless they were measured on other data than the run's own:

- `run`, `model`, `step` (of the checkpoint, the best on validation), `measured` (UTC time, ISO);
- `data` (`NAME/vNNN` or a file's name), `split` (`train`, `valid`, `test` or `all`);
- the fields of `engine.training.evaluate.Losses`: `nats_per_point`, `nats_per_drawing`, `xy`, `pen`,
  `code_nats`, `bound_per_point`, `information_gain`, `order0`, `points`, `drawings`, `empty`, `warnings`;
  `information_gain_reason` says why there is none, where it is null.

With sample quality also:

- `samples`, `temperature`, `sample_seed`: what was drawn; `ended`: share that ended by themselves;
- for the run's samples without a prefix, for real held-out drawings with `real_`, and for the cheats with
  `copies_` (of the training set), `ten_` (typical held-out drawings over and over), `shuffled_` (moves of
  held-out drawings in any order): `kid`, `density`, `coverage`, `memorised`, and `w_strokes`, `w_points`,
  `w_length`, `w_stroke_length`, `w_turning`, `w_aspect`, `w_crossings`, see `engine.sampling.quality.judge`;
  each again with `_sd`, its standard deviation;
- `suspect`, `copies_suspect`, `ten_suspect`, `shuffled_suspect`: names of figures that are worse than the
  `real_` ones by more than chance;
- `real_drawings`: how many stood for `real_`; `real_from`: `held-out pages`, or `half of train` where hardly
  any are held out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.dataset.build import SPLIT_NAMES, Split
from engine.errors import UserError
from engine.jobs.runs import Run, checkpoint_of
from engine.project.atomic import write_json
from engine.project.layout import Layout
from engine.project.progress import Reporter, Silent

if TYPE_CHECKING:
    from engine.sampling.quality.judge import Judge
    from engine.sampling.sampler import Sample

FILE = "evaluation.json"
WHOLE = "all"
_NO_HISTOGRAM = "the run was not trained here, so there is no histogram of its training set"
_TOGETHER = 64
_SAME_WEIGHTS = ("run", "model", "step", "data")


@dataclass(frozen=True, slots=True)
class QualityOptions:
    """What to draw for the figures of sample quality.

    Attributes:
        samples: How many drawings.
        temperature: Their variability; 1 is what the model learnt.
        seed: Of the drawings, and of all other chance.
    """

    samples: int = 500
    temperature: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """Drawings to measure on.

    Attributes:
        name: `NAME/vNNN`, or a file's name.
        splits: By name.
        default: The split taken when none is chosen.
    """

    name: str
    splits: dict[str, Split]
    default: str

    def chosen(self, split: str | None) -> tuple[str, Split]:
        """A split by name, or the default. Raises UserError if there is none of that name."""
        name = split or self.default
        if name == WHOLE:
            return name, _together(list(self.splits.values()))
        if name not in self.splits:
            known = ", ".join((*self.splits, WHOLE))
            raise UserError(f"{self.name} has no split {name!r}.", f"It has: {known}.")
        return name, self.splits[name]


def read_evaluation(run_folder: Path) -> dict[str, Any] | None:
    """The last figures of a run on its own data, as above; None where there are none."""
    try:
        found = json.loads((run_folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def find_material(layout: Layout, data: str) -> Material:
    """Drawings by `NAME`, `NAME/vNNN` or the path of a `.npz` file.

    Raises:
        UserError: naming what is wrong with it.
    """
    from engine.dataset.npz import read_npz
    from engine.dataset.store import load_dataset
    from engine.dataset.versions import dataset_folder

    if data.lower().endswith(".npz"):
        arrays = read_npz(Path(data)).splits
        pages = {key: tuple(f"{key} {i}" for i in range(len(rows))) for key, rows in arrays.items()}
        splits = {key: Split(tuple(rows), pages[key], pages[key]) for key, rows in arrays.items()}
        return Material(Path(data).name, splits, WHOLE)
    folder = dataset_folder(layout, data)
    dataset = load_dataset(folder).dataset
    default = "valid" if len(dataset.valid) else "train"
    return Material(f"{folder.parent.name}/{folder.name}", dict(dataset.splits()), default)


class Evaluator:
    """Measures runs one after another; what they have in common is made once."""

    def __init__(
        self,
        layout: Layout,
        *,
        data: str | None = None,
        split: str | None = None,
        quality: QualityOptions | None = None,
        reporter: Reporter | None = None,
    ) -> None:
        """Say what to measure.

        Args:
            layout: The project's.
            data: A dataset or a `.npz` file for all runs; each run's own dataset when not given.
            split: `train`, `valid`, `test` or `all`.
            quality: Draw, and measure sample quality too.
            reporter: Hears of progress with quality, and may stop it.
        """
        self._layout, self._data, self._split, self._quality = layout, data, split, quality
        self._reporter = reporter or Silent()
        self._materials: dict[str, Material] = {}
        self._judges: dict[str, Judge] = {}
        self._done = self._total = 0
        self._message = ""

    def evaluate(self, run: Run) -> dict[str, Any] | None:
        """The figures of a run, see the module; None when stopped.

        They are kept in its folder, where that can be written. Raises UserError if the run has no checkpoint
        or there is nothing to measure.
        """
        from engine.training.evaluate import evaluate

        checkpoint = checkpoint_of(run.folder)
        if not (self._data or run.dataset):
            raise UserError(f"{run.id} has no dataset of its own.", "Say what to measure on with --data.")
        material = self._material(self._data or run.dataset)
        split, drawings = material.chosen(self._split)
        losses = evaluate(checkpoint, drawings.rows, drawings.books)
        facts: dict[str, Any] = {
            "run": run.id,
            "model": str(run.settings.get("model", "")),
            "data": material.name,
            "split": split,
            "measured": datetime.now(UTC).isoformat(timespec="seconds"),
            **asdict(losses),
        }
        if losses.information_gain is None:
            facts["information_gain_reason"] = _NO_HISTOGRAM
        if self._quality is not None:
            figures = self._quality_of(run, checkpoint, material, self._quality)
            if figures is None:
                return None
            facts |= figures
        if material.name == run.dataset or not run.dataset:
            try:
                _keep(run.folder, facts)
            except UserError as error:
                facts["warnings"] = [*facts["warnings"], f"The figures are shown but not kept. {error}"]
        return facts

    def _material(self, data: str) -> Material:
        if data not in self._materials:
            self._materials[data] = find_material(self._layout, data)
        return self._materials[data]

    def _quality_of(
        self, run: Run, checkpoint: Path, material: Material, options: QualityOptions
    ) -> dict[str, Any] | None:
        known = self._judges.get(material.name)
        judge = known or self._new_judge(material, options.seed)
        self._done, self._total = 0, 2 * options.samples + (0 if known else judge.n_measured())
        # It draws first: what cannot be drawn is refused before real drawings are measured for half a minute.
        self._message = f"{run.id} draws"
        longest = max(len(rows) for part in material.splits.values() for rows in part.rows)
        drawn = self._draw(checkpoint, options, longest)
        if drawn is None:
            return None
        if known is None:
            self._message = f"real drawings of {material.name}"
            if not judge.prepare(options.samples):
                return None
            self._judges[material.name] = judge
        self._message = f"drawings of {run.id}"
        row = judge.judge([one.rows for one in drawn])
        if row is None:
            return None
        return {
            "samples": options.samples,
            "temperature": options.temperature,
            "sample_seed": options.seed,
            "ended": sum(one.ended for one in drawn) / len(drawn),
            **judge.facts(row),
        }

    def _new_judge(self, material: Material, seed: int) -> Judge:
        from engine.curate.embedders import load_embedder
        from engine.sampling.quality.judge import Judge, RealDrawings

        names = [name for name in SPLIT_NAMES if name in material.splits]
        train = material.splits["train" if "train" in names else next(iter(material.splits))]
        held = _together([material.splits[name] for name in names if name != "train"])
        real = RealDrawings(train.rows, train.pages, held.rows, held.pages)
        return Judge(real, load_embedder(), self._go_on, seed)

    def _draw(self, checkpoint: Path, options: QualityOptions, longest: int) -> list[Sample] | None:
        from engine.sampling.options import Options
        from engine.sampling.sampler import Sampler

        sampler = Sampler.load(checkpoint)
        how = Options(options.temperature, seed=options.seed, max_points=longest)
        drawn: list[Sample] = []
        for first in range(0, options.samples, _TOGETHER):
            together = min(_TOGETHER, options.samples - first)
            drawn += sampler.sample(together, how, first=first, reporter=self._reporter)
            if not self._go_on(together):
                return None
        return drawn

    def _go_on(self, n: int) -> bool:
        self._done = min(self._done + n, self._total)
        self._reporter.progress(self._done, self._total, self._message)
        return not self._reporter.stopped()


def _together(parts: Sequence[Split]) -> Split:
    """Several splits as one."""
    rows = tuple(rows for part in parts for rows in part.rows)
    pages = tuple(page for part in parts for page in part.pages)
    books = tuple(book for part in parts for book in part.books or ("",) * len(part))
    return Split(rows, pages, pages, books)


def _keep(run_folder: Path, facts: dict[str, Any]) -> None:
    """Write the figures; those of quality stay when only losses were measured anew of the same weights."""
    before = read_evaluation(run_folder) or {}
    if all(before.get(key) == facts[key] for key in _SAME_WEIGHTS) and "samples" not in facts:
        quality = {key: value for key, value in before.items() if key not in facts}
        quality.pop("information_gain_reason", None)
        facts = {**facts, **quality}
    write_json(run_folder / FILE, facts)
