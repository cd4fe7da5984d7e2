"""A Python snippet that loads a finished study's pipeline and predicts, and what its answers mean; the page
of the result shows both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trials.objectives import script_table
from trials.objectives.datasets.table import Table
from trials.objectives.recipe import Imported
from trials.objectives.source import imports, laid_out

#: Classes named in the sentence; the snippet names all.
NAMED = 6


def snippet(model_file: str, facts: Mapping[str, Any], table: Table | None) -> str:
    """Source that runs beside the pipeline's file and, for an uploaded data set, its CSV.

    Args:
        facts: the final model's "dataset": name, version, classes.
        table: how an uploaded CSV is read, its path being the name of the file to read; None for data that
            ship.
    """
    return _own(model_file, facts, table) if table is not None else _shipped(model_file, facts)


def answers(facts: Mapping[str, Any]) -> str:
    """What `predict` returns, in a sentence."""
    classes: Sequence[str] = facts["classes"]
    if numbered(classes):
        return f"predict returns a number for each row, its class: 0 to {len(classes) - 1}."
    if classes:
        shown = [f"{place} for {name}" for place, name in enumerate(classes[:NAMED])]
        more = f", and so on up to {len(classes) - 1}" if len(classes) > NAMED else ""
        return f"predict returns a number for each row, the place of its class: {', '.join(shown)}{more}."
    if len(facts["targets"]) > 1:
        return f"predict returns {len(facts['targets'])} numbers for each row: {', '.join(facts['targets'])}."
    return f"predict returns a number for each row: its {', '.join(facts['targets'])}."


def numbered(classes: Sequence[str]) -> bool:
    """Whether the classes are called by their places, so that there is nothing to look up."""
    return bool(classes) and list(classes) == [str(place) for place in range(len(classes))]


def _own(model_file: str, facts: Mapping[str, Any], table: Table) -> str:
    needed: Imported = script_table.imported(table) - {("pathlib", ".", "Path")}
    standard, _ = imports(needed)
    parts = [
        f"{standard}\nimport joblib\nimport numpy as np\n",
        *script_table.definitions(table, learning=False),
        "\n# Any CSV with the same columns in the same order; its target may be empty.\n"
        + script_table.inputs_of(table, laid_out(table.path)),
        _predicting(model_file, facts),
    ]
    return "\n".join(parts)


def _shipped(model_file: str, facts: Mapping[str, Any]) -> str:
    loader = f"load_{facts['name']}"
    names = [] if numbered(facts["classes"]) else facts["classes"]
    classes = f"CLASSES = {laid_out(list(names), before=10)}\n" if names else ""
    return (
        f"import joblib\nfrom sklearn.datasets import {loader}\n\n{classes}"
        f"X, y = {loader}(return_X_y=True)  # or rows of your own with the same columns\n"
        + _predicting(model_file, facts)
    )


def _predicting(model_file: str, facts: Mapping[str, Any]) -> str:
    named = bool(facts["classes"]) and not numbered(facts["classes"])
    shown = "[CLASSES[place] for place in predicted[:5]]" if named else "predicted[:5]"
    return f"model = joblib.load({laid_out(model_file)})\npredicted = model.predict(X)\nprint({shown})\n"
