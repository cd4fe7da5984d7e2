"""Nearest neighbours for regression."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._nearest_neighbours import neighbours_space

MODEL = ModelSpec(
    estimator="sklearn.neighbors.KNeighborsRegressor",
    title="Nearest neighbours",
    task="regression",
    family="nearest_neighbours",
    summary="The mean of the most similar rows. Nothing is learnt in advance; columns are standardised.",
    make_space=neighbours_space,
    scaled=True,
)
