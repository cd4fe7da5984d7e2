"""AdaBoost over small trees, for classification."""

from optimizers import Float, Integer, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._boosted_trees import EXTRA, ROUNDS, of_trees


def ada_boost_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "n_estimators": Integer(10, 500, log=True, default=50),
            "learning_rate": Float(0.01, 2.0, log=True, default=1.0),
            "max_depth": Integer(1, 8, default=1),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.ensemble.AdaBoostClassifier",
    title="AdaBoost",
    task="classification",
    family="ada_boost",
    summary="Small trees, each of which looks hardest at the rows that the ones before got wrong.",
    make_space=ada_boost_space,
    arguments=of_trees("DecisionTreeClassifier"),
    extra=EXTRA,
    resources=(ROUNDS,),
)
