"""Nearest neighbours for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._nearest_neighbours import neighbours_space

MODEL = ModelSpec(
    estimator="sklearn.neighbors.KNeighborsClassifier",
    title="Nearest neighbours",
    task="classification",
    family="nearest_neighbours",
    summary="The most similar rows vote. Nothing is learnt in advance; columns are standardised.",
    make_space=neighbours_space,
    scaled=True,
)
