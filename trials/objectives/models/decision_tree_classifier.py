"""A single decision tree for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._decision_tree import tree_arguments, tree_space

MODEL = ModelSpec(
    estimator="sklearn.tree.DecisionTreeClassifier",
    title="Decision tree",
    task="classification",
    family="decision_tree",
    summary="Questions with two answers, one after the other. Easy to read; too deep, it learns by heart.",
    make_space=lambda dataset: tree_space(dataset, ("gini", "entropy")),
    arguments=tree_arguments,
    missing_values=True,
)
