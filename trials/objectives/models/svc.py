"""Support vector machine for classification."""

from optimizers import Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._svm import kernel_parameters

MODEL = ModelSpec(
    estimator="sklearn.svm.SVC",
    title="Support vector machine",
    task="classification",
    family="support_vector_machine",
    summary="The widest margin between classes, bent by a kernel. For small data; columns are standardised.",
    make_space=lambda dataset: Space(kernel_parameters(dataset)),
    scaled=True,
    probabilities=False,
)
