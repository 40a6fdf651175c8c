"""Programs and requests end in time; one module reads the environment; nothing points outside the project."""

import ast
from pathlib import Path

from tests.house.sources import CODE, ROOT, all_files, parse, python_files

WAITING_CALLS = {
    "subprocess.run", "subprocess.check_call", "subprocess.check_output", "subprocess.call",
    "urllib.request.urlopen", "urlopen",
    "httpx.get", "httpx.post", "httpx.request", "httpx.stream", "httpx.Client", "httpx.AsyncClient",
    "requests.get", "requests.post", "requests.request", "socket.create_connection", "WebhookClient",
}  # fmt: skip
UNWATCHED_CALLS = {"Popen", "system", "popen", "fork", "execv"}
# A program that is watched has no end of its own: only what watches may start one.
MAY_START_PROGRAMS = {
    Path("launcher/supervision.py"),
    Path("etl/backups/programs.py"),
    Path("etl/ocr/process.py"),
    Path("bench/machine.py"),
    Path("bench/ocr.py"),
    Path("bench/served.py"),
}
ENVIRONMENT = {"os.environ", "os.getenv", "environ", "getenv"}
# Everyone else asks etl.settings; these hand the whole environment on to a program they start.
MAY_READ_THE_ENVIRONMENT = {
    Path("etl/settings.py"),
    Path("etl/backups/programs.py"),
    Path("etl/cluster.py"),
    Path("etl/ocr/process.py"),
    Path("bench/real_data.py"),
    Path("launcher/airflow_environment.py"),
    Path("launcher/commands.py"),
    Path("launcher/georisques.py"),
    Path("launcher/legifrance.py"),
    Path("launcher/site.py"),
    Path("bench/real_data.py"),  # finds the real data as the tests do
    Path("bench/ocr.py"),
    Path("bench/served.py"),
    Path("bench/load.py"),  # LOAD_SECONDS, which nothing else knows
}
# The one file that knows where the real data lies beside a clone.
KNOWS_THE_NEIGHBOURS = {Path(".ci/run")}
PRIVATE_PLACES = ("../" + "shared", "/work" + "/", "shared/" + "data", "shared/" + "golden")
TEXTS = {
    "",
    ".py",
    ".md",
    ".sql",
    ".toml",
    ".txt",
    ".in",
    ".yaml",
    ".yml",
    ".html",
    ".css",
    ".js",
    ".sh",
    ".csv",
    ".json",
}


def uses(path: Path) -> list[tuple[str, ast.Name | ast.Attribute]]:
    """Return what a file uses of the modules it imports, by dotted name as written."""
    tree = parse(path)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {name.asname or name.name.partition(".")[0] for node in imports for name in node.names}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)]
    named = [(ast.unparse(node), node) for node in found]
    return [(name, node) for name, node in named if name.partition(".")[0] in imported]


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Return the calls of what a file imports, by dotted name."""
    imported = {id(node) for _, node in uses(path)}
    found = [
        node for node in ast.walk(parse(path)) if isinstance(node, ast.Call) and id(node.func) in imported
    ]
    return [(ast.unparse(node.func), node) for node in found]


def test_waiting_has_an_end():
    endless = [
        f"{path}:{call.lineno} {name}"
        for path in python_files(*CODE, "tests")
        for name, call in calls(path)
        if name in WAITING_CALLS and "timeout" not in {word.arg for word in call.keywords}
    ]

    assert endless == []


def test_programs_are_started_where_they_are_watched():
    started = [
        f"{path}:{call.lineno} {name}"
        for path in python_files(*CODE)
        for name, call in calls(path)
        if name.rpartition(".")[2] in UNWATCHED_CALLS and path not in MAY_START_PROGRAMS
    ]

    assert started == []


def test_the_settings_read_the_environment():
    reading = [
        str(path)
        for path in python_files(*CODE)
        if {name for name, _ in uses(path)} & ENVIRONMENT and path not in MAY_READ_THE_ENVIRONMENT
    ]

    assert reading == []


def test_nothing_points_outside_the_project():
    pointing = [
        str(path)
        for path in all_files()
        if path.suffix in TEXTS and path not in KNOWS_THE_NEIGHBOURS
        if any(
            place in (ROOT / path).read_text(encoding="utf-8", errors="ignore") for place in PRIVATE_PLACES
        )
    ]

    assert pointing == []
