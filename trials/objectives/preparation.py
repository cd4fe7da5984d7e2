"""What happens to the columns before a model sees them: scaling, imputing, encoding, selecting, PCA; each as
optional parameters `prep__…` of any space; used by `pipeline`, and by the form, which offers them.

Categories are encoded, where what is missing is a category of its own; texts become the weights of their
words. Among numbers, missing values are filled in unless the model copes with them, and columns are scaled
where the model needs that. What comes out is selected and reduced. All of it is fitted inside each fold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimizers import Boolean, Categorical, Float
from optimizers.space import Parameter
from trials.objectives.base import ObjectiveError, unknown
from trials.objectives.recipe import Call, Name, chain

if TYPE_CHECKING:
    from trials.objectives.catalogue import ModelSpec
    from trials.objectives.datasets import DatasetInfo, Kind

PREFIX = "prep__"
#: More values than these of one column of words share a category, so that a table does not become too wide.
MOST_CATEGORIES = 50
MOST_QUANTILES = 100
#: Of each column of texts.
MOST_WORDS = 200

CHOICES: dict[str, tuple[Any, ...]] = {
    "prep__scaling": ("auto", "none", "standard", "minmax", "robust", "quantile"),
    "prep__imputing": ("none", "mean", "median", "most_frequent"),
    "prep__encoding": ("onehot", "ordinal", "target"),
    "prep__selection": ("none", "f_test", "mutual_information"),
    "prep__pca": (False, True),
}
SHARES = ("prep__selection_share", "prep__pca_share")
NAMES = (*CHOICES, *SHARES)


@dataclass(frozen=True, slots=True)
class PrepStep:
    """A step that can be added to a space with one click: its `parameters` by name, ready to use."""

    name: str
    title: str
    help: str
    parameters: Mapping[str, Parameter]


def prep_space(dataset: DatasetInfo, models: Sequence[ModelSpec] = ()) -> tuple[PrepStep, ...]:
    """The steps that make sense for a data set and for the models chosen; their defaults are what happens
    without them.
    """
    steps = [_scaling_step(models)]
    if numbers_missing(dataset):
        steps.append(_imputing_step(models))
    if _columns(dataset, "category"):
        steps.append(_encoding_step(dataset))
    if dataset.targets == 1:
        steps.append(_selection_step())
    return (*steps, _pca_step())


def word_columns(dataset: DatasetInfo | None) -> list[int]:
    """The positions of the columns that hold categories or texts."""
    return [*_columns(dataset, "category"), *_columns(dataset, "text")]


def _columns(dataset: DatasetInfo | None, wanted: Kind) -> list[int]:
    """The positions of the columns of one kind."""
    kinds = dataset.column_kinds if dataset else ()
    return [column for column, kind in enumerate(kinds) if kind == wanted]


def prepared_columns(dataset: DatasetInfo) -> int:
    """How many columns a model gets unless `prep__…` says otherwise: one for each category, and for each word
    that a column of texts may keep at most.
    """
    categories = sum(
        MOST_CATEGORIES if count is None else min(MOST_CATEGORIES, count + bool(missing))
        for kind, count, missing in zip(dataset.column_kinds, dataset.distinct, dataset.missing, strict=False)
        if kind == "category"
    )
    numbers, texts = len(_columns(dataset, "number")), len(_columns(dataset, "text"))
    return numbers + categories + texts * MOST_WORDS


def numbers_missing(dataset: DatasetInfo | None) -> bool:
    """Whether a number column lacks values."""
    if dataset is None or not dataset.missing:
        return False
    return any(
        missing
        for missing, kind in zip(dataset.missing, dataset.column_kinds, strict=True)
        if kind == "number"
    )


def _scaling_step(models: Sequence[ModelSpec]) -> PrepStep:
    needed = {model.scaled for model in models}
    choices = CHOICES["prep__scaling"]
    default = "auto"
    if len(needed) == 1:
        choices, default = choices[1:], "standard" if needed == {True} else "none"
    return PrepStep(
        "scaling",
        "Scaling",
        "Puts number columns on one scale; auto standardises them for the models that need it.",
        {"prep__scaling": Categorical(choices, default=default)},
    )


def _imputing_step(models: Sequence[ModelSpec]) -> PrepStep:
    copes = bool(models) and all(model.missing_values for model in models)
    return PrepStep(
        "imputing",
        "Missing numbers",
        "What stands in for a missing number; none leaves it to the models that cope with it.",
        {
            "prep__imputing": Categorical(
                CHOICES["prep__imputing"][0 if copes else 1 :], default="none" if copes else "median"
            )
        },
    )


def _encoding_step(dataset: DatasetInfo) -> PrepStep:
    choices = CHOICES["prep__encoding"][: None if dataset.targets == 1 else -1]
    return PrepStep(
        "encoding",
        "Categories",
        "One column for each value, a number for each value, or the mean target of each value.",
        {"prep__encoding": Categorical(choices, default="onehot")},
    )


def _selection_step() -> PrepStep:
    chosen = {"prep__selection": list(CHOICES["prep__selection"][1:])}
    return PrepStep(
        "selection",
        "Column selection",
        "Keeps the share of the columns that says most about the target, each by itself.",
        {
            "prep__selection": Categorical(CHOICES["prep__selection"], default="none"),
            "prep__selection_share": Float(0.1, 1.0, default=0.5, when=chosen),
        },
    )


def _pca_step() -> PrepStep:
    return PrepStep(
        "pca",
        "Principal components",
        "Replaces the columns by the directions that hold this share of their variance.",
        {
            "prep__pca": Boolean(default=False),
            "prep__pca_share": Float(0.5, 0.999, default=0.95, when={"prep__pca": True}),
        },
    )


def check_value(name: str, value: Any, dataset: DatasetInfo | None) -> None:
    """Raise ValueError for a preprocessing parameter's value that cannot be."""
    if name in SHARES:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise ValueError(f"{name} is a share above 0, up to 1, not {value!r}")
    elif value not in CHOICES[name] or isinstance(value, bool) != (name == "prep__pca"):
        raise ValueError(unknown(f"choice of {name}", value, map(str, CHOICES[name])))
    several = dataset is not None and dataset.targets > 1
    if several and (name, value) in {
        ("prep__encoding", "target"),
        ("prep__selection", "f_test"),
        ("prep__selection", "mutual_information"),
    }:
        raise ValueError(f"{name} {value!r} works for one target, and this data set has several")


