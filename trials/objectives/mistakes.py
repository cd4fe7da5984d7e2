"""What a model got wrong on the test part: the confusion matrix, or predictions beside the truth; called by
`final`, in plain JSON for its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

#: More classes than these share a last row and column: nobody reads a larger picture.
MOST_CLASSES = 20
#: Points of a scatter plot at most, spread evenly over the true values.
MOST_POINTS = 600
OTHER = "other"


def confusion(truth: np.ndarray, predicted: np.ndarray, names: Sequence[str]) -> dict[str, Any]:
    """Counts by true class (rows) and predicted class (columns); the classes are 0, 1, … of `names`.

    Returns: {"classes": names, "counts": (classes, classes)}, the largest classes only if there are many.
    """
    classes = len(names)
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (truth.astype(int), predicted.astype(int)), 1)
    if classes > MOST_CLASSES:
        kept = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[: MOST_CLASSES - 1])
        counts = _merged(_merged(counts, kept).T, kept).T
        names = [*(names[place] for place in kept), OTHER]
    return {"classes": list(names), "counts": counts.tolist()}


def _merged(counts: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The kept rows, and the sum of all others below."""
    return np.vstack([counts[kept], np.delete(counts, kept, axis=0).sum(axis=0)])


def predictions(truth: np.ndarray, predicted: np.ndarray, names: Sequence[str]) -> dict[str, Any]:
    """Truth and prediction of each target, thinned where there are many rows, and how far off they are.

    Returns: {"rows": n, "targets": [{"name", "truth", "predicted", "median_error", "bias", "spread"}]}.
    """
    truth = truth.reshape(len(truth), -1).astype(float)
    predicted = predicted.reshape(len(truth), -1).astype(float)
    targets = [_target(name, truth[:, place], predicted[:, place]) for place, name in enumerate(names)]
    return {"rows": len(truth), "targets": targets}


def _target(name: str, truth: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    order = np.argsort(truth, kind="stable")
    if len(order) > MOST_POINTS:
        order = order[np.linspace(0, len(order) - 1, MOST_POINTS).astype(int)]
    errors = predicted - truth
    return {
        "name": name,
        "truth": truth[order].tolist(),
        "predicted": predicted[order].tolist(),
        "median_error": float(np.median(np.abs(errors))),
        "bias": float(np.mean(errors)),
        "spread": float(np.std(truth)),
    }
