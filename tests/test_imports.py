"""Imports go one way: the layers of docs/architecture.md, read from the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("optimizers", "trials", "hpo_dashboard")

#: layer -> the layers it may import. Layers are the longest matching prefix of a module's name.
ALLOWED = {
    "optimizers": set(),
    "trials.objectives": {"optimizers"},
    "trials.wording": set(),
    "trials.examples": set(),
    "trials.models": {"optimizers"},
    "trials.engine": {"trials.models", "trials.objectives", "optimizers"},
    "trials.listing": {"trials.models", "trials.wording", "optimizers"},
    "trials.charts": {"trials.models", "trials.listing", "trials.wording", "optimizers"},
    "trials.playground": {"trials.charts", "trials.objectives", "trials.wording", "optimizers"},
    "trials.exports": {"trials.models", "trials.listing"},
    "trials.files": {"trials.engine", "trials.models", "trials.objectives"},
    "trials.tasks": {
        *("trials.engine", "trials.models", "trials.objectives", "trials.playground"),
        "hpo_dashboard.celery",
    },
    "trials.forms": {
        *("trials.engine", "trials.listing", "trials.models", "trials.objectives", "trials.wording"),
        "optimizers",
    },
}
TOP = ("trials.views", "trials.api", "trials.management", "trials.urls", "trials.templatetags")
FREE = ("hpo_dashboard", "trials.migrations", "trials.apps", "trials")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module: str) -> str:
    layers = [*ALLOWED, *TOP, *FREE, "hpo_dashboard.celery", "hpo_dashboard.client"]
    return max(
        (layer for layer in layers if module == layer or module.startswith(layer + ".")), key=len, default=""
    )


def ours_imported(path: Path) -> set[str]:
    """Names of our own modules that a file imports, also inside functions."""
    found: set[str] = set()
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in PACKAGES}


FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=[module_name(path) for path in FILES])
def test_a_module_imports_only_layers_below_it(path: Path):
    layer = layer_of(module_name(path))
    if layer not in ALLOWED:
        return
    imported = {layer_of(name) for name in ours_imported(path)}
    assert imported - {layer} <= ALLOWED[layer], f"{module_name(path)} reaches up or across"


def test_nothing_below_imports_views_or_api():
    for path in FILES:
        if layer_of(module_name(path)) in ALLOWED:
            assert not any(name.startswith(TOP) for name in ours_imported(path)), path


@pytest.mark.parametrize(("package", "forbidden"), [
    ("optimizers", {"django", "celery", "trials", "hpo_dashboard", "time", "random"}),
    ("trials/objectives", {"django", "celery", "redis"}),
    ("trials/engine", {"celery", "redis", "kombu", "django.http", "ninja"}),
])  # fmt: skip
def test_pure_packages_stay_pure(package: str, forbidden: set[str]):
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                assert not any(name == bad or name.startswith(bad + ".") for bad in forbidden), (
                    f"{path}: {name}"
                )


def test_the_client_needs_nothing_but_the_standard_library():
    tree = ast.parse((ROOT / "hpo_dashboard" / "client.py").read_text())
    roots = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    roots |= {
        node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not roots & {"django", "celery", "numpy", "trials", "optimizers", "requests", "sklearn"}
