"""A study or a space as code that makes it: Python with the client or the library, and a line of shell."""

import json
from collections.abc import Mapping
from typing import Any

from .json_text import json_text, python_flat

#: What each type of a space's JSON is called in Python.
CLASSES = {"float": "Float", "integer": "Integer", "categorical": "Categorical", "boolean": "Boolean"}
#: The end of the text that the shell hands over; no line of JSON can be this word.
END = "STUDY"


def client_code(study: Mapping[str, Any], url: str) -> str:
    """Python that makes the study on the dashboard at `url`; the token comes from $HPO_TOKEN."""
    keywords = "".join(f"    {key}={_literal(value, 4, len(key) + 5)},\n" for key, value in study.items())
    return (
        "# pip install hpo-dashboard, or copy client.py\n"
        "from hpo_dashboard.client import Client\n\n"
        "# A token: hpo-dashboard token create --name me\n"
        "# It is read from $HPO_TOKEN.\n"
        f"client = Client({python_flat(url)})\n"
        f"study = client.create_study(\n{keywords})\n"
        f'print(f"{{client.url}}/studies/{{study.id}}/")\n'
    )


def shell_code(study: Mapping[str, Any], url: str) -> str:
    """A curl command that does the same."""
    return (
        f"curl {url}/api/v1/studies \\\n"
        '  -H "Authorization: Bearer $HPO_TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-binary @- <<'{END}'\n{json_text(study)}\n{END}\n"
    )


def space_code(space: Mapping[str, Any]) -> str:
    """Python that makes a space given as JSON with the library, and draws from it."""
    parameters = space.get("parameters") or []
    names = sorted({CLASSES.get(str(entry.get("type")), "Float") for entry in parameters})
    lines = "".join(f"    {_key(entry)}: {_parameter(entry)},\n" for entry in parameters)
    rules = "".join(
        f", {field}={_literal(space[field], 0, 0)}"
        for field in ("constraints", "forbidden")
        if space.get(field)
    )
    return (
        "import numpy as np\n\n"
        f"from optimizers import {', '.join([*names, 'Space'])}\n\n"
        f"space = Space({{\n{lines}}}{rules})\n"
        "print(space.sample(np.random.default_rng(0)))\n"
    )


def _key(entry: Mapping[str, Any]) -> str:
    return json.dumps(str(entry.get("name", "")), ensure_ascii=False)


def _parameter(entry: Mapping[str, Any]) -> str:
    keywords = {key: value for key, value in entry.items() if key not in ("name", "type")}
    first = [keywords.pop(key) for key in ("low", "high") if key in keywords and "low" in entry]
    first += [keywords.pop("choices")] if "choices" in keywords else []
    if keywords.get("ordered") is False:
        del keywords["ordered"]
    words = [python_flat(value) for value in first]
    words += [f"{key}={python_flat(value)}" for key, value in keywords.items()]
    name = CLASSES.get(str(entry.get("type")), "Float")
    flat = f"{name}({', '.join(words)})"
    if len(flat) + len(_key(entry)) <= 72:
        return flat
    inner = "".join(f"        {word},\n" for word in words)
    return f"{name}(\n{inner}    )"


def _literal(value: Any, indent: int, column: int) -> str:
    return json_text(value, indent, column, python_flat)
