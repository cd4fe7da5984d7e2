"""What the tests of pages share: a signed-in browser and trials that end as a worker would end them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template.base import Template
from django.template.context import Context
from django.test import Client

from trials.engine import advance
from trials.engine.finish import Verdict, record
from trials.models import Study, Trial
from trials.models.access import owner


@pytest.fixture(scope="session", autouse=True)
def widgets_are_not_recorded(django_test_environment: None) -> Iterator[None]:
    """Django's tests record each template with its context; nobody reads that of a thousand widgets."""
    recorded = Template._render

    def render(self: Template, context: Context) -> str:
        if (self.name or "").startswith("django/forms/"):
            return self.nodelist.render(context)
        return recorded(self, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture
def browser(db: None, client: Client) -> Client:
    """A browser signed in as the owner."""
    client.force_login(owner())
    return client


@pytest.fixture
def train(claim: Callable[..., tuple[Trial, str]]) -> Callable[..., None]:
    """End trials of a study one after the other: train(study, 0.5, None, 0.2), where None is a failure."""

    def train_trials(study: Study, *values: float | None, **extra: Any) -> None:
        for value in values:
            if not study.trials.waiting().exists():
                advance.advance(study.pk)
            trial, token = claim(study)
            error = {
                "kind": "exception",
                "message": "It broke.",
                "exception": "ValueError",
                "traceback": "line 1",
            }
            verdict = (
                Verdict(Trial.State.FAILED, error=error, extra={"seconds": 2.0})
                if value is None
                else Verdict(Trial.State.COMPLETE, (value,), extra={"seconds": 2.0} | extra)
            )
            record(trial, token, verdict)
        study.refresh_from_db()

    return train_trials


SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"], "default": "rbf"},
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True, "default": 1.0},
        {
            "name": "gamma",
            "type": "float",
            "low": 0.001,
            "high": 1,
            "log": True,
            "when": {"kernel": ["rbf"]},
            "default": 0.03,
        },
    ]
}
