"""Linear regression by stochastic gradient descent."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._gradient_descent import EPOCHS, descent_space

MODEL = ModelSpec(
    estimator="sklearn.linear_model.SGDRegressor",
    title="Linear model by gradient descent",
    task="regression",
    family="gradient_descent",
    summary="A linear model that learns row by row, for very many rows; columns and target are standardised.",
    make_space=lambda dataset: descent_space(("squared_error", "huber", "epsilon_insensitive"), "invscaling"),
    scaled=True,
    target_scaled=True,
    several_targets=False,
    resources=(EPOCHS,),
)
