"""An Airflow of the tests' own: nothing of the person who runs them is read or written.

Airflow reads its configuration when it is first imported, so the folder is there before any test is collected.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.settings import ROOT

CONFIGURATION = """
[core]
dags_folder = {root}/dags
plugins_folder = {root}/plugins
load_examples = False
auth_manager = airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager

[database]
sql_alchemy_conn = sqlite:///{home}/airflow.db

[logging]
base_log_folder = {home}/logs
"""


def pytest_configure(config: pytest.Config) -> None:
    """Point Airflow to a folder of this test process."""
    home = Path(tempfile.mkdtemp(prefix="envinorma-airflow-"))
    (home / "airflow.cfg").write_text(CONFIGURATION.format(root=ROOT, home=home), encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("AIRFLOW__", "AIRFLOW_CONN_"))]:
        del os.environ[name]
    os.environ["AIRFLOW_HOME"] = str(home)
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))


@pytest.fixture(scope="session")
def airflow_metadata() -> Iterator[Path]:
    """The migrated metadata database of this test process: what `dag.test()` needs."""
    from airflow.utils.db import initdb

    initdb()
    yield Path(os.environ["AIRFLOW_HOME"])
