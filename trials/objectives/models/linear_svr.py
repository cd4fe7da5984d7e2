"""Linear support vector machine for regression."""

from optimizers import Categorical, Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._zeros import zeroed

NO_TUBE = 1e-4
LOSSES = ["epsilon_insensitive", "squared_epsilon_insensitive"]


def linear_svr_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "C": Float(1e-4, 1e2, log=True, default=1.0),
            "epsilon": Float(NO_TUBE, 1.0, log=True, default=NO_TUBE),
            "loss": Categorical(LOSSES, default=LOSSES[0]),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.svm.LinearSVR",
    title="Linear support vector machine",
    task="regression",
    family="linear_support_vector_machine",
    summary="A straight tube around the data. For many rows; columns and target are standardised.",
    make_space=linear_svr_space,
    arguments=zeroed(epsilon=NO_TUBE),
    scaled=True,
    target_scaled=True,
    several_targets=False,
)
