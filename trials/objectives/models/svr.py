"""Support vector machine for regression."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._svm import kernel_parameters

MODEL = ModelSpec(
    estimator="sklearn.svm.SVR",
    title="Support vector machine",
    task="regression",
    family="support_vector_machine",
    summary="A tube around the data, bent by a kernel. For small data; columns and target are standardised.",
    make_space=lambda dataset: Space(
        {**kernel_parameters(dataset), "epsilon": Float(1e-3, 1.0, log=True, default=0.1)}
    ),
    scaled=True,
    target_scaled=True,
    several_targets=False,
)
