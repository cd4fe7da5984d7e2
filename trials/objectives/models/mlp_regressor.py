"""Neural network for regression."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._neural_network import EPOCHS, EXTRA, network_arguments, network_space

MODEL = ModelSpec(
    estimator="sklearn.neural_network.MLPRegressor",
    title="Neural network",
    task="regression",
    family="neural_network",
    summary="Layers of neurons. Can learn much, has the most to tune; columns and target are standardised.",
    make_space=network_space,
    arguments=network_arguments,
    extra=EXTRA,
    scaled=True,
    target_scaled=True,
    resources=(EPOCHS,),
)