def check_names(names: Sequence[str], place: str) -> None:
    """Raise ObjectiveError (field "<place>.<name>") for a name that no preprocessing parameter has."""
    for name in names:
        if name not in NAMES:
            raise ObjectiveError(f"{place}.{name}", unknown("preprocessing parameter", name, NAMES))


def preparation(
    prep: Mapping[str, Any], model: ModelSpec, dataset: DatasetInfo | None, seed: int
) -> list[Call]:
    """The steps before `model`, for a data set's kinds of columns (None: complete numbers)."""
    reduction = [*_selection(prep, dataset, seed), *_components(prep)]
    numbers = [*_imputer(prep, model, dataset, bool(reduction)), *_scaler(prep, model, dataset, seed)]
    if dataset is None or not word_columns(dataset):
        return [*numbers, *reduction]
    return [_by_kind(numbers, _encoder(prep, model, dataset, seed), dataset), *reduction]


def _by_kind(numbers: list[Call], categories: list[Call], dataset: DatasetInfo) -> Call:
    parts: list[Any] = []
    if positions := _columns(dataset, "number"):
        parts.append(("numbers", chain(numbers) if numbers else "passthrough", positions))
    if positions := _columns(dataset, "category"):
        parts.append(("categories", chain(categories), positions))
    parts += [(f"text_{column}", chain(_text()), [column]) for column in _columns(dataset, "text")]
    return Call("sklearn.compose.ColumnTransformer", (parts,), {"sparse_threshold": 0})


