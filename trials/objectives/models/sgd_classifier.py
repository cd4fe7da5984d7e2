"""Linear classifiers by stochastic gradient descent."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._gradient_descent import EPOCHS, descent_space

MODEL = ModelSpec(
    estimator="sklearn.linear_model.SGDClassifier",
    title="Linear model by gradient descent",
    task="classification",
    family="gradient_descent",
    summary="A linear model that learns row by row, for very many rows; columns are standardised.",
    make_space=lambda dataset: descent_space(
        ("hinge", "log_loss", "modified_huber", "perceptron"), "optimal"
    ),
    scaled=True,
    probabilities=False,
    resources=(EPOCHS,),
)
