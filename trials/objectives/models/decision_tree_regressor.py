"""A single decision tree for regression."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._decision_tree import tree_arguments, tree_space

MODEL = ModelSpec(
    estimator="sklearn.tree.DecisionTreeRegressor",
    title="Decision tree",
    task="regression",
    family="decision_tree",
    summary="Questions with two answers, one after the other. Easy to read; too deep, it learns by heart.",
    make_space=tree_space,
    arguments=tree_arguments,
    missing_values=True,
)