def _text() -> list[Call]:
    """The weights of the most frequent words of a column of texts; one that is missing says so as a word."""
    missing = {
        "missing_values": None,
        "strategy": "constant",
        "fill_value": "missing",
        "keep_empty_features": True,
    }
    words = {"max_features": MOST_WORDS, "sublinear_tf": True, "token_pattern": r"(?u)\b\w+\b"}
    return [
        Call("sklearn.impute.SimpleImputer", keywords=missing),
        Call("sklearn.preprocessing.FunctionTransformer", (Name("numpy.ravel"),)),
        Call("sklearn.feature_extraction.text.TfidfVectorizer", keywords=words),
    ]


def _imputer(
    prep: Mapping[str, Any], model: ModelSpec, dataset: DatasetInfo | None, reduced: bool
) -> list[Call]:
    how = prep.get("prep__imputing", "none")
    if how == "none" and numbers_missing(dataset) and (reduced or not model.missing_values):
        how = "median"
    if how == "none":
        return []
    keywords = {"strategy": how, "keep_empty_features": True}
    return [Call("sklearn.impute.SimpleImputer", keywords=keywords)]


def _scaler(prep: Mapping[str, Any], model: ModelSpec, dataset: DatasetInfo | None, seed: int) -> list[Call]:
    how = prep.get("prep__scaling", "auto")
    if how == "auto":
        how = "standard" if model.scaled else "none"
    names = {"standard": "StandardScaler", "minmax": "MinMaxScaler", "robust": "RobustScaler"}
    if how in names:
        return [Call(f"sklearn.preprocessing.{names[how]}")]
    if how == "none":
        return []
    quantiles = max(2, min(MOST_QUANTILES, dataset.rows // 4)) if dataset else MOST_QUANTILES
    keywords = {"n_quantiles": quantiles, "output_distribution": "normal", "random_state": seed}
    return [Call("sklearn.preprocessing.QuantileTransformer", keywords=keywords)]


def _encoder(prep: Mapping[str, Any], model: ModelSpec, dataset: DatasetInfo | None, seed: int) -> list[Call]:
    how = prep.get("prep__encoding", "onehot")
    if how == "onehot":
        keywords: dict[str, Any] = {
            "handle_unknown": "infrequent_if_exist",
            "max_categories": MOST_CATEGORIES,
            "sparse_output": False,
        }
        return [Call("sklearn.preprocessing.OneHotEncoder", keywords=keywords)]
    if how == "target":
        encoder = Call("sklearn.preprocessing.TargetEncoder", keywords={"random_state": seed})
    else:
        keywords = {"handle_unknown": "use_encoded_value", "unknown_value": -1, "encoded_missing_value": -2}
        encoder = Call("sklearn.preprocessing.OrdinalEncoder", keywords=keywords)
    return [encoder, *_scaler(prep, model, dataset, seed)]


def _selection(prep: Mapping[str, Any], dataset: DatasetInfo | None, seed: int) -> list[Call]:
    how = prep.get("prep__selection", "none")
    if how == "none":
        return []
    task = "classif" if dataset is None or dataset.task == "classification" else "regression"
    if how == "f_test":
        score: Call | Name = Name(f"sklearn.feature_selection.f_{task}")
    else:
        function = Name(f"sklearn.feature_selection.mutual_info_{task}")
        score = Call("functools.partial", (function,), {"random_state": seed})
    percentile = 100 * prep.get("prep__selection_share", 0.5)
    return [Call("sklearn.feature_selection.SelectPercentile", (score,), {"percentile": percentile})]


def _components(prep: Mapping[str, Any]) -> list[Call]:
    if not prep.get("prep__pca", False):
        return []
    share = float(prep.get("prep__pca_share", 0.95))
    keywords = {"n_components": share if share < 1 else None, "svd_solver": "full"}
    return [Call("sklearn.decomposition.PCA", keywords=keywords)]
