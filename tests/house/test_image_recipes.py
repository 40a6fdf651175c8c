"""The image recipes: what they copy exists, holds all that it imports, and passes its linter."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.settings import ROOT

RECIPES = sorted((ROOT / "docker").glob("*.Dockerfile"))
OWN_PACKAGES = {"regulation", "etl", "webapp", "plugins", "dags", "launcher", "bench", "demo"}


def copied(recipe: Path) -> list[str]:
    """Everything that a recipe copies from the checkout."""
    sources: list[str] = []
    for line in recipe.read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            sources += [word for word in line.split()[1:-1] if not word.startswith("--")]
    return sources


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_what_a_recipe_copies_exists_and_enters_the_build(recipe) -> None:
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    for source in copied(recipe):
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in let_in, f"{source} is kept out by .dockerignore"


def imports_of(package: str) -> Iterator[str]:
    """The packages of this project that a package imports."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


@pytest.mark.parametrize(
    "recipe", [path for path in RECIPES if path.stem != "store"], ids=lambda path: path.stem
)
def test_an_image_holds_every_package_that_it_imports(recipe) -> None:
    packages = OWN_PACKAGES & set(copied(recipe))
    assert packages
    for package in packages:
        assert OWN_PACKAGES & set(imports_of(package)) <= packages, package


def test_both_images_share_their_first_stage() -> None:
    stages = [
        re.sub(
            r"^#.*\n",
            "",
            (ROOT / f"docker/{name}.Dockerfile").read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
        for name in ("airflow", "webapp")
    ]
    first, second = (stage.split("\nFROM ")[0] for stage in stages)
    assert first == second


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_recipes_pass_their_linter(recipe) -> None:
    done = subprocess.run(
        [str(ROOT / ".venv/bin/hadolint"), str(recipe)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_installer_of_the_lock_comes_from_the_lock(tmp_path) -> None:
    """The line that takes uv out of the lock: one requirement, whole, with its hashes."""
    recipe = (ROOT / "docker/airflow.Dockerfile").read_text(encoding="utf-8")
    (program,) = re.findall(r"awk '([^']+)' requirements.txt", recipe)
    command = ["awk", program, str(ROOT / "requirements.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert len(lines) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert not lines[-1].endswith("\\")


def test_nothing_of_this_machine_enters_a_build() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines, "everything is kept out first"
    assert "**/.env" in lines
