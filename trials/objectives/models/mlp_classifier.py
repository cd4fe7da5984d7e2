"""Neural network for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._neural_network import EPOCHS, EXTRA, network_arguments, network_space

MODEL = ModelSpec(
    estimator="sklearn.neural_network.MLPClassifier",
    title="Neural network",
    task="classification",
    family="neural_network",
    summary="Layers of neurons. Can learn much, has the most to tune; columns are standardised.",
    make_space=network_space,
    arguments=network_arguments,
    extra=EXTRA,
    scaled=True,
    resources=(EPOCHS,),
)
