"""The data sets that ship inside scikit-learn: facts at once, rows when a training asks for them."""

from __future__ import annotations

from functools import cache

from .info import Dataset, DatasetInfo

SHIPPED = (
    DatasetInfo(
        name="breast_cancer",
        title="Breast cancer",
        summary="Is a tumour malignant or benign, from measurements of cell nuclei?",
        task="classification",
        rows=569,
        columns=30,
        class_sizes=(212, 357),
        class_names=("malignant", "benign"),
    ),
    DatasetInfo(
        name="diabetes",
        title="Diabetes",
        summary="How far does diabetes progress within a year, from ten first measurements?",
        task="regression",
        rows=442,
        columns=10,
    ),
    DatasetInfo(
        name="digits",
        title="Handwritten digits",
        summary="Which digit shows a picture of 8 × 8 pixels?",
        task="classification",
        rows=1797,
        columns=64,
        class_sizes=(178, 182, 177, 183, 181, 182, 181, 179, 174, 180),
    ),
    DatasetInfo(
        name="iris",
        title="Iris flowers",
        summary="Which of three species, from the size of petals and sepals?",
        task="classification",
        rows=150,
        columns=4,
        class_sizes=(50, 50, 50),
    ),
    DatasetInfo(
        name="linnerud",
        title="Linnerud fitness",
        summary="Weight, waist and pulse of twenty people, from three exercises.",
        task="regression",
        rows=20,
        columns=3,
        targets=3,
    ),
    DatasetInfo(
        name="wine",
        title="Wine",
        summary="Which of three growers made a wine, from its chemical analysis?",
        task="classification",
        rows=178,
        columns=13,
        class_sizes=(59, 71, 48),
    ),
)
NAMES = frozenset(info.name for info in SHIPPED)


@cache
def load_shipped(name: str) -> Dataset:
    """The rows of one of SHIPPED, read-only and kept in memory."""
    from sklearn import datasets as shipped

    X, y = getattr(shipped, f"load_{name}")(return_X_y=True)
    X.setflags(write=False)
    y.setflags(write=False)
    return Dataset(next(info for info in SHIPPED if info.name == name), X, y)
