"""The files of the project as the house rules read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {
    ".git", ".run", ".cache", "node_modules", "vendor", "results", "screenshots",
    "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
    "htmlcov",
}  # fmt: skip
CODE = ("regulation", "etl", "webapp", "plugins", "dags", "launcher", "demo", "bench", "docker", "sql")


def all_files() -> list[Path]:
    """Return every file of the project that people wrote, relative to the root."""
    return sorted(path.relative_to(ROOT) for path in _walk(ROOT))


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under some folders of the root, relative to it."""
    return [path for path in all_files() if path.suffix == ".py" and path.parts[0] in folders]


@cache
def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file given relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function and method of a file."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function from `def` to its end, without its docstring."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    spared = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - spared


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.name.startswith((".venv", ".coverage")) or path.name == ".env":
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix != ".pyc":
            yield path
