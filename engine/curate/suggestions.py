"""Suggestions: a small probe that learns from the decisions so far what the artist will say of the rest.

Logistic regression on whitened embeddings. It only ever suggests: nothing here decides.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.curate.features import whitened
from engine.curate.learnt import LEAST_EXAMPLES

LEAST_OF_A_KIND = 3
"""Examples before a kind is suggested."""
_INVERSE_PENALTY = 30.0
_WHITENING_PACE = 15.0
_FOLDS = 5
_FEW = 20  # examples, up to which every tenth rather than every fifth is held out in turn


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the probe expects.

    Attributes:
        probability: `(n,)` of being accepted, of every item, decided or not; None while examples are missing.
        missing: How many accepted and how many rejected examples it still needs.
    """

    probability: NDArray[np.float32] | None
    missing: tuple[int, int]


@dataclass(frozen=True, slots=True)
class KindSuggestion:
    """What kind each item most likely is.

    Attributes:
        kinds: `(n,)` names; empty strings while fewer than two kinds have enough examples.
        probability: `(n,)` of that kind among the kinds that are suggested; 0 where there is none.
        missing: Kind -> number of examples it still needs to be suggested.
    """

    kinds: tuple[str, ...]
    probability: NDArray[np.float32]
    missing: dict[str, int]


def suggest(table: NDArray[np.float32], accepted: Sequence[int], rejected: Sequence[int]) -> Suggestion:
    """Learn from the accepted and the rejected what to expect of all.

    Both sides count the same however many examples each has, so 0.5 lies half way between them.

    Args:
        table: `(n, m)` of `features.features`, made once and kept by the caller.
        accepted: Rows that are accepted.
        rejected: Rows that are rejected.
    """
    missing = (max(LEAST_EXAMPLES - len(accepted), 0), max(LEAST_EXAMPLES - len(rejected), 0))
    if any(missing):
        return Suggestion(None, missing)
    rows = np.concatenate([np.asarray(accepted, dtype=np.intp), np.asarray(rejected, dtype=np.intp)])
    sides = np.repeat([1, 0], [len(accepted), len(rejected)])
    return Suggestion(_learn(table, rows, sides)[:, 1].astype(np.float32), missing)


def suggest_kinds(table: NDArray[np.float32], kinds: Sequence[str]) -> KindSuggestion:
    """Learn from the items that have a kind which kind the others are.

    Args:
        table: `(n, m)` of `features.features`.
        kinds: Of every item; "" where the artist gave none.
    """
    counts = Counter(kind for kind in kinds if kind)
    missing = {kind: LEAST_OF_A_KIND - n for kind, n in counts.items() if n < LEAST_OF_A_KIND}
    known = sorted(set(counts) - set(missing))
    if len(known) < 2:
        return KindSuggestion(("",) * len(kinds), np.zeros(len(kinds), np.float32), missing)
    number = {kind: i for i, kind in enumerate(known)}
    rows = np.array([row for row, kind in enumerate(kinds) if kind in number], dtype=np.intp)
    probabilities = _learn(table, rows, np.array([number[kinds[row]] for row in rows]))
    names = tuple(known[i] for i in probabilities.argmax(axis=1))
    return KindSuggestion(names, probabilities.max(axis=1).astype(np.float32), missing)


def least_certain_first(
    probability: NDArray[np.float32], rows: Sequence[int] | None = None
) -> NDArray[np.intp]:
    """Rows (all, or those given, such as the undecided) by how near their probability is to a half."""
    chosen = np.arange(len(probability)) if rows is None else np.asarray(rows, dtype=np.intp)
    doubt = np.abs(probability[chosen].astype(np.float64) - 0.5)
    return np.asarray(chosen[np.argsort(doubt, kind="stable")], dtype=np.intp)


def _learn(
    table: NDArray[np.float32], rows: NDArray[np.intp], classes: NDArray[np.int_]
) -> NDArray[np.float64]:
    """Probabilities `(n, classes)` of every row of the table, from the classes of some.

    A few examples say nothing about small components, so those count as little as they vary (a prior that
    prefers broad directions); with more examples they are whitened more and more.
    """
    fewest = int(np.bincount(classes).min())
    pace = max(fewest - LEAST_EXAMPLES, 0)
    space = whitened(table, pace / (pace + _WHITENING_PACE))
    scores = _scores(_fit(space[rows], classes), space)
    scale = _sureness(space[rows], classes, fewest)
    return _softmax(scale * scores)


def _fit(examples: NDArray[np.float64], classes: NDArray[np.int_]) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough is near enough here
        return model.fit(examples, classes)


def _scores(model: Any, space: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds `(n, classes)` up to a constant a row."""
    scores = np.asarray(model.decision_function(space), dtype=np.float64)
    return np.column_stack([np.zeros(len(scores)), scores]) if scores.ndim == 1 else scores


def _sureness(examples: NDArray[np.float64], classes: NDArray[np.int_], fewest: int) -> float:
    """How far the probe may be trusted, 0 to 1: a factor on its log odds (Platt 1999, without the offset).

    It is the one that makes examples the probe has not seen most likely. Where the decisions follow what can
    be seen it is 1; where they do not (taste, chance), few examples always look perfectly separable, and
    without it "over 0.95" would be wrong half of the time.
    """
    from scipy.optimize import minimize_scalar
    from sklearn.model_selection import StratifiedKFold

    folds = min(2 * _FOLDS if len(classes) <= _FEW else _FOLDS, fewest)
    held_out = np.empty((len(classes), int(classes.max()) + 1))
    for learnt, asked in StratifiedKFold(folds, shuffle=True, random_state=0).split(examples, classes):
        held_out[asked] = _scores(_fit(examples[learnt], classes[learnt]), examples[asked])
    weights = 1.0 / np.bincount(classes)[classes]

    def surprise(factor: float) -> float:
        likely = _softmax(factor * held_out)[np.arange(len(classes)), classes]
        return float(-(weights * np.log(np.maximum(likely, 1e-12))).sum())

    return float(minimize_scalar(surprise, bounds=(0.0, 1.0), method="bounded").x)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
