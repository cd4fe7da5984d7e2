"""A digest of all source an optimizer of ours is made of, so that a run counts until that changes."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

import optimizers

ROOT = Path(optimizers.__file__).parent.parent


def version_of(method: str) -> str:
    """Of a method with its options, if any: "tpe" or "tpe:candidates=64"."""
    name, colon, options = method.partition(":")
    return digest_of(name) + colon + options


@cache
def digest_of(method: str) -> str:
    """Twelve hex digits over the algorithm's file and all it imports, without comments and docstrings."""
    files = sorted(_closure(ROOT / "optimizers" / "algorithms" / f"{method}.py"))
    joined = "\n".join(f"{file.relative_to(ROOT)}\n{_code(file)}" for file in files)
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def _closure(start: Path) -> set[Path]:
    found, left = {start}, [start]
    while left:
        for file in _imported(left.pop()) - found:
            found.add(file)
            left.append(file)
    return found


@cache
def _imported(file: Path) -> frozenset[Path]:
    """The files of the library that one of them imports; the library's own __init__ only lists names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("optimizers."):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths = [ROOT / name.replace(".", "/") for name in names]
    files = [file for path in paths for file in (path.with_suffix(".py"), path / "__init__.py")]
    return frozenset(file for file in files if file.exists())


@cache
def _code(file: Path) -> str:
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            node.body = body[1:]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
