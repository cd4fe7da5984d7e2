"""XGBoost for regression; there when its package is installed."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._xgboost import FIXED, ROUNDS, xgboost_arguments, xgboost_space

MODEL = ModelSpec(
    estimator="xgboost.XGBRegressor",
    title="XGBoost",
    task="regression",
    family="xgboost",
    summary="Gradient boosting with penalties on large trees. Often the best; an optional package.",
    make_space=xgboost_space,
    arguments=xgboost_arguments,
    fixed=FIXED,
    missing_values=True,
    package="xgboost",
    resources=(ROUNDS,),
)
