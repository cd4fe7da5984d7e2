"""A pipeline that is trained in parts: its columns prepared once, its estimator taken further and further;
used by `partial` for each fold, and for all rows of the search.

A training that stops and is taken up again comes to exactly what one without a stop comes to.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from trials.objectives.resources import Resource

#: What another part of a training never changes: its chance, and how it goes on.
KEPT = ("random_state", "warm_start", "n_jobs", "nthread")


class Growing:
    """One model on its rows: X, (rows, columns), and y, (rows,) or (rows, targets).

    Args:
        built: the unfitted pipeline, which becomes this object's own.
        estimator, reached: what an earlier Growing on the same rows had come to, and how far, in the
        resource's units.
    """

    def __init__(
        self,
        built: Any,
        X: np.ndarray,
        y: np.ndarray,
        resource: Resource,
        estimator: Any = None,
        reached: int = 0,
    ) -> None:
        self.resource, self.reached = resource, reached
        self._whole, self._rows, self._truth = built, X, y
        self._pipe = _inside(built)
        self._target = y if built is self._pipe else _scaled(built.transformer, y)
        self._prepared = X
        if hasattr(self._pipe, "steps"):
            # Not transform: an encoder of targets gives the rows it is fitted on other values than new ones.
            self._prepared = self._pipe[:-1].fit_transform(X, self._target)
        if estimator is not None:
            self._put(estimator)
        elif resource.growth == "passes":
            model = _bare(self.estimator)
            # One stream of chance for all passes, which is kept with the estimator: no pass repeats another.
            model.set_params(random_state=np.random.RandomState(model.random_state))

    @property
    def estimator(self) -> Any:
        """The last step, which learns."""
        return self._pipe[-1] if hasattr(self._pipe, "steps") else self._pipe

    def _put(self, estimator: Any) -> None:
        if hasattr(self._pipe, "steps"):
            self._pipe.steps[-1] = (self._pipe.steps[-1][0], estimator)
        elif self._whole is self._pipe:
            self._whole = self._pipe = estimator
        else:
            self._pipe = estimator

    @property
    def continues(self) -> bool:
        """Whether more of it builds on what is there; else every `grow` begins anew."""
        # What fits one model for each target has no warm start.
        return self.resource.growth == "passes" or (self.resource.growth == "warm_start" and self._alone)

    def take_over(self, built: Any) -> None:
        """Go on with the parameters of another unfitted pipeline, of the same shape."""
        pipe = _inside(built)
        wanted = _bare(pipe[-1] if hasattr(pipe, "steps") else pipe).get_params(deep=False)
        left = (*KEPT, self.resource.argument)
        fitted = getattr(self.estimator, "estimators_", []) if not self._alone else []
        for model in (_bare(self.estimator), *fitted):
            own = model.get_params(deep=False)
            new = {name: value for name, value in wanted.items() if repr(value) != repr(own[name])}
            new = {name: value for name, value in new.items() if name not in left}
            if new:
                model.set_params(**new)
                # A network's, which holds the learning rate that it began with.
                vars(model).pop("_optimizer", None)

    @property
    def _alone(self) -> bool:
        """Whether one estimator learns all targets."""
        return _bare(self.estimator) is self.estimator

    def grow(self, until: int) -> None:
        """Train on, up to `until` units in all."""
        if until <= self.reached:
            return
        if self.resource.growth == "passes":
            for _ in range(until - self.reached):
                self._pass()
        else:
            warm = {"warm_start": True} if self.continues else {}
            _bare(self.estimator).set_params(**{self.resource.argument: until}, **warm)
            self.estimator.fit(self._prepared, self._target)
        self.reached = until

    def _pass(self) -> None:
        from sklearn.base import is_classifier

        classes = {"classes": np.unique(self._target)} if is_classifier(self.estimator) else {}
        self.estimator.partial_fit(self._prepared, self._target, **classes)

    @property
    def model(self) -> Any:
        """The fitted pipeline as it is now, made of scikit-learn's own parts."""
        if self._whole is self._pipe:
            return self._whole
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.frozen import FrozenEstimator

        whole = TransformedTargetRegressor(FrozenEstimator(self._pipe), transformer=self._whole.transformer)
        return whole.fit(self._rows, self._truth)


def _inside(built: Any) -> Any:
    """A pipeline without the scaling of its target."""
    return getattr(built, "regressor", built)


def _bare(estimator: Any) -> Any:
    """The estimator itself, of one that is fitted for each target apart."""
    from sklearn.multioutput import MultiOutputRegressor

    return estimator.estimator if isinstance(estimator, MultiOutputRegressor) else estimator


def _scaled(transformer: Any, y: np.ndarray) -> np.ndarray:
    """The target as the estimator gets it."""
    scaled: np.ndarray = copy.deepcopy(transformer).fit_transform(y.reshape(len(y), -1))
    return scaled.ravel() if y.ndim == 1 else scaled
