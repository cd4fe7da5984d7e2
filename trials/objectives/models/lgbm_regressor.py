"""LightGBM for regression; there when its package is installed."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._lightgbm import FIXED, LIBRARY, ROUNDS, lightgbm_arguments, lightgbm_space

MODEL = ModelSpec(
    estimator="lightgbm.LGBMRegressor",
    title="LightGBM",
    task="regression",
    family="lightgbm",
    summary="Gradient boosting that grows leaf by leaf. Fast on large data; an optional package.",
    make_space=lightgbm_space,
    arguments=lightgbm_arguments,
    fixed=FIXED,
    several_targets=False,
    missing_values=True,
    package="lightgbm",
    library=LIBRARY,
    resources=(ROUNDS,),
)
