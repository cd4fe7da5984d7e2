"""The new study form as a browser fills it in, and what stands in its answers; for the tests of the form."""

import re
from html import unescape
from typing import Any

from trials.forms.draft import Draft

URL = "/studies/new/"

FOREST: dict[str, Any] = {
    "name": "A forest",
    "objective": {"kind": "model", "model": "random_forest_classifier", "dataset": "breast_cancer"},
    "space": {
        "parameters": [
            {"name": "n_estimators", "type": "integer", "low": 10, "high": 100},
            {"name": "max_features", "type": "float", "low": 0.1, "high": 1},
            {"name": "criterion", "type": "categorical", "choices": ["gini", "entropy"], "default": "gini"},
        ]
    },
    "optimizer": {"name": "random"},
    "budget": {"trials": 5},
    "parallelism": 2,
    "seed": 3,
}


def form_of(study: dict[str, Any]) -> dict[str, str]:
    """What a browser would send for a study."""
    return dict(Draft.of_study(study).data)


def said_at(html: str, field: str) -> str:
    """The error beside a field."""
    found = re.search(rf'id="{re.escape(field)}-error"[^>]*>(.*?)</(?:p|li)>', html, re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", found[1])) if found else ""


def input_of(html: str, field: str) -> str:
    found = re.search(rf'<(?:input|select|textarea)[^>]*id="{re.escape(field)}"[^>]*>', html)
    return found[0] if found else ""
