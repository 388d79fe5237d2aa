"""Search by a description: the items whose pictures lie nearest to what was said."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.curate.embedders import OPEN_CLIP_PREFIX, TextEncoder, has_text_tower, load_text_encoder
from engine.curate.embeddings import load_embeddings
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.project import Project

DEFAULT_COUNT = 60
Scored = tuple[str, float]
"""An id, and the cosine between its picture and the words."""

_ADVICE = (
    "Embed them with a model that has a text tower: "
    "`singleline embed PROJECT --level {level} --model open_clip:ViT-B-32/laion2b_s34b_b79k`."
)


def text_model(project: Project, level: Level) -> str | None:
    """The model by which a level can be searched by text; None when there is none.

    Cheap enough to ask while a window opens: it reads names, not weights.
    """
    return next(filter(has_text_tower, _models(project, level)), None)


def _models(project: Project, level: Level) -> list[str]:
    """The models a level is embedded with, the fullest first."""
    rows = project.index.execute(
        "SELECT model FROM embeddings WHERE level = ? GROUP BY model ORDER BY count(*) DESC, model", (level,)
    )
    return [row["model"] for row in rows]


class TextSearch:
    """Searches a project by text and keeps the text towers it has loaded."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._encoders: dict[str, TextEncoder] = {}

    def search(self, level: Level, text: str, count: int = DEFAULT_COUNT) -> list[Scored]:
        """The items nearest to a description.

        Args:
            level: Pages or drawings.
            text: A description, such as `a man with a hat`.
            count: At most so many.

        Returns:
            Ids and cosines, the nearest first. Cosines of words and pictures are low for all models (.2 to
            .35 is near for CLIP): they rank, and say little by themselves.

        Raises:
            UserError: if there is nothing to look for, no embedding by a model with a text tower, or that
                tower cannot be had.
        """
        if not text.strip():
            raise UserError("There is nothing to look for.", "Say what a drawing shows: two sheep.")
        model = self._model(level)
        ids, vectors = load_embeddings(self._project, level, model)
        if model not in self._encoders:
            self._encoders[model] = load_text_encoder(model)
        return _nearest(ids, vectors, self._encoders[model].encode(text.strip()), count)

    def _model(self, level: Level) -> str:
        model = text_model(self._project, level)
        if model is not None:
            return model
        for name in _models(self._project, level):
            if name.startswith(OPEN_CLIP_PREFIX):
                load_text_encoder(name)  # says why this one cannot
        raise UserError(f"The {level} cannot be searched by text.", _ADVICE.format(level=level))


def search_by_text(project: Project, level: Level, text: str, count: int = DEFAULT_COUNT) -> list[Scored]:
    """One search by text; see `TextSearch.search`."""
    return TextSearch(project).search(level, text, count)


def _nearest(
    ids: list[str], vectors: NDArray[np.float32], words: NDArray[np.float32], count: int
) -> list[Scored]:
    if vectors.shape[1] != len(words):
        raise UserError(
            f"The model's words have {len(words)} numbers and its pictures {vectors.shape[1]}.",
            "Its weights have changed since: delete the embeddings or name the new ones otherwise.",
        )
    lengths = np.linalg.norm(vectors, axis=1)
    cosines = (vectors @ words) / np.maximum(lengths, np.finfo(np.float32).tiny)
    order = np.argsort(-cosines, kind="stable")[: max(count, 0)]
    return [(ids[row], float(cosines[row])) for row in order]
