"""A stand-alone Python script that makes a trial again and prints its very score; called by views and API.

It needs scikit-learn and nothing of ours: the same data, the same test part, the same folds, the same seeds
and the same pipeline are written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials.objectives import script_table
from trials.objectives.base import Context
from trials.objectives.datasets import DatasetInfo
from trials.objectives.datasets.table import Table
from trials.objectives.kinds.model import ModelObjective
from trials.objectives.recipe import Call, Imported
from trials.objectives.script_parts import extent_of
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.source import flat_source, imports, laid_out
from trials.objectives.validation import test_rows

THREADS = """\
# One thread: sums in another order would differ in their last digits.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
"""
SCORING = """\
scorer = get_scorer({scoring})
scores = []
for fit, rest in {splits}:
{rows}    model = make_model()
    model.fit(X[search[fit]], y[search[fit]])
    scores.append(scorer(model, X[search[rest]], y[search[rest]]))
    print(f"fold {{len(scores)}}: {{scores[-1]}}")

score = float(np.mean(scores))
{check}print(score)
"""
CHECK = """\
recorded = {value!r}
print("the score as recorded:" if score == recorded else f"not {{recorded}} but:")
"""
TEST = """
# The finished study: refitted on all rows of the search, scored once on the test part.
model = make_model()
model.fit(X[search], y[search])
print(f"test part: {scorer(model, X[test], y[test])}")
"""


@dataclass(frozen=True)
class Origin:
    """Where the trial comes from: `title` names it, `value` is the score it got, `versions` made it."""

    title: str
    value: float | None
    versions: Mapping[str, str]


def script_of(
    objective: ModelObjective,
    params: Mapping[str, Any],
    context: Context,
    origin: Origin,
    *,
    table: Table | None = None,
    with_test: bool = False,
) -> str:
    """The source. Its last line of output is the score, or with `with_test` the score on the test part.

    `table` says how an uploaded data set's file is read, which is to lie beside the script.
    """
    extent = extent_of(objective, params, context)
    folds = _folds(objective, context.study_seed)
    data, search = _data(objective.dataset, table), _search(objective, context.study_seed)
    needed = extent.needed | folds.imported() | data.imported | search.imported
    standard, others = imports(needed | {("sklearn.metrics", ".", "get_scorer"), ("os", ".", "")})
    check = "" if origin.value is None else CHECK.format(value=origin.value)
    tested = with_test and test_rows(objective.dataset, objective.test_share)
    scoring = SCORING.format(
        scoring=flat_source(objective.scorer.name), check=check, splits=extent.splits, rows=extent.rows
    )
    parts = [
        _docstring(objective, origin),
        standard,
        THREADS,
        f"import numpy as np\n{others}",
        *data.functions,
        *extent.functions,
        f"\ndef make_model():\n    return {laid_out(extent.model, 4, before=7)}\n\n",
        data.source,
        search.source,
        f"# {_in_words(objective)}, the same for every trial of the study.",
        f"folds = {laid_out(folds, before=8)}",
        scoring + (TEST if tested else ""),
    ]
    return "\n".join(parts)


def _docstring(objective: ModelObjective, origin: Origin) -> str:
    title = origin.title.replace("\\", "\\\\").replace('"""', '\\"""')
    libraries = [f"{name}=={number}" for name, number in origin.versions.items() if name != "python"]
    info = objective.dataset
    data = (
        ""
        if info.version is None
        else f"\nIt reads the file {file_beside(info)}, which has to lie beside it."
    )
    return (
        f'"""{title}, made again.\n\n    pip install {" ".join(libraries)}\n    python this_file.py\n\n'
        f"It ran on Python {origin.versions['python']}. With other versions, or on another processor, the\n"
        f'last digits may differ.{data}\n"""\n'
    )


@dataclass(frozen=True)
class Piece:
    """A part of the script, and what it needs."""

    source: str
    imported: Imported
    functions: tuple[str, ...] = ()


def file_beside(info: DatasetInfo) -> str:
    """The name of an uploaded data set's file, as its download is called."""
    return f"{info.name}-v{info.version}.csv"


def _data(info: DatasetInfo, table: Table | None) -> Piece:
    if table is not None:
        source = script_table.loading(table, file_beside(info))
        return Piece(source, script_table.imported(table), script_table.definitions(table))
    loader = f"load_{info.name}"
    return Piece(f"X, y = {loader}(return_X_y=True)\n", {("sklearn.datasets", ".", loader)})


def _search(objective: ModelObjective, study_seed: int) -> Piece:
    """The rows that the search may use, and those of the test part."""
    aside = test_rows(objective.dataset, objective.test_share)
    if not aside:
        return Piece("search = np.arange(len(y))\n", set())
    stratify = ["    stratify=y,\n"] if objective.dataset.classes else []
    lines = [
        f"# {aside:,} rows are the test part, which the search never saw.\n",
        "search, test = train_test_split(\n",
        "    np.arange(len(y)),\n",
        f"    test_size={aside},\n",
        *stratify,
        f"    random_state={seed_for(study_seed, Purpose.TEST_PART)},\n",
        ")\n",
        "search, test = np.sort(search), np.sort(test)\n",
    ]
    return Piece("".join(lines), {("sklearn.model_selection", ".", "train_test_split")})


def _folds(objective: ModelObjective, study_seed: int) -> Call:
    """The call that makes the splitter, as `validation.folds_of` does."""
    validation, stratified = objective.validation, "Stratified" if objective.dataset.classes else ""
    seed = {"random_state": seed_for(study_seed, Purpose.FOLDS)}
    if validation.kind == "holdout":
        name, keywords = f"{stratified}ShuffleSplit", {"n_splits": 1, "test_size": validation.share}
    else:
        name = f"Repeated{stratified}KFold"
        keywords = {"n_splits": validation.folds, "n_repeats": validation.repeats}
    return Call(f"sklearn.model_selection.{name}", keywords=keywords | seed)


def _in_words(objective: ModelObjective) -> str:
    described = objective.validation.describe()
    return described[0].upper() + described[1:]
