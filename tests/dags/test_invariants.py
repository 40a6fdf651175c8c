"""What holds for every DAG: it loads, is told about, is tried again, and reads nothing before it runs."""

import ast
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, ExceptionRetryPolicy

from etl.settings import ROOT
from plugins.alerts import callbacks

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow")]

DAG_FILES = sorted(
    path
    for path in (ROOT / "dags").glob("*.py")
    if path.name not in (ROOT / "dags/.airflowignore").read_text(encoding="utf-8").split()
)
LONGEST_LOAD_SECONDS = 5
READS = {"open", "getenv", "load_settings", "connect", "bucket", "read_text", "read_bytes", "get_connection"}


@pytest.fixture(params=[path.stem for path in DAG_FILES])
def each_dag(request: pytest.FixtureRequest, dagbag: DagBag) -> DAG:
    dag: DAG = dagbag.dags[request.param]
    return dag


def test_every_dag_loads_and_bears_the_name_of_its_file(dagbag: DagBag) -> None:
    assert dagbag.import_errors == {}
    assert sorted(dagbag.dags) == [path.stem for path in DAG_FILES]
    assert {Path(dag.fileloc).stem: dag.dag_id for dag in dagbag.dags.values()} == {
        name: name for name in dagbag.dags
    }


def test_the_dags_load_quickly(dagbag: DagBag) -> None:
    started = time.process_time()
    again = DagBag(dag_folder=ROOT / "dags")
    assert len(again.dags) == len(dagbag.dags)
    assert time.process_time() - started < LONGEST_LOAD_SECONDS


def test_nothing_overlaps_or_runs_for_the_past(each_dag: DAG) -> None:
    assert each_dag.catchup is False
    assert each_dag.max_active_runs == 1
    if each_dag.start_date is None:
        # Then a schedule must wait for its next time, not begin with the one before.
        timetable = getattr(each_dag.timetable, "timetable", each_dag.timetable)  # beside assets, one inside
        assert timetable.run_immediately == timedelta(0)
    else:
        assert each_dag.start_date.utcoffset() is not None


def test_the_schedule_is_written_down(each_dag: DAG) -> None:
    assert "schedule" in decorator_words(each_dag)


def test_people_can_read_what_it_is(each_dag: DAG) -> None:
    assert each_dag.doc_md
    assert (ROOT / f"docs/dags/{each_dag.dag_id}.md").is_file()
    assert f"docs/dags/{each_dag.dag_id}.md" in each_dag.doc_md
    assert each_dag.tags
    assert each_dag.task_dict
    for name in each_dag.params:
        schema = each_dag.params.get_param(name)
        assert schema.schema.get("title"), name
        assert schema.description, name


def test_somebody_is_told(each_dag: DAG) -> None:
    assert each_dag.on_success_callback == callbacks.tell_run_success
    assert each_dag.on_failure_callback == callbacks.tell_run_failure
    for task in each_dag.tasks:
        assert callbacks.tell_failure in task.on_failure_callback, task.task_id
        assert callbacks.tell_retry in task.on_retry_callback, task.task_id


def test_every_task_is_tried_again_by_type_and_ends(each_dag: DAG) -> None:
    for task in each_dag.tasks:
        assert task.retries >= 1, task.task_id
        assert isinstance(task.retry_policy, ExceptionRetryPolicy), task.task_id
        # A question ends after APPROVAL_HOURS, which is a setting and so unknown here.
        assert task.execution_timeout is not None or isinstance(task, HITLOperator), task.task_id


def test_what_hides_failures_is_not_used(each_dag: DAG) -> None:
    assert {task.trigger_rule for task in each_dag.leaves} == {"all_success"}


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_read_at_import(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    outside = [node for statement in tree.body for node in walk_outside_functions(statement)]
    called = {name_of(node.func) for node in outside if isinstance(node, ast.Call)}
    assert not called & READS
    assert not any(isinstance(node, ast.Attribute) and node.attr == "environ" for node in outside)


def test_the_dags_load_without_any_variable(tmp_path: Path) -> None:
    script = "from dags import sync_icpe, transform_icpe; print('loaded')"
    bare = {"AIRFLOW_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "POSTGRES_PORT": "not a number"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.endswith("loaded\n"), done.stderr


def test_only_the_task_sdk_and_the_standard_provider_are_imported() -> None:
    for path in (ROOT / "dags").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.startswith("airflow"):
                assert module.startswith(("airflow.sdk", "airflow.providers.standard")), f"{path}: {module}"


def decorator_words(dag: DAG) -> set[str]:
    """Return the names of the arguments written in the `@dag(…)` of a file."""
    tree = ast.parse(Path(dag.fileloc).read_text(encoding="utf-8"))
    calls = [
        decorator
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == dag.dag_id
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
    ]
    return {keyword.arg or "" for call in calls for keyword in call.keywords}


def walk_outside_functions(node: ast.AST) -> list[ast.AST]:
    """Return the nodes that run at import: not the bodies of functions, yet their decorators and defaults."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inner: list[ast.AST] = [*node.decorator_list, node.args]
    elif isinstance(node, ast.Lambda):
        inner = [node.args]
    else:
        inner = list(ast.iter_child_nodes(node))
    return [node, *(found for child in inner for found in walk_outside_functions(child))]


def name_of(function: ast.expr) -> str:
    """Return the last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
